"""Run as a script: crawl the addresses that standard input names, and print what came of each as a line of JSON."""

from __future__ import annotations

import hashlib
import json
import resource
import socket
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from newscrawl.clock import SteppingClock
from newscrawl.fetch import classify_failure, clock_of, retry_at_of


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def listening() -> int:
    """Return how many TCP sockets this process listens on."""
    inodes = {path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    tables = [Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return sum(row[3] == "0A" and f"socket:[{row[9]}]" in inodes for row in rows)


class Addresses(scrapy.Spider):
    name = "addresses"
    handle_httpstatus_list = (304, *range(400, 600))
    orders: ClassVar[dict[str, Any]] = {}

    async def start(self) -> AsyncIterator[Any]:
        self.begun = time.monotonic()
        self.peak = peak_kib()
        headers = self.orders.get("headers", {})
        for url in self.orders["urls"]:
            yield scrapy.Request(
                url, self.arrived, errback=self.failed, dont_filter=True, headers=headers, cb_kwargs={"asked": url}
            )

    def arrived(self, response: scrapy.http.Response, asked: str) -> None:
        retry_at = retry_at_of(response)
        self.tell(
            asked=asked,
            url=response.url,
            status=response.status,
            sha256=hashlib.sha256(response.body).hexdigest(),
            size=len(response.body),
            headers={n.decode().lower(): v[0].decode("latin-1") for n, v in response.headers.items()},
            kind=type(response).__name__,
            fetched_at=response.meta["nc_fetched_at"].isoformat(),
            clock=clock_of(self.crawler).now().isoformat(),
            redirects=response.meta.get("redirect_urls", []),
            retry_at=retry_at and retry_at.isoformat(),
        )

    def failed(self, failure: Any) -> None:
        outcome, reason, detail, retry_at = classify_failure(failure)
        self.tell(
            asked=failure.request.cb_kwargs["asked"],
            outcome=outcome,
            reason=reason,
            detail=detail,
            retry_at=retry_at and retry_at.isoformat(),
        )

    def tell(self, **facts: Any) -> None:
        print(json.dumps({**facts, "after": time.monotonic() - self.begun}), flush=True)

    def closed(self, reason: str) -> None:
        stats = self.crawler.stats.get_stats()
        paused = {k.rsplit("/", 1)[1]: v.isoformat() for k, v in stats.items() if "paused_until" in k}
        growth = peak_kib() - self.peak
        print(
            json.dumps({"reason": reason, "listening": listening(), "growth_kib": growth, "paused": paused}), flush=True
        )


def rebind(names: dict[str, list[str]]) -> None:
    """Let names resolve to one address after another, the last one staying."""
    usual = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **more: Any) -> Any:
        turns = names.get(host)
        address = (turns.pop(0) if len(turns) > 1 else turns[0]) if turns else host
        return usual(address, port, *rest, **more)

    socket.getaddrinfo = lookup


def main() -> None:
    orders = json.load(sys.stdin)
    Addresses.orders = orders
    rebind(orders.get("names", {}))
    settings = get_project_settings()
    # The download handler alone: no sources, no pipelines, no store.
    bare = {
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.fetch.downloader.ExchangeExtension": 0},
        "NEWSCRAWL_HOST_LIMITER": "newscrawl.fetch.host_limiter.NoLimit",
    }
    own = {**bare, **orders["settings"]}
    if "clock" in orders:
        own["NEWSCRAWL_CLOCK"] = SteppingClock(datetime.fromisoformat(orders["clock"]).astimezone(UTC))
    settings.setdict(own, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawl = process.crawl(Addresses)
    process.start()
    if crawl.exception():
        raise SystemExit(repr(crawl.exception()))


if __name__ == "__main__":
    main()
