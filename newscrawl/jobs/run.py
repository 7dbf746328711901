"""One crawl job in this process: settings, crawl, exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from newscrawl import logs
from newscrawl.clock import Clock
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.jobs.exit_codes import INTERNAL
from newscrawl.jobs.run_recorder import RunRecorder
from newscrawl.settings import from_config
from newscrawl.sources.catalogue import check_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to crawl and how; paths are absolute."""

    source: str
    arguments: Mapping[str, str] = field(default_factory=dict)  # the spider's -a arguments
    record: Path | None = None
    replay: Path | None = None
    clock: Clock | None = None
    fail_on: int = 1  # 0: never
    fail_on_drift: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    log_level: str | None = None
    shows_progress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """Result of a crawl; the same as its run record."""

    source: str
    run_id: str
    reason: str
    exit_code: int
    discovered: int
    checked: int
    outcomes: dict[str, int]
    errors: dict[str, int]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def settings_for(job: Job, config: Config) -> Settings:
    settings = get_project_settings()
    for name, value in from_config(config).items():  # a job's Config wins over the environment
        settings.set(name, value, priority="project")
    values: dict[str, Any] = {
        # Only this source's module: the job starts faster, and a broken file of another source cannot fail it.
        "SPIDER_MODULES": [f"spiders.{job.source}"],
        "NEWSCRAWL_CONFIG": config,
        "NEWSCRAWL_ARGUMENTS": dict(job.arguments),
        "NEWSCRAWL_FAIL_ON": job.fail_on,
        "NEWSCRAWL_FAIL_ON_DRIFT": job.fail_on_drift,
        "NEWSCRAWL_CLOCK": job.clock,
        "NEWSCRAWL_RECORD": str(job.record) if job.record else None,
        "NEWSCRAWL_REPLAY": str(job.replay) if job.replay else None,
        "NEWSCRAWL_PROGRESS": job.shows_progress,
        "LOG_INSTALL_ROOT_HANDLER": False,  # newscrawl.logs installs ours
        **({"LOG_LEVEL": job.log_level} if job.log_level else {}),
        **job.settings,
    }
    for name, value in values.items():
        if value is not None:
            settings.set(name, value, priority="cmdline")
    return settings


def run(job: Job, config: Config) -> CrawlReport:
    """Crawl one source to its end in this process; Twisted's reactor cannot be started again afterwards.

    Raises ConfigError for an unknown source, and any NewscrawlError that prevents the start of the crawl.
    """
    check_source(job.source)
    settings = settings_for(job, config)
    process = AsyncCrawlerProcess(settings)
    logs.install(config.log_format, settings["LOG_LEVEL"])
    crawler = process.create_crawler(job.source)
    crawl = process.crawl(crawler, **job.arguments)
    process.start()
    if crawl.done() and not crawl.cancelled() and (error := crawl.exception()) is not None:
        if isinstance(error, NewscrawlError):
            raise error
        raise RuntimeError(f"{job.source}: the crawl could not be started") from error
    recorder = crawler.get_extension(RunRecorder)
    stats = crawler.stats.get_stats() if crawler.stats else {}
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
        seconds=_seconds(stats),
    )


def _seconds(stats: Mapping[str, Any]) -> float:
    started, ended = stats.get("start_time"), stats.get("finish_time")
    return (ended - started).total_seconds() if isinstance(started, datetime) and isinstance(ended, datetime) else 0.0
