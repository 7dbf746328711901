"""The kind of a fetched page (article, wall, error page …), decided before its fields are used, with the evidence.

A page with an article's text is an article, whatever else is on it: most articles have banners, sign-in boxes and
subscription offers. The marks of walls and errors (page_kinds.json) count only if there is no such text, or if the
headline itself is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from newscrawl.extract.link_structure import LinkStructure
from newscrawl.extract.page import Page, once_a_page
from newscrawl.extract.page_marks import MARKS, TEXT, missing_page, pattern
from newscrawl.extract.service_pages import service_evidence, unsupported_evidence
from newscrawl.extract.structured import strings, types_of
from newscrawl.extract.text_density import bare
from newscrawl.items import PageKind

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ARTICLE_SIZE = 1500  # characters; a text of this size is an article for certain, a shorter one needs more checks
_SHORT_SIZE = 700
_VISIBLE_TEXT_LIMIT = 20_000  # characters of page text that are searched for phrases
_MIN_TEXT_SIZE = 40
_MAX_CAPTCHA_PAGE_SIZE = 100
_STRONG_EVIDENCE = ("headline", "header", "url", "text is mostly")
_MIN_LIVE_ENTRIES = 8
_COLON = re.compile(r":\s|\s[–—-]\s")
_MIN_WORDS_OF_ARTICLE = 4
_MAX_MISSING, _MAX_MISSING_CLAIMED = 250, 120  # characters of a text that says that a page is not there
_CLOCK = re.compile(r"\d{1,2}[.:h]\d{2}\b")  # "12.31 Uhr: …" begins an entry
_CLOCK_ALONE = re.compile(
    r"\d{1,2}[.:h]\d{2}(?::\d{2})?(?: ?(?:[ap]\.?m\.?|uhr|uur|h))?(?: [A-Z]{2,4})?", re.IGNORECASE
)
_WALLS = (
    PageKind.BOT_WALL, PageKind.CONSENT, PageKind.SOFT_404, PageKind.ERROR_PAGE, PageKind.LOGIN,
)  # fmt: skip
_LISTING_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})
_MEDIA_TYPES = frozenset(
    {"VideoObject", "ImageGallery", "MediaGallery", "AudioObject", "PodcastEpisode", "ImageObject"}
)
_SITE_TYPES = frozenset({"WebSite", "WebPage"})


def kind_of(
    page: Page, headline: str | None, paragraphs: Sequence[str], *, is_generic: bool
) -> tuple[PageKind, tuple[str, ...]]:
    """Return the kind of a page and the evidence for it, strongest first; a listing has no layout of the articles."""
    size = sum(len(text) * (2 if not text.isascii() and _CJK.search(text) else 1) for text in paragraphs)
    share = f"{len(paragraphs)} paragraphs, {size} characters"
    if page.capture.status >= 400:
        return _kind_of_status(page.capture.status, share)
    if wall := _wall(page, headline, paragraphs, size):
        kind, evidence = wall
        return kind, (*evidence, share)
    if evidence := _live(page, headline, paragraphs, size):
        return PageKind.LIVE, (*evidence, share)
    if evidence := unsupported_evidence(paragraphs, size):
        return PageKind.EMPTY, (*evidence, share)
    if is_generic and (evidence := _listing(page, headline, paragraphs)):
        return PageKind.LISTING, (*evidence, share)
    if size < _SHORT_SIZE and (evidence := _interactive(page, headline)):
        return PageKind.INTERACTIVE, (*evidence, share)
    if size < _SHORT_SIZE:
        for kind, evidence in (
            (PageKind.PAYWALL, paywall_evidence(page)),
            (PageKind.GALLERY, _gallery(page, paragraphs)),
        ):
            if evidence:
                return kind, (*evidence, share)
    if is_generic and (evidence := service_evidence(page, headline, paragraphs, size, _claims(page))):
        return PageKind.SERVICE, (*evidence, share)
    if not paragraphs or size < _MIN_TEXT_SIZE:
        return PageKind.EMPTY, (share,)
    return PageKind.ARTICLE, (share,)


def version() -> str:
    """Return the marks, for fingerprints."""
    return TEXT


def _kind_of_status(status: int, share: str) -> tuple[PageKind, tuple[str, ...]]:
    kind = {401: PageKind.LOGIN, 402: PageKind.PAYWALL, 403: PageKind.BOT_WALL, 429: PageKind.BOT_WALL}.get(status)
    return kind or (PageKind.SOFT_404 if status in (404, 410) else PageKind.ERROR_PAGE), (f"status {status}", share)


def _wall(
    page: Page, headline: str | None, paragraphs: Sequence[str], size: int
) -> tuple[PageKind, tuple[str, ...]] | None:
    """Return the kind of wall or error page and its evidence, or None.

    Two kinds of marks are needed, unless the page has less than 40 characters of text.
    """
    headlines = [text for text in (headline, page.title[:200]) if text]
    has_article_text = size >= _ARTICLE_SIZE and len(paragraphs) >= 3
    said = " ".join(paragraphs).lower().replace("’", "'") if size < _ARTICLE_SIZE else ""
    named_by = {kind: [text for text in headlines if not _goes_on(kind, text, said)] for kind in _WALLS}
    named = [kind for kind in _WALLS if _headline_mark(kind, named_by[kind])]
    if page.capture.header("cf-mitigated"):
        return PageKind.BOT_WALL, ("header cf-mitigated",)
    if has_article_text and not named:
        return None
    text = _visible_text(page)
    best: tuple[int, PageKind, tuple[str, ...]] | None = None
    for kind in _WALLS:
        evidence = tuple(_marks(kind, page, named_by[kind], text))
        if kind is PageKind.SOFT_404 and _is_said_to_be_missing(paragraphs, size, _claims(page)):
            evidence = ("text is mostly about a missing page", *evidence)
        if kind is PageKind.CONSENT and _share(paragraphs, MARKS[kind]["text"]) >= 0.6:
            evidence = ("text is mostly about consent", *evidence)
        is_named = any(mark.startswith((*_STRONG_EVIDENCE, "element")) for mark in evidence)
        # A captcha on a page with hardly any text is the whole content of the page.
        is_captcha = kind is PageKind.BOT_WALL and size < _MAX_CAPTCHA_PAGE_SIZE
        score = sum(
            2 if mark.startswith(_STRONG_EVIDENCE) or (is_captcha and mark.startswith("element")) else 1
            for mark in evidence
        )
        # Phrases alone are no proof: most articles have a cookie notice.
        if (
            (is_named or size < _MIN_TEXT_SIZE)
            and score >= _required_score(size, has_article_text)
            and (best is None or score > best[0])
        ):
            best = (score, kind, evidence)
    return best[1:] if best else None


def _goes_on(kind: PageKind, headline: str, said: str) -> bool:
    """Return whether a headline goes on as none of a wall does: "Page not found: how the county lost its records"."""
    rest = _COLON.split(headline.lower(), maxsplit=1)[1:]
    if not rest or len(rest[0].split()) < _MIN_WORDS_OF_ARTICLE or missing_page().search(rest[0][:_MAX_MISSING]):
        return False
    return not any(phrase in rest[0] or phrase in said for phrase in MARKS[kind].get("text", ()))


def _is_said_to_be_missing(paragraphs: Sequence[str], size: int, claims: int) -> bool:
    """Return whether a text of a few sentences says that a page is not there."""
    limit = _MAX_MISSING_CLAIMED if claims >= 2 else _MAX_MISSING
    return size <= limit and missing_page().search(" ".join(paragraphs)[:_MAX_MISSING]) is not None


def _share(paragraphs: Sequence[str], phrases: Sequence[str]) -> float:
    """Return the share of a text (0 to 1, by characters) in paragraphs that contain one of the phrases."""
    size = sum(map(len, paragraphs))
    matching = sum(len(text) for text in paragraphs if any(phrase in text.lower() for phrase in phrases))
    return matching / size if size else 0.0


def _required_score(size: int, has_article_text: bool) -> int:
    """Return the score that makes a page a wall: the more text there is, the higher."""
    if has_article_text:
        return 5
    return 2 if size < 400 else 3 if size < _SHORT_SIZE else 4


def _marks(kind: PageKind, page: Page, headlines: Sequence[str], text: str) -> Iterator[str]:
    marks = MARKS[kind]
    if (matched := _headline_mark(kind, headlines)) is not None:
        yield f"headline {matched!r}"
    for name in marks.get("headers", ()):
        if page.capture.header(name):
            yield f"header {name}"
    if (match := pattern(kind, "url").search(page.url)) and page.url != page.capture.target_uri:
        yield f"url {match.group()!r}"
    phrases = [phrase for phrase in marks.get("text", ()) if phrase in text]
    yield from (f"text {phrase!r}" for phrase in phrases[:4])
    for selector in marks.get("select", ()):
        if page.has(selector):
            yield f"element {selector}"
            break


def _headline_mark(kind: PageKind, headlines: Sequence[str]) -> str | None:
    named = pattern(kind, "headline")
    # An article may be about cookies or captchas; the headlines of walls are short.
    short = [headline for headline in headlines if len(headline) <= 70]
    if kind is PageKind.SOFT_404 and (missing := next(filter(missing_page().search, short), None)):
        return missing
    return next((headline for headline in short if named.fullmatch(headline.strip())), None)


def _live(page: Page, headline: str | None, paragraphs: Sequence[str], size: int) -> tuple[str, ...]:
    """Return the evidence that a page is a live blog: its JSON-LD type, or its name and many timed entries."""
    if "LiveBlogPosting" in types_of(page.ld) or any("LiveBlogPosting" in types_of(node) for node in page.nodes[:20]):
        return ("JSON-LD LiveBlogPosting",)
    named = pattern(PageKind.LIVE, "url").search(page.url)
    titled = headline is not None and pattern(PageKind.LIVE, "headline").fullmatch(headline)
    if not (named or titled) or size < _ARTICLE_SIZE:
        return ()
    entries = max(
        len(page.tree.xpath("//time | //*[contains(@class, 'timestamp')]")),
        2 * sum(1 for text in paragraphs if _CLOCK.match(text)),
        sum(1 for context in page.contexts if _CLOCK_ALONE.fullmatch(context.block.text)),
    )
    return ("named live", f"{entries} timed entries") if entries >= _MIN_LIVE_ENTRIES else ()


def paywall_evidence(page: Page) -> tuple[str, ...]:
    """Return the evidence that the rest of a short text is for subscribers only."""
    is_stated = str(page.ld.get("isAccessibleForFree")).lower() == "false"
    selectors = (selector for selector in MARKS["paywall"]["select"] if page.has(selector))
    elements = tuple(f"element {selector}" for selector in islice(selectors, 1))
    if not is_stated and not elements:
        return ()
    text = _visible_text(page)
    phrases = tuple(f"text {phrase!r}" for phrase in MARKS["paywall"]["text"] if phrase in text)
    stated = ("isAccessibleForFree false",) if is_stated else ()
    return (*stated, *phrases[:3], *elements) if phrases else ()


def _gallery(page: Page, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return the evidence that pictures or a video are the page's content."""
    named = {name for node in page.nodes for name in types_of(node)}
    types = named & _MEDIA_TYPES
    if named & _SITE_TYPES:  # WordPress plugins state the cover picture of every page beside site and page
        types -= {"ImageObject"}
    kinds = {name for name in page.meta("og:type") if name.startswith("video")}
    match = pattern(PageKind.GALLERY, "url").search(page.url)
    if "VideoObject" in types and _is_description(page, paragraphs):
        return ("JSON-LD VideoObject", "no text but its description")
    if not match and not kinds and "NewsArticle" in types_of(page.ld):
        return ()
    media = [*(f"JSON-LD {name}" for name in sorted(types)), *(f"og:type {name}" for name in sorted(kinds))]
    return (*((f"url {match.group()!r}",) if match else ()), *media)


