"""What one page of an archive offers: articles, sitemaps, the next page, and pages for days and months. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.discover.archive_dates import dated_page
from newscrawl.discover.characters import decoded
from newscrawl.discover.links import base_of, parsed
from newscrawl.discover.listing import listing
from newscrawl.discover.page_links import PageLink, page_links
from newscrawl.items import Candidate

_PAGE_NUMBER = re.compile(
    r"(?P<before>[?&](?:page|paged|p|pg|seite|pagina|start|offset)=|/page/|/seite/)(?P<number>\d+)"
)
_ARCHIVE = re.compile(r"(?:^|[/_.-])archiv\w*(?:[/_.?-]|$)", re.IGNORECASE)
_RELATION = re.compile(r"""<([^<>]*)>\s*;[^,<]*\brel\s*=\s*["']?([^"',;]*)""", re.IGNORECASE)
_IS_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
MAX_LINKED = 50  # archives and dated pages that one page names


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What a page offers; all addresses are absolute."""

    candidates: tuple[Candidate, ...] = ()
    sitemaps: tuple[str, ...] = ()
    next_urls: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()  # pages of one day or one month
    archives: tuple[str, ...] = ()  # pages that are called so

    def of_source(self, is_article: Callable[[str], bool], is_ours: Callable[[str], bool]) -> ArchivePage:
        """Return what of it is a source's: its articles, and pages of it that are none."""

        def pages(urls: Sequence[str]) -> tuple[str, ...]:
            return tuple(url for url in urls if is_ours(url) and not is_article(url))

        return ArchivePage(
            candidates=tuple(each for each in self.candidates if is_article(each.url)),
            sitemaps=tuple(filter(is_ours, self.sitemaps)),
            next_urls=pages(self.next_urls),
            dated=pages(self.dated),
            archives=pages(self.archives),
        )


def archive_page(body: bytes, *, url: str, content_type: str = "", link_header: str = "", most: int) -> ArchivePage:
    """Read a sitemap, a feed or a page of links; never raises: what cannot be read offers nothing."""
    found = listing(body, url=url, content_type=content_type)
    candidates = found.candidates[:most]
    text = decoded(body, content_type) if not found.sitemaps else ""
    next_urls = [resolved(url, target) for target in _next_in(link_header)]
    if not _IS_PAGE.search(text[:4096]):
        return ArchivePage(candidates, found.sitemaps[:most], _http(next_urls))
    links = page_links(text, url)
    next_urls += _stated_next(text, url)
    next_urls += [link.url for link in links if link.is_next]
    linked = [link.url for link in links]
    return ArchivePage(
        candidates=candidates,
        sitemaps=found.sitemaps,
        next_urls=_http(next_urls) or _http(numbered_next(linked, url)),
        dated=_http([each for each in linked if dated_page(each) is not None])[:MAX_LINKED],
        archives=_http([link.url for link in links if _is_archive(link)])[:MAX_LINKED],
    )


def numbered_next(linked: Sequence[str], url: str) -> list[str]:
    """Return the linked address that differs from a page's by the next higher number: `?page=3`, `/page/3/`."""
    number, form = _numbered(url)
    higher = sorted(
        (other, each) for each in linked for other, its_form in [_numbered(each)] if its_form == form and other > number
    )
    return [each for _, each in higher[:1]]


def _numbered(url: str) -> tuple[int, str]:
    """Return the number of a page in its address, and the address without it; the first page often states none."""
    found = _PAGE_NUMBER.search(url)
    if found is None or len(found["number"]) > 9:
        return 1, _plain(url)
    return int(found["number"]), _plain(url[: found.start()] + url[found.end() :])


def _plain(url: str) -> str:
    return url.rstrip("/?&")


def _is_archive(link: PageLink) -> bool:
    if not 0 < len(link.text.split()) <= 4 or link.is_headline or link.is_paging or _numbered(link.url)[0] > 1:
        return False
    return _ARCHIVE.search(urlsplit(link.url).path) is not None or link.text.casefold().startswith("archiv")


def _stated_next(text: str, url: str) -> list[str]:
    root = parsed(text)
    if root is None:
        return []
    base = base_of(root, url)
    nodes = [node for node in root.iter("link") if "next" in (node.get("rel") or "").lower().split()]
    return [resolved(base, node.get("href") or "") for node in nodes]


def _next_in(link_header: str) -> list[str]:
    """Return the targets of a Link header (RFC 8288) whose relation is `next`."""
    return [
        target for target, relations in _RELATION.findall(link_header[:8192]) if "next" in relations.lower().split()
    ]


def _http(urls: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for url in urls if is_http_url(url)))
