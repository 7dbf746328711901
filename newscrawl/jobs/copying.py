"""Copies of captures from the servers of web archives: listed, fetched within a budget, and kept as a WARC file."""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl import logs
from newscrawl.archive.capture_index import capture_key
from newscrawl.archive.cdx_query import CdxQuery
from newscrawl.archive.copy_queue import CopyQueue
from newscrawl.config import Config
from newscrawl.errors import ConfigError, LeaseHeld, NewscrawlError, RecordingError
from newscrawl.fetch.copy_writer import CopyWriter, copied
from newscrawl.fetch.recording import comparable_url
from newscrawl.jobs.archive_client import ArchiveClient, ArchiveRun
from newscrawl.jobs.copying_captures import CaptureCopier
from newscrawl.jobs.copying_index import IndexReader, Wanted, source_uri
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.reactor import run_in_reactor
from newscrawl.settings import user_agent
from newscrawl.store.session import Store

Progress = Callable[[str, int, int], None]
FOLDER = "copies"
MAX_NAMED = 20
_BATCH = 500


@dataclass(slots=True)
class ServerReport:
    """What came of one query."""

    server: str
    query: str
    file: str = ""
    listed: int = 0
    not_pages: int = 0  # of images, scripts, errors of servers
    not_articles: int = 0
    unknown_hosts: Counter[str] = field(default_factory=Counter)
    outside: int = 0  # of the span
    states: dict[str, int] = field(default_factory=dict)  # of those that are wanted: see archive.copy_queue
    fetched_now: int = 0
    to_fetch: int = 0
    minutes: float = 0.0  # for what is to be fetched, at the budget's pace
    unverified: int = 0  # whose digest nobody can compare
    is_listed: bool = False  # to its end
    problem: str = ""  # why it ended early
    damaged: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        self.damaged += 1
        if len(self.faults) < MAX_NAMED:
            self.faults.append(text)

    @property
    def is_complete(self) -> bool:
        return not self.problem and not self.damaged

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "unknown_hosts": dict(self.unknown_hosts.most_common())}


@dataclass(slots=True)
class Copies:
    """What all queries came to."""

    reports: list[ServerReport] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    is_interrupted: bool = False


def copy_captures(
    queries: Sequence[CdxQuery], config: Config, *, adopts: bool, is_dry_run: bool, progress: Progress
) -> Copies:
    """Fetch what queries list and nobody has yet, in this process; what was fetched before is not fetched again.

    Ends early, with the reason in the report, where a server blocks or does not answer. Raises LeaseHeld if another
    process is at the same query.
    """
    logs.install(config.log_format, "ERROR")
    copying = _Copying(queries, config, adopts=adopts, is_dry_run=is_dry_run, progress=progress)
    return run_in_reactor(copying.run, copying.stop)


class _Copying:
    def __init__(
        self, queries: Sequence[CdxQuery], config: Config, *, adopts: bool, is_dry_run: bool, progress: Progress
    ) -> None:
        self._queries = queries
        self._config = config
        self._wanted = Wanted(adopts=adopts)
        self._is_dry_run = is_dry_run
        self._progress = progress
        self._scope = ProcessScope(config)
        self._run = ArchiveRun(config, self._scope)
        self.copies = Copies()

    def stop(self) -> None:
        self._run.stop()

    async def run(self) -> Copies:
        store = await self._scope.store.get()
        try:
            for query in self._queries:
                if not self._run.is_stopped:
                    await self._query(query, store)
        finally:
            await self._scope.close()
        self.copies.is_interrupted = self._run.is_stopped
        return self.copies

    async def _query(self, query: CdxQuery, store: Store) -> None:
        report = ServerReport(query.host, query.url)
        self.copies.reports.append(report)
        with _folder(self._config.home / FOLDER / query.name, query) as folder:
            file = folder / f"{query.name}.warc.gz"
            queue = CopyQueue(folder / "captures.sqlite")

            async def work(client: ArchiveClient) -> None:
                await self._list_and_fetch(query, client, queue, file, report, store)

            try:
                _note_copied(queue, query, file)
                await self._run.run(work, per_minute=query.per_minute, obeys_robots=query.obeys_robots)
            except (ConfigError, RecordingError):
                raise
            except NewscrawlError as error:
                if error.exit_code != 1:  # the database, not the server
                    raise
                report.problem = str(error)
            finally:
                report.states = queue.counts()
                report.to_fetch = queue.count_to_fetch()
                report.minutes = report.to_fetch / query.per_minute
                for row, reason in queue.refusals(MAX_NAMED):
                    report.fault(f"{row.timestamp} {row.url}: {reason}")
                report.damaged += max(report.states.get("refused", 0) - MAX_NAMED, 0)
                queue.close()
            if file.exists():
                report.file = str(file)
                self.copies.files.append(file)

    async def _list_and_fetch(
        self, query: CdxQuery, client: ArchiveClient, queue: CopyQueue, file: Path, report: ServerReport, store: Store
    ) -> None:
        await IndexReader(query, client, queue, self._wanted, report, self._progress).read()
        await self._leave_out_known(queue, store)
        if self._is_dry_run:
            return
        writer = CopyWriter(file, software=user_agent(self._config), now=datetime.now(UTC))
        try:
            await CaptureCopier(query, client, queue, writer, report, self._progress, file.parent).copy()
        finally:
            writer.close()

    async def _leave_out_known(self, queue: CopyQueue, store: Store) -> None:
        """Mark what was imported before, from wherever."""
        for rows in queue.batches(_BATCH):
            keys = {
                capture_key(self._wanted.source_of(row), comparable_url(row.url), row.at, row.digest): row
                for row in rows
                if row.digest
            }
            known = await store.imported(list(keys))
            queue.set_state([row for key, row in keys.items() if key in known], "known")


def _note_copied(queue: CopyQueue, query: CdxQuery, file: Path) -> None:
    """Mark as fetched what is in the file: a process may have been killed before it noted that."""
    there = copied(file)
    if not there:
        return
    for rows in queue.batches(_BATCH):
        queue.set_state([row for row in rows if source_uri(query, row) in there], "fetched")


@contextmanager
def _folder(folder: Path, query: CdxQuery) -> Iterator[Path]:
    """Make a query's folder, and keep other processes out of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LeaseHeld(f"another import is asking {query.host} for {query.url}") from None
            (folder / "query.json").write_text(json.dumps(asdict(query), indent=1), "utf-8")
            yield folder
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from error
