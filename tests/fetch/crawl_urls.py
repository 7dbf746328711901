"""Run as a script: crawl the URLs of a JSON job on standard input, and print each result as a line of JSON."""

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
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from newscrawl.clock import SteppingClock
from newscrawl.fetch import capture_of, classify_failure, clock_of, rendered_meta, retry_at_of


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def listening() -> int:
    """Return how many TCP sockets this process listens on."""
    inodes = {path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    tables = [Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return sum(row[3] == "0A" and f"socket:[{row[9]}]" in inodes for row in rows)


class UrlSpider(scrapy.Spider):
    name = "urls"
    handle_httpstatus_list = (304, *range(400, 600))
    job: ClassVar[dict[str, Any]] = {}

    languages = ("en",)
    timezone = "UTC"
    rendered = False
    rendered_hosts: ClassVar[tuple[str, ...]] = ()

    @property
    def accepts_invalid_certificates(self) -> bool:
        return "exempt" in self.job

    def is_ours(self, url: str) -> bool:
        return urlsplit(url).hostname in self.job.get("exempt", self.job.get("rendered", []))

    async def start(self) -> AsyncIterator[Any]:
        self.started_at = time.monotonic()
        self.peak = peak_kib()
        headers = self.job.get("headers", {})
        for url in self.job["urls"]:
            yield scrapy.Request(
                url,
                self.responded,
                errback=self.failed,
                dont_filter=True,
                headers=headers,
                meta=rendered_meta() if self.rendered else None,
                cb_kwargs={"requested_url": url},
            )

    def responded(self, response: scrapy.http.Response, requested_url: str) -> None:
        retry_at = retry_at_of(response)
        self.print_result(
            requested_url=requested_url,
            url=response.url,
            status=response.status,
            sha256=hashlib.sha256(response.body).hexdigest(),
            size=len(response.body),
            headers={name.decode().lower(): values[0].decode("latin-1") for name, values in response.headers.items()},
            kind=type(response).__name__,
            fetched_at=response.meta["nc_fetched_at"].isoformat(),
            clock=clock_of(self.crawler).now().isoformat(),
            redirects=response.meta.get("redirect_urls", []),
            response_sha256=capture_of(response).response_digest,
            text=" ".join(response.css("#text ::text").getall()) if "rendered" in self.job else "",
            certificate_fault=capture_of(response).certificate_fault,
            retry_at=retry_at and retry_at.isoformat(),
        )

    def failed(self, failure: Any) -> None:
        outcome, reason, detail, retry_at = classify_failure(failure)
        self.print_result(
            requested_url=failure.request.cb_kwargs["requested_url"],
            outcome=outcome,
            reason=reason,
            detail=detail,
            retry_at=retry_at and retry_at.isoformat(),
        )

    def print_result(self, **facts: Any) -> None:
        print(json.dumps({**facts, "after": time.monotonic() - self.started_at}), flush=True)

    def closed(self, reason: str) -> None:
        stats = self.crawler.stats.get_stats()
        paused = {name.rsplit("/", 1)[1]: value.isoformat() for name, value in stats.items() if "paused_until" in name}
        growth = peak_kib() - self.peak
        print(
            json.dumps({"reason": reason, "listening": listening(), "growth_kib": growth, "paused": paused}), flush=True
        )


def step_clock(url: str) -> None:
    """Set the clock of the reactor's timers forward by an hour, and say so by a request once they have seen that."""
    from twisted.internet import reactor

    timers: Any = reactor
    timers.seconds = lambda: time.time() + 3600

    def notify() -> None:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
            connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            connection.recv(1)

    timers.callLater(0, notify)


def patch_lookup(names: dict[str, list[str]]) -> None:
    """Patch name resolution: each lookup of a name returns its next address or addresses; the last repeats."""
    system_lookup = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **options: Any) -> Any:
        addresses = names.get(host)
        answer = (addresses.pop(0) if len(addresses) > 1 else addresses[0]) if addresses else host
        return [found for address in answer.split() for found in system_lookup(address, port, *rest, **options)]

    socket.getaddrinfo = lookup


def main() -> None:
    job = json.load(sys.stdin)
    UrlSpider.job = job
    patch_lookup(job.get("names", {}))
    UrlSpider.rendered = "rendered" in job
    settings = get_project_settings()
    # Only the download handler: no sources, no pipelines, no store.
    defaults = {
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.fetch.downloader.ExchangeExtension": 0},
        "NEWSCRAWL_HOST_LIMITER": "newscrawl.fetch.host_limiter.NoLimit",
    }
    overrides = {**defaults, **job["settings"]}
    if "clock" in job:
        overrides["NEWSCRAWL_CLOCK"] = SteppingClock(datetime.fromisoformat(job["clock"]).astimezone(UTC))
    settings.setdict(overrides, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(UrlSpider)
    if "step_clock" in job:
        crawler.signals.connect(lambda: step_clock(job["step_clock"]), scrapy.signals.headers_received, weak=False)
    crawl = process.crawl(crawler)
    process.start()
    if crawl.exception():
        raise SystemExit(repr(crawl.exception()))


if __name__ == "__main__":
    main()
