"""Listings made to fool or to flood a crawl: other people's links, one guid for all, the future, a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock

from .archive import heads_by_guid, with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAMES = ("pier-101", "storm-102", "ferry-103")


class Foreign(ThreadingHTTPServer):
    """Another host, 127.0.0.2, that lists and serves nothing and notes what it is asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, format: str, *args: object) -> None:
                """Print nothing: `asked` has the request."""

        super().__init__(("127.0.0.2", 0), Handler)

    @property
    def authority(self) -> str:
        return f"127.0.0.2:{self.server_address[1]}"


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with Foreign() as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(gazette: Gazette, foreign: Foreign) -> dict[str, list[str]]:
    """Return settings under which the foreign host could be requested: no filter of addresses hides a fault."""
    return {"NEWSCRAWL_EGRESS_ALLOW": [gazette.base.removeprefix("http://"), foreign.authority]}


def rss(*items: str) -> tuple[int, dict[str, str], str]:
    return 200, {"Content-Type": "application/rss+xml"}, f"<rss><channel>{''.join(items)}</channel></rss>"


def item(url: str, **fields: str) -> str:
    stated = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<item><title>News</title><link>{url}</link>{stated}</item>"


def test_links_of_others_are_not_requested(gazette_driver: CrawlDriver, gazette: Gazette, foreign: Foreign) -> None:
    gazette.articles = {name: [f"This is what happened to the {name}."] for name in NAMES}
    theirs = [f"http://{foreign.authority}/2026/03/{name}" for name in NAMES]
    theirs += [f"http://{foreign.authority}@{gazette.base.removeprefix('http://')}/2026/03/quay-104"]
    own = [f"{gazette.base}/2026/03/{name}" for name in NAMES]
    gazette.overrides["/feed.xml"] = lambda _: rss(*map(item, [*theirs, *own]))
    index = f"<sitemapindex><sitemap><loc>http://{foreign.authority}/sitemap.xml</loc></sitemap></sitemapindex>"
    gazette.overrides["/news-sitemap.xml"] = lambda _: (200, {}, index)
    report = gazette_driver.crawl(settings=settings(gazette, foreign))
    assert report.outcomes == {"new": len(NAMES)}
    assert foreign.asked == []


def test_the_foreign_host_could_be_requested(gazette_driver: CrawlDriver, gazette: Gazette, foreign: Foreign) -> None:
    gazette.articles = {"pier-101": ["The pier is open."]}
    moved = {"Location": f"http://{foreign.authority}/sitemap.xml"}
    gazette.overrides["/news-sitemap.xml"] = lambda _: (302, moved, "")
    gazette_driver.crawl(settings=settings(gazette, foreign))
    assert "/sitemap.xml" in foreign.asked


def test_one_guid_for_all_entries_overwrites_no_article(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette.articles = {name: [f"This is what happened to the {name}."] for name in NAMES}
    entries = [item(f"{gazette.base}/2026/03/{name}", guid="same") for name in NAMES]
    gazette.overrides["/feed.xml"] = lambda _: rss(*entries)
    for hour in range(2):
        gazette_driver.crawl(clock=SteppingClock(START + timedelta(hours=hour)))
    heads = with_store(gazette_driver.config, heads_by_guid)
    assert {guid: (head.url, head.number) for guid, head in heads.items()} == {
        name[-3:]: (f"{gazette.base}/2026/03/{name}", 1) for name in NAMES
    }


def test_dates_of_the_future_delay_no_check(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    gazette.articles = {name: [f"This is what happened to the {name}."] for name in NAMES}
    dates = ("Thu, 01 Jan 2099 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 02 Mar 2026 11:00:00 GMT")
    entries = [item(f"{gazette.base}/2026/03/{name}", pubDate=date) for name, date in zip(NAMES, dates, strict=True)]
    gazette.overrides["/feed.xml"] = lambda _: rss(*entries)
    assert gazette_driver.crawl(clock=SteppingClock(START)).outcomes == {"new": len(NAMES)}
    heads = with_store(gazette_driver.config, heads_by_guid).values()
    ahead = [head.next_check_at - START for head in heads if head.next_check_at is not None]
    assert len(ahead) == len(NAMES)
    assert max(ahead) < timedelta(days=1), "a new article is checked soon, whatever its listing says"


def test_of_a_hundred_thousand_entries_so_many_are_requested(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    urls = [f"{gazette.base}/2026/03/pier-{number}" for number in range(100_000, 200_000)]
    gazette.articles = {"pier-101": ["The pier is open."]}
    gazette.overrides["/feed.xml"] = lambda _: rss(*map(item, [f"{gazette.base}/2026/03/pier-101", *urls]))
    driver = gazette_driver
    driver.config = replace(driver.config, discovery_max_urls=20)
    report = driver.crawl()
    assert report.outcomes["new"] == 1
    assert len({request.path for request in gazette.requests("pier")}) == 20
