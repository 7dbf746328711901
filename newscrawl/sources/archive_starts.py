"""Where the archive of a source begins."""

from __future__ import annotations

from newscrawl.spider import NewsSpider

MAX_ROBOTS_BYTES = 500_000  # RFC 9309, 2.5


def starts(spider: type[NewsSpider]) -> list[str]:
    """Return where an archive begins: the source's sitemaps and sections, its front page, and what robots.txt names."""
    listings = (*spider.sitemaps, *spider.sections, *spider.feeds)
    of_source = spider()
    own = [url for url in listings if of_source.is_ours(url)]
    origin = "/".join(own[0].split("/")[:3]) if own else f"https://{spider.domains[0]}" if spider.domains else ""
    front = [f"{origin}/"] if origin else []
    robots = [f"{origin}/robots.txt"] if origin else []
    return list(dict.fromkeys([*robots, *spider.sitemaps, *spider.sections, *front]))


def sitemaps_of_robots(body: bytes) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names."""
    lines = body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace").splitlines()
    return tuple(line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:"))
