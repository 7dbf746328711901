"""An import: captures out of files become histories, source by source, in the order of their times."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl import bounds
from newscrawl.archive.capture_index import CaptureIndex
from newscrawl.archive.cdx_query import CdxQuery
from newscrawl.archive.collections import CollectionFile, collection_files
from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import RunLease
from newscrawl.jobs.copying import ServerReport, copy_captures
from newscrawl.jobs.exit_codes import FAILED, INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.import_folder import import_folder
from newscrawl.jobs.import_index import FileIndexer, Found
from newscrawl.jobs.import_source import Collection, SourceImport, SourceImported
from newscrawl.jobs.source_lease import acquired, keep, run_record
from newscrawl.sources import watched
from newscrawl.sources.catalogue import load_spider
from newscrawl.store.session import Store

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What to import, and how."""

    paths: Sequence[str]
    queries: Sequence[CdxQuery] = ()
    adopts: bool = False
    announces: bool = False
    is_dry_run: bool = False


@dataclass(slots=True)
class ImportReport:
    """What came of an import."""

    servers: list[ServerReport] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    files: int = 0
    captures: dict[str, int] = field(default_factory=dict)  # by source, each twin once
    sources: list[SourceImported] = field(default_factory=list)
    is_interrupted: bool = False

    @property
    def exit_code(self) -> int:
        if self.is_interrupted:
            return INTERRUPTED
        if self.found.damaged or not all(each.is_complete for each in self.servers):
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
            "servers": [each.as_dict() for each in self.servers],
            "exit_code": self.exit_code,
        }


def import_captures(plan: ImportPlan, config: Config, progress: Progress) -> ImportReport:
    """Import the captures behind paths; raises ConfigError for a path behind which there are none.

    SIGINT and SIGTERM end it after the captures that are being recorded; the same import goes on there.
    """
    bounds.prepare()
    report = ImportReport()
    copies = _copied(plan, config, report, progress)
    if report.is_interrupted or not (paths := [*plan.paths, *copies]):
        return report
    with import_folder(config.home) as folder:
        index = CaptureIndex(folder / "captures.sqlite")
        try:
            for number in (signal.SIGTERM, signal.SIGINT):  # end the reading of files
                signal.signal(number, signal.default_int_handler)
            files = _indexed(plan, paths, folder, index, report, progress)
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


def _copied(plan: ImportPlan, config: Config, report: ImportReport, progress: Progress) -> list[str]:
    """Return the files of what servers gave, now and before."""
    if not plan.queries:
        return []
    copies = copy_captures(plan.queries, config, adopts=plan.adopts, is_dry_run=plan.is_dry_run, progress=progress)
    report.servers, report.is_interrupted = copies.reports, copies.is_interrupted
    return [] if plan.is_dry_run else [str(file) for file in copies.files]


def _indexed(
    plan: ImportPlan, paths: Sequence[str], folder: Path, index: CaptureIndex, report: ImportReport, progress: Progress
) -> list[CollectionFile]:
    files = list(collection_files(paths, folder / "unpacked", report.found.fault))
    indexer = FileIndexer(index, report.found, adopts=plan.adopts)
    sizes = [file.path.stat().st_size for file in files]
    total, before = sum(sizes), 0

    def read(offset: int) -> None:
        progress("reading", before + offset, total)

    for number, (file, size) in enumerate(zip(files, sizes, strict=True)):
        indexer.read(file, number, read)
        before += size
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
    record = run_record(uuid.uuid4().hex, source, {"command": "import"})
    try:
        run = await acquired(store, record)
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
