"""What a supervisor and its workers send each other, pickled over a pipe."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.jobs.job import CrawlReport, Job


@dataclass(frozen=True, slots=True)
class StartCrawl:
    job: Job


@dataclass(frozen=True, slots=True)
class StopWorker:
    """Let no new request leave, close all crawls, end."""


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """The worker's loop runs and its store is open."""

    pid: int


@dataclass(frozen=True, slots=True)
class CrawlEnded:
    report: CrawlReport


ToWorker = StartCrawl | StopWorker
FromWorker = WorkerReady | CrawlEnded
