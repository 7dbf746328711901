"""Fetch a few pages outside a crawl, under the same rules: egress filter, robots.txt, delay, deadline, completeness."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http import Request
from scrapy.settings import Settings

from newscrawl import bounds, logs
from newscrawl.addon import project_settings
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.fetch import capture_of, classify_failure, rendered_meta
from newscrawl.fetch.source_options import FAULTS
from newscrawl.items import Capture
from newscrawl.normalize import is_of_source
from newscrawl.source_definition import SourceDefinition, source_of

T = TypeVar("T")
_NEVER = object()
_STATED = ("rendered", "rendered_hosts", "languages", "timezone", "accepts_invalid_certificates")
FAILURES = (
    *(CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError, DownloadFailedError),
    *(DownloadTimeoutError, IgnoreRequest, UnsupportedURLSchemeError, NewscrawlError, OSError),
)
Fetch = Callable[[str], Awaitable[Capture]]


class ProbeFailed(NewscrawlError):
    """Raised if a URL cannot be fetched, or what was fetched cannot be used; names the URL and the reason."""

    exit_code = 1


class ProbeSpider(scrapy.Spider):
    """Runs one function that fetches pages; nothing is judged or stored."""

    name = "probe"
    handle_httpstatus_list = (304, *range(400, 600))
    explore: Callable[[Fetch], Awaitable[Any]]
    rendered = False
    result: Any = None
    error: BaseException | None = None

    async def start(self) -> AsyncIterator[Any]:
        try:
            self.result = await type(self).explore(self.fetch)
        except NewscrawlError as error:
            self.error = error
        if self.result is _NEVER:  # `start` must be an async generator, but a probe schedules no requests
            yield None

    async def fetch(self, url: str) -> Capture:
        engine = self.crawler.engine
        if engine is None:
            raise RuntimeError("a probe fetches only while its crawl runs")
        try:
            meta = rendered_meta() if self.rendered else None
            response = await engine.download_async(Request(url, dont_filter=True, meta=meta))
        except FAILURES as error:
            _, reason, detail, _ = classify_failure(error)
            raise ProbeFailed(f"{url}: {reason}{': ' + detail if detail else ''}") from error
        return capture_of(response)


def run_probe(
    explore: Callable[[Fetch], Awaitable[T]],
    config: Config,
    *,
    replay: Path | None = None,
    source: type[SourceDefinition] | None = None,
    is_listing: bool = False,
) -> T:
    """Run `explore` in this process and return its result; raises the NewscrawlError that it raised.

    Pages are requested as the file of their source states, if it is given: by its proxy, drawn by their scripts …;
    listings are never drawn.
    """
    bounds.prepare()
    process = AsyncCrawlerProcess(_settings(config, replay))
    logs.install(config.log_format, "ERROR")
    stated = {**_as_stated(source), **({"rendered": False} if is_listing else {})}
    spider = type("Probe", (ProbeSpider,), {"explore": staticmethod(explore), **stated})
    crawler = process.create_crawler(spider)
    crawl = process.crawl(crawler)
    process.start()
    if crawl.done() and (error := crawl.exception()) is not None:
        raise error
    probe = crawler.spider
    if not isinstance(probe, ProbeSpider):
        raise RuntimeError("the probe did not run")
    if probe.error is not None:
        raise probe.error
    result: T = probe.result
    return result


def _as_stated(source: type[SourceDefinition] | None) -> dict[str, Any]:
    if source is None:
        return {}
    facts = source_of(source)
    stated = {name: getattr(source, name) for name in (*FAULTS, *_STATED)}
    return {**stated, "is_ours": staticmethod(lambda url: is_of_source(url, facts))}


def _settings(config: Config, replay: Path | None) -> Settings:
    settings = project_settings()
    values: dict[str, Any] = {
        "NEWSCRAWL_CONFIG": config,
        "NEWSCRAWL_EGRESS_ALLOW": list(config.egress_allow),
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"newscrawl.fetch.downloader.ExchangeExtension": 0},
        "NEWSCRAWL_HOST_LIMITER": "newscrawl.fetch.host_limiter.NoLimit",
        "LOG_LEVEL": "ERROR",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "NEWSCRAWL_REPLAY": str(replay) if replay else None,
    }
    for name, value in values.items():
        if value is not None:
            settings.set(name, value, priority="cmdline")
    return settings
