"""A restore: one generation into an empty database, which nothing else may use until it is whole.

Segments are inserted one after the other, and the database remembers how many: a restore that was killed goes on there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bson.raw_bson import RawBSONDocument
from pymongo.errors import BulkWriteError

from newscrawl.config import Config
from newscrawl.errors import BackupError, RestoreUnfinished, SchemaMismatch
from newscrawl.store import backup_folders, indexes, lifetimes, visibility_generation
from newscrawl.store import schema as schemas
from newscrawl.store.backup.comparing import differences
from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.known import RAW
from newscrawl.store.backup.manifest import Manifest
from newscrawl.store.backup.paging import RawDatabase, raw
from newscrawl.store.backup.redoing import NewerOrder, Redone, newer_orders, redo
from newscrawl.store.backup.segments import DamagedSegment, Segment, fault_of, live_documents, require_whole
from newscrawl.store.backup.takedowns_again import Takedown, newer_takedowns, redo_takedowns
from newscrawl.store.documents import Document
from newscrawl.store.migrations import SCHEMA
from newscrawl.store.retries import DUPLICATE_KEY, with_retries
from newscrawl.store.schema import RESTORING
from newscrawl.store.session import Store
from newscrawl.store.tlog.state import walk_again

Progress = Callable[[str, int, int], object]
BATCH_DOCUMENTS, BATCH_BYTES = 1000, 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What a restore did."""

    folder: str
    generation: int
    taken_at: datetime
    database: str
    documents: int
    is_compared: bool  # number and digest of every collection are those of the manifest
    orders: int  # to erase, of later than the generation, that were carried out
    takedowns: int  # of later than the generation, or undone since, that are so here too
    left: tuple[str, ...]  # what a person has to decide on
    seconds: float


@dataclass(frozen=True, slots=True)
class _Plan:
    folder: Folder
    manifest: Manifest
    segments: tuple[Segment, ...]
    orders: list[NewerOrder]
    takedowns: list[Takedown]


def check_folder(path: Path, generation: int | None, progress: Progress) -> Manifest:
    """Read every file of a generation; raises BackupError that names one which is damaged, and the way out."""
    plan = _plan(path, generation, None)
    for number, segment in enumerate(plan.segments, 1):
        try:
            require_whole(plan.folder.segment_path(segment), segment)
        except DamagedSegment as error:
            raise _damaged(plan, segment, error) from error
        progress("files", number, len(plan.segments))
    return plan.manifest


async def restore(
    config: Config,
    path: Path,
    *,
    generation: int | None,
    compares: bool,
    erasures_from: Path | None,
    progress: Progress,
) -> RestoreReport:
    """Restore a generation, by default the newest, into the configured database.

    Raises BackupError, SchemaMismatch for a generation of a newer newscrawl, and StoreUnavailable.
    """
    began = time.monotonic()
    plan = _plan(path, generation, erasures_from)
    store = await Store.open(config, is_restored=True)
    try:
        restored = _Restore(store, config, plan, progress)
        await restored.begin()
        await restored.insert()
        is_compared = compares and await restored.compare()
        redone = await restored.finish()
    finally:
        await store.close()
    notes = []
    if plan.manifest.schema < SCHEMA:
        notes.append(
            f"the archive is of an older newscrawl, with schema {plan.manifest.schema}: run `newscrawl migrate`"
        )
    return RestoreReport(
        folder=str(plan.folder.path),
        generation=plan.manifest.generation,
        taken_at=plan.manifest.ended_at,
        database=config.mongo_database,
        documents=sum(each.documents for each in plan.manifest.collections.values()),
        is_compared=is_compared,
        orders=redone.carried_out,
        takedowns=redone.takedowns,
        left=(*redone.left, *notes),
        seconds=time.monotonic() - began,
    )


