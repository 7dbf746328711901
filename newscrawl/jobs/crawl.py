"""One crawl in the running event loop: settings, spider, engine, report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.fetch import Recording
from newscrawl.jobs.crawl_settings import settings_for
from newscrawl.jobs.exit_codes import INTERNAL, INTERRUPTED
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.run_recorder import RunRecorder
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.sources.catalogue import load_spider
from newscrawl.spider import NewsSpider

Adapt = Callable[[type[NewsSpider]], type[NewsSpider]]
_ABANDONED: set[asyncio.Task[Any]] = set()  # held strongly: asyncio itself keeps only weak references


class Crawl:
    """A crawl that can be stopped; `scope` is what it shares with the other crawls of its process."""

    def __init__(self, job: Job, config: Config, scope: ProcessScope, *, adapt: Adapt | None = None) -> None:
        """`adapt` returns the class that crawls in the place of the source's spider."""
        self._job = job
        self._config = config
        self._scope = scope
        self._adapt = adapt
        self._crawler: Crawler | None = None
        self._is_stopped = False

    async def run(self) -> CrawlReport:
        """Crawl to the end; a replay crawls once for each edition of its recording.

        Raises ConfigError for a source that is not there or whose file cannot be loaded.
        """
        spider_class = load_spider(self._job.source)
        spider_class = self._adapt(spider_class) if self._adapt is not None else spider_class
        if self._job.replay is None:
            return await self._crawl(spider_class, settings_for(self._job, self._config, self._scope))
        recording = await asyncio.to_thread(Recording, self._job.replay)
        reports: list[CrawlReport] = []
        for edition in recording.editions(spider_class(**self._job.arguments).concerns):
            settings = settings_for(self._job, self._config, self._scope, edition)
            reports.append(await self._crawl(spider_class, settings))
            if reports[-1].reason != "finished":
                break
        return CrawlReport.of_editions(reports)

    async def _crawl(self, spider_class: type[NewsSpider], settings: Settings) -> CrawlReport:
        if self._is_stopped:
            return CrawlReport(source=self._job.source, reason="shutdown", exit_code=INTERRUPTED)
        abandoned = asyncio.Event()
        settings.set("NEWSCRAWL_ABANDONED", abandoned, priority="cmdline")
        crawler = self._crawler = Crawler(spider_class, settings)
        try:
            await _until_over(asyncio.ensure_future(crawler.crawl_async(**self._job.arguments)), abandoned)
        except NewscrawlError:
            raise
        except Exception as error:
            raise RuntimeError(f"{self._job.source}: the crawl could not be started: {error}") from error
        return _report(self._job, crawler)

    def stop(self, reason: str = "shutdown") -> None:
        """Let no new request leave, give the claims back, and close."""
        self._is_stopped = True
        if self._crawler is not None:
            interrupt_crawl(self._crawler, reason)


async def _until_over(crawling: asyncio.Task[Any], abandoned: asyncio.Event) -> None:
    """Wait for a crawl's end, and raise what it raised; one that is abandoned stays behind."""
    waiting = asyncio.ensure_future(abandoned.wait())
    await asyncio.wait({crawling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if crawling.done():
        crawling.result()
    else:
        _ABANDONED.add(crawling)


def _report(job: Job, crawler: Crawler) -> CrawlReport:
    recorder = crawler.get_extension(RunRecorder)
    if recorder is None:
        raise RuntimeError("the RunRecorder extension is off; see EXTENSIONS in newscrawl/settings.py")
    return CrawlReport(
        source=job.source,
        run_id=recorder.run_id,
        reason=recorder.reason,
        exit_code=INTERNAL if recorder.exit_code is None else recorder.exit_code,
        discovered=recorder.totals.discovered,
        checked=recorder.totals.checked,
        outcomes=dict(recorder.totals.outcomes),
        errors=dict(recorder.totals.errors),
        seconds=_seconds(crawler.stats.get_stats() if crawler.stats else {}),
        excused=recorder.totals.excused,
    )


def _seconds(stats: Mapping[str, Any]) -> float:
    started, ended = stats.get("start_time"), stats.get("finish_time")
    return (ended - started).total_seconds() if isinstance(started, datetime) and isinstance(ended, datetime) else 0.0
