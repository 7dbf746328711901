"""What a paper has beside articles: shops, events, forms, terms, tables. By what they state, are named and hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from newscrawl.extract.page import Page
from newscrawl.extract.page_marks import MARKS, pattern
from newscrawl.extract.structured import types_of
from newscrawl.extract.text_density import SENTENCE_END

_MAX_SIZE = 1500  # characters; a longer text is none of these for its address or type alone
_MAX_CLAIMED = 700  # of a page that claims to be an article
_MAX_ROW = 120  # characters of a line of a table
_MIN_ROWS, _MIN_SHARE = 8, 0.6  # of a page that is named as one of data
_MIN_UNNAMED_ROWS, _MIN_UNNAMED_SHARE = 12, 0.9
_MAX_UNSUPPORTED = 400
_SITE_NAME = re.compile(r"\s[|·•–—-]\s[^|·•–—-]{1,40}$")
_ARTICLE_TYPES = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BlogPosting", "Recipe"}
)


def service_evidence(
    page: Page, headline: str | None, paragraphs: Sequence[str], size: int, claims: int
) -> tuple[str, ...]:
    """Return the evidence that a page is one of the site and no article; `claims` counts its claims to be one."""
    if size >= _MAX_CLAIMED and claims >= 2:
        return ()
    title = _SITE_NAME.sub("", (headline or "").strip()).rstrip()
    if title and len(title) <= 70 and pattern("service", "headline").fullmatch(title):
        return (f"headline {title!r}",)
    named = {name for node in page.nodes for name in types_of(node)}
    stated = sorted(named & set(MARKS["service"]["types"]))
    if size >= _MAX_SIZE:
        return _data(page, title, paragraphs, claims)
    if stated and not named & _ARTICLE_TYPES and claims == 0:
        return tuple(f"JSON-LD {name}" for name in stated)
    if claims == 0 and (match := pattern("service", "url").search(_path(page))):
        return (f"url {match[0]!r}",)
    return _data(page, title, paragraphs, claims)


def unsupported_evidence(paragraphs: Sequence[str], size: int) -> tuple[str, ...]:
    """Return the evidence that all that a page says is that it wants a script, another browser or another place."""
    if not paragraphs or size > _MAX_UNSUPPORTED:
        return ()
    wanting = [text for text in paragraphs if pattern("needs_script", "text").search(text)]
    return (
        ("text is about the reader's program or place",)
        if 2 * sum(map(len, wanting)) > sum(map(len, paragraphs))
        else ()
    )


def _data(page: Page, title: str, paragraphs: Sequence[str], claims: int) -> tuple[str, ...]:
    rows = sum(len(text) <= _MAX_ROW and SENTENCE_END.search(text[-20:]) is None for text in paragraphs)
    is_named = pattern("data", "headline").fullmatch(title) or pattern("data", "url").search(_path(page))
    least, share = (_MIN_ROWS, _MIN_SHARE) if is_named else (_MIN_UNNAMED_ROWS, _MIN_UNNAMED_SHARE)
    if rows < least or rows < share * len(paragraphs) or claims >= (2 if is_named else 1):
        return ()
    digits = sum(any(map(str.isdigit, text)) for text in paragraphs)
    return (f"{rows} rows of data",) if 2 * digits > len(paragraphs) else ()


def _path(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
