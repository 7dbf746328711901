"""Pages that show a part of an article: cut for readers who do not pay, one of several pages, a live blog's window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from newscrawl.extract.page import Page
from newscrawl.extract.page_kinds import paywall_evidence
from newscrawl.extract.text_density import CLOSING
from newscrawl.items import PageKind, Shown
from newscrawl.tracking_parameters import is_tracking

_ENDS_WITHIN = re.compile(r"(?:(?<!\.)\.{3,}+|…|\[…\]|\[\.\.\.\])[ \xa0\u202f]?[\"'”“’»«]?$")
_SENTENCE_END = re.compile(rf"[.!?。！？।۔؟:]{CLOSING}")
_TEASER_SIZE = 5000  # characters; longer texts are cut so rarely that a wall's phrases are a template's
_PAGE = r"(?:page|seite|pagina|página|pag|sida|side|strona|sivu|sayfa|teil|part|p)"
# What the second page's path has behind the first one's, and what the first one's may end in itself.
_SECOND = re.compile(
    rf"(?:[/_,.-](?:{_PAGE}[-_/]?)?2|/(?:index|default)[-_]?2|(?<=/index)2|(?<=/default)2)(?:/|\.\w{{3,5}})?",
    re.IGNORECASE,
)
# "levee-1" may be an article beside "levee-2".
_FIRST = re.compile(rf"(?:[/_,]|[/_,.-]{_PAGE}[-_/]?)1(?=(?:\.\w{{3,5}})?/?$)", re.IGNORECASE)
_PARAMETER = re.compile(
    rf"{_PAGE}|pg|str|page[-_]?(?:no|nr|num|number|wanted)|paged|pageindex|currentpage", re.IGNORECASE
)
_MAX_LABEL = 30  # characters of a link to a page: "2", "Weiter auf Seite 2"; a longer one names another article
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
    own = _Address.of(page.url)
    name = own.stem.rpartition("/")[2]
    # A page has hundreds of links: of most, two tests of the address suffice.
    links = (
        (link, href)
        for link in page.index.tagged("a")
        if "2" in (href := link.get("href", "")) and (name in href or href.startswith("?"))
    )
    hrefs = [href for link, href in links if len("".join(link.itertext()).strip()) <= _MAX_LABEL]
    stated = [
        link.get("href", "") for link in page.index.tagged("link") if "next" in link.get("rel", "").lower().split()
    ]
    urls = (_absolute(page.url, href) for href in (*stated, *hrefs)[:_MAX_LINKS] if href)
    return next((url for url in urls if own.is_first_of(url)), "")


@dataclass(frozen=True, slots=True)
class _Address:
    """The address of a first page: without its query, that and what it may end in, and the query's parameters."""

    base: str
    stem: str
    parameters: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, url: str) -> _Address:
        base, parameters = _parts(url)
        base = _FIRST.sub("", base.rstrip("/"))
        own = frozenset(pair for pair in parameters if not (_PARAMETER.fullmatch(pair[0]) and pair[1] == "1"))
        return cls(base, re.sub(r"\.\w{3,5}$", "", base), own)

    def is_first_of(self, url: str) -> bool:
        """Return whether a URL is that of the second page: in its path, or by one parameter, it differs by a 2."""
        base, parameters = _parts(url)
        added = parameters - self.parameters
        if base.rstrip("/") == self.base:
            [(name, value)] = added if len(added) == 1 else [("", "")]
            return value == "2" and _PARAMETER.fullmatch(name) is not None and self.parameters <= parameters
        return not added and any(
            base.startswith(start) and _SECOND.fullmatch(base, len(start)) for start in (self.base, self.stem)
        )


def _parts(url: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return a URL without query and fragment, and the parameters of its query that tell one page from another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, frozenset()
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return parts._replace(query="", fragment="").geturl(), frozenset(pair for pair in pairs if not is_tracking(pair[0]))


def _absolute(base: str, href: str) -> str:
    try:
        return urljoin(base, href).partition("#")[0]
    except ValueError:
        return ""
