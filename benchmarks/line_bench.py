"""Compare a crawl with Scrapy alone: `python -m benchmarks.line_bench [--pages 500 1500] [--rounds 1]`.

A process of its own serves invented articles over loopback. They are crawled by Scrapy alone, which parses nothing, and
by newscrawl, from the spider to MongoDB, where all responses are new pages, 304s, identical bytes, the same text
between other teasers and tokens, or another text. ETags follow the bytes. Articles are due by a fixed interval, so that
no step retires them.

Per kind it prints, as soon as it is known: CPU milliseconds of the crawler per page (user and system) as the slope
between the two numbers of pages, so that start and end of a crawl are not in it; its ratio to Scrapy alone in the same
round; CPU milliseconds of mongod per page; commands sent to MongoDB per page. Times vary with the load of the machine,
ratios less.

`--fundus PYTHON` and `--changedetection PYTHON` add rows for these programs, run by Pythons that have them: CPU
milliseconds a page of the same steps, all pages one after the other, without the start.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import multiprocessing
import os
import resource
import statistics
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from pymongo import monitoring
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response

from newscrawl import bounds
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.extract import Rules
from newscrawl.jobs.crawl_settings import settings_for
from newscrawl.jobs.job import Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.spider import NewsSpider
from newscrawl.store import embedded

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HOURS = 3  # between two steps: all articles are due again
TEASERS = 150
PEERS = ("fundus", "changedetection")  # by their scripts in benchmarks/peers
PAGES = (500, 1500)


@dataclass(frozen=True, slots=True)
class Served:
    """What the server answers."""

    edition: int = 0  # of the texts
    surroundings: int = 0  # edition of teasers, advertisements and tokens
    is_conditional: bool = False  # 304 to whoever sends an ETag


# In order: each is what the step before left, with one difference.
STEPS = {
    "new": Served(),
    "304": Served(is_conditional=True),
    "identical bytes": Served(),
    "other surroundings": Served(surroundings=1),
    "changed": Served(edition=1, surroundings=1),
}


def page(number: int, served: Served) -> bytes:
    """Return the page of an article: 30 paragraphs between navigation and teasers, about 30 KB."""
    paragraphs = [
        f"Paragraph {n} of article {number} is about the council, its {n * number} members and what they said of it."
        for n in range(30)
    ]
    if served.edition:
        paragraphs[number % 30] += f" The council changed its mind for the {served.edition}th time."
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    teaser = "<div class='teaser'><a href='/x{0}'>Another article of the day {0}</a><p>And what it is about.</p></div>"
    teasers = "".join(teaser.format(n * 7 + served.surroundings) for n in range(TEASERS))
    token = hashlib.sha256(f"{number} {served.surroundings}".encode()).hexdigest()
    return (
        f"<!doctype html><html lang=en><head><title>Article {number}</title><meta name=csrf content={token}>"
        f"<meta property='article:published_time' content='2026-03-02T06:00:00Z'></head><body><nav>{teasers}</nav>"
        f"<article><h1>Article {number} about the council</h1><div class=body>{body}</div></article>"
        f"<aside>{teasers}</aside></body></html>"
    ).encode()


class Handler(BaseHTTPRequestHandler):
    """Serves article N at /article-N, as /set?EDITION,SURROUNDINGS,CONDITIONAL,PAGES requested."""

    protocol_version = "HTTP/1.1"
    served: ClassVar[Served] = Served()
    pages: ClassVar[int] = 0
    media_type = "text/html; charset=utf-8"
    wbufsize = 1 << 17

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/set":
            edition, surroundings, conditional, pages = map(int, query.split(","))
            Handler.served, Handler.pages = Served(edition, surroundings, bool(conditional)), pages
            self.answer(200, b"ok")
        elif path == "/robots.txt":
            self.answer(404, b"")
        elif path == "/feed.xml":
            base = f"http://127.0.0.1:{self.server.server_address[1]}"
            items = "".join(
                f"<item><title>Article {n}</title><link>{base}/article-{n}</link></item>" for n in range(Handler.pages)
            )
            self.answer(200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
        else:
            body = self.page(int(path.rpartition("-")[2]))
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            is_known = Handler.served.is_conditional and self.headers.get("If-None-Match") == tag
            self.answer(304 if is_known else 200, b"" if is_known else body, tag)

    def page(self, number: int) -> bytes:
        """Return an article as it is now."""
        return page(number, Handler.served)

    def answer(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.media_type)
        if tag:
            self.send_header("ETag", tag)
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


@dataclass(frozen=True, slots=True)
class Cost:
    """What a crawl took: CPU seconds of the crawler and of mongod, commands sent."""

    crawler: float = 0.0
    mongod: float = 0.0
    commands: int = 0


class CommandCounter(monitoring.CommandListener):
    count = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.count += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Counted when it was sent."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Counted when it was sent."""


