"""Compare a full crawl with Scrapy alone, on the same pages in one run.

`python benchmarks/line_bench.py [PAGES] [ROUNDS]` serves invented articles over loopback from a separate process. It
crawls them with Scrapy alone, which parses nothing, and with newscrawl, from the spider to MongoDB, where all responses
are (a) 304s, (b) 200s with an unchanged wording, (c) 200s with a changed wording. It prints pages per second of the
crawler's own CPU time (user + system; mongod and the server are other processes; the start of the process is not
counted), and the ratio to Scrapy alone in the same round. Numbers vary with the load of the machine, ratios less.
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
FILLER = "<div class='teaser'><a href='/x'>Another article of the day</a><p>And what it is about.</p></div>" * 150


def page(number: int, edition: int) -> bytes:
    """Return the page of an article: 30 paragraphs between navigation and teasers, about 30 KB."""
    paragraphs = [
        f"Paragraph {n} of article {number} is about the council, its {n * number} members and what they said of it."
        for n in range(30)
    ]
    if edition:
        paragraphs[number % 30] += f" The council changed its mind for the {edition}th time."
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>Article {number}</title>"
        f"<meta property='article:published_time' content='2026-03-02T06:00:00Z'></head><body><nav>{FILLER}</nav>"
        f"<article><h1>Article {number} about the council</h1><div class=body>{body}</div></article>"
        f"<aside>{FILLER}</aside></body></html>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Serves article N at /article-N, in the state that /set?EDITION,PAGES,CONDITIONAL requested."""

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
                f"<item><title>Article {n}</title><link>http://127.0.0.1:{self.server.server_address[1]}/article-{n}</link></item>"
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
        """Print nothing: the output of the benchmark is its table."""


class FullSpider(NewsSpider):
    name = "demo"
    publisher = "Benchmark"
    domains = ("127.0.0.1",)
    guid_pattern = r"article-(\d+)"

    def discovery(self) -> Iterator[Request]:
        yield self.listing_request(f"{self.settings['BENCH_BASE']}/feed.xml")

    class Layout(Rules):
        match = "div.body"
        body = "div.body"


class BareSpider(scrapy.Spider):
    """Scrapy alone: requests every page; no parsing, no pipeline."""

    name = "bare"

    async def start(self) -> Any:
        for number in range(self.settings.getint("BENCH_PAGES")):
            yield Request(f"{self.settings['BENCH_BASE']}/article-{number}", callback=self.parse)

    def parse(self, response: Response, **_: Any) -> None:
        return None


@dataclass(frozen=True)
class Task:
    """One crawl to measure."""

    base: str
    pages: int
    config: Config
    hour: int = 0
    is_bare: bool = False


def crawl(task: Task) -> float:
    """Run one crawl in this process and return the CPU seconds from start to end of the reactor."""
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
    crawler = process.create_crawler(BareSpider if task.is_bare else FullSpider)
    process.crawl(crawler)
    before = cpu_seconds()
    process.start()
    seconds = cpu_seconds() - before
    stats = crawler.stats.get_stats() if crawler.stats else {}
    received = stats.get("response_received_count", 0)
    if received < task.pages:
        raise RuntimeError(f"only {received} of {task.pages} pages were fetched: {stats}")
    return seconds


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def in_child(function: Callable[..., Any], *args: Any) -> Any:
    """Run a function in a new process: a reactor cannot restart, and CPU time is counted per process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def serve(port: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


def set_edition(base: str, edition: int, pages: int, *, conditional: bool) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{base}/set?{edition},{pages},{int(conditional)}") as response:  # noqa: S310  loopback
        response.read()


def make_due(task: Task) -> Task:
    """Make every article due for a crawl, whatever the recheck policy has planned."""

    async def write() -> None:
        store = await Store.open(task.config)
        try:
            await store.make_due(START + timedelta(hours=task.hour), "for the benchmark", source="demo")
        finally:
            await store.close()

    asyncio.run(write())
    return task


def measured_round(base: str, pages: int, config: Config) -> dict[str, float]:
    """Return the CPU seconds of each kind of crawl, after a first crawl that fills the store."""
    set_edition(base, 0, pages, conditional=False)
    in_child(crawl, Task(base, pages, config, hour=0))
    seconds = {"scrapy alone": in_child(crawl, Task(base, pages, config, is_bare=True))}
    set_edition(base, 0, pages, conditional=True)
    seconds["(a) 304"] = in_child(crawl, make_due(Task(base, pages, config, hour=3)))
    set_edition(base, 0, pages, conditional=False)
    seconds["(b) 200, unchanged"] = in_child(crawl, make_due(Task(base, pages, config, hour=6)))
    set_edition(base, 1, pages, conditional=False)
    seconds["(c) 200, changed"] = in_child(crawl, make_due(Task(base, pages, config, hour=9)))
    return seconds


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
            mongod = embedded.join(Path(folder))
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
                mongod.leave()
    finally:
        server.terminate()
        server.join()
    print(f"{pages} pages of {len(page(1, 0)) // 1024} KB, {rounds} rounds; medians")
    print(f"{'':22}{'pages / CPU-second':>20}{'ratio to Scrapy alone':>24}")
    for kind in results[0]:
        rate = statistics.median(pages / seconds[kind] for seconds in results)
        ratio = statistics.median(seconds["scrapy alone"] / seconds[kind] for seconds in results)
        print(f"{kind:22}{rate:>20.0f}{ratio:>24.2f}")


if __name__ == "__main__":
    main()
