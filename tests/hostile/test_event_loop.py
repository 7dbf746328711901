"""No page, listing or robots.txt of the worst kinds takes the event loop of a crawl from others for over 200 ms."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from asyncio import events
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import brotli
import pytest
from pymongo import MongoClient
from scrapy.http import Response

from newscrawl import settings as project
from tests.hostile.loop_watch import LoopWatch
from tests.hostile.raw_site import Answer, RawSite
from tests.hostile.test_within_bounds import LISTINGS, PAGES, in_root, rss
from tests.jobs import conftest as jobs
from tests.jobs.conftest import CrawlDriver
from tests.jobs.gazette import page

pytestmark = pytest.mark.slow
driver, newsroom = jobs.driver, jobs.newsroom
MAX_SECONDS = 0.2  # of the event loop's thread, for one callback
MIB = 2**20
HTML, XML = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "text/xml"}
PLAIN = "<p>The ferry sails again, the harbour office said on Monday, and the quay is open to all passengers.</p>"


@pytest.fixture
def site() -> Iterator[RawSite]:
    with RawSite() as opened:
        yield opened


def crawled(driver: CrawlDriver, site: RawSite, tmp_path: Path, **values: object) -> dict[str, Any]:
    """Crawl a site; return what the watch of its event loop found."""
    watched = tmp_path / "watched.json"
    extensions = {**project.EXTENSIONS, "tests.hostile.loop_watch.LoopWatch": 0}
    allowed = [site.base.removeprefix("http://")]
    settings = {"NEWSCRAWL_EGRESS_ALLOW": allowed, "EXTENSIONS": extensions, "LOOP_WATCH_FILE": str(watched)}
    driver.crawl(settings=settings, arguments={"base": site.base}, **values)
    found: dict[str, Any] = json.loads(watched.read_text())
    return found


def feed(site: RawSite, *paths: str) -> Answer:
    items = "".join(f"<item><title>News</title><link>{site.base}{path}</link></item>" for path in paths)
    return XML, f"<rss><channel>{items}</channel></rss>".encode()


def longest(watched: dict[str, Any]) -> list[Any]:
    assert watched["callbacks"]
    return [each for each in watched["found"] if each[0] > MAX_SECONDS]


def article(number: int) -> str:
    return f"/2026/03/ferry-{number}"


ROBOTS: dict[str, Callable[[], bytes]] = {
    "rules": lambda: b"User-agent: *\n" + b"".join(b"Disallow: /%d*a*b*c*d\n" % n for n in range(25_000)),
    "agents": lambda: b"User-agent: *\n" * 18_000 + b"Disallow: /*x*y\n" * 18_000,
    "lines": lambda: b"\n:\r" * 200_000,
    "empty rules": lambda: b"allow:\n" * 80_000,
    "stars": lambda: b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
    "a line of blanks": lambda: b"User-agent: *\nDisallow " + b" " * 500_000 + b":\n",
    "escapes": lambda: b"User-agent: *\nDisallow: /" + b"%41" * 170_000,
    "10 MB": lambda: b"User-agent: *\nDisallow: /x\n" * 400_000,
}
BODIES: dict[str, Callable[[], Answer]] = {
    "gzip of zeros": lambda: (HTML | {"Content-Encoding": "gzip"}, gzip.compress(bytes(200 * MIB))),
    "gzip twice": lambda: (HTML | {"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(bytes(16 * MIB)))),
    "many members": lambda: (HTML | {"Content-Encoding": "gzip"}, gzip.compress(gzip.compress(b"") * 800_000)),
    "brotli": lambda: (HTML | {"Content-Encoding": "br"}, brotli.compress(b"<p>words " * (15 * MIB // 9), quality=1)),
    "letters in gzip": lambda: (HTML | {"Content-Encoding": "gzip"}, gzip.compress(PLAIN.encode() * 150_000, 1)),
    "latin letters": lambda: ({"Content-Type": "text/html"}, ("<p>Fähre " * 1_600_000).encode("cp1252")),
    "no letters": lambda: ({"Content-Type": "text/html"}, bytes(range(128, 256)) * 120_000),
    "16 MB in one line": lambda: (HTML, b"a" * (16 * MIB - 1)),
    "links": lambda: (HTML, b"<a href=/2026/03/x-1>words of a link</a>" * 400_000),
}


OWN: dict[str, Callable[[str], bytes]] = {
    "addresses": lambda base: rss(
        "".join(f"<item><link>{base}/2026/03/{'a-' * 980}{n}</link></item>" for n in range(8_000))
    ),
    "sitemaps": lambda base: in_root(
        "sitemapindex", "".join(f"<sitemap><loc>{base}/{'%2f' * 100}{n}.xml</loc></sitemap>" for n in range(45_000))
    ),
}


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_txt_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path, name: str) -> None:
    paths = [article(number) for number in range(1, 9)]
    site.answers |= {path: (HTML, page("ferry", [PLAIN]).encode()) for path in paths}
    site.answers |= {"/feed.xml": feed(site, *paths), "/robots.txt": ({"Content-Type": "text/plain"}, ROBOTS[name]())}
    assert longest(crawled(driver, site, tmp_path)) == []
    assert "/robots.txt" in site.asked


@pytest.mark.parametrize("name", BODIES)
def test_decoding_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path, name: str) -> None:
    site.answers |= {article(1): BODIES[name](), "/feed.xml": feed(site, article(1))}
    assert longest(crawled(driver, site, tmp_path)) == []
    assert article(1) in site.asked


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path, name: str) -> None:
    site.answers["/feed.xml"] = XML, LISTINGS[name]()
    assert longest(crawled(driver, site, tmp_path)) == []
    assert "/feed.xml" in site.asked


@pytest.mark.parametrize("name", OWN)
def test_listing_of_its_own_site_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path, name: str) -> None:
    site.answers["/feed.xml"] = XML, OWN[name](site.base)
    driver.config = replace(driver.config, discovery_max_urls=600)
    assert longest(crawled(driver, site, tmp_path)) == []
    assert len(site.asked) > 100


@pytest.mark.parametrize("name", PAGES)
def test_page_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path, name: str) -> None:
    site.answers |= {article(1): (HTML, PAGES[name]()), "/feed.xml": feed(site, article(1))}
    assert longest(crawled(driver, site, tmp_path)) == []
    assert article(1) in site.asked


def test_recording_holds_up_nobody(driver: CrawlDriver, site: RawSite, tmp_path: Path) -> None:
    paths = {article(number): BODIES[name] for number, name in enumerate(BODIES, 1)}
    site.answers |= {path: body() for path, body in paths.items()}
    site.answers |= {"/feed.xml": feed(site, *paths), "/news-sitemap.xml": (XML, LISTINGS["a sitemap of 16 MB"]())}
    recording = tmp_path / "recorded.warc.gz"
    assert longest(crawled(driver, site, tmp_path, record=recording)) == []
    requests = len(site.asked)
    replayed = replace(
        driver, config=replace(driver.config, mongo_database=f"{driver.config.mongo_database[:50]}-again")
    )
    try:
        watched = crawled(replayed, site, tmp_path, replay=recording)
    finally:
        with MongoClient[dict[str, Any]](driver.config.mongo_uri) as client:
            client.drop_database(replayed.config.mongo_database)
    assert longest(watched) == [], watched["found"][:4]
    assert watched["answers"] > len(paths)
    assert len(site.asked) == requests


async def test_what_holds_up_others_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(events.Handle, "_run", events.Handle._run)  # put back afterwards
    watch = LoopWatch(tmp_path / "watched.json")
    watch.measure()
    watch.note_answer(Response("https://paper.example/"))
    asyncio.get_running_loop().call_soon(burn, 2 * MAX_SECONDS)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    watch.write()
    assert longest(json.loads((tmp_path / "watched.json").read_text()))


def burn(seconds: float) -> None:
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        pass
