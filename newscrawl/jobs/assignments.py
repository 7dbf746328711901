"""Where a supervisor's jobs come from: the sources named, one round of those that are due, or whatever falls due."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError, StoreUnavailable
from newscrawl.jobs.exit_codes import INTERRUPTED, LEASE_HELD, STORE, YIELDED
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.worker_deaths import set_lost_source_aside
from newscrawl.normalize import authority_of, domain_as_compared
from newscrawl.sources.catalogue import (
    digest_of_spider,
    is_asleep,
    is_unverified,
    load_spider,
    planned_listings,
    source_names,
)
from newscrawl.sources.listing_periods import listing_period
from newscrawl.store.process_identity import process_identity
from newscrawl.store.session import Store
from newscrawl.store.source_schedule import MIN_BETWEEN_TURNS, Taker

logger = logging.getLogger(__name__)

# How often a resident supervisor asks the store for what no message says: recheck, unpause, add-source.
POLL_SECONDS = 5.0
REFRESH_SECONDS = 300.0
KEEP_SECONDS = 15.0  # how often it says that what it has taken is still in its hands
# A source is set aside when so many supervisors in succession vanished with it: what ends a whole machine leaves nobody
# behind who could try it alone. A few are no proof, since those that are stopped or lost vanish with all their sources.
MAX_LOST_TAKERS = 5
DEMO = "demo"  # waits to be named


class NamedSources:
    """The sources that a person named, each crawled once; none begins if there is no store to begin with."""

    def __init__(self, config: Config, names: Sequence[str], job_of: Callable[[str], Job]) -> None:
        self._config = config
        self._waiting = list(names)
        self._job_of = job_of
        self._store: Store | None = None

    async def next_jobs(self, free: int, running: Sequence[str]) -> list[Job]:
        if self._store is None:  # once for all: each source alone would wait as long as a connection may take
            self._store = await Store.open(self._config)
        taken, self._waiting = self._waiting[:free], self._waiting[free:]
        return [self._job_of(name) for name in taken]

    async def ended(self, report: CrawlReport) -> None:
        return None

    async def wait(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()
            self._store = None

    def is_done(self) -> bool:
        return not self._waiting

    def store(self) -> Store | None:
        return self._store

    def stop(self) -> None:
        return None

    def hosts_of(self, source: str) -> frozenset[str]:
        return hosts_of(source)


class DueSources:
    """The sources that are due, best rank first: one round of them, or from now on."""

    def __init__(self, config: Config, job_of: Callable[[str], Job], *, is_resident: bool, slots: int = 0) -> None:
        self._config = config
        self._job_of = job_of
        self._is_resident = is_resident
        self._slots = slots
        name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._taker = Taker(name, os.getpid(), process_identity())
        self._store: Store | None = None
        self._began_at = datetime.now(UTC)
        self._crawled: set[str] = set()  # in this round
        self._names: list[str] = []  # the sources that have a mark
        self._taken: set[str] = set()
        self._to_plan: dict[str, datetime] = {}  # taken ones whose run has ended → when their listings are due
        self._keeping: asyncio.Task[None] | None = None
        self._refreshed_at: datetime | None = None
        self._freed_at = -POLL_SECONDS  # by the monotonic clock
        self._away_since: float | None = None  # by the monotonic clock
        self._is_done = False

    async def next_jobs(self, free: int, running: Sequence[str]) -> list[Job]:
        """Return what is due; nothing while the store is away, for which a round waits as long as its runs do.

        Raises StoreUnavailable if the store was away from the beginning, or for longer than that.
        """
        try:
            jobs = await self._take(free, set(running))
        except StoreUnavailable as error:
            if not self._waits_for_store():
                raise
            logger.warning("%s", error)
            return []
        self._away_since = None
        return jobs

    def _waits_for_store(self) -> bool:
        now = time.monotonic()
        self._away_since = now if self._away_since is None else self._away_since
        has_begun = self._refreshed_at is not None
        return has_begun and (self._is_resident or now - self._away_since < self._config.store_patience_seconds)

    async def ended(self, report: CrawlReport) -> None:
        """Plan the source's next turn, also if its run could not do so: it failed, or never had the lease."""
        now = datetime.now(UTC)
        goes_on = report.exit_code in {STORE, LEASE_HELD, INTERRUPTED} or report.reason == YIELDED
        wait = MIN_BETWEEN_TURNS if goes_on else self._interval(report.source) - timedelta(seconds=report.seconds)
        self._to_plan[report.source] = planned_listings(report.source, now + wait)
        try:
            await self._plan(await self._open(), now)
        except NewscrawlError as error:
            logger.warning("source=%s its next turn is planned later: %s", report.source, error)

    async def _plan(self, store: Store, now: datetime) -> None:
        for source, listings_at in list(self._to_plan.items()):
            await store.plan_source(source, now, listings_at=listings_at, by=self._taker.name)
            self._to_plan.pop(source, None)
            self._taken.discard(source)

    async def wait(self) -> None:
        if self._is_resident or self._away_since is not None:
            await asyncio.sleep(POLL_SECONDS)
        else:
            await asyncio.Event().wait()

    def is_done(self) -> bool:
        return self._is_done

    def store(self) -> Store | None:
        return self._store if self._away_since is None else None

    def stop(self) -> None:
        return None

    def hosts_of(self, source: str) -> frozenset[str]:
        return hosts_of(source)

    async def close(self) -> None:
        """Give back what was taken and not crawled; what a store that is away does not take back is free in minutes."""
        if self._keeping is not None:
            await cancelled([self._keeping])  # it would note again that this worker is there
        if self._store is None:
            return
        try:
            await asyncio.gather(*(self._store.give_source_back(source, self._taker.name) for source in self._taken))
            await self._store.forget_worker(self._taker)
        except StoreUnavailable as error:
            logger.warning("sources=%s not given back: %s", ",".join(sorted(self._taken)), error)
        finally:
            await self._store.close()
            self._store = None

    async def _take(self, free: int, running: set[str]) -> list[Job]:
        store, now = await self._prepare()
        jobs: list[Job] = []
        for source in await self._due(store, now, free, running | self._crawled):
            if (job := await self._take_one(store, source, now)) is not None:
                jobs.append(job)
        if not self._is_resident and len(jobs) < free:
            self._is_done = True
        return jobs

    async def _due(
        self, store: Store, now: datetime, count: int, without: Collection[str], *, is_unqueued: bool = False
    ) -> list[str]:
        """Return the first sources that are due and have a spider here; those that have none hold up no other."""
        known, limit = set(self._names) - set(without), count + len(without)
        while True:
            due = [each.source for each in await store.due_sources(now, limit=limit, is_unqueued=is_unqueued)]
            found = [source for source in due if source in known and not is_asleep(source, now)]
            if len(found) >= count or len(due) < limit:
                return found[:count]
            limit *= 4

    async def _prepare(self) -> tuple[Store, datetime]:
        """Bring marks up to date; returns the store, and the moment at which a source is to be due."""
        store = await self._open()
        now = datetime.now(UTC) if self._is_resident else self._began_at
        await self._plan(store, datetime.now(UTC))
        await self._refresh(store, [name for name in source_names() if name != DEMO], now)
        await self._free_abandoned(store)
        return store, now

    async def _take_one(self, store: Store, source: str, now: datetime) -> Job | None:
        """Take a source; returns None if another supervisor was faster, or if the source is set aside instead."""
        lost = await store.take_source(source, now, self._taker)
        if lost is None:
            return None
        if lost >= MAX_LOST_TAKERS:
            logger.error(
                "source=%s is set aside: %s machines or supervisors vanished while they crawled it", source, lost
            )
            await set_lost_source_aside(store, source, lost)
            return None
        if not self._is_resident:
            self._crawled.add(source)
        self._taken.add(source)
        return replace(self._job_of(source), may_yield=True)

    async def _free_abandoned(self, store: Store) -> None:
        """Free what supervisors of this machine had taken that were killed; called after every crawl, as above."""
        if time.monotonic() - self._freed_at < POLL_SECONDS:
            return
        self._freed_at = time.monotonic()
        if sources := await store.free_abandoned_sources():
            logger.warning("sources=%s are free: the process that had taken them no longer exists", ",".join(sources))

    async def _refresh(self, store: Store, names: list[str], now: datetime) -> None:
        """Make new sources due, and compute marks again from the articles from time to time.

        Called at the end of every crawl: a query for all sources each time took as much as the crawl of one of 500.
        """
        if names != self._names:
            # An unverified source gets its first mark from a crawl that a person asked for.
            await store.add_new_sources([name for name in names if not is_unverified(name)], now)
            self._names = names
        await self._bring_back_edited(store, names, now)
        if self._refreshed_at is None or (now - self._refreshed_at).total_seconds() > REFRESH_SECONDS:
            await store.refresh_source_marks(now)
            self._refreshed_at = now

    async def _bring_back_edited(self, store: Store, names: Sequence[str], now: datetime) -> None:
        """Crawl sources again that were set aside, and whose files were edited since."""
        for name, digest in (await store.sources_set_aside()).items():
            if name in names and digest_of_spider(name) != digest:
                logger.warning("source=%s is crawled in rounds again: its file was edited", name)
                await store.bring_source_back(name)
                await store.make_sources_due([name], now)

    def _interval(self, source: str) -> timedelta:
        return listing_period(source, self._config.discovery_every_seconds)

    async def _open(self) -> Store:
        if self._store is None:
            self._store = await Store.open(self._config)
            if self._is_resident:
                await self._store.keep_worker(self._taker, self._slots)
            self._keeping = asyncio.create_task(self._keep(self._store))
        return self._store

    async def _keep(self, store: Store) -> None:
        """Renew the term of what is taken; it is short, since nothing else frees it if this process is killed."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            try:
                await self._keep_all(store)
            except StoreUnavailable as error:
                logger.warning("%s", error)

    async def _keep_all(self, store: Store) -> None:
        await store.keep_sources(self._taken, self._taker.name)
        if self._is_resident:
            await store.keep_worker(self._taker, self._slots)


def hosts_of(source: str) -> frozenset[str]:
    """Return the hosts that a crawl of a source asks: its domains and those of its listings, without www."""
    try:
        spider = load_spider(source)
    except ConfigError:
        return frozenset({source})  # its crawl will say what is wrong with the file
    urls = (*spider.feeds, *spider.sitemaps, *spider.sections)
    hosts = {*map(authority_of, urls), *map(domain_as_compared, spider.domains)}
    return frozenset(host.removeprefix("www.") for host in hosts if host)
