"""Discover what a spider of a new site needs: feeds, sitemaps, address patterns; and try a few of its articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from lxml import html

from newscrawl.discover import Listing, listing
from newscrawl.items import Candidate, Capture, Source
from newscrawl.languages import language_tag
from newscrawl.reading import PageReader
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.sources.trial import TriedPage, try_page

# Where sites keep a feed or news sitemap that their front page does not mention.
USUAL_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
MAX_LISTINGS = 4
STORIES = 3
MIN_FITTING_SHARE = 0.8  # share of the addresses that a guessed pattern must fit
PATTERNS = (
    r"/20\d\d/\d\d?/\d\d?/",
    r"/20\d\d/\d\d?/",
    r"/20\d\d-\d\d-\d\d",
    r"[-/_]\d{5,}",
    r"-[0-9a-f]{8,}",
    r"\.html?$",
)
GUIDS = (r"[-/_](\d{5,})(?:[/.?#]|$)", r"-([0-9a-f]{12,})(?:[/.?#]|$)")


@dataclass(frozen=True, slots=True)
class Site:
    """What was found out about a site."""

    name: str
    publisher: str
    domain: str
    language: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    article_pattern: str | None = None
    guid_pattern: str | None = None
    tried: tuple[TriedPage, ...] = ()


async def discover_site(url: str, fetch: Fetch) -> Site:
    """Find out what a spider for this site needs; raises ProbeFailed where the front page cannot be had."""
    front = await fetch(url)
    if front.status != 200:
        raise ProbeFailed(f"{url}: http_{front.status}")
    root = html.fromstring(front.body)
    domain = (urlsplit(front.final_uri).netloc or "").removeprefix("www.")
    feeds, sitemaps, candidates = await _listings(front, root, domain, fetch)
    addresses = [c.url for c in candidates]
    site = Site(
        name=name_of(domain),
        publisher=_publisher(root) or domain,
        domain=domain,
        language=language_tag(root.get("lang")) or "en",
        feeds=feeds,
        sitemaps=sitemaps,
        article_pattern=first_fitting(PATTERNS, addresses),
        guid_pattern=first_fitting(GUIDS, addresses),
    )
    source = Source(site.name, site.publisher, (domain,), (site.language.partition("-")[0],))
    tried = [try_page(await fetch(address), PageReader(source)) for address in addresses[:STORIES]]
    return replace(site, tried=tuple(tried))


async def _listings(
    front: Capture, root: html.HtmlElement, domain: str, fetch: Fetch
) -> tuple[tuple[str, ...], tuple[str, ...], list[Candidate]]:
    feeds: list[str] = []
    sitemaps: list[str] = []
    candidates: list[Candidate] = []
    stated = [
        urljoin(front.final_uri, href) for href in root.xpath("//link[@rel='alternate'][contains(@type,'xml')]/@href")
    ]
    places = [
        *stated,
        *await _robots_sitemaps(front.final_uri, fetch),
        *(urljoin(front.final_uri, p) for p in USUAL_PATHS),
    ]
    for place in dict.fromkeys(places):
        if len(feeds) + len(sitemaps) >= MAX_LISTINGS:
            break
        found = await _listed(place, fetch)
        own = [c for c in found.candidates if domain in (urlsplit(c.url).netloc or "")]
        if own or found.sitemaps:
            (sitemaps if found.sitemaps or "sitemap" in place else feeds).append(place)
            candidates += own
    if not candidates:
        page = listing(front.body, url=front.final_uri, content_type="text/html")
        candidates = [c for c in page.candidates if domain in c.url and len(c.headline or "") > 30]
    return tuple(feeds), tuple(sitemaps), candidates


async def _listed(place: str, fetch: Fetch) -> Listing:
    try:
        capture = await fetch(place)
    except ProbeFailed:
        return Listing()  # a guess that was wrong
    kind = capture.header("content-type") or ""
    if capture.status != 200 or b"<html" in capture.body[:2048].lower():
        return Listing()
    return listing(capture.body, url=capture.final_uri, content_type=kind)


async def _robots_sitemaps(front: str, fetch: Fetch) -> list[str]:
    try:
        capture = await fetch(urljoin(front, "/robots.txt"))
    except ProbeFailed:
        return []
    lines = capture.body[:500_000].decode("utf-8", "replace").splitlines() if capture.status == 200 else []
    found = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    return sorted(found, key=lambda address: "news" not in address.lower())


def first_fitting(patterns: Iterable[str], addresses: Sequence[str]) -> str | None:
    """Return the first pattern that most addresses fit, None where none does."""
    if not addresses:
        return None
    return next(
        (p for p in patterns if sum(bool(re.search(p, a)) for a in addresses) >= MIN_FITTING_SHARE * len(addresses)),
        None,
    )


def name_of(domain: str) -> str:
    """Return the key of a source for a domain: its telling label, letters and digits only."""
    labels = domain.partition(":")[0].split(".")
    telling = [label for label in labels[:-1] if label not in {"co", "com", "org", "net", "news", "www", "m"}]
    name = re.sub(r"[^a-z0-9]", "", (telling or labels)[-1].lower())
    return f"site{name}" if not name or name[0].isdigit() else name


def _publisher(root: html.HtmlElement) -> str | None:
    for path in ("//meta[@property='og:site_name']/@content", "//title/text()"):
        for found in root.xpath(path):
            words = " ".join(str(found).split())
            if words:
                return words[:80]
    return None