BARE: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {},
    "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_HANDLERS": {},
    "DOWNLOADER_MIDDLEWARES": {},
    "SPIDER_MIDDLEWARES": {},
}


def crawl(task: Task, spider: type[NewsSpider] = FullSpider) -> Cost:
    """Run one crawl in this process and return its cost from start to end of the reactor, without mongod's."""
    counter = CommandCounter()
    monitoring.register(counter)
    job = Job(source="demo", clock=SteppingClock(START + timedelta(hours=task.hour)), log_level="ERROR", fail_on=0)
    settings = settings_for(job, task.config, ProcessScope(task.config))
    if task.is_bare:
        gc.unfreeze()  # Scrapy alone does not do so, see ProcessScope
    shared = {
        "BENCH_BASE": task.base,
        "BENCH_PAGES": task.pages,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "NEWSCRAWL_EGRESS_ALLOW": [task.base.removeprefix("http://")],
    }
    for name, value in {**shared, **(BARE if task.is_bare else {})}.items():
        settings.set(name, value, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider if task.is_bare else spider)
    process.crawl(crawler)
    before = cpu_seconds()
    process.start()
    seconds = cpu_seconds() - before
    stats = crawler.stats.get_stats() if crawler.stats else {}
    received = stats.get("response_received_count", 0)
    if received < task.pages:
        raise RuntimeError(f"only {received} of {task.pages} pages were fetched: {stats}")
    return Cost(seconds, commands=counter.count)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of those that read pages for it, which are ended to be counted."""
    bounds.close()
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cpu_seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_child(function: Callable[..., Any], *args: Any) -> Any:
    """Run a function in a new process: a reactor cannot restart, and CPU time is counted per process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def serve(port: Any, handler: type[Handler] = Handler) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    port.put(server.server_address[1])
    server.serve_forever()


def set_served(base: str, served: Served, pages: int) -> None:
    state = f"{served.edition},{served.surroundings},{int(served.is_conditional)},{pages}"
    with urllib.request.urlopen(f"{base}/set?{state}") as response:  # noqa: S310  loopback
        response.read()


def measured(task: Task, mongod: embedded.Embedded, crawl: Callable[..., Cost] = crawl, *args: str) -> Cost:
    """Return the cost of one crawl in a process of its own, mongod's included."""
    before = cpu_seconds_of(mongod.pid)
    cost: Cost = in_child(crawl, task, *args)
    return replace(cost, mongod=cpu_seconds_of(mongod.pid) - before)


def costs_of(base: str, pages: int, config: Config, mongod: embedded.Embedded) -> dict[str, Cost]:
    """Return what each step costs with so many pages, one after the other in one database."""
    set_served(base, Served(), pages)
    costs = {"Scrapy alone": measured(Task(base, pages, config, is_bare=True), mongod)}
    for number, (name, served) in enumerate(STEPS.items()):
        set_served(base, served, pages)
        costs[name] = measured(Task(base, pages, config, hour=number * HOURS), mongod)
    return costs


