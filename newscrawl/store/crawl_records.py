"""What crawls record about themselves and share with each other: check log, host limits, runs, source states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pymongo import AsyncMongoClient

from newscrawl.config import Config
from newscrawl.items import Check, RunRecord, SourceState
from newscrawl.secret_text import SecretUri
from newscrawl.store import (
    backfills,
    check_counts,
    check_log,
    embedded,
    host_allowance,
    hosts,
    runs,
    source_schedule,
    sources,
    store_time,
)
from newscrawl.store.check_log import CheckLog
from newscrawl.store.documents import Document
from newscrawl.store.gathered import Spacing
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.outbox_records import OutboxRecords
from newscrawl.store.retries import translate_errors


class CrawlRecords(OutboxRecords):
    """Base of `OperatorRecords`, which adds what operators ask."""

    def __init__(
        self, client: AsyncMongoClient[Document], config: Config, uri: SecretUri, mongod: embedded.Embedded | None
    ) -> None:
        super().__init__(client, config, uri, mongod)
        self.spacing = Spacing()  # of commands that go together
        self._gathered = GatheredCommands(self.db, self.spacing)
        self._check_log = CheckLog(self.db)
        self._counted_at: datetime | None = None  # by this process, or found to be counted by another

    async def close(self) -> None:
        """Write the last lines of the check log and disconnect; raises StoreUnavailable if they cannot be written."""
        try:
            await self.write_check_log()
        finally:
            await super().close()

    # Checks

    async def check(self, check: Check) -> None:
        """Take one line of the check log; it is written with others, by the next heartbeat or the end at the latest."""
        if self._check_log.add(check):
            await self.write_check_log()

    @translate_errors
    async def write_check_log(self) -> None:
        """Write the waiting lines of the check log."""
        await self._check_log.write()

    @translate_errors
    async def last_checks(self, article_id: str, limit: int = 10) -> list[Document]:
        """Return the newest lines of the check log about an article, newest first."""
        return await check_log.last_checks(self.db, article_id, limit)

    @translate_errors
    async def count_checks(self, now: datetime) -> None:
        """Add the lines of the check log to the counts by article and month; at most once an hour."""
        if self._counted_at is None or now - self._counted_at >= check_counts.EVERY:
            self._counted_at = now
            await check_counts.count_if_time(self.db, now)

    # Hosts

    @translate_errors
    async def take_host(
        self,
        host: str,
        owner: hosts.Owner,
        demand: hosts.Demand,
        now: datetime | None,
        *,
        term: timedelta = hosts.TERM,
        dead: str | None = None,
    ) -> tuple[Document, bool]:
        """Lease a host, or wait in line for it; returns its document, and whether it is the owner's now."""
        return await hosts.take(self.db, host, owner, demand, now, term=term, dead=dead)

    @translate_errors
    async def draw_requests(
        self, host: str, owner: hosts.Owner, token: int, demand: hosts.Demand, now: datetime | None
    ) -> Document | None:
        """Draw a further block of the hour's budget of a host; None if the lease is lost."""
        return await hosts.draw(self.db, host, owner, token, demand, now)

    @translate_errors
    async def keep_hosts(
        self,
        owner: hosts.Owner,
        renewed: Sequence[hosts.Held],
        released: Sequence[hosts.Held] = (),
        *,
        term: timedelta = hosts.TERM,
    ) -> None:
        """Renew leases of hosts and give others back, with what their owner knows."""
        await hosts.keep(self.db, owner, renewed, released, term=term)

    @translate_errors
    async def owned_hosts(
        self, names: Collection[str], owner: hosts.Owner, *, is_wanted: bool = False
    ) -> Mapping[str, Document]:
        """Return those of the hosts that the owner still has; only those that others wait for, if so asked."""
        return await hosts.owned(self.db, names, owner, is_wanted=is_wanted)

    @translate_errors
    async def pause_host(self, host: str, wait: timedelta, *, now: datetime | None = None) -> None:
        """Store the pause that a host asked for; it applies to all sources and runs."""
        await hosts.pause(self.db, host, wait, now)

    @translate_errors
    async def now(self) -> datetime:
        """Return the time of the database's clock."""
        return await store_time.now(self.db)

    @translate_errors
    async def blocked_hosts(self, now: datetime) -> dict[str, datetime]:
        """Return until when hosts are not requested: by their own wish, or because they failed."""
        return await hosts.blocked(self.db, now)

    @translate_errors
    async def host(self, host: str) -> host_allowance.HostState:
        return await hosts.state(self.db, host)

    # Runs

    @translate_errors
    async def start_run(self, run: RunRecord, *, term: timedelta = runs.TERM, dead_run: str | None = None) -> RunRecord:
        """Take the source's lease and store the run; returns it with its token. Raises LeaseHeld.

        `dead_run` is the id of a run whose lease may be taken over at once.
        """
        run = await runs.start(self.db, run, term=term, dead_run=dead_run)
        self.patience_seconds = self._config.store_patience_seconds
        return run

    @translate_errors
    async def heartbeat(self, run: RunRecord, *, term: timedelta = runs.TERM) -> None:
        """Renew the run's lease; raises Fenced if another run has taken the source since."""
        await self._check_log.write()
        await runs.heartbeat(self.db, run, term=term)

    @translate_errors
    async def require_lease(self, source: str, run_id: str, token: int) -> None:
        """Raise Fenced if another run has taken the source since it was leased with this token."""
        await runs.require_lease(self._gathered, source, run_id, token)

    @translate_errors
    async def end_run(self, run: RunRecord) -> None:
        """Write end, reason, exit code, stats and errors of a run, and free its source."""
        await self._check_log.write()
        await runs.end(self.db, run)
        await self.count_checks(datetime.now(UTC))

    @translate_errors
    async def runs(self, source: str | None = None, limit: int = 20) -> list[RunRecord]:
        """Return the newest runs of a source, or of all sources, newest first."""
        return await runs.newest(self.db, source, limit)

    @translate_errors
    async def last_runs(self) -> dict[str, RunRecord]:
        """Return the newest run of each source."""
        return await runs.last(self.db)

    # Sources

    @translate_errors
    async def source_state(self, source: str) -> SourceState:
        return await sources.state(self.db, source)

    @translate_errors
    async def source_states(self) -> dict[str, SourceState]:
        """Return the states of all sources that have one."""
        return await sources.states(self.db)

    @translate_errors
    async def save_source_state(self, state: SourceState, *, only: Sequence[str] = ()) -> None:
        """Store a source's state; with `only` just the named fields, so that writers do not undo one another."""
        await sources.save(self.db, state, only=only)

    @translate_errors
    async def save_rates(self, source: str, rates: Mapping[str, object]) -> None:
        """Replace the named rates of a source's recheck policy; others stay."""
        await sources.set_rates(self.db, source, rates)

    @translate_errors
    async def add_rates(self, source: str, counts: Mapping[str, Sequence[float]]) -> Mapping[str, object]:
        """Add counts to those of a source's recheck policy, in one write, and return the sums."""
        return await sources.add_rates(self.db, source, counts)

    @translate_errors
    async def backfill(self, key: str) -> Document | None:
        """Return how far a backfill has got; None if there is none of that key."""
        return await backfills.get(self.db, key)

    @translate_errors
    async def save_backfill(self, key: str, position: Mapping[str, object]) -> None:
        await backfills.save(self.db, key, position)

    @translate_errors
    async def remove_backfill(self, key: str) -> None:
        await backfills.remove(self.db, key)

    # Which source is crawled next

    @translate_errors
    async def due_sources(
        self, now: datetime, *, limit: int, is_unqueued: bool = False
    ) -> list[source_schedule.DueSource]:
        """Return sources that are due and not taken, paused or set aside, best rank first."""
        return await source_schedule.due(self.db, now, limit, is_unqueued=is_unqueued)

    @translate_errors
    async def source_turns(self) -> dict[str, datetime | None]:
        """Return when each known source is due; None for one that is paused or set aside."""
        return await source_schedule.turns(self.db)

    @translate_errors
    async def take_source(self, source: str, now: datetime, by: source_schedule.Taker) -> int | None:
        """Take a due source; returns how many takers vanished with it before, None if another one was faster."""
        return await source_schedule.take(self.db, source, now, by)

    @translate_errors
    async def keep_sources(self, sources: Collection[str], by: str) -> None:
        """Renew the term for which sources are taken; without that it passes after a minute."""
        await source_schedule.keep(self.db, sources, by)

    @translate_errors
    async def give_source_back(self, source: str, by: str) -> None:
        """Free a source that was taken and not crawled; it stays due."""
        await source_schedule.give_back(self.db, source, by)

    @translate_errors
    async def free_abandoned_sources(self) -> list[str]:
        """Free what ended processes of this machine had taken; returns the sources."""
        return await source_schedule.free_abandoned(self.db)

    @translate_errors
    async def queue_source(self, source: str, now: datetime, by: str) -> bool:
        """Mark that a worker's message names a due source; returns False if another's does, or if it is taken."""
        return await source_schedule.queue(self.db, source, now, by)

    @translate_errors
    async def unqueue_sources(self, sources: Collection[str]) -> None:
        """Let other messages name the sources at once."""
        await source_schedule.unqueue(self.db, sources)

    @translate_errors
    async def plan_source(
        self, source: str, now: datetime, *, listings_at: datetime, by: str | None = None
    ) -> datetime:
        """Mark a source due when its first article is, or at `listings_at`; returns that moment. It is free again.

        With `by` only if no other supervisor has taken it since.
        """
        return await source_schedule.plan(self.db, source, now, listings_at=listings_at, by=by)

    @translate_errors
    async def make_sources_due(self, sources: Collection[str], now: datetime) -> None:
        """Let sources be crawled before all others."""
        await source_schedule.make_due(self.db, sources, now)

    @translate_errors
    async def add_new_sources(self, sources: Collection[str], now: datetime) -> None:
        """Make those of the sources due that were never planned."""
        await source_schedule.add_new(self.db, sources, now)

    @translate_errors
    async def refresh_source_marks(self, now: datetime) -> None:
        """Bring sources forward whose articles are due earlier than planned."""
        await source_schedule.refresh(self.db, now)

    @translate_errors
    async def set_source_aside(self, source: str, reason: str, at: datetime, *, spider_digest: str) -> None:
        """Leave a source out of rounds until `bring_source_back`."""
        await source_schedule.set_aside(self.db, source, reason, at, spider_digest)

    @translate_errors
    async def sources_set_aside(self) -> dict[str, str]:
        """Return the sources that are set aside, with the digests of their files at that time."""
        return await source_schedule.all_set_aside(self.db)

    @translate_errors
    async def bring_source_back(self, source: str) -> bool:
        """Let rounds crawl a source that was set aside; returns whether it was."""
        return await source_schedule.bring_back(self.db, source)
