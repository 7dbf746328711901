"""What a crawl leaves out of listings, it warns of: entries beyond a limit, and indexes below the third."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.config import PROJECT_ROOT
from newscrawl.spider import SITEMAP_DEPTH
from tests.forked import commands as forked

from .gazette import Gazette
from .test_sitemap_chains import index_of

if TYPE_CHECKING:
    from .conftest import CrawlDriver


def left_alone(driver: CrawlDriver, **environ: str) -> list[str]:
    """Return the lines of a crawl's log on what it left out."""
    command = ["crawl", "demo", "-a", f"base={driver.newsroom.base}"]
    done = forked.run(command, env=driver.environ() | environ, cwd=PROJECT_ROOT)
    return [line for line in done.stderr.splitlines() if "decision=left_alone" in line]


def test_addresses_beyond_the_limit_of_a_listing_are_warned_of(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    for name in ("pier-101", "quay-102", "lamp-103"):
        gazette.articles[name] = ["It is open."]
    assert left_alone(gazette_driver, NEWSCRAWL_DISCOVERY_MAX_URLS="3") == []
    lines = left_alone(gazette_driver, NEWSCRAWL_DISCOVERY_MAX_URLS="2")
    url = f"{gazette.base}/feed.xml"
    words = f"{url}: only its first 2 addresses are read (NEWSCRAWL_DISCOVERY_MAX_URLS)"
    warned = [line for line in lines if f"source=demo reason=left_out detail='{words}'" in line]
    assert len(warned) == 1
    assert " WARNING " in warned[0] or "level=warning" in warned[0].lower()


def test_sitemaps_below_the_third_index_are_warned_of_and_those_of_the_third_are_not(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    gazette.articles["pier-101"] = ["It is open."]
    for depth in range(SITEMAP_DEPTH + 1):
        path = f"/chain-{depth}.xml" if depth else "/news-sitemap.xml"
        below = f"{gazette.base}/chain-{depth + 1}.xml"
        gazette.overrides[path] = lambda _, below=below: (200, {}, index_of(below))  # type: ignore[misc]
    assert [line.partition("decision=")[2].partition(" run=")[0] for line in left_alone(gazette_driver)] == [
        "left_alone source=demo sitemaps=1 reason=too_deep"
    ]
    last = f"/chain-{SITEMAP_DEPTH}.xml"
    articles = f"<urlset><url><loc>{gazette.base}/2026/03/pier-101</loc></url></urlset>"
    gazette.overrides[last] = lambda _: (200, {}, articles)
    assert left_alone(gazette_driver) == []
