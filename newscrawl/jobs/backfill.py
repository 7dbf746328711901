"""A backfill: crawls of one source, each a short turn, that read its archive behind whatever is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from newscrawl import bounds, logs
from newscrawl.config import Config
from newscrawl.discover.archive_walk import ArchiveWalk
from newscrawl.jobs.crawl import Crawl
from newscrawl.jobs.exit_codes import FAILED, INTERRUPTED, LEASE_HELD, SCHEMA, STORE, SUCCESS
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.reactor import run_in_reactor
from newscrawl.recheck import sleeps_until
from newscrawl.source_definition import source_of
from newscrawl.sources.archive_starts import starts
from newscrawl.sources.backfilling import Backfill, backfilling
from newscrawl.sources.catalogue import check_source, load_spider
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

TURN_SECONDS = 60.0  # after which a turn ends: other crawls of the source wait for no longer
LEASE_POLL_SECONDS = 2.0
BUDGET_SHARE = 0.5  # of the hourly requests to a host; the rest is for ordinary checks
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPlan:
    """What a person asked for; `archives` are further addresses to begin with, or templates with {year} and {month}."""

    source: str
    since: date
    until: date | None = None  # today
    limit: int | None = None
    archives: tuple[str, ...] = ()
    turn_seconds: float = TURN_SECONDS

    @property
    def key(self) -> str:
        """By which a backfill is known that is not finished: the same command goes on with it."""
        return f"{self.source} {self.since} {self.until or 'open'} {' '.join(self.archives)}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillReport:
    """What a backfill came to; `is_finished`: the archive holds no more of the span."""

    source: str
    since: date
    until: date
    is_finished: bool
    exit_code: int
    pages: int = 0
    waiting: int = 0
    recorded: int = 0
    known: int = 0
    outside: int = 0
    failed: int = 0
    unread_pages: int = 0
    turns: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"since": self.since.isoformat(), "until": self.until.isoformat()}


def new_walk(plan: BackfillPlan, today: date) -> ArchiveWalk:
    """Return the way through an archive from its beginning."""
    templates = [each for each in plan.archives if "{" in each]
    named = [each for each in plan.archives if "{" not in each]
    return ArchiveWalk(plan.since, plan.until or today, [*named, *starts(load_spider(plan.source))], templates)


def backfill(plan: BackfillPlan, config: Config, *, progress: Progress, log_level: str | None = None) -> BackfillReport:
    """Run a backfill in this process, to its end or its limit; SIGTERM and SIGINT end it, and it can go on later."""
    check_source(plan.source)
    bounds.prepare()
    logs.install(config.log_format, log_level or config.log_level)
    turns = _Turns(plan, config, ProcessScope(config), progress, log_level)
    return run_in_reactor(turns.run, turns.stop)


class _Turns:
    def __init__(
        self, plan: BackfillPlan, config: Config, scope: ProcessScope, progress: Progress, log_level: str | None
    ) -> None:
        self._plan = plan
        self._config = config
        self._scope = scope
        self._progress = progress
        self._log_level = log_level
        self._stopped = asyncio.Event()
        self._crawl: Crawl | None = None
        self._turns = 0

    def stop(self) -> None:
        self._stopped.set()
        if self._crawl is not None:
            self._crawl.stop()

    async def run(self) -> BackfillReport:
        store = await Store.open(self._config)
        try:
            backfill = await self._open(store)
            last = await self._take_turns(store, backfill)
            if backfill.is_finished:
                await store.remove_backfill(self._plan.key)
            return self._report(backfill, last)
        finally:
            await store.close()
            await self._scope.close()

    async def _open(self, store: Store) -> Backfill:
        """Return the backfill where it was left, or at its beginning."""
        position = await store.backfill(self._plan.key)
        if position is not None:
            self._progress(f"going on after {position['pages']} pages")
        walk = ArchiveWalk.of(position) if position is not None else new_walk(self._plan, datetime.now(UTC).date())

        async def save() -> None:
            await store.save_backfill(self._plan.key, walk.as_state())

        await save()
        per_hour = int(self._config.host_requests_per_hour * BUDGET_SHARE)
        return Backfill(walk, save, limit=self._plan.limit, turn_seconds=self._plan.turn_seconds, per_hour=per_hour)

    async def _take_turns(self, store: Store, backfill: Backfill) -> CrawlReport | None:
        report: CrawlReport | None = None
        is_waiting = False  # for another crawl
        while not (backfill.is_finished or backfill.is_at_limit or self._stopped.is_set()):
            await self._wait_for_host(backfill)
            due_at = (await store.source_turns()).get(self._plan.source)
            backfill.reads_listings = due_at is None or due_at <= datetime.now(UTC)
            if self._stopped.is_set():
                break
            report = await self._turn(backfill)
            if backfill.error is not None:
                raise backfill.error
            if report.exit_code == LEASE_HELD:
                if not is_waiting:
                    self._progress("another crawl has the source; it goes on after that one")
                is_waiting = True
                await self._pause(LEASE_POLL_SECONDS)
                continue
            is_waiting = False
            if report.exit_code in {STORE, SCHEMA, INTERRUPTED}:
                break
        return report

    async def _turn(self, backfill: Backfill) -> CrawlReport:
        settings = {
            "NEWSCRAWL_BACKFILL": backfill,
            "NEWSCRAWL_ARGUMENTS": {"backfill": f"{backfill.walk.since} to {backfill.walk.until}"},
        }
        job = Job(source=self._plan.source, fail_on=0, settings=settings, log_level=self._log_level)
        self._crawl = Crawl(job, self._config, self._scope, adapt=backfilling)
        report = await self._crawl.run()
        if report.exit_code != LEASE_HELD:
            self._turns += 1
            walk = backfill.walk
            self._progress(f"{walk.pages} pages read, {walk.waiting} known, {backfill.recorded} articles recorded")
        return report

    async def _wait_for_host(self, backfill: Backfill) -> None:
        """Wait until the host may be asked again, or its source is awake; others check what is due meanwhile."""
        asleep_until = sleeps_until(source_of(load_spider(self._plan.source)), datetime.now(UTC))
        until = max(filter(None, (backfill.waits_until, asleep_until)), default=None)
        if until is not None:
            self._progress(
                f"goes on at {until:%Y-%m-%d %H:%M} UTC: budget or pause of its host, or hours of the source"
            )
            await self._pause((until - datetime.now(UTC)) / timedelta(seconds=1))
        backfill.waits_until = None

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._stopped.wait()
        except TimeoutError:
            return

    def _report(self, backfill: Backfill, last: CrawlReport | None) -> BackfillReport:
        walk = backfill.walk
        return BackfillReport(
            source=self._plan.source,
            since=walk.since,
            until=walk.until,
            is_finished=backfill.is_finished,
            exit_code=self._exit_code(backfill, last),
            pages=walk.pages,
            waiting=walk.waiting,
            recorded=backfill.recorded,
            known=backfill.known,
            outside=backfill.outside,
            failed=backfill.failed,
            unread_pages=backfill.unread_pages,
            turns=self._turns,
            endings=walk.endings,
            problem=next(iter(last.errors), "") if last is not None and last.exit_code else "",
        )

    def _exit_code(self, backfill: Backfill, last: CrawlReport | None) -> int:
        if last is not None and last.exit_code in {STORE, SCHEMA}:
            return last.exit_code
        if self._stopped.is_set() or (last is not None and last.exit_code == INTERRUPTED):
            return INTERRUPTED
        nothing_read = backfill.unread_pages > 0 and backfill.unread_pages >= backfill.walk.pages
        nothing_recorded = backfill.failed > 0 and not (backfill.recorded or backfill.known)
        return FAILED if nothing_read or nothing_recorded else SUCCESS


def names_of(templates: Sequence[str]) -> list[str]:
    """Return what templates name in braces, for messages."""
    return sorted({part.partition("}")[0] for each in templates for part in each.split("{")[1:]})
