"""Progress of a crawl, as one line on a terminal."""

from __future__ import annotations

import asyncio
from typing import Self

from rich.console import Console
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newscrawl.jobs.run_recorder import RunRecorder

REFRESH_SECONDS = 0.25


class Progress:
    """Scrapy extension: enabled by the setting NEWSCRAWL_PROGRESS, for a person at a terminal."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._status = Console(stderr=True, highlight=False).status("")
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("NEWSCRAWL_PROGRESS"):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        self._status.start()
        self._task = asyncio.ensure_future(self._show(spider.name))

    async def _show(self, source: str) -> None:
        recorder = self._crawler.get_extension(RunRecorder)
        while recorder is not None:
            counts = recorder.totals.outcomes
            outcomes = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in sorted(counts.items()))
            self._status.update(f"{source}: {recorder.totals.checked} checked" + (f" ({outcomes})" if outcomes else ""))
            await asyncio.sleep(REFRESH_SECONDS)

    def spider_closed(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._status.stop()
