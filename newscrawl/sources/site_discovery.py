"""Discover what a spider for a new site needs: feeds, sitemaps or sections, URL patterns; and try a few articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from lxml import html

from newscrawl.bounded_reading import read_listing
from newscrawl.bounds import within_bounds
from newscrawl.discover import Listing
from newscrawl.discover.article_patterns import guessed_guid_pattern
from newscrawl.errors import ExtractionError
from newscrawl.extract import Page
from newscrawl.items import Candidate, Capture, Source
from newscrawl.languages import language_tag
from newscrawl.normalize import is_of_source
from newscrawl.reading import PageReader
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.sources.section_discovery import Sections, find_sections
from newscrawl.sources.trial import TriedPage, try_page
from newscrawl.sources.watched import host_of

# Usual paths of feeds and news sitemaps that a front page does not link.
USUAL_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
MAX_LISTINGS = 4
MAX_CANDIDATES = 1000  # of each
MAX_TRIED_ARTICLES = 3
MIN_MATCHING_SHARE = 0.8  # share of the URLs that a guessed pattern must match
# Guesses, the most specific first.
ARTICLE_PATTERNS = (
    r"/20\d\d/\d\d?/\d\d?/",
    r"/20\d\d/\d\d?/",
    r"/20\d\d-\d\d-\d\d",
    r"[-/_]\d{5,}",
    r"-[0-9a-f]{8,}",
    r"\.html?$",
)
GUID_PATTERNS = (
    r"[-/_](\d{5,})(?:[/.?#]|$)",
    r"[-/]([0-9a-f]{12,})(?:[/.?#]|$)",
    r"[?&](?:id|aid|nid|p|article|artikel)=(\d+)",
)


@dataclass(frozen=True, slots=True)
class Site:
    """Findings about a website that is not a source yet."""

    name: str
    publisher: str
    domain: str
    language: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # where there is neither
    article_pattern: str | None = None
    guid_pattern: str | None = None
    tried_pages: tuple[TriedPage, ...] = ()
    further_domains: tuple[str, ...] = ()  # of the row whose place its file takes

    def as_source(self) -> Source:
        """Return what is known of the site as a source."""
        return Source(self.name, self.publisher, (self.domain,), (self.language.partition("-")[0],))


async def discover_site(url: str, fetch: Fetch) -> Site:
    """Return what a spider for a site needs; raises ProbeFailed if the front page cannot be fetched."""
    front = await fetch(url)
    if front.status != 200:
        raise ProbeFailed(f"{url}: http_{front.status}")
    stated = await _stated(front)
    domain = host_of(front.final_uri)
    feeds, sitemaps, candidates = await _listings(front, stated, domain, fetch)
    urls = [candidate.url for candidate in candidates]
    sections = Sections(domain=domain) if candidates else await find_sections(front, domain, fetch)
    domain, urls = sections.domain, urls or list(sections.articles)
    site = Site(
        name=name_of(domain),
        publisher=stated.publisher or domain,
        domain=domain,
        language=language_tag(stated.language) or "en",
        feeds=feeds,
        sitemaps=sitemaps,
        sections=sections.urls,
        article_pattern=sections.pattern or first_matching(ARTICLE_PATTERNS, urls),
        guid_pattern=guessed_guid_pattern(urls, GUID_PATTERNS, least_share=MIN_MATCHING_SHARE),
    )
    reader = PageReader(site.as_source())
    tried_pages = [await try_page(await fetch(url), reader) for url in urls[:MAX_TRIED_ARTICLES]]
    return replace(site, tried_pages=tuple(tried_pages))


async def discover_listings(url: str, fetch: Fetch) -> tuple[str, ...]:
    """Return the feeds and sitemaps that a front page leads to; raises ProbeFailed if it cannot be read."""
    front = await fetch(url)
    domain = host_of(front.final_uri)
    feeds, sitemaps, _ = await _listings(front, await _stated(front), domain, fetch)
    return (*feeds, *sitemaps)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a front page states of its site."""

    links: tuple[str, ...]  # to feeds
    publisher: str | None
    language: str | None


