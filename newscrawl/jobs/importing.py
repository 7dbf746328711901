"""An import: captures out of files become histories, source by source, in the order of their times."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawl import bounds
from newscrawl.archive.capture_index import CaptureIndex
from newscrawl.archive.cdx_query import CdxQuery
from newscrawl.archive.collections import CollectionFile, collection_files
from newscrawl.config import Config
from newscrawl.jobs.copying import ServerReport, copy_captures
from newscrawl.jobs.exit_codes import FAILED, INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.import_folder import import_folder
from newscrawl.jobs.import_index import FileIndexer, Found
from newscrawl.jobs.import_source import Collection, SourceImported
from newscrawl.jobs.import_tasks import IndexFile, RecordSource, import_source
from newscrawl.jobs.import_workers import run_tasks
from newscrawl.sources import watched
from newscrawl.store.session import Store

INDEX = "captures.sqlite"
# From where on a second process of the import, which takes a second of CPU time to start, makes it end earlier.
WORTH_BYTES, WORTH_CAPTURES = 64 * 2**20, 500
Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What to import, and how."""

    paths: Sequence[str]
    queries: Sequence[CdxQuery] = ()
    adopts: bool = False
    announces: bool = False
    is_dry_run: bool = False
    jobs: int | None = None  # processes; None: as many as there are cores, where that is worth it

    def jobs_for(self, tasks: int, *, is_worth_it: bool) -> int:
        """Return in how many processes some tasks are done."""
        wanted = self.jobs or ((os.cpu_count() or 1) if is_worth_it else 1)
        return min(wanted, tasks)


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
            "rows": None,  # of exports and texts, where there are any
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
        index = CaptureIndex(folder / INDEX)
        try:
            for number in (signal.SIGTERM, signal.SIGINT):  # end the reading of files
                signal.signal(number, signal.default_int_handler)
            files = _indexed(plan, paths, folder, index, report, progress)
            report.captures = index.counts()
            if not plan.is_dry_run:
                if plan.adopts and report.found.adopted:
                    watched.adopt(sorted(report.found.adopted))
                collection = Collection(index, files, report.found, config.download_max_bytes)
                _recorded(plan, config, collection, folder / INDEX, report, progress)
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
    """Fill the index from files; raises KeyboardInterrupt if a signal ends that."""
    files = list(collection_files(paths, folder / "unpacked", report.found.fault))
    sizes = [file.path.stat().st_size for file in files]
    total, before = sum(sizes), 0
    report.files = len(files)
    jobs = plan.jobs_for(len(files), is_worth_it=total >= WORTH_BYTES)
    if jobs > 1:
        _index_in_processes(plan, files, folder, index, report, jobs, lambda done: progress("reading", done, total))
        return files
    indexer = FileIndexer(index, report.found, adopts=plan.adopts)

    def read(offset: int) -> None:
        progress("reading", before + offset, total)

    for number, (file, size) in enumerate(zip(files, sizes, strict=True)):
        indexer.read(file, number, read)
        before += size
    return files


def _index_in_processes(
    plan: ImportPlan, files: Sequence[CollectionFile], folder: Path, index: CaptureIndex, report: ImportReport,
    jobs: int, on_done: Callable[[int], None],
) -> None:  # fmt: skip
    tasks = [
        IndexFile(file, number, folder / f"part-{number}.sqlite", plan.adopts) for number, file in enumerate(files)
    ]
    results, is_stopped = run_tasks(tasks, jobs, on_done)
    if is_stopped:
        raise KeyboardInterrupt
    for task, ended in zip(tasks, results, strict=True):
        if ended.result is None:
            report.found.fault(f"{task.file.name}: was not read: {ended.fault}")
            continue
        report.found.add(ended.result)
        index.merge(task.part)
        task.part.unlink()


def _record_in_processes(
    plan: ImportPlan, config: Config, collection: Collection, path: Path, report: ImportReport, jobs: int,
    progress: Progress,
) -> None:  # fmt: skip
    """Record source by source, the largest ones first."""
    total = sum(report.captures.values())
    names = sorted(report.captures, key=lambda source: (-report.captures[source], source))
    tasks = [RecordSource(name, path, collection.files, config, plan.announces) for name in names]
    results, report.is_interrupted = run_tasks(tasks, jobs, lambda done: progress("recording", done, total))
    for task, ended in zip(tasks, results, strict=True):
        if ended.result is not None:
            report.sources.append(ended.result.imported)
            report.found.add(ended.result.found)
        elif ended.fault:
            report.found.fault(f"{task.source}: was not imported to its end: {ended.fault}")
    report.sources.sort(key=lambda each: each.source)


def _recorded(
    plan: ImportPlan, config: Config, collection: Collection, path: Path, report: ImportReport, progress: Progress
) -> None:
    jobs = plan.jobs_for(len(report.captures), is_worth_it=sum(report.captures.values()) >= WORTH_CAPTURES)
    if jobs > 1:
        _record_in_processes(plan, config, collection, path, report, jobs, progress)
    else:
        asyncio.run(_record(plan, config, collection, report, progress))


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
                report.sources.append(await import_source(store, source, config, collection, count, stopped))
    finally:
        report.is_interrupted = stopped.is_set()
        await store.close()
