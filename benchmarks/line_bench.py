"""The full line against Scrapy alone, on the same pages, side by side in one run.

`python benchmarks/line_bench.py [PAGES] [ROUNDS]` serves invented stories over loopback from a process of its own and
crawls them (1) with Scrapy alone, which parses nothing, and with newscrawl's whole line, spider to MongoDB, on
(a) 304s, (b) 200s that are unchanged, (c) 200s that all changed. Printed are pages per second of the crawler's own CPU
(user + system; mongod and the server are other processes) without the start of the process, and the ratio to Scrapy
alone in the same round. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.extract import Rules
from newscrawl.jobs.run import Job, settings_for
from newscrawl.spider import NewsSpider
from newscrawl.store import Store, embedded

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
FILLER = "<div class='teaser'><a href='/x'>Another story of the day</a><p>And what it is about.</p></div>" * 150


def page(number: int, edition: int) -> bytes:
    """Return a story of some 30 paragraphs between the usual furniture: about 45 KB."""
    paragraphs = [
        f"Paragraph {n} of story {number} tells of the council, its {n * number} members and what they said of it."
        for n in range(30)
    ]
    if edition:
        paragraphs[number % 30] += f" The council changed its mind for the {edition}th time."
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>Story {number}</title>"
        f"<meta property='article:published_time' content='2026-03-02T06:00:00Z'></head><body><nav>{FILLER}</nav>"
        f"<article><h1>Story {number} of the council</h1><div class=story>{body}</div></article><aside>{FILLER}</aside>"
        "</body></html>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Story N at /story-N; the edition is in the query of /edition?N, asked before each crawl."""

    protocol_version = "HTTP/1.1"
    edition: ClassVar[int] = 0
    pages: ClassVar[int] = 0
    is_conditional: ClassVar[bool] = False
    wbufsize = 1 << 17

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/set":
            edition, pages, conditional = query.split(",")
            Handler.edition, Handler.pages, Handler.is_conditional = int(edition), int(pages), conditional == "1"
            self.answer(200, b"ok")
        elif path == "/robots.txt":
            self.answer(404, b"")
        elif path == "/feed.xml":
            items = "".join(
                f"<item><title>Story {n}</title><link>http://127.0.0.1:{self.server.server_address[1]}/story-{n}</link></item>"
                for n in range(Handler.pages)
            )
            self.answer(200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
        elif Handler.is_conditional and self.headers.get("If-None-Match"):
            self.answer(304, b"")
        else:
            self.answer(200, page(int(path.rpartition("-")[2]), Handler.edition))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("ETag", f'"{self.path}"')
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the benchmark's output is its table."""


class LineSpider(NewsSpider):
    name = "demo"
    publisher = "Benchmark"
    domains = ("127.0.0.1",)
    guid_pattern = r"story-(\d+)"

    def discovery(self) -> Iterator[Request]:
        yield self.listing_request(f"{self.settings['BENCH_BASE']}/feed.xml")

    class Layout(Rules):
        match = "div.story"
        body = "div.story"


class BareSpider(scrapy.Spider):
    """Scrapy alone: the feed's addresses, no parsing, no pipeline."""

    name = "bare"

    async def start(self) -> Any:
        for number in range(self.settings.getint("BENCH_PAGES")):
            yield Request(f"{self.settings['BENCH_BASE']}/story-{number}", callback=self.parse)

    def parse(self, response: Response, **_: Any) -> None:
        return None


@dataclass(frozen=True)
class Crawl:
    base: str
    pages: int
    config: Config
    hour: int = 0
    is_bare: bool = False


def crawl(task: Crawl) -> float:
    """Run one crawl in this process and return its CPU seconds, from the reactor's start to its end."""
    job = Job(source="demo", clock=SteppingClock(START + timedelta(hours=task.hour)), log_level="ERROR", fail_on=0)
    settings = settings_for(job, task.config)
    shared = {
        "BENCH_BASE": task.base,
        "BENCH_PAGES": task.pages,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "NEWSCRAWL_EGRESS_ALLOW": [task.base.removeprefix("http://")],
    }
    bare = {
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_HANDLERS": {},
        "DOWNLOADER_MIDDLEWARES": {},
        "SPIDER_MIDDLEWARES": {},
    }
    for name, value in {**shared, **(bare if task.is_bare else {})}.items():
        settings.set(name, value, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider if task.is_bare else LineSpider)
    process.crawl(crawler)
    before = cpu()
    process.start()
    spent = cpu() - before
    stats = crawler.stats.get_stats() if crawler.stats else {}
    got = stats.get("response_received_count", 0)
    if got < task.pages:
        raise RuntimeError(f"only {got} of {task.pages} pages were fetched: {stats}")
    return spent


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def in_child(function: Callable[..., Any], *args: Any) -> Any:
    """Run in a fresh process: a reactor starts once, and CPU is then counted for it alone."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def serve(port: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


def order(base: str, edition: int, pages: int, *, conditional: bool) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{base}/set?{edition},{pages},{int(conditional)}") as answer:  # noqa: S310  loopback
        answer.read()


def due(task: Crawl) -> Crawl:
    """Make every story due for a crawl: what is measured is the line, not the policy's patience."""

    async def write() -> None:
        store = await Store.open(task.config)
        try:
            await store.make_due(START + timedelta(hours=task.hour), "for the benchmark", source="demo")
        finally:
            await store.close()

    asyncio.run(write())
    return task


def measured_round(base: str, pages: int, config: Config) -> dict[str, float]:
    """Return CPU seconds of each kind of crawl, the store being filled first."""
    order(base, 0, pages, conditional=False)
    in_child(crawl, Crawl(base, pages, config, hour=0))
    found = {"scrapy alone": in_child(crawl, Crawl(base, pages, config, is_bare=True))}
    order(base, 0, pages, conditional=True)
    found["(a) 304"] = in_child(crawl, due(Crawl(base, pages, config, hour=3)))
    order(base, 0, pages, conditional=False)
    found["(b) 200, unchanged"] = in_child(crawl, due(Crawl(base, pages, config, hour=6)))
    order(base, 1, pages, conditional=False)
    found["(c) 200, changed"] = in_child(crawl, due(Crawl(base, pages, config, hour=9)))
    return found


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    results: list[dict[str, float]] = []
    try:
        base = f"http://127.0.0.1:{port.get(timeout=20)}"
        with tempfile.TemporaryDirectory() as folder:
            held = embedded.join(Path(folder))
            try:
                for number in range(rounds):
                    config = Config(
                        home=Path(folder),
                        mongo_database=f"bench{number}",
                        recheck_max_per_run=100_000,
                        discovery_max_urls=100_000,
                        delay_seconds=0.0,
                        host_requests_per_hour=0,
                    )
                    results.append(measured_round(base, pages, config))
            finally:
                held.leave()
    finally:
        server.terminate()
        server.join()
    print(f"{pages} pages of {len(page(1, 0)) // 1024} KB, {rounds} rounds; medians")
    print(f"{'':22}{'pages / CPU-second':>20}{'ratio to Scrapy alone':>24}")
    for kind in results[0]:
        rate = statistics.median(pages / r[kind] for r in results)
        ratio = statistics.median(r["scrapy alone"] / r[kind] for r in results)
        print(f"{kind:22}{rate:>20.0f}{ratio:>24.2f}")


if __name__ == "__main__":
    main()