def per_page(few: Cost, many: Cost, pages: int) -> Cost:
    """Return the cost of one page more."""
    return Cost(
        (many.crawler - few.crawler) / pages, (many.mongod - few.mongod) / pages, (many.commands - few.commands) / pages
    )


def measured_round(base: str, pages: tuple[int, int], config: Config, mongod: embedded.Embedded) -> dict[str, Cost]:
    few, many = (
        costs_of(base, number, replace(config, mongo_database=f"{config.mongo_database}-{number}"), mongod)
        for number in pages
    )
    return {name: per_page(few[name], many[name], pages[1] - pages[0]) for name in few}


def peer_costs(python: str, row: str, base: str, pages: int, *further: str) -> dict[str, float]:
    """Return the CPU seconds a page of another program for each step that it knows, by a script under its Python."""
    script = Path(__file__).parent / "peers" / f"{row}_row.py"
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ = inherited | {"ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "DISABLE_VERSION_CHECK": "1"}  # loopback
    costs = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [python, str(script), base, str(pages), folder, *further]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, text=True, env=environ, **pipes) as process:
            for name, served in STEPS.items():
                if served.is_conditional:
                    continue
                set_served(base, served, pages)
                print(name, file=process.stdin, flush=True)
                costs[name] = float(process.stdout.readline()) / pages if process.stdout else 0.0
    return costs


def print_peers(base: str, pages: int, pythons: dict[str, str]) -> None:
    for row, python in pythons.items():
        for name, seconds in peer_costs(python, row, base, pages).items():
            print(f"{row}: {name:{30 - len(row)}}{1000 * seconds:>12.2f}", flush=True)


def print_rounds(rounds: list[dict[str, Cost]]) -> None:
    print(f"{'':20}{'CPU ms/page':>12}{'to Scrapy alone':>17}{'mongod ms/page':>16}{'commands/page':>15}")
    for name in rounds[0]:
        costs = [each[name] for each in rounds]
        ratio = statistics.median(each["Scrapy alone"].crawler / each[name].crawler for each in rounds)
        crawler, mongod = (statistics.median(getattr(c, part) for c in costs) for part in ("crawler", "mongod"))
        commands = statistics.median(cost.commands for cost in costs)
        print(f"{name:20}{1000 * crawler:>12.2f}{ratio:>17.2f}{1000 * mongod:>16.2f}{commands:>15.2f}", flush=True)


def configured(home: Path, database: str) -> Config:
    """Return the configuration of crawls that nothing slows down, and whose steps find all articles due."""
    return Config(
        home=home,
        mongo_database=database,
        policy=f"fixed:minutes={HOURS * 60 - 30}",
        recheck_max_per_run=100_000,
        discovery_max_urls=100_000,
        delay_seconds=0.0,
        host_requests_per_hour=0,
    )


def run(base: str, pages: tuple[int, int], number_of_rounds: int) -> None:
    print(f"{len(page(1, Served())) // 1024} KB pages, slope between {pages[0]} and {pages[1]}", flush=True)
    rounds: list[dict[str, Cost]] = []
    with tempfile.TemporaryDirectory() as folder:
        mongod = embedded.join(Path(folder))
        try:
            for number in range(number_of_rounds):
                config = configured(Path(folder), f"bench{number}")
                rounds.append(measured_round(base, pages, config, mongod))
                print(f"round {number + 1} of {number_of_rounds}", flush=True)
                print_rounds(rounds)
        finally:
            mongod.leave()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, nargs=2, default=PAGES, metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=1)
    for row in PEERS:
        parser.add_argument(f"--{row}", metavar="PYTHON", help=f"a Python that has {row}, for rows of it")
    arguments = parser.parse_args()
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        few, many = arguments.pages
        base = f"http://127.0.0.1:{port.get(timeout=20)}"
        run(base, (few, many), arguments.rounds)
        pythons = {row: getattr(arguments, row) for row in PEERS if getattr(arguments, row)}
        print_peers(base, few, pythons)
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
