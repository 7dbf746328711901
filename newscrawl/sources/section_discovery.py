"""Sections of a site without feeds: the pages that list its articles, and by which pattern these are known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.bounds import within_bounds
from newscrawl.discover.article_patterns import guessed_pattern
from newscrawl.discover.characters import decoded
from newscrawl.discover.page_links import PageLink, page_links
from newscrawl.discover.section_links import possible_sections
from newscrawl.errors import TooCostly
from newscrawl.items import Capture, Source
from newscrawl.normalize import is_article_url, is_of_source, same_site
from newscrawl.sources.probe import Fetch, ProbeFailed

MAX_PROBED = 8  # possible sections that are requested
MAX_SECTIONS = 6  # beside the front page: each is a request of every crawl
MIN_ARTICLES = 3  # that a section lists
SHORT_WORDS = 3  # of headlines, where no page has long ones
MAX_TEXT = 16 * 2**20  # characters of a page


@dataclass(frozen=True, slots=True)
class Sections:
    """What was found; without `urls` nothing that lists articles was."""

    domain: str
    urls: tuple[str, ...] = ()
    pattern: str | None = None
    articles: tuple[str, ...] = ()  # addresses that the pages list, in their order


async def find_sections(front: Capture, domain: str, fetch: Fetch) -> Sections:
    """Return the pages of a site that list articles, the front page first if it is one, and the articles' pattern.

    A pattern is guessed from the front page, and once more from all pages: one page may name a few articles only.
    """
    links = await _links(front)
    domain = _domain_of(front.final_uri, domain, links)
    pages = {front.final_uri: _own(links, domain)}
    first_guess = _guess(pages.values())
    listed = _articles(pages[front.final_uri], first_guess, domain)
    for url in possible_sections(pages[front.final_uri], listed, front.final_uri)[:MAX_PROBED]:
        if (found := await _fetched(url, fetch)) and found[0] not in pages:
            pages[found[0]] = _own(found[1], domain)
    pattern = _guess(pages.values()) or first_guess
    by_page = {url: _articles(page, pattern, domain) for url, page in pages.items()}
    chosen = _chosen(by_page, front.final_uri)
    articles = tuple(dict.fromkeys(each for url in chosen for each in by_page[url]))
    return Sections(domain, chosen, pattern, articles) if chosen and pattern else Sections(domain)


def _chosen(by_page: dict[str, list[str]], front_url: str) -> tuple[str, ...]:
    """Return the pages that list articles; one that lists only what others list is none."""
    seen: set[str] = set()
    chosen: list[str] = []
    for url, articles in by_page.items():
        is_worth_it = url == front_url or not seen.issuperset(articles)
        if len(articles) >= MIN_ARTICLES and is_worth_it and len(chosen) <= MAX_SECTIONS:
            chosen.append(url)
            seen.update(articles)
    return tuple(chosen)


def _guess(pages: Iterable[list[PageLink]]) -> str | None:
    links = [link for page in pages for link in page]
    named = {link.url for link in links if link.text and not link.is_paging}
    headlines = {link.url for link in links if link.is_headline} & named
    if found := guessed_pattern(headlines, named - headlines):
        return found
    short = {link.url for link in links if not link.is_in_navigation and len(link.text.split()) >= SHORT_WORDS} & named
    return guessed_pattern(headlines | short, named - short - headlines)


def _articles(links: Iterable[PageLink], pattern: str | None, domain: str) -> list[str]:
    if pattern is None:
        return [link.url for link in links if link.is_headline]
    source = Source("probe", "probe", (domain,), article_pattern=pattern)
    return [link.url for link in links if is_article_url(link.url, source)]


async def _fetched(url: str, fetch: Fetch) -> tuple[str, list[PageLink]] | None:
    """Return a page's final address and its links; None if there is no page."""
    try:
        page = await fetch(url)
        return (page.final_uri, await _links(page)) if page.status == 200 else None
    except ProbeFailed:
        return None


async def _links(page: Capture) -> list[PageLink]:
    """Return the links of a page, read within bounds; raises ProbeFailed beyond them."""
    try:
        return await within_bounds(page.final_uri, _links_in, page)
    except TooCostly as error:
        raise ProbeFailed(f"{page.final_uri}: {error}") from error


def _links_in(page: Capture) -> list[PageLink]:
    return page_links(decoded(page.body, page.header("content-type") or "")[:MAX_TEXT], page.final_uri)


def _own(links: Iterable[PageLink], domain: str) -> list[PageLink]:
    source = Source("probe", "probe", (domain,))
    return [link for link in links if is_of_source(link.url, source)]


def _domain_of(url: str, domain: str, links: list[PageLink]) -> str:
    """Return the front page's domain, or the one above it if the articles are on other hosts of the same site."""
    headlines = [link for link in links if link.is_headline]
    if len(_own(headlines, domain)) >= MIN_ARTICLES:
        return domain
    others = [link for link in headlines if same_site(link.url, url)]
    labels = domain.split(".")
    above = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    wider = [each for each in above if same_site(f"{urlsplit(url).scheme}://{each}/", url)]
    return wider[-1] if wider and len(others) >= MIN_ARTICLES and re.search(r"[a-z]", domain) else domain
