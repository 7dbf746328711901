"""Indexes of sitemaps that never end: a crawl reads three below the first, each once, and none of another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newscrawl.spider import MAX_LISTINGS, SITEMAP_DEPTH

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver


def index_of(*urls: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"


def test_chain_of_indexes_without_end_ends(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette.articles["pier-101"] = ["The pier is open."]
    first, foreign = f"{gazette.base}/news-sitemap.xml", "http://other.invalid/sitemap.xml"
    for number in range(10):
        path = f"/chain-{number}.xml" if number else "/news-sitemap.xml"
        below = f"{gazette.base}/chain-{number + 1}.xml"
        gazette.overrides[path] = lambda _, below=below: (200, {}, index_of(first, foreign, below))  # type: ignore[misc]
    assert gazette_driver.crawl().outcomes == {"new": 1}
    asked = [request.path for request in gazette.exchanges if "chain" in request.path or "sitemap" in request.path]
    assert sorted(asked) == [*(f"/chain-{depth}.xml" for depth in range(1, SITEMAP_DEPTH + 1)), "/news-sitemap.xml"]


@pytest.mark.slow
def test_index_of_a_million_sitemaps_is_left_after_so_many(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette.articles["pier-101"] = ["The pier is open."]
    urls = [f"{gazette.base}/part-{number}.xml" for number in range(20_000)]
    gazette.overrides["/news-sitemap.xml"] = lambda _: (200, {}, index_of(*urls))
    gazette_driver.crawl(settings={**gazette_driver.job().settings, "RETRY_ENABLED": False})
    parts = [request.path for request in gazette.exchanges if "part" in request.path]
    assert 0 < len(parts) < MAX_LISTINGS
    assert len(gazette.requests("pier")) == 1
