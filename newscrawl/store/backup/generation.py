"""A backup: one more generation in a folder. A kill at any point leaves the generation before."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bson.raw_bson import RawBSONDocument
from pymongo import ReturnDocument

from newscrawl import __version__
from newscrawl.errors import LeaseHeld
from newscrawl.store import backup_folders, visibility_generation
from newscrawl.store import schema as schemas
from newscrawl.store.backup.copying import Pass, Progress
from newscrawl.store.backup.folder import Folder, writing
from newscrawl.store.backup.known import Known, digest_of, translated
from newscrawl.store.backup.manifest import Manifest, Sum
from newscrawl.store.backup.segments import Segment
from newscrawl.store.backup.writing import NewSegments
from newscrawl.store.erasure.order import PENDING
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store

MAX_PASSES = 5
PENDING_SECONDS = 60  # an erasure takes less; one that was cut short never ends by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What a backup did."""

    folder: str
    generation: int
    documents: int  # in the archive
    written: int  # new and changed documents
    written_bytes: int
    folder_bytes: int  # of the segments that this generation consists of
    ended: tuple[int, ...]  # generations that were deleted
    repaired: tuple[str, ...]  # files that were damaged, whose documents were written again
    unsettled: int  # articles whose head and versions do not agree
    seconds: float


async def back_up(store: Store, path: Path, *, keep: int, progress: Progress) -> BackupReport:
    """Write one more generation into a folder; raises BackupError, LeaseHeld and StoreUnavailable."""
    archive = await with_retries(store, lambda: _archive(store))
    folder = Folder.create(path.resolve(), archive)
    with writing(path), translated(folder), folder.locked():
        folder.clean()
        newest = folder.newest()
        known = Known(folder, newest)
        new = NewSegments(folder, known)
        try:
            report = await _Generation(store, folder, newest, known, new).write(keep, progress)
        except BaseException:
            if max(folder.generations(), default=0) == (newest.generation if newest else 0):  # it was not completed
                new.discard()
            raise
        finally:
            known.close()
    note = {"$addToSet": {"folders": str(folder.path)}}
    await with_retries(store, lambda: store.db.meta.update_one({"_id": backup_folders.ID}, note))
    return report


async def _archive(store: Store) -> str:
    """Return the name of this archive, by which folders tell it from others."""
    first = {"$setOnInsert": {"archive": secrets.token_hex(8), "folders": []}}
    found = await store.db.meta.find_one_and_update(
        {"_id": backup_folders.ID}, first, upsert=True, return_document=ReturnDocument.AFTER
    )
    return str((found or {})["archive"])


class _Generation:
    def __init__(self, store: Store, folder: Folder, newest: Manifest | None, known: Known, new: NewSegments) -> None:
        self._store, self._folder, self._newest, self._known, self._new = store, folder, newest, known, new
        self._begun_at = datetime.now(UTC)

    async def write(self, keep: int, progress: Progress) -> BackupReport:
        copied = Pass(self._store, self._known, self._new, progress)
        orders, newest_states = await self._copy(copied)
        is_ending = self._newest is not None and not set(orders) <= set(self._newest.orders)
        while not self._new.rewrite(self._segments(), purges=is_ending):
            orders, newest_states = await self._copy(copied)
        sums = self._known.sums()
        alone = [self._alone(name, documents, sums) for name, documents in newest_states.items()]
        counts = self._known.live_counts()
        segments = [self._with_live(each, counts[each.number]) for each in self._segments() if each.number in counts]
        manifest = Manifest(
            archive=self._folder.archive,
            generation=self._newest.generation + 1 if self._newest else 1,
            begun_at=self._begun_at,
            ended_at=datetime.now(UTC),
            newscrawl=__version__,
            schema=(await schemas.read(self._store.db)).level,
            database=self._store.db.name,
            visibility=(await visibility_generation.current(self._store.db)).number,
            orders=tuple(orders),
            ends_earlier=is_ending,
            collections=sums,
            segments=(*segments, *alone),
        )
        self._folder.commit(manifest)
        self._known.commit(manifest.generation)
        backup_folders.forget(self._folder.path, orders)
        ended = self._folder.clean(keep=keep)
        return self._report(manifest, ended, copied.unsettled)

    async def _copy(self, copied: Pass) -> tuple[list[str], dict[str, list[RawBSONDocument]]]:
        """Copy everything, once more if something was erased meanwhile; return the orders and the newest states."""
        orders = await self._orders()
        for _ in range(MAX_PASSES):
            copied.unsettled = 0
            self._known.begin_pass()
            await copied.run()
            newest_states = await copied.newest()
            before, orders = orders, await self._orders()
            if before == orders:
                self._known.remove_unseen()
                self._new.end_all()
                return orders, newest_states
        raise LeaseHeld(f"the archive was erased from {MAX_PASSES} times while it was read: try again later")

    async def _orders(self) -> list[str]:
        """Return the ids of the orders to erase that were carried out; waits for one that is being carried out."""
        for _ in range(PENDING_SECONDS):
            found = await with_retries(
                self._store, lambda: self._store.db.erasures.find({}, {PENDING: 1}).sort("_id", 1).to_list()
            )
            if not any(PENDING in order for order in found):
                return [order["_id"] for order in found]
            await asyncio.sleep(1)
        raise LeaseHeld("an order to erase is being carried out, or was cut short: complete it with `newscrawl erase`")

    def _segments(self) -> list[Segment]:
        stated = self._newest.segments if self._newest else ()
        return [*(replace(each, live=None) for each in stated if not each.is_newest), *self._new.closed.values()]

    def _with_live(self, segment: Segment, count: int) -> Segment:
        return segment if count == segment.documents else replace(segment, live=self._known.live_bits(segment))

    def _alone(self, name: str, documents: list[RawBSONDocument], sums: dict[str, Sum]) -> Segment:
        """Write a collection of which the newest state alone is kept, unless it is there already."""
        found = Sum()
        for document in documents:
            found = found.plus(digest_of(document.raw))
        sums[name] = found
        if self._newest and self._newest.collections.get(name) == found:
            same = next((each for each in self._newest.segments if each.is_newest and each.collection == name), None)
            if same and self._folder.segment_path(same).exists():
                return same
        return replace(self._new.whole(name, documents), is_newest=True)

    def _report(self, manifest: Manifest, ended: list[int], unsettled: int) -> BackupReport:
        stated = {each.number for each in self._newest.segments} if self._newest else set()
        return BackupReport(
            folder=str(self._folder.path),
            generation=manifest.generation,
            documents=sum(each.documents for each in manifest.collections.values()),
            written=self._new.documents,
            written_bytes=sum(each.size_bytes for each in manifest.segments if each.number not in stated),
            folder_bytes=sum(each.size_bytes for each in manifest.segments),
            ended=tuple(ended),
            repaired=tuple(dict.fromkeys(self._known.repaired)),
            unsettled=unsettled,
            seconds=(datetime.now(UTC) - self._begun_at).total_seconds(),
        )
