"""One crawl in the running event loop: settings, spider, engine, report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.jobs.crawl_settings import settings_for
from newscrawl.jobs.exit_codes import INTERNAL, INTERRUPTED
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.run_recorder import RunRecorder
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.sources.catalogue import load_spider


class Crawl:
    """A crawl that can be stopped; `scope` is what it shares with the other crawls of its process."""

    def __init__(self, job: Job, config: Config, scope: ProcessScope) -> None:
        self._job = job
        self._config = config
        self._scope = scope
        self._crawler: Crawler | None = None
        self._is_stopped = False

    async def run(self) -> CrawlReport:
        """Crawl to the end; raises ConfigError for a source that is not there or whose file cannot be loaded."""
        spider_class = load_spider(self._job.source)
        if self._is_stopped:
            return CrawlReport(source=self._job.source, reason="shutdown", exit_code=INTERRUPTED)
        crawler = self._crawler = Crawler(spider_class, settings_for(self._job, self._config, self._scope))
        try:
            await crawler.crawl_async(**self._job.arguments)
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
