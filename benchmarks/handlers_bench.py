"""Compare Scrapy's download handlers: `python -m benchmarks.handlers_bench [--pages 300 1200] [--rounds 3]`.

Scrapy alone, which parses nothing, requests pages of the line benchmark over loopback with each of its handlers for
HTTP/1.1: Twisted's (the default), aiohttp's and httpx's, both of which Scrapy marks as experimental. Per handler it
prints CPU milliseconds per page as the slope between two numbers of pages, median of the rounds, for 33 KB pages and
for 304s, and the ratio to the default. A handler whose library is not installed is left out, and named.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import multiprocessing
import statistics
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response

from benchmarks.line_bench import Served, cpu_seconds, in_child, page, serve, set_served

PAGES = (300, 1200)
HANDLERS = {
    "Twisted": ("twisted", "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"),
    "aiohttp": ("aiohttp", "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"),
    "httpx": ("httpx", "scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"),
}
ANSWERS = {"33 KB": Served(), "304": Served(is_conditional=True)}


class ConditionalSpider(scrapy.Spider):
    """Requests every page with its ETag, and parses nothing."""

    name = "conditional"

    async def start(self) -> Any:
        for number in range(self.settings.getint("BENCH_PAGES")):
            url = f"{self.settings['BENCH_BASE']}/article-{number}"
            yield Request(url, callback=self.parse, headers={"If-None-Match": etag(number)})

    def parse(self, response: Response, **_: Any) -> None:
        return None


def etag(number: int) -> str:
    """Return the ETag that the server gives a page."""
    return f'"{hashlib.sha256(page(number, Served())).hexdigest()[:16]}"'


def crawl(base: str, pages: int, handler: str) -> float:
    """Return the CPU seconds of a crawl, from start to end of the reactor."""
    settings = {
        "BENCH_BASE": base, "BENCH_PAGES": pages, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "LOG_LEVEL": "ERROR",
        "DOWNLOAD_HANDLERS": {"http": handler}, "HTTPERROR_ALLOW_ALL": True, "TELNETCONSOLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }  # fmt: skip
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ConditionalSpider)
    process.crawl(crawler)
    before = cpu_seconds()
    process.start()
    seconds = cpu_seconds() - before
    received = crawler.stats.get_value("response_received_count", 0) if crawler.stats else 0
    if received != pages:
        raise RuntimeError(f"{handler}: {received} of {pages} pages were fetched")
    return seconds


def slope(base: str, pages: tuple[int, int], handler: str) -> float:
    """Return CPU seconds for one page more."""
    few, many = (in_child(crawl, base, number, handler) for number in pages)
    return float(many - few) / (pages[1] - pages[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, nargs=2, default=PAGES, metavar=("FEW", "MANY"))
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    pages = tuple(arguments.pages)
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{port.get(timeout=60)}"
    handlers = {name: path for name, (module, path) in HANDLERS.items() if importlib.util.find_spec(module)}
    for name in HANDLERS.keys() - handlers.keys():
        print(f"{name} is not installed")
    try:
        for answer, served in ANSWERS.items():
            set_served(base, served, pages[1])
            rounds = [
                {name: slope(base, pages, path) for name, path in handlers.items()} for _ in range(arguments.rounds)
            ]
            for name in handlers:
                seconds = statistics.median(each[name] for each in rounds)
                ratio = statistics.median(each["Twisted"] / each[name] for each in rounds)
                print(f"{answer:8}{name:10}{1000 * seconds:8.2f} ms{ratio:8.2f}", flush=True)
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
