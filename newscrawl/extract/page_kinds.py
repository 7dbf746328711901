"""What a fetched page is, decided before anything read from it counts; each verdict with its evidence.

A page that holds a story is an article, whatever else it shows: banners, sign-in boxes and subscription offers stand
on most stories. The marks of walls and errors (page_kinds.json) count only where there is no story, or where the
headline itself is theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from newscrawl.extract.page import Page
from newscrawl.extract.structured import types_of
from newscrawl.items import PageKind

_TEXT = resources.files("newscrawl.extract").joinpath("page_kinds.json").read_text("utf-8")
_MARKS: Mapping[str, Any] = json.loads(_TEXT)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STORY_SIZE = 1500  # characters of a text that is a story for certain; shorter ones are looked at closely
_SHORT_SIZE = 700
_VISIBLE_LIMIT = 20_000  # characters of page text that are searched for phrases
_NO_TEXT = 40
_CAPTCHA_SIZE = 100
_STRONG = ("headline", "header", "address", "text is mostly")
_LIVE_ENTRIES = 8
_CLOCK = re.compile(r"\d{1,2}[.:h]\d{2}\b")  # "12.31 Uhr: …" begins an entry
_WALLS = (
    PageKind.BOT_WALL, PageKind.CONSENT, PageKind.SOFT_404, PageKind.ERROR_PAGE, PageKind.LOGIN,
)  # fmt: skip
_MEDIA_TYPES = frozenset(
    {"VideoObject", "ImageGallery", "MediaGallery", "AudioObject", "PodcastEpisode", "ImageObject"}
)


def kind_of(page: Page, headline: str | None, paragraphs: Sequence[str]) -> tuple[PageKind, tuple[str, ...]]:
    """Return the kind of a page and the evidence for it, most telling first."""
    size = sum(len(text) * (2 if _DENSE.search(text) else 1) for text in paragraphs)
    share = f"{len(paragraphs)} paragraphs, {size} characters"
    if page.capture.status >= 400:
        return _refused(page.capture.status, share)
    if found := _wall(page, headline, paragraphs, size):
        kind, evidence = found
        return kind, (*evidence, share)
    if evidence := _live(page, headline, paragraphs, size):
        return PageKind.LIVE, (*evidence, share)
    if size < _SHORT_SIZE:
        for kind, evidence in ((PageKind.PAYWALL, _paywall(page)), (PageKind.GALLERY, _gallery(page))):
            if evidence:
                return kind, (*evidence, share)
    if not paragraphs or size < _NO_TEXT:
        return PageKind.EMPTY, (share,)
    return PageKind.ARTICLE, (share,)


def version() -> str:
    """Return the marks, for fingerprints."""
    return _TEXT


def _refused(status: int, share: str) -> tuple[PageKind, tuple[str, ...]]:
    kind = {401: PageKind.LOGIN, 402: PageKind.PAYWALL, 403: PageKind.BOT_WALL, 429: PageKind.BOT_WALL}.get(status)
    return kind or (PageKind.SOFT_404 if status in (404, 410) else PageKind.ERROR_PAGE), (f"status {status}", share)


def _wall(
    page: Page, headline: str | None, paragraphs: Sequence[str], size: int
) -> tuple[PageKind, tuple[str, ...]] | None:
    """Return the wall or error page this is; two kinds of marks are needed, unless there is next to no text."""
    headlines = [one for one in (headline, page.title[:200]) if one]
    is_article_url = size >= _STORY_SIZE and len(paragraphs) >= 3
    named = [kind for kind in _WALLS if _headline_mark(kind, headlines)]
    if page.capture.header("cf-mitigated"):
        return PageKind.BOT_WALL, ("header cf-mitigated",)
    if is_article_url and not named:
        return None
    text = _visible(page)
    best: tuple[int, PageKind, tuple[str, ...]] | None = None
    for kind in _WALLS:
        marks = tuple(_marks(kind, page, headlines, text))
        if kind is PageKind.CONSENT and _share(paragraphs, _MARKS[kind]["text"]) >= 0.6:
            marks = ("text is mostly about consent", *marks)
        is_named = any(mark.startswith((*_STRONG, "element")) for mark in marks)
        # A captcha on a page with next to no text is the page.
        is_captcha = kind is PageKind.BOT_WALL and size < _CAPTCHA_SIZE
        score = sum(
            2 if mark.startswith(_STRONG) or (is_captcha and mark.startswith("element")) else 1 for mark in marks
        )
        # Phrases alone are no proof: most stories come with a cookie notice.
        if (
            (is_named or size < _NO_TEXT)
            and score >= _needed(size, is_article_url)
            and (best is None or score > best[0])
        ):
            best = (score, kind, marks)
    return best[1:] if best else None


def _share(paragraphs: Sequence[str], phrases: Sequence[str]) -> float:
    """Return how much of a text is in paragraphs that say one of some phrases."""
    size = sum(map(len, paragraphs))
    said = sum(len(text) for text in paragraphs if any(phrase in text.lower() for phrase in phrases))
    return said / size if size else 0.0


def _needed(size: int, is_article_url: bool) -> int:
    """Return how much must speak for a wall, by how much text speaks against it."""
    if is_article_url:
        return 5
    return 2 if size < 400 else 3 if size < _SHORT_SIZE else 4


def _marks(kind: PageKind, page: Page, headlines: Sequence[str], text: str) -> Iterator[str]:
    marks = _MARKS[kind]
    if (found := _headline_mark(kind, headlines)) is not None:
        yield f"headline {found!r}"
    for name in marks.get("headers", ()):
        if page.capture.header(name):
            yield f"header {name}"
    if (match := _pattern(kind, "url").search(page.url)) and page.url != page.capture.target_uri:
        yield f"address {match.group()!r}"
    phrases = [phrase for phrase in marks.get("text", ()) if phrase in text]
    yield from (f"text {phrase!r}" for phrase in phrases[:4])
    for selector in marks.get("select", ()):
        if page.has(selector):
            yield f"element {selector}"
            break


def _headline_mark(kind: PageKind, headlines: Sequence[str]) -> str | None:
    pattern = _pattern(kind, "headline")
    # A story may be about cookies or captchas; the headlines of walls are short.
    return next((one for one in headlines if len(one) <= 70 and pattern.fullmatch(one.strip())), None)


def _live(page: Page, headline: str | None, paragraphs: Sequence[str], size: int) -> tuple[str, ...]:
    """Return what shows that a page is a live blog: its type, or a name and many timed entries."""
    if "LiveBlogPosting" in types_of(page.ld) or any("LiveBlogPosting" in types_of(node) for node in page.nodes[:20]):
        return ("JSON-LD LiveBlogPosting",)
    named = _pattern(PageKind.LIVE, "url").search(page.url)
    titled = headline is not None and _pattern(PageKind.LIVE, "headline").fullmatch(headline)
    if not (named or titled) or size < _STORY_SIZE:
        return ()
    entries = max(
        len(page.tree.xpath("//time | //*[contains(@class, 'timestamp')]")),
        2 * sum(1 for text in paragraphs if _CLOCK.match(text)),
    )
    return ("named live", f"{entries} timed entries") if entries >= _LIVE_ENTRIES else ()


def _paywall(page: Page) -> tuple[str, ...]:
    """Return what shows that the rest of a short text is for subscribers."""
    text = _visible(page)
    phrases = tuple(f"text {phrase!r}" for phrase in _MARKS["paywall"]["text"] if phrase in text)
    elements = tuple(f"element {one}" for one in _MARKS["paywall"]["select"] if page.has(one))
    is_stated = str(page.ld.get("isAccessibleForFree")).lower() == "false"
    stated = ("isAccessibleForFree false",) if is_stated else ()
    return (*stated, *phrases[:3], *elements[:1]) if phrases and (is_stated or elements) else ()


def _gallery(page: Page) -> tuple[str, ...]:
    """Return what shows that pictures or a video are the page's content."""
    types = {name for node in page.nodes for name in types_of(node)} & _MEDIA_TYPES
    kinds = {one for one in page.meta("og:type") if one.startswith("video")}
    match = _pattern(PageKind.GALLERY, "url").search(page.url)
    if not match and not kinds and "NewsArticle" in types_of(page.ld):
        return ()
    found = [*(f"JSON-LD {one}" for one in sorted(types)), *(f"og:type {one}" for one in sorted(kinds))]
    return (*((f"address {match.group()!r}",) if match else ()), *found)


@cache
def _pattern(kind: PageKind, field: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in _MARKS[kind].get(field, ())) or r"(?!)", re.IGNORECASE)


@lru_cache(maxsize=4)
def _visible(page: Page) -> str:
    """Return the page's text, lower case, without scripts; its beginning where it is long."""
    parts: list[str] = []
    size = 0
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        own = element.text if element.tag not in ("script", "style", "noscript", "template") else None
        for text in (own, element.tail):
            if text and not text.isspace():
                parts.append(text[:_VISIBLE_LIMIT])
                size += len(text)
        if size > _VISIBLE_LIMIT:
            break
    return " ".join(" ".join(parts).lower().replace("’", "'").split())