async def _stated(front: Capture) -> _Stated:
    """Return what a front page states, read under the limits of an article page; raises ProbeFailed beyond them."""
    try:
        return await within_bounds(front.final_uri, _stated_in, front)
    except ExtractionError as error:
        raise ProbeFailed(str(error)) from error


def _stated_in(front: Capture) -> _Stated:
    root = Page(front).tree
    links = root.xpath("//link[@rel='alternate'][contains(@type,'xml')]/@href")
    return _Stated(tuple(map(str, links)), _publisher(root), root.get("lang"))


async def _listings(
    front: Capture, stated: _Stated, domain: str, fetch: Fetch
) -> tuple[tuple[str, ...], tuple[str, ...], list[Candidate]]:
    """Return feeds, sitemaps and the candidates that they list."""
    feeds: list[str] = []
    sitemaps: list[str] = []
    candidates: list[Candidate] = []
    probed = Source("probe", "probe", (domain,))
    for url in await _possible_listings(front, stated, fetch):
        if len(feeds) + len(sitemaps) >= MAX_LISTINGS:
            break
        page = await _fetch_listing(url, fetch)
        own = [candidate for candidate in page.candidates if is_of_source(candidate.url, probed)]
        if own or page.sitemaps:
            (sitemaps if page.sitemaps or "sitemap" in url else feeds).append(url)
            candidates += own
    return tuple(feeds), tuple(sitemaps), candidates


async def _possible_listings(front: Capture, stated: _Stated, fetch: Fetch) -> list[str]:
    """Return URLs to try, the most reliable first: links of the front page, robots.txt, usual paths."""
    urls = [
        *(urljoin(front.final_uri, link) for link in stated.links),
        *await _robots_sitemaps(front.final_uri, fetch),
        *(urljoin(front.final_uri, path) for path in USUAL_PATHS),
    ]
    return list(dict.fromkeys(urls))


async def _fetch_listing(url: str, fetch: Fetch) -> Listing:
    """Return a feed or sitemap, an empty listing if the URL leads to neither."""
    try:
        capture = await fetch(url)
    except ProbeFailed:
        return Listing()
    if capture.status != 200 or b"<html" in capture.body[:2048].lower():
        return Listing()
    content_type = capture.header("content-type") or ""
    return await read_listing(url, MAX_CANDIDATES, capture.body, url=capture.final_uri, content_type=content_type)


async def _robots_sitemaps(front_url: str, fetch: Fetch) -> list[str]:
    """Return the sitemaps that robots.txt names, news sitemaps first."""
    try:
        capture = await fetch(urljoin(front_url, "/robots.txt"))
    except ProbeFailed:
        return []
    lines = capture.body[:500_000].decode("utf-8", "replace").splitlines() if capture.status == 200 else []
    urls = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    return sorted(urls, key=lambda url: "news" not in url.lower())


def first_matching(patterns: Iterable[str], urls: Sequence[str]) -> str | None:
    """Return the first pattern that at least MIN_MATCHING_SHARE of the URLs match, None if there is none."""
    if not urls:
        return None
    for pattern in patterns:
        if sum(bool(re.search(pattern, url)) for url in urls) >= MIN_MATCHING_SHARE * len(urls):
            return pattern
    return None


def name_of(domain: str) -> str:
    """Return the name of a source for a domain: its distinctive label, letters and digits only."""
    labels = re.sub(r":\d+$", "", domain).split(".")
    distinctive = [label for label in labels[:-1] if label not in {"co", "com", "org", "net", "news", "www", "m"}]
    name = re.sub(r"[^a-z0-9]", "", (distinctive or labels)[-1].lower())
    return f"site{name}" if not name or name[0].isdigit() else name


def _publisher(root: html.HtmlElement) -> str | None:
    for path in ("//meta[@property='og:site_name']/@content", "//title/text()"):
        for value in root.xpath(path):
            text = " ".join(str(value).split())
            if text:
                return text[:80]
    return None
