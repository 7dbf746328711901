"""What a paper has beside articles: shops, events, forms, terms, tables. By what they state, are named and hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from lxml import etree

from newscrawl.extract.page import Page
from newscrawl.extract.page_marks import MARKS, pattern
from newscrawl.extract.structured import types_of
from newscrawl.extract.text_density import SENTENCE_END

_MAX_SIZE = 1500  # characters; a longer text is none of these for its address or type alone
_MAX_CLAIMED = 700  # of a page that claims to be an article
_MAX_ROW = 120  # characters of a line of a table
_MIN_ROWS, _MIN_SHARE = 8, 0.6  # of a page that is named as one of data
_MIN_UNNAMED_ROWS, _MIN_UNNAMED_SHARE = 12, 0.9
_MIN_DIGITS, _MIN_NAMED_DIGITS = 0.5, 0.3  # share of the lines that have any
_MAX_UNSUPPORTED = 400
_MAX_OFFER = 1000  # characters of what is offered
_MAX_PROSE = 1  # paragraphs that describe it
_BELOW = 4  # blocks below the headline, among which a price is the page's own
_MAX_LABEL = 40  # characters of a control
_FIGURE = r"\d[\d.,' \xa0]{0,14}(?:-|,–)?"
_MONEY = r"[$€£¥₹₽₺₩円元원]|[A-Z]{3}|R\$|zł|Kč|kr\.?|руб\.?"
_PRICE = re.compile(
    rf"(?:(?:from|ab|only|nur|à partir de|desde|da|från) )?"
    rf"(?:(?:{_MONEY})\s?{_FIGURE}|{_FIGURE}\s?(?:{_MONEY}))(?: ?(?:pcm|p\.m\.|/ ?\w+))?"
)
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
    if claims == 0 and size < _MAX_OFFER and (evidence := _offer(page, headline)):
        return evidence
    return _data(page, title, paragraphs, claims)


def _offer(page: Page, headline: str | None) -> tuple[str, ...]:
    """Return the evidence that a page offers what its headline names: a price below it, or a control to order by."""
    at = next(
        (n for n, each in enumerate(page.contexts) if each.block.tag == "h1" and each.block.text == headline), None
    )
    if at is None:
        return ()
    below = takewhile(lambda each: not each.is_prose, page.contexts[at + 1 : at + 1 + _BELOW])
    if (price := next((each.block.text for each in below if _PRICE.fullmatch(each.block.text)), None)) is not None:
        return (f"price {price!r}",)
    if sum(each.is_prose for each in page.contexts[at:]) > _MAX_PROSE:
        return ()  # a brief article has advertisements, too
    controls = page.index.beginning(
        lambda text: len(text) <= _MAX_LABEL and pattern("service", "controls").fullmatch(text.strip())
    )
    # What stands beside the headline and its text in one element is about them; what stands elsewhere is promotion.
    holder = next((each for each in page.contexts[at].ancestors[1:] if _holds_more(each, headline or "")), None)
    own = next((each for each in controls if holder is not None and holder in each.iterancestors()), None)
    return (f"control {(own.text or '').strip()!r}",) if own is not None and holder is not None else ()


def _holds_more(element: etree._Element, headline: str) -> bool:
    return element.tag not in ("body", "html") and len("".join(element.itertext()).strip()) > len(headline) + _MAX_LABEL


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
    least_digits = _MIN_NAMED_DIGITS if is_named else _MIN_DIGITS  # a layout may set each value as a line of its own
    return (f"{rows} rows of data",) if digits > least_digits * len(paragraphs) else ()


def _path(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
