"""The tasks of an import: note where the captures of one file are, and record the captures of one source."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from newscrawl.archive.capture_index import CaptureIndex
from newscrawl.archive.collections import CollectionFile
from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import RunLease, RunRecord
from newscrawl.jobs.exit_codes import INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.import_index import FileIndexer, Found
from newscrawl.jobs.import_source import Collection, SourceImport, SourceImported
from newscrawl.jobs.source_lease import acquired, keep, run_record
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.catalogue import load_spider
from newscrawl.store.session import Store

PROGRESS_BYTES = 1 << 20
LEASE_POLL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class IndexFile:
    """Note where the captures of a file are, in an index of its own at `part`, which is made anew."""

    file: CollectionFile
    number: int
    part: Path
    adopts: bool

    def run(self, on_done: Callable[[int], None]) -> Found:
        found = Found()
        self.part.unlink(missing_ok=True)
        index = CaptureIndex(self.part)
        stated = 0

        def tell(offset: int) -> None:
            nonlocal stated
            if offset - stated >= PROGRESS_BYTES:
                stated = offset
                on_done(offset)

        try:
            FileIndexer(index, found, adopts=self.adopts, sources=_sources()).read(self.file, self.number, tell)
        finally:
            index.close()
        on_done(self.file.path.stat().st_size)
        return found


@lru_cache(maxsize=1)
def _sources() -> SourcesByHost:
    return SourcesByHost()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a source, and what could not be read of it."""

    imported: SourceImported
    found: Found = field(default_factory=Found)


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Record the captures of a source that an index names."""

    source: str
    index: Path
    files: Sequence[CollectionFile]
    config: Config
    announces: bool

    def run(self, on_done: Callable[[int], None]) -> Recorded:
        return asyncio.run(self._run(on_done))

    async def _run(self, on_done: Callable[[int], None]) -> Recorded:
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        found = Found()
        index = CaptureIndex(self.index, is_read_only=True)
        store = await Store.open(self.config)
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            on_done(done)

        try:
            if not self.announces:
                store.announce_nothing()
            collection = Collection(index, self.files, found, self.config.download_max_bytes)
            return Recorded(await import_source(store, self.source, self.config, collection, count, stopped), found)
        finally:
            index.close()
            await store.close()


async def import_source(
    store: Store, source: str, config: Config, collection: Collection, on_done: Callable[[int], None],
    stopped: asyncio.Event, *, patience_seconds: float = 0.0,
) -> SourceImported:  # fmt: skip
    """Record the captures of a source under its lease; one that another run has is waited for, or left out."""
    spider_class = load_spider(source)
    policy = (await SourcePolicy.open(store, source, spider_class.policy or config.policy)).policy
    try:
        run = await _acquired(store, source, stopped, patience_seconds)
    except LeaseHeld as error:
        return SourceImported(source, refused=str(error))
    lost: list[Fenced] = []
    keeping = asyncio.create_task(keep(store, run, lost.append))
    job = SourceImport(store, spider_class(), policy, RunLease(source, run.run_id, run.token), collection)
    try:
        await job.run(on_done, lambda: stopped.is_set() or bool(lost))
    except Fenced as error:
        lost.append(error)
    finally:
        await cancelled([keeping])
    await store.release(run.run_id)
    if lost:
        job.imported.refused = str(lost[0])
        reason, exit_code = "lease_held", LEASE_HELD
    else:
        reason, exit_code = ("shutdown", INTERRUPTED) if stopped.is_set() else ("finished", SUCCESS)
    stats = {**job.imported.outcomes, "versions": job.imported.versions}
    errors = tuple((str(error), 1) for error in lost[:1])
    await store.end_run(
        replace(run, ended_at=datetime.now(UTC), reason=reason, exit_code=exit_code, stats=stats, errors=errors)
    )
    return job.imported


async def _acquired(store: Store, source: str, stopped: asyncio.Event, patience_seconds: float) -> RunRecord:
    """Take a source's lease, as soon as it is free; raises LeaseHeld."""
    ends_at = asyncio.get_running_loop().time() + patience_seconds
    while True:
        try:
            return await acquired(store, run_record(uuid.uuid4().hex, source, {"command": "import"}))
        except LeaseHeld:
            if stopped.is_set() or asyncio.get_running_loop().time() >= ends_at:
                raise
        await asyncio.sleep(LEASE_POLL_SECONDS)
