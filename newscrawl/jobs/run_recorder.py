"""Write the run record of a crawl with its exit code, after every step that may change them."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newscrawl import logs, rights_signals
from newscrawl.errors import Fenced, StoreUnavailable
from newscrawl.fetch import records_of
from newscrawl.health.findings import stalled
from newscrawl.health.monitors import HealthMonitor
from newscrawl.items import AlarmState, RunRecord
from newscrawl.jobs.edit_review import review_edits
from newscrawl.jobs.exit_codes import REASONS, SHUTDOWN, STALLED, SUCCESS, YIELDED, excuse, exit_code
from newscrawl.jobs.source_facts import save_facts
from newscrawl.jobs.source_lease import SourceLease
from newscrawl.jobs.stopping import interrupt_crawl
from newscrawl.jobs.totals import CrawlTotals, TotalsCounter
from newscrawl.source_definition import listings_at
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore, shared_store
from newscrawl.store.source_schedule import MIN_BETWEEN_TURNS

logger = logging.getLogger(__name__)


class RunRecorder:
    """Scrapy extension: ends a run step by step, since Scrapy does not define the order of signal handlers.

    The steps belong to other modules: lease, totals, mass changes, health. A disabled extension is skipped.
    """

    def __init__(self, crawler: Crawler, shared: SharedStore, *, fail_on: int, fail_on_drift: bool) -> None:
        self._crawler = crawler
        self._shared = shared
        self._fail_on = fail_on
        self._fail_on_drift = fail_on_drift
        self.reason = "start_error"
        self.exit_code: int | None = None
        self._has_ended = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        config = settings["NEWSCRAWL_CONFIG"]
        # `scrapy crawl` has installed its own log handler by now; ours replaces it, so that all crawls log alike.
        logs.install(config.log_format, settings["LOG_LEVEL"])
        recorder = cls(
            crawler,
            shared_store(crawler, config),
            fail_on=settings.getint("NEWSCRAWL_FAIL_ON", 1),
            fail_on_drift=settings.getbool("NEWSCRAWL_FAIL_ON_DRIFT"),
        )
        crawler.signals.connect(recorder.failed, signal=signals.item_error)
        crawler.signals.connect(recorder.failed, signal=signals.spider_error)
        crawler.signals.connect(recorder.spider_closed, signal=signals.spider_closed)
        return recorder

    @property
    def run_id(self) -> str:
        return self._shared.run_id

    @property
    def totals(self) -> CrawlTotals:
        counter = self._crawler.get_extension(TotalsCounter)
        if counter is None:
            raise RuntimeError("the TotalsCounter extension is off; see EXTENSIONS in newscrawl/settings.py")
        return counter.totals

    def failed(self, failure: Any) -> None:
        """End the crawl once its stages or its spider have waited in vain for the store."""
        if isinstance(failure.value, StoreUnavailable):
            interrupt_crawl(self._crawler, "store_unavailable")

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        await self.end(spider, reason)

    async def end(self, spider: Spider, reason: str) -> None:
        """Record the end of the run, once, whether or not its spider ever closes."""
        if self._has_ended:
            return
        self._has_ended = True
        if isinstance(spider, NewsSpider):
            self.totals.discovered = len(spider.frontier.discovered)
            self.totals.pages.set_listings_read(spider.frontier.listings_read)
            records = records_of(self._crawler)
            for damage in records.recording.damages if records is not None else ():
                self.totals.add_error(str(damage))
        self._end_with(reason)
        lease = self._crawler.get_extension(SourceLease)
        if lease is not None:
            lease.stop_heartbeat()
        try:
            if lease is not None and lease.run is not None:
                await self._close_run(lease.run, spider, await self._shared.get())
        except StoreUnavailable as error:
            logger.error("%s", error, extra={"source": spider.name})
            self.totals.add_error(str(error))
            self._end_with("store_unavailable")
        finally:
            await self._shared.close()

    async def _close_run(self, run: RunRecord, spider: Spider, store: Store) -> None:
        await store.release(run.run_id)
        if await self._has_lease(run, store):
            await self._conclude(run, spider, store)
        await store.end_run(
            replace(
                run,
                ended_at=datetime.now(UTC),
                reason=self.reason,
                exit_code=self.exit_code,
                stats=self.totals.as_stats(),
                errors=tuple(self.totals.errors.items()),
            )
        )

    async def _has_lease(self, run: RunRecord, store: Store) -> bool:
        """Return whether the source is still this run's; a run that slept may end before a heartbeat shows it."""
        try:
            await store.require_lease(run.source, run.run_id, run.token)
        except Fenced as error:
            self.totals.add_error(str(error))
            self._end_with("lease_held")
            return False
        return True

    async def _conclude(self, run: RunRecord, spider: Spider, store: Store) -> None:
        """Store what the run shows of its source."""
        if isinstance(spider, NewsSpider):
            await self._review_edits(run, spider, store)
        is_ordinary = isinstance(spider, NewsSpider) and spider.reads_listings
        await self._check_health(store, run, reads_listings=is_ordinary)
        if isinstance(spider, NewsSpider):
            await (await spider.frontier.source_policy()).merge(store, at_least=1)
            stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
            await save_facts(store, spider, self.totals.last_read, rights_signals.counted(stats))
        stated = spider.listing_period if isinstance(spider, NewsSpider) else None
        seconds = stated or self._crawler.settings["NEWSCRAWL_CONFIG"].discovery_every_seconds
        interval = timedelta(seconds=seconds)
        now = datetime.now(UTC)
        # A crawl that yielded or was stopped goes on with what its listings name: they are read again in its next turn.
        goes_on = self.reason in {YIELDED, SHUTDOWN}
        planned_at = now + MIN_BETWEEN_TURNS if goes_on else run.started_at + interval
        if isinstance(spider, NewsSpider):
            planned_at = listings_at(type(spider), planned_at)
            if not spider.reads_listings:
                planned_at = (await store.source_turns()).get(run.source) or now
        await store.plan_source(run.source, now, listings_at=planned_at)

    async def _review_edits(self, run: RunRecord, spider: NewsSpider, store: Store) -> None:
        """Publish or hold what is still pending."""
        mass_changes = await spider.mass_changes()
        if alarm := await review_edits(mass_changes, store, run, spider.clock.now()):
            self.totals.alarms += alarm.state is AlarmState.OPEN
            self.totals.add_error(alarm.sentence)

    async def _check_health(self, store: Store, run: RunRecord, *, reads_listings: bool) -> None:
        """Open and resolve alarms by what the crawl found; one that was interrupted is not compared with others."""
        monitor = self._crawler.get_extension(HealthMonitor)
        if self.reason == STALLED:
            await self._raise_stalled(store, run)
        if monitor is None or REASONS.get(self.reason) != SUCCESS:
            return
        totals = self.totals
        is_whole = reads_listings and self.reason == "finished" and totals.not_requested == 0
        health = await monitor.check(
            store, run.run_id, run.source, totals.pages, listed=totals.discovered, is_whole=is_whole
        )
        totals.alarms += len(health.open_alarms)
        # Alarms are reported in addition to the first 20 errors.
        totals.errors.update({alarm.sentence: 1 for alarm in health.alarms})
        self._end_with(self.reason)
        totals.excused = excuse(
            self.exit_code or SUCCESS,
            totals,
            fail_on=self._fail_on,
            is_paused=health.is_paused,
            known_parts=health.known_parts,
        )

    async def _raise_stalled(self, store: Store, run: RunRecord) -> None:
        alarm = await store.open_alarm(run.source, stalled(run, self.totals.checked), at=datetime.now(UTC))
        self.totals.add_error(alarm.sentence)
        if (await store.source_state(run.source)).is_paused:
            self.totals.excused = "paused"
        elif alarm.state is AlarmState.ACKNOWLEDGED:
            self.totals.excused = "acknowledged"

    def _end_with(self, reason: str) -> None:
        self.reason = reason
        self.exit_code = exit_code(reason, self.totals, fail_on=self._fail_on, fail_on_drift=self._fail_on_drift)
