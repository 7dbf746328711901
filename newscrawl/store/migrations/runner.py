"""Migrate a database: what it has not had, in order, window by window; a kill costs the window that was under way."""

from __future__ import annotations

import math
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pymongo
from pymongo.asynchronous.collection import AsyncCollection

from newscrawl.errors import DamagedDocuments, LeaseHeld, StillWritten
from newscrawl.store import indexes, schema
from newscrawl.store.connection import Connection
from newscrawl.store.documents import Document
from newscrawl.store.migrations import lock, pending, progress, windows
from newscrawl.store.migrations.progress import Place
from newscrawl.store.migrations.steps import Migration, Outcome, Step
from newscrawl.store.retries import with_retries
from newscrawl.store.source_schedule import TAKEN_TERM
from newscrawl.store.store_time import after

Progress = Callable[[str, int, int], None]  # title, documents that were passed, and how many there are
WINDOW_SECONDS = 60.0  # for one window, on a slow disk; a database that goes away meanwhile is noticed after it
MAX_PASSES = 4
MAX_NAMED = 20  # damaged documents


@dataclass(frozen=True, slots=True)
class Planned:
    """A migration that a database has not had: how many documents it changes, in about how many seconds."""

    number: int
    title: str
    documents: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Done:
    """A migration that ended just now."""

    number: int
    title: str
    documents: int  # that were changed, before an interruption too
    left: int  # damaged ones


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """Indexes by collection and name."""

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(slots=True)
class _Damages:
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, lines: list[str]) -> None:
        self.count += len(lines)
        self.lines += lines[: MAX_NAMED - len(self.lines)]


async def plan(connection: Connection) -> list[Planned]:
    """Return what `migrate` would do; reads the collections that are concerned, and writes nothing."""
    found = await with_retries(connection, lambda: schema.read(connection.db))
    return [] if found.is_new else [await _planned(connection, each) for each in pending(found.level)]


async def _planned(connection: Connection, migration: Migration) -> Planned:
    total, seconds = 0, 0.0
    for step in migration.steps:
        count = await _count(connection, step)
        total += count
        seconds += count / step.per_second
    return Planned(migration.number, migration.title, total, math.ceil(seconds))


async def _count(connection: Connection, step: Step, *, limit: int = sys.maxsize) -> int:
    """Return how many documents a step has not changed, or the limit if there are more."""
    collection, found = connection.db[step.collection], 0

    async def count(within: Document) -> int:
        with pymongo.timeout(WINDOW_SECONDS):
            return await collection.count_documents({"$and": [step.missing, within]})

    async for window in _windows(connection, collection, None):
        found += await with_retries(connection, partial(count, window.query))
        if found >= limit:
            return limit
    return found


async def _windows(
    connection: Connection, collection: AsyncCollection[Document], last: Any
) -> AsyncIterator[windows.Window]:
    while window := await with_retries(connection, partial(windows.after, collection, last, windows.SIZE)):
        yield window
        last = window.last


async def index_plan(connection: Connection) -> IndexPlan:
    """Return which indexes a database lacks, and which ones no query uses any more."""
    made, dropped = await with_retries(connection, lambda: indexes.differences(connection.db))
    return IndexPlan(tuple(made), tuple(dropped))


async def migrate(connection: Connection, *, skips_damaged: bool = False, tell: Progress) -> list[Done]:
    """Do what a database has not had, then make its indexes; returns what was done.

    Raises LeaseHeld if something else works on the database, DamagedDocuments for what cannot be read, and
    StoreUnavailable. Whatever ends it, the next one goes on.
    """
    db = connection.db
    before = await with_retries(connection, lambda: schema.read(db))
    if not before.is_older:
        await connection.prepare()
        return []
    async with lock.held(connection) as right:
        before = await with_retries(connection, lambda: schema.read(db))
        await with_retries(connection, lambda: schema.begin(db, before))
        await _require_idle(connection, before)
        done = []
        for migration in pending(before.level):
            done.append(await _migrate(connection, migration, right, skips_damaged, tell))
        right.require()
        await connection.prepare()
        return done