def _is_description(page: Page, paragraphs: Sequence[str]) -> bool:
    """Return whether a text is only what the metadata say of the page: the summary of a video."""
    descriptions = page.meta("og:description", "description", "twitter:description")
    said = bare(" ".join((*descriptions, *strings(page.ld.get("description")))))
    return all(bare(text) in said for text in paragraphs)


def _interactive(page: Page, headline: str | None) -> tuple[str, ...]:
    """Return the evidence that a page is a quiz or a game: its name, and controls to answer with."""
    match = pattern(PageKind.INTERACTIVE, "url").search(page.url)
    titled = _headline_mark(PageKind.INTERACTIVE, [headline] if headline else [])
    controls = [selector for selector in MARKS["interactive"]["select"] if page.has(selector)]
    return (*filter(None, (match and match[0], titled)), *controls) if (match or titled) and controls else ()


def _listing(page: Page, headline: str | None, paragraphs: Sequence[str]) -> tuple[str, ...]:
    """Return the evidence that a page is links to articles, whatever it calls itself."""
    links = LinkStructure.of(page, headline)
    named = [f"JSON-LD {name}" for name in sorted({n for node in page.nodes for n in types_of(node)} & _LISTING_TYPES)]
    if match := pattern(PageKind.LISTING, "url").search(urlsplit(page.url)._replace(netloc="", scheme="").geturl()):
        named.append(f"url {match[0]!r}")
    is_filled = bool(paragraphs or links.links)  # else it is not its name that says what it lists
    if is_filled and (titled := _headline_mark(PageKind.LISTING, [headline] if headline else [])) is not None:
        named.append(f"headline {titled!r}")
    claims = _claims(page)
    if named and (found := pattern("no_results", "text").search(" ".join(paragraphs[:5])[:500])):
        return (*named, f"text {found[0]!r}")
    evidence = links.evidence(claims=claims, is_named=bool(named)) or links.rows_evidence(claims, is_named=bool(named))
    return (*named, *evidence) if evidence else ()


def _claims(page: Page) -> int:
    """Return in how many of three ways a page states that it is one article."""
    is_typed = any(name.lower() in ("article", "story", "news") for name in page.meta("og:type")[:1])
    return bool(page.ld) + is_typed + bool(page.meta("article:published_time"))


@once_a_page
def _visible_text(page: Page) -> str:
    """Return the page's text in lower case, without scripts; of a long page only the beginning."""
    parts: list[str] = []
    size = 0
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        own = element.text if element.tag not in ("script", "style", "noscript", "template") else None
        for text in (own, element.tail):
            if text and not text.isspace():
                parts.append(text[:_VISIBLE_TEXT_LIMIT])
                size += len(text)
        if size > _VISIBLE_TEXT_LIMIT:
            break
    return " ".join(" ".join(parts).lower().replace("’", "'").split())