def _plan(path: Path, generation: int | None, erasures_from: Path | None) -> _Plan:
    folder = Folder.open(path)
    newest = folder.newest()
    if newest is None:
        raise BackupError(f"{path} has no complete generation: its first backup was cut short, and begins anew")
    manifest = newest if generation is None else folder.manifest(generation)
    if manifest.schema > SCHEMA:
        raise SchemaMismatch(
            f"generation {manifest.generation} of {path} was written by newscrawl {manifest.newscrawl} with schema "
            f"{manifest.schema}, this newscrawl reads up to {SCHEMA}: upgrade newscrawl"
        )
    own = [each for each in manifest.segments if not each.is_newest]
    alone = [each for each in newest.segments if each.is_newest]
    plan = _Plan(folder, manifest, (*own, *alone), [], [])
    for segment in plan.segments:
        if fault := fault_of(folder.segment_path(segment), segment):
            raise _damaged(plan, segment, DamagedSegment(fault))
    plan.orders.extend(newer_orders(folder, newest, manifest.orders, erasures_from))
    if newest.visibility != manifest.visibility:
        plan.takedowns.extend(newer_takedowns(folder, newest))
    return plan


def _damaged(plan: _Plan, segment: Segment, error: DamagedSegment) -> BackupError:
    folder, others = plan.folder, list[int]()
    if not segment.is_newest:
        others = [
            number
            for number in reversed(folder.generations())
            if segment.number not in {each.number for each in folder.manifest(number).segments}
        ]
    way = f"or restore one without it: --generation {others[0]}" if others else "no generation here does without it"
    path = folder.segment_path(segment)
    return BackupError(f"{path} {error}: take it from another copy of the backup and try again; {way}")