async def _require_idle(connection: Connection, before: schema.Schema) -> None:
    """Raise LeaseHeld if a run or worker is under way: what it writes would be of the old schema."""
    db = connection.db

    async def busy() -> str:
        is_held = {"run": {"$ne": None}, "$expr": {"$gt": ["$until", "$$NOW"]}}
        if lease := await db.leases.find_one(is_held):
            until = f"until {lease['until']:%H:%M:%S} UTC"
            return f"source {lease['_id']} is crawled by process {lease.get('pid')} on {lease.get('host')} ({until})"
        worker = await db.workers.find_one({"$expr": {"$gt": ["$seen_at", after(-TAKEN_TERM)]}})
        return f"worker {worker['_id']} is at work" if worker else ""

    if what := await with_retries(connection, busy):
        if not before.is_begun:
            await with_retries(connection, lambda: schema.abandon(db, before))
        raise LeaseHeld(
            f"database {db.name} is in use: {what}. Stop crawls, workers and readers first; of one that was killed, "
            "the lease ends by itself. Nothing was changed"
        )


async def _migrate(
    connection: Connection, migration: Migration, right: lock.Lock, skips_damaged: bool, tell: Progress
) -> Done:
    db, left = connection.db, 0
    reached = await with_retries(connection, lambda: progress.place(db, migration))
    walk = _Walk(connection, migration, right, tell, reached)
    for number in range(reached.step, len(migration.steps)):
        damages = await walk.finish(number)
        left += damages.count
        if damages.count and not skips_damaged:
            more = f"\n  and {damages.count - len(damages.lines)} more" * (damages.count > len(damages.lines))
            lines = "".join(f"\n  {line}" for line in damages.lines)
            raise DamagedDocuments(
                f"database {db.name}, migration {migration.number} ({migration.title}): "
                f"{damages.count} documents cannot be read:{lines}{more}\n"
                "Mend or delete them in mongosh, or let them be with --skip-damaged, and migrate again: it goes on here"
            )
    await with_retries(connection, lambda: progress.end(db, migration, left))
    await with_retries(connection, lambda: schema.advance(db, migration.number))
    return Done(migration.number, migration.title, walk.reached.changed, left)


class _Walk:
    """One migration on its way through the collections."""

    def __init__(
        self, connection: Connection, migration: Migration, right: lock.Lock, tell: Progress, reached: Place
    ) -> None:
        self._connection = connection
        self._migration = migration
        self._right = right
        self._tell = tell
        self.reached = reached

    async def finish(self, number: int) -> _Damages:
        """Walk until nothing is left but damaged documents; return those."""
        step = self._migration.steps[number]
        for _ in range(MAX_PASSES):
            damages = await self._pass(number, step)
            if await _count(self._connection, step, limit=damages.count + 1) <= damages.count:
                return damages
        raise StillWritten(
            f"documents of {step.collection} are still written as an older newscrawl does: stop it, and migrate again"
        )

    async def _pass(self, number: int, step: Step) -> _Damages:
        """Walk from the place that was reached to the end of the collection; the next walk begins at its start."""
        damages, db = _Damages(), self._connection.db
        collection = db[step.collection]
        total = await with_retries(self._connection, collection.estimated_document_count)
        if self.reached.step != number:
            await self._keep(Place(number, None, self.reached.changed))
        passed = 0
        async for window in _windows(self._connection, collection, self.reached.last):
            self._right.require()
            outcome = await self._apply(step, window)
            damages.add(outcome.damaged)
            await self._keep(Place(number, window.last, self.reached.changed + outcome.changed))
            passed += windows.SIZE
            self._tell(f"{self._migration.number} {self._migration.title}", min(passed, total), total)
        await self._keep(Place(number, None, self.reached.changed))
        return damages

    async def _apply(self, step: Step, window: windows.Window) -> Outcome:
        async def apply() -> Outcome:
            with pymongo.timeout(WINDOW_SECONDS):
                return await step.apply(self._connection.db, window.query)

        return await with_retries(self._connection, apply)

    async def _keep(self, reached: Place) -> None:
        await with_retries(self._connection, lambda: progress.keep(self._connection.db, self._migration, reached))
        self.reached = reached
