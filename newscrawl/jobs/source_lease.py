"""Lease on a source: one run at a time crawls it. Taken before the first request, renewed by heartbeats."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from newscrawl import __version__, log_facts
from newscrawl.errors import Fenced, LeaseHeld, NewscrawlError, SchemaMismatch, StoreUnavailable
from newscrawl.items import RunLease, RunRecord
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.jobs.totals import TotalsCounter
from newscrawl.store.process_identity import has_ended, process_identity
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
MAX_CLOCK_DIFFERENCE = timedelta(minutes=1)


def run_record(run_id: str, source: str, arguments: Mapping[str, Any], *, settings_hash: str = "") -> RunRecord:
    """Return the record of a run of this process that starts now."""
    return RunRecord(
        run_id=run_id,
        source=source,
        arguments=dict(arguments),
        started_at=datetime.now(UTC),
        settings_hash=settings_hash,
        code_version=__version__,
        host=socket.gethostname(),
        pid=os.getpid(),
        process=process_identity(),
    )


async def acquired(store: Store, record: RunRecord) -> RunRecord:
    """Take the lease; that of a dead process on this machine is taken over before it expires. Raises LeaseHeld."""
    try:
        return await store.start_run(record)
    except LeaseHeld as error:
        if not has_ended(error.pid, error.process):
            raise
        logger.warning(
            "source=%s its process no longer exists: taking over the lease of run %s", record.source, error.run_id
        )
        return await store.start_run(record, dead_run=error.run_id)


async def keep(
    store: Store, run: RunRecord, on_lost: Callable[[Fenced], None], *, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Renew a lease until it is lost, or over; while the store does not answer, it may still last."""
    while not is_over():  # a cancellation may be lost: see newscrawl.cancelling
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            await store.heartbeat(run)
        except Fenced as error:
            on_lost(error)
            return
        except NewscrawlError as error:
            logger.warning("heartbeat failed: %s", error, extra={"source": run.source})


class SourceLease:
    """Scrapy extension: `run` is the run that holds the lease, None before the start or if the lease was refused.

    The lease uses the store's clock, also in a replay: it separates processes that run at the same time.
    """

    def __init__(self, crawler: Crawler, shared: SharedStore) -> None:
        self._crawler = crawler
        self._shared = shared
        self._heartbeat_task: asyncio.Task[None] | None = None
        self._is_over = False
        self.run: RunRecord | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        lease = cls(crawler, shared_store(crawler, crawler.settings["NEWSCRAWL_CONFIG"]))
        crawler.signals.connect(lease.spider_opened, signal=signals.spider_opened)
        return lease

    async def spider_opened(self, spider: Spider) -> None:
        log_facts.leave_run(spider.name)
        try:
            self.run = await acquired(await self._shared.get(), self._record(spider))
        except LeaseHeld as error:
            raise self._refusal("lease_held", error) from error
        except SchemaMismatch as error:
            raise self._refusal("schema_mismatch", error) from error
        except StoreUnavailable as error:
            raise self._refusal("store_unavailable", error) from error
        log_facts.enter_run(self.run.source, self.run.run_id)
        self._compare_clocks(self.run)
        self._shared.lease = RunLease(self.run.source, self.run.run_id, self.run.token)
        self._heartbeat_task = asyncio.ensure_future(self._heartbeat(self.run))

    def _compare_clocks(self, run: RunRecord) -> None:
        """Warn if this machine's clock is not the store's: versions and schedules have the times of this machine."""
        ahead = datetime.now(UTC) - (run.heartbeat_at or run.started_at)
        if abs(ahead) > MAX_CLOCK_DIFFERENCE:
            message = f"the clock of this machine is {ahead.total_seconds():+.0f} s from MongoDB's; set it by NTP"
            logger.warning("%s", message, extra={"source": run.source})
            self._add_error(NewscrawlError(message))

    def _refusal(self, reason: str, error: NewscrawlError) -> CloseSpider:
        """Log an error, and return the exception that closes the spider."""
        logger.error("%s", error, extra={"source": self._crawler.spidercls.name})
        self._add_error(error)
        return CloseSpider(reason)

    def _record(self, spider: Spider) -> RunRecord:
        settings = self._crawler.settings
        digest = hashlib.sha256(repr(settings["NEWSCRAWL_CONFIG"]).encode()).hexdigest()[:16]
        arguments = settings.getdict("NEWSCRAWL_ARGUMENTS")
        return run_record(self._shared.run_id, spider.name, arguments, settings_hash=digest)

    async def _heartbeat(self, run: RunRecord) -> None:
        def lost(error: Fenced) -> None:
            logger.error("%s", error, extra={"source": run.source})
            self._add_error(error)
            interrupt_crawl(self._crawler, "lease_held")

        await keep(await self._shared.get(), run, lost, is_over=lambda: self._is_over)

    def _add_error(self, error: NewscrawlError) -> None:
        if counter := self._crawler.get_extension(TotalsCounter):
            counter.totals.add_error(str(error))

    def stop_heartbeat(self) -> None:
        self._is_over = True
        if self._heartbeat_task is not None:
            self._heartbeat_task.cancel()
