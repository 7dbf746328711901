"""Crawls of several sources: those that were named, one round of the due ones, or whatever falls due from now on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from newscrawl import logs
from newscrawl.config import Config
from newscrawl.health.exposition import served_metrics
from newscrawl.jobs.announcing import Announcer
from newscrawl.jobs.assigning import Assignments
from newscrawl.jobs.assignments import DueSources, NamedSources
from newscrawl.jobs.beside import Beside
from newscrawl.jobs.cluster import engine_of
from newscrawl.jobs.cluster_sources import ClusterSources
from newscrawl.jobs.dead_mans_ping import DeadMansPing, request
from newscrawl.jobs.examining import Examining, examine_after_round
from newscrawl.jobs.exit_codes import SUCCESS, round_code
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.log_appending import LogAppending
from newscrawl.jobs.supervisor import CRAWLS_AT_ONCE, Supervisor, supervise
from newscrawl.sources.catalogue import source_names

JobOf = Callable[[str], Job]


def crawl_named(names: Sequence[str], job_of: JobOf, config: Config) -> list[CrawlReport]:
    """Crawl several sources side by side, and return a report for each in the order of their names."""
    reports = _supervise(config, NamedSources(config, names, job_of))
    examine_after_round(config, names)
    return sorted(reports, key=lambda report: list(names).index(report.source))


def crawl_due(job_of: JobOf, config: Config) -> list[CrawlReport]:
    """Crawl every source that is due now, once."""
    reports = _supervise(config, DueSources(config, job_of, is_resident=False))
    examine_after_round(config, source_names())
    is_good = round_code((report.exit_code, report.excused) for report in reports) == SUCCESS
    if config.ping_url is not None and is_good:
        request(config.ping_url)
    return reports


def crawl_until_stopped(
    job_of: JobOf, config: Config, *, processes: int | None = None, crawls_at_once: int | None = None
) -> list[CrawlReport]:
    """Crawl whatever falls due until SIGTERM or SIGINT; with a cluster, what its queue names."""
    processes, at_once = processes or os.cpu_count() or 1, crawls_at_once or CRAWLS_AT_ONCE
    slots = processes * at_once
    if config.cluster_uri is None:
        assignments = DueSources(config, job_of, is_resident=True, slots=slots)
    else:
        make_engine = engine_of(config, slots)
        assignments = ClusterSources(config, job_of, make_engine, slots=slots, shards_at_once=processes)
    port = config.metrics_port
    with served_metrics(config, port, variable="NEWSCRAWL_METRICS_PORT", with_archive=True):
        return _supervise(
            config,
            assignments,
            processes=processes,
            crawls_at_once=at_once,
            beside=Beside(
                ping=DeadMansPing(config.ping_url),
                examining=Examining(config),
                appending=LogAppending(config),
                announcer=Announcer(config),
            ),
        )


def _supervise(
    config: Config, assignments: Assignments, *, crawls_at_once: int = CRAWLS_AT_ONCE, **others: Any
) -> list[CrawlReport]:
    logs.install(config.log_format, config.log_level)
    return supervise(lambda: Supervisor(config, assignments, crawls_at_once=crawls_at_once, **others))