class _Restore:
    def __init__(self, store: Store, config: Config, plan: _Plan, progress: Progress) -> None:
        self._store, self._config, self._plan, self._progress = store, config, plan, progress
        self._db = store.db
        self._raw: RawDatabase = raw(store.db)
        self._done = 0
        self._is_inserted = False

    async def begin(self) -> None:
        """Mark the database as being restored; raises BackupError unless it is empty, or the same was begun."""
        schema = await with_retries(self._store, lambda: self._db.meta.find_one({"_id": "schema"})) or {}
        manifest = self._plan.manifest
        await with_retries(self._store, lambda: schemas.read(self._db))  # raises for one of a newer newscrawl
        mark: Document = {"archive": manifest.archive, "generation": manifest.generation,
                          "ended_at": manifest.ended_at.isoformat()}  # fmt: skip
        if begun := schema.get(RESTORING):
            if {name: begun[name] for name in mark} != mark:
                raise RestoreUnfinished(
                    f"generation {begun['generation']} of another backup is being restored into database "
                    f"{self._db.name}: finish that, or drop the database"
                )
            self._done, self._is_inserted = begun["done"], begun["inserted"]
            return
        await self._require_empty()
        mark |= {"folder": str(self._plan.folder.path), "done": 0, "inserted": False}
        document = {"_id": "schema", "version": manifest.schema, RESTORING: mark}
        await with_retries(self._store, lambda: self._db.meta.replace_one({"_id": "schema"}, document, upsert=True))

    async def _require_empty(self) -> None:
        names = await with_retries(self._store, self._db.list_collection_names)
        for name in sorted(name for name in names if not name.startswith("system.")):
            query = {"_id": {"$ne": "schema"}} if name == "meta" else {}
            found = await with_retries(self._store, partial(self._db[name].find_one, query, {"_id": 1}))
            if found is not None:
                raise BackupError(
                    f"database {self._db.name} is not empty: it has {name}; a backup is restored into an empty one, "
                    "name another NEWSCRAWL_MONGO_DATABASE"
                )
        # Indexes of a former start would let documents expire while they are inserted.
        for name in names:
            if name != "meta" and not name.startswith("system."):
                await with_retries(self._store, partial(self._db.drop_collection, name))

    async def insert(self) -> None:
        """Insert what is not inserted yet."""
        await with_retries(self._store, lambda: indexes.make_compressed(self._db))
        newer = {each.order.key for each in self._plan.orders}
        for number, segment in enumerate(self._plan.segments):
            if number >= self._done:
                try:
                    await self._insert_segment(segment, newer)
                except DamagedSegment as error:
                    raise _damaged(self._plan, segment, error) from error
                await self._mark({"done": number + 1})
            self._progress("files", number + 1, len(self._plan.segments))

    async def _insert_segment(self, segment: Segment, newer: set[str]) -> None:
        path = self._plan.folder.segment_path(segment)
        documents = (RawBSONDocument(document, RAW) for _, document in live_documents(path, segment))
        if segment.collection == "erasures":  # those of later are carried out at the end
            documents = (each for each in documents if each["_id"] not in newer)
        for batch in _batches(documents):
            await with_retries(self._store, partial(self._insert_batch, segment.collection, batch))

    async def _insert_batch(self, collection: str, batch: Sequence[RawBSONDocument]) -> None:
        try:
            await self._raw[collection].insert_many(batch, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            # Those that were inserted before a kill, or before an answer was lost.
            if any(fault["code"] != DUPLICATE_KEY for fault in faults) or error.details["writeConcernErrors"]:
                raise

    async def compare(self) -> bool:
        """Return whether everything was compared with the manifest; raises BackupError if anything differs.

        After indexes were made it is not: what is older than it is kept for has expired.
        """
        if self._is_inserted:
            return False
        manifest = self._plan.manifest
        left_out = {"erasures"} if self._plan.orders else set()
        newest = self._plan.folder.newest() or manifest
        alone = {each.collection for each in newest.segments if each.is_newest}
        expected = {name: each for name, each in manifest.collections.items() if name not in alone | left_out}
        expected |= {name: each for name, each in newest.collections.items() if name in alone - left_out}
        found = await differences(self._store, self._raw, expected, self._progress)
        if found:
            raise BackupError(
                f"database {self._db.name} is not what the manifest states: {'; '.join(found)}. Somebody else wrote to "
                "it: drop it and restore once more"
            )
        return True

    async def finish(self) -> Redone:
        """Make indexes, carry out orders of later, and let the database be used."""
        await self._mark({"inserted": True})
        schema = await with_retries(self._store, lambda: schemas.read(self._db))
        if not schema.is_older:  # that makes its indexes when it is migrated
            keep_days = lifetimes.of(self._config)
            await with_retries(self._store, lambda: indexes.ensure(self._db, schema, keep_days=keep_days))
        now = datetime.now(UTC)
        lost = {"$set": {"ended_at": now, "reason": "lost"}}
        await with_retries(self._store, lambda: self._db.runs.update_many({"ended_at": None}, lost))
        # Versions that were logged between the reading of the log and their own are sought again.
        await with_retries(self._store, lambda: walk_again(self._db))
        redone = await with_retries(self._store, lambda: redo(self._db, self._plan.orders))
        count, left = await with_retries(self._store, lambda: redo_takedowns(self._db, self._plan.takedowns))
        await with_retries(self._store, lambda: visibility_generation.advance(self._db, now))
        identity = {"_id": backup_folders.ID, "archive": self._plan.manifest.archive, "folders": []}
        await with_retries(
            self._store, lambda: self._db.meta.replace_one({"_id": backup_folders.ID}, identity, upsert=True)
        )
        await with_retries(
            self._store, lambda: self._db.meta.update_one({"_id": "schema"}, {"$unset": {RESTORING: ""}})
        )
        return replace(redone, takedowns=count, left=(*redone.left, *left))

    async def _mark(self, fields: Document) -> None:
        update = {"$set": {f"{RESTORING}.{name}": value for name, value in fields.items()}}
        await with_retries(self._store, lambda: self._db.meta.update_one({"_id": "schema"}, update))


def _batches(documents: Iterable[RawBSONDocument]) -> Iterable[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.raw)
        if len(batch) >= BATCH_DOCUMENTS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
