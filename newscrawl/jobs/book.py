"""The run record of one crawl: begun before the first request, kept alive, and closed with what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from newscrawl import __version__, logs
from newscrawl.errors import Fenced, LeaseHeld, NewscrawlError, SchemaMismatch, StoreUnavailable
from newscrawl.fetch import clock_of
from newscrawl.fetch.downloader import exchanges_of
from newscrawl.items import NOT_REQUESTED, RecordedItem, RunRecord
from newscrawl.jobs import alarm
from newscrawl.jobs.exits import Tally, exit_code
from newscrawl.jobs.hosts import HostKeeper
from newscrawl.jobs.masses import Masses
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store
from newscrawl.store.shared_store import shared_store

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20


class RunBook:
    """Scrapy extension: holds the source's lease for the time of the run and tells the truth at its end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._shared = shared_store(crawler, crawler.settings["NEWSCRAWL_CONFIG"])
        self._fail_on = crawler.settings.getint("NEWSCRAWL_FAIL_ON", 1)
        self._fail_on_drift = crawler.settings.getbool("NEWSCRAWL_FAIL_ON_DRIFT")
        self._beat: asyncio.Task[None] | None = None
        self._run: RunRecord | None = None
        self.tally = Tally()
        self._masses = Masses()
        self.reason = "start_error"
        self.exit_code: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Scrapy's own command has put its handler in place by now: the lines look the same however a crawl is started.
        logs.install(crawler.settings["NEWSCRAWL_CONFIG"].log_format, crawler.settings["LOG_LEVEL"])
        book = cls(crawler)
        for handler, signal in (
            (book.spider_opened, signals.spider_opened),
            (book.item_scraped, signals.item_scraped),
            (book.item_error, signals.item_error),
            (book.spider_error, signals.spider_error),
            (book.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(handler, signal=signal)
        return book

    @property
    def run_id(self) -> str:
        return self._shared.run_id

    async def spider_opened(self, spider: Spider) -> None:
        try:
            store = await self._shared.get()
            # The lease lives by the system's clock, also in a replay: it stands between processes of today.
            self._run = await self._begin(store, self._record(spider))
            per_hour = self._crawler.settings["NEWSCRAWL_CONFIG"].host_requests_per_hour
            exchanges_of(self._crawler).host_limiter = HostKeeper(store, per_hour=per_hour)
        except LeaseHeld as error:
            raise self._refused("lease_held", error) from error
        except SchemaMismatch as error:
            raise self._refused("schema_mismatch", error) from error
        except StoreUnavailable as error:
            raise self._refused("store_unavailable", error) from error
        self._beat = asyncio.ensure_future(self._heartbeat())

    async def _begin(self, store: Store, record: RunRecord) -> RunRecord:
        """Take the source; from a run of this machine whose process is dead, without waiting for its term to pass."""
        try:
            return await store.start_run(record, now=datetime.now(UTC))
        except LeaseHeld as error:
            if error.host != record.host or not error.pid or _is_alive(error.pid):
                raise
            logger.warning("run %s of %s died without a word; taking over", error.run_id, record.source)
            return await store.start_run(record, now=datetime.now(UTC), dead_run=error.run_id)

    def _refused(self, reason: str, error: NewscrawlError) -> CloseSpider:
        logger.error("%s", error)
        self.tally.add_error(str(error))
        return CloseSpider(reason)

    def _record(self, spider: Spider) -> RunRecord:
        return RunRecord(
            run_id=self._shared.run_id,
            source=spider.name,
            arguments=dict(self._crawler.settings.getdict("NEWSCRAWL_ARGUMENTS")),
            started_at=datetime.now(UTC),
            settings_hash=hashlib.sha256(repr(self._crawler.settings["NEWSCRAWL_CONFIG"]).encode()).hexdigest()[:16],
            code_version=__version__,
            host=socket.gethostname(),
            pid=os.getpid(),
        )

    async def _heartbeat(self) -> None:
        store = await self._shared.get()
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                if self._run is not None:
                    await store.heartbeat(self._run, datetime.now(UTC))
            except Fenced as error:
                logger.error("%s", error)
                self.tally.add_error(str(error))
                await self._stop("lease_held")
                return
            except NewscrawlError as error:
                logger.warning("heartbeat failed: %s", error)

    def item_scraped(self, item: Any) -> None:
        if isinstance(item, RecordedItem):
            word = item.outcome.value
            self.tally.outcomes[word] = self.tally.outcomes.get(word, 0) + 1
            self._masses.add(item)
            self.tally.unasked += item.reason in NOT_REQUESTED
            if word in {"error", "blocked"}:
                told = f" ({item.detail})" if item.detail and item.detail != item.url else ""
                self.tally.add_error(f"{item.url}: {item.reason}{told}")

    async def item_error(self, item: Any, failure: Any) -> None:
        self.tally.add_error(f"{type(failure.value).__name__}: {failure.value}")
        if isinstance(failure.value, StoreUnavailable):
            await self._stop("store_unavailable")
        else:
            self.tally.defects += 1

    def spider_error(self, failure: Any) -> None:
        if not isinstance(failure.value, CloseSpider):
            self.tally.defects += 1
            self.tally.add_error(f"{type(failure.value).__name__}: {failure.value}")

    async def _stop(self, reason: str) -> None:
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            with contextlib.suppress(RuntimeError):  # already closing: the first reason stands
                await engine.close_spider_async(reason=reason)

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        self.tally.discovered = len(spider.agenda.discovered) if isinstance(spider, NewsSpider) else 0
        self._end_with(reason)
        if self._beat is not None:
            self._beat.cancel()
        try:
            if self._run is not None:
                store = await self._shared.get()
                await store.release(self._shared.run_id)
                await self._hold_masses(store, spider)
                await self._sound_alarms(store, spider)
                if isinstance(spider, NewsSpider):
                    await (await spider.agenda.schedule()).save(store)
                await store.end_run(
                    replace(
                        self._run,
                        ended_at=datetime.now(UTC),
                        reason=reason,
                        exit_code=self.exit_code,
                        stats=self.stats(),
                        errors=tuple(self.tally.errors.items()),
                    )
                )
        except StoreUnavailable as error:
            logger.error("%s", error)
            self.tally.add_error(str(error))
            self._end_with("store_unavailable")
        finally:
            await self._shared.close()

    async def _hold_masses(self, store: Store, spider: Spider) -> None:
        reason = self._masses.suspicion
        if reason is not None:
            now = clock_of(self._crawler).now()
            count = await store.hold(spider.name, self._masses.since, reason=reason, at=now)
            told = f"{reason}; {count} versions are held, `newscrawl release {spider.name}` lets them go"
            logger.warning("decision=held source=%s versions=%d reason=%r", spider.name, count, reason)
            self.tally.add_error(told)

    async def _sound_alarms(self, store: Store, spider: Spider) -> None:
        """Compare a crawl that went to its end with the source's usual ones."""
        if self.reason != "finished" or not isinstance(spider, NewsSpider):
            return
        if exchanges_of(self._crawler).records is not None:
            return  # what somebody recorded says nothing of what the source lists
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        told = await alarm.sound(store, spider.name, alarm.health(self.tally, stats))
        self.tally.alarms = len(told)
        self.tally.errors.update(dict.fromkeys(told, 1))  # also behind twenty others
        self._end_with(self.reason)

    def _end_with(self, reason: str) -> None:
        self.reason = reason
        self.exit_code = exit_code(reason, self.tally, fail_on=self._fail_on, fail_on_drift=self._fail_on_drift)

    def stats(self) -> dict[str, int]:
        return {"discovered": self.tally.discovered, "checked": self.tally.checked, **self.tally.outcomes}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and belongs to another user
        return True
    return True
