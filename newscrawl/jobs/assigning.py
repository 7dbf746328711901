"""What a supervisor asks of whoever assigns sources to it: which jobs there are, and who takes their reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.store.session import Store


class Assignments(Protocol):
    """Where a supervisor's jobs come from, and where their reports go."""

    async def next_jobs(self, free: int, running: Sequence[str]) -> list[Job]:
        """Return at most `free` jobs to start now, none of a source that is running."""

    async def ended(self, report: CrawlReport) -> None: ...

    async def wait(self) -> None:
        """Return when there may be more to start; called while nothing can be started."""

    def is_done(self) -> bool:
        """Return whether there will be no more jobs."""

    def hosts_of(self, source: str) -> frozenset[str]:
        """Return what a source shares with others: sources with a host in common go to one worker."""

    def stop(self) -> None:
        """Take nothing more: the supervisor ends, and waits for what runs."""

    def store(self) -> Store | None:
        """Return the open store, if the database answered when it was last asked for jobs."""

    async def close(self) -> None:
        """Give back what was not crawled."""
