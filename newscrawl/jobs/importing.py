"""An import: captures out of files become histories, source by source, in the order of their times."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl import __version__, bounds
from newscrawl.archive.capture_index import CaptureIndex
from newscrawl.archive.collections import CollectionFile, collection_files
from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import Fenced, LeaseHeld, NewscrawlError
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import RunLease, RunRecord
from newscrawl.jobs.exit_codes import FAILED, INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.import_index import FileIndexer, Found
from newscrawl.jobs.import_source import Collection, SourceImport, SourceImported
from newscrawl.jobs.source_lease import HEARTBEAT_SECONDS
from newscrawl.sources import watched
from newscrawl.sources.catalogue import load_spider
from newscrawl.store.process_identity import has_ended, process_identity
from newscrawl.store.session import Store

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What to import, and how."""

    paths: Sequence[str]
    adopts: bool = False
    announces: bool = False
    is_dry_run: bool = False


@dataclass(slots=True)
class ImportReport:
    """What came of an import."""

    found: Found = field(default_factory=Found)
    files: int = 0
    captures: dict[str, int] = field(default_factory=dict)  # by source, each twin once
    sources: list[SourceImported] = field(default_factory=list)
    is_interrupted: bool = False

    @property
    def exit_code(self) -> int:
        if self.is_interrupted:
            return INTERRUPTED
        if self.found.damaged:
            return FAILED
        return LEASE_HELD if any(each.refused for each in self.sources) else SUCCESS

    @property
    def twins(self) -> int:
        return self.found.captures - sum(self.captures.values())

    def as_dict(self) -> dict[str, Any]:
        found = self.found
        return {
            "files": self.files,
            "records": found.records,
            "captures": self.captures,
            "twins": self.twins,
            "not_articles": found.not_articles,
            "unknown_hosts": dict(found.unknown.most_common()),
            "adopted": sorted(found.adopted),
            "damaged": found.damaged,
            "faults": found.faults,
            "sources": [
                {
                    "source": each.source,
                    "outcomes": dict(each.outcomes),
                    "versions": each.versions,
                    "known": each.known,
                    "redirects": each.redirects,
                    "refused": each.refused,
                }
                for each in self.sources
            ],
            "exit_code": self.exit_code,
        }


def import_captures(plan: ImportPlan, config: Config, progress: Progress) -> ImportReport:
    """Import the captures behind paths; raises ConfigError for a path behind which there are none.

    SIGINT and SIGTERM end it after the captures that are being recorded; the same import goes on there.
    """
    bounds.prepare()
    report = ImportReport()
    with tempfile.TemporaryDirectory(prefix="newscrawl-import-") as name:
        folder = Path(name)
        index = CaptureIndex(folder / "captures.sqlite")
        try:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the reading of files as SIGINT does
            files = _indexed(plan, folder, index, report, progress)
            report.captures = index.counts()
            if not plan.is_dry_run:
                if plan.adopts and report.found.adopted:
                    watched.adopt(sorted(report.found.adopted))
                collection = Collection(index, files, report.found, config.download_max_bytes)
                asyncio.run(_record(plan, config, collection, report, progress))
        except KeyboardInterrupt:  # while files were read: nothing is recorded yet
            report.is_interrupted = True
        finally:
            index.close()
    return report


def _indexed(
    plan: ImportPlan, folder: Path, index: CaptureIndex, report: ImportReport, progress: Progress
) -> list[CollectionFile]:
    files = list(collection_files(plan.paths, folder / "unpacked", report.found.fault))
    indexer = FileIndexer(index, report.found, adopts=plan.adopts)
    sizes = [file.path.stat().st_size for file in files]
    for number, file in enumerate(files):
        before = sum(sizes[:number])
        indexer.read(file, number, lambda offset, before=before: progress("reading", before + offset, sum(sizes)))  # type: ignore[misc]
    report.files = len(files)
    return files


async def _record(
    plan: ImportPlan, config: Config, collection: Collection, report: ImportReport, progress: Progress
) -> None:
    store = await Store.open(config)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    done, total = 0, sum(report.captures.values())

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress("recording", done, total)

    try:
        if not plan.announces:
            store.announce_nothing()
        for source in report.captures:
            if not stopped.is_set():
                report.sources.append(await _import_source(store, source, config, collection, count, stopped))
    finally:
        report.is_interrupted = stopped.is_set()
        await store.close()


async def _import_source(
    store: Store, source: str, config: Config, collection: Collection, on_done: Callable[[int], None],
    stopped: asyncio.Event,
) -> SourceImported:  # fmt: skip
    spider_class = load_spider(source)
    policy = (await SourcePolicy.open(store, source, spider_class.policy or config.policy)).policy
    try:
        async with _leased(store, source, stopped) as (run, errors):
            job = SourceImport(store, spider_class(), policy, RunLease(source, run.run_id, run.token), collection)
            try:
                await job.run(on_done, stopped.is_set)
            except Fenced as error:
                errors.append(str(error))
                stopped.set()
            await store.release(run.run_id)
            await store.end_run(
                replace(
                    run,
                    ended_at=datetime.now(UTC),
                    reason="shutdown" if stopped.is_set() else "finished",
                    exit_code=INTERRUPTED if stopped.is_set() else SUCCESS,
                    stats={**job.imported.outcomes, "versions": job.imported.versions},
                    errors=tuple((error, 1) for error in errors),
                )
            )
            return job.imported
    except LeaseHeld as error:
        return SourceImported(source, refused=str(error))


@contextlib.asynccontextmanager
async def _leased(store: Store, source: str, stopped: asyncio.Event) -> AsyncIterator[tuple[RunRecord, list[str]]]:
    """Hold the lease on a source, so that no crawl records its articles meanwhile; one that is lost ends the import."""
    record = RunRecord(
        run_id=uuid.uuid4().hex,
        source=source,
        arguments={"command": "import"},
        started_at=datetime.now(UTC),
        code_version=__version__,
        host=socket.gethostname(),
        pid=os.getpid(),
        process=process_identity(),
    )
    try:
        run = await store.start_run(record)
    except LeaseHeld as error:
        if not has_ended(error.pid, error.process):
            raise
        run = await store.start_run(record, dead_run=error.run_id)
    errors: list[str] = []

    async def beat() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await store.heartbeat(run)
            except NewscrawlError as error:  # the lease is lost, or the store does not answer
                errors.append(str(error))
                stopped.set()
                return

    beating = asyncio.create_task(beat())
    try:
        yield run, errors
    finally:
        await cancelled([beating])
