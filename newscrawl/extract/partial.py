"""Pages that show a part of an article: cut for readers who do not pay, one of several pages, a live blog's window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from newscrawl.extract.page import Page
from newscrawl.extract.page_kinds import paywall_evidence
from newscrawl.items import PageKind, Shown

_ENDS_WITHIN = re.compile(r"(?:(?<!\.)\.{3,}+|…|\[…\]|\[\.\.\.\])[ \xa0\u202f]?[\"'”“’»«]?$")
_SENTENCE_END = re.compile(r"[.!?。！？।۔؟:][ \xa0\u202f]?[\"'”“’‘»«›‹)\]」』]*$")
_TEASER_SIZE = 5000  # characters; longer texts are cut so rarely that a wall's phrases are a template's
_NEXT_PAGE = re.compile(r"^(?:[/_,.-]|/page/|[?&](?:page|p|pg|pagina|seite)=)2(?:/|\.\w{3,5})?$", re.IGNORECASE)
_MAX_LINKS = 300


def shown_part(page: Page, kind: PageKind, paragraphs: Sequence[str]) -> tuple[Shown, str]:
    """Return how much of the article a page shows, and what says so."""
    if kind is PageKind.LIVE:
        return Shown.WINDOW, ""
    if kind is not PageKind.ARTICLE or not paragraphs:
        return Shown.WHOLE, ""
    if cut := _cut(page, paragraphs):
        return Shown.CUT, f"cut: {cut}"
    following = _next_page(page)
    return (Shown.FIRST_PAGE, f"second page {following}") if following else (Shown.WHOLE, "")


def _cut(page: Page, paragraphs: Sequence[str]) -> str:
    if sum(map(len, paragraphs)) > _TEASER_SIZE:
        return ""
    is_stated = str(page.ld.get("isAccessibleForFree")).lower() == "false"
    if is_stated and (_ENDS_WITHIN.search(paragraphs[-1]) or not _SENTENCE_END.search(paragraphs[-1])):
        return "isAccessibleForFree false, and its last paragraph breaks off"
    return ", ".join(paywall_evidence(page)[:2])


def _next_page(page: Page) -> str:
    """Return the URL of the article's second page: what a link with rel=next, or a link of pages, adds to its own."""
    own = urlsplit(page.url)
    base = own._replace(query="", fragment="").geturl().rstrip("/")
    stem = re.sub(r"\.\w{3,5}$", "", base)
    name = stem.rpartition("/")[2]
    # A page has hundreds of links: of most, two tests of the address suffice.
    of_links = (link.get("href", "") for link in page.index.tagged("a"))
    hrefs = [href for href in of_links if "2" in href and (name in href or href.startswith("?"))]
    stated = [link.get("href", "") for link in page.index.tagged("link") if link.get("rel") == "next"]
    urls = (_absolute(page.url, href) for href in (*stated, *hrefs)[:_MAX_LINKS] if href)
    return next((url for url in urls if _is_second(url, (base, stem))), "")


def _is_second(url: str, starts: tuple[str, str]) -> bool:
    return any(url.startswith(start) and _NEXT_PAGE.match(url[len(start) :]) for start in starts)


def _absolute(base: str, href: str) -> str:
    try:
        return urljoin(base, href).partition("#")[0]
    except ValueError:
        return ""
