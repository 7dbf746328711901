"""An import of rows: histories out of exports, and texts without pages, source by source."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from newscrawl.archive import text_rows
from newscrawl.archive.exported_rows import typed
from newscrawl.archive.row_files import FileRow, RowFile, rows
from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.tables import HISTORY, table_of
from newscrawl.config import Config
from newscrawl.errors import LeaseHeld
from newscrawl.jobs.exit_codes import FAILED, INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.import_exported import HistoriesImported, import_histories
from newscrawl.jobs.import_texts import TextsImported, import_texts, text_key
from newscrawl.normalize import is_front_page
from newscrawl.sources import watched
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.watched import can_be_named, host_of, row_name
from newscrawl.store.documents import milliseconds
from newscrawl.store.session import Store

Progress = Callable[[str, int, int], None]
MAX_NAMED = 20  # faults that a report names; all are counted
MAX_HOSTS = 10_000
_COMMIT_EVERY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPlan:
    """What to import, and how."""

    files: Sequence[RowFile]
    adopts: bool = False
    is_dry_run: bool = False
    zone: tzinfo | None = None  # of times without one
    reader: str | None = None  # what read the texts from their pages, of rows that do not say so


@dataclass(slots=True)
class RowsReport:
    """What came of it."""

    files: int = 0
    rows: int = 0
    left_out: int = 0  # of tables that say nothing new: pairs of paragraphs and sentences
    articles: dict[str, int] = field(default_factory=dict)  # by source, out of exports
    texts: dict[str, int] = field(default_factory=dict)  # by source, each twin once
    twins: int = 0
    dated_otherwise: int = 0  # texts with the time of their modification or publication
    not_articles: int = 0
    unknown: Counter[str] = field(default_factory=Counter)  # texts by host that no source has
    adopted: set[str] = field(default_factory=set)
    damaged: int = 0
    faults: list[str] = field(default_factory=list)
    histories: list[HistoriesImported] = field(default_factory=list)
    sources: list[TextsImported] = field(default_factory=list)
    is_interrupted: bool = False

    def fault(self, text: str) -> None:
        """Count what cannot be imported, and keep the first ones for the report."""
        self.damaged += 1
        if len(self.faults) < MAX_NAMED:
            self.faults.append(text)

    @property
    def exit_code(self) -> int:
        if self.is_interrupted:
            return INTERRUPTED
        if self.damaged:
            return FAILED
        refused = [each.refused for each in self.histories] + [each.refused for each in self.sources]
        return LEASE_HELD if any(refused) else SUCCESS

    def as_dict(self) -> dict[str, Any]:
        return {
            "files": self.files, "rows": self.rows, "left_out": self.left_out, "articles": self.articles,
            "texts": self.texts, "twins": self.twins, "dated_otherwise": self.dated_otherwise,
            "not_articles": self.not_articles, "unknown_hosts": dict(self.unknown.most_common()),
            "adopted": sorted(self.adopted), "damaged": self.damaged, "faults": self.faults,
            "histories": [
                {"source": each.source, "articles": each.articles, "known": each.known, "versions": each.versions,
                 "refused": each.refused}
                for each in self.histories
            ],
            "sources": [
                {"source": each.source, "known": each.known, "versions": each.versions, "unchanged": each.unchanged,
                 "beside": each.beside, "refused": each.refused}
                for each in self.sources
            ],
            "exit_code": self.exit_code,
        }  # fmt: skip


def import_rows(plan: RowsPlan, config: Config, progress: Progress) -> RowsReport:
    """Import the rows of files; SIGINT and SIGTERM end it after what is being recorded, and the same import goes on."""
    report = RowsReport()
    with tempfile.TemporaryDirectory(prefix="newscrawl-import-") as name:
        index = RowIndex(Path(name) / "rows.sqlite")
        try:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            index_rows(plan, index, report, progress)
            report.articles, report.texts = index.sources(), index.text_counts()
            if not plan.is_dry_run:
                if plan.adopts and report.adopted:
                    watched.adopt(sorted(report.adopted))
                asyncio.run(_record(config, index, report, progress))
        except KeyboardInterrupt:  # while files were read: nothing is recorded yet
            report.is_interrupted = True
        finally:
            index.close()
    return report


def index_rows(plan: RowsPlan, index: RowIndex, report: RowsReport, progress: Progress) -> None:
    """Put the rows of files into an index."""
    sizes = [file.path.stat().st_size for file in plan.files]
    reader = _RowReader(plan, index, report)
    for number, file in enumerate(plan.files):
        before, total = sum(sizes[:number]), sum(sizes)

        def read(offset: int, before: int = before, total: int = total) -> None:
            progress("reading", before + offset, total)

        for row in rows(file, report.fault, read):
            reader.add(row)
        report.files += 1
    index.commit()


class _RowReader:
    def __init__(self, plan: RowsPlan, index: RowIndex, report: RowsReport) -> None:
        self._plan = plan
        self._index = index
        self._report = report
        self._now = datetime.now(UTC)
        self._by_host: SourcesByHost | None = None  # reads every spider: only for texts

    def add(self, row: FileRow) -> None:
        self._report.rows += 1
        table = table_of(set(row.values))
        try:
            if table is None:
                self._add_text(row)
            elif table in HISTORY or table == "erasures":
                other = self._index.add_row(table, typed(table, row), row.place)
                if other is not None:
                    self._report.fault(f"{row.place}: says something else than {other}, which was taken")
            else:
                self._report.left_out += 1
        except ValueError as error:
            self._report.fault(f"{row.place}: {error}")
        if self._report.rows % _COMMIT_EVERY == 0:
            self._index.commit()

    def _add_text(self, row: FileRow) -> None:
        plan = self._plan
        text = text_rows.text_of(row.values, now=self._now, zone=plan.zone, reader=plan.reader)
        source = self._source_of(text.url)
        if source is None:
            return
        self._report.dated_otherwise += not text.is_time_stated
        key, at = text_key(source, text), milliseconds(text.seen_at)
        if not self._index.add_text(key, source, at, text.url, row.place, text.as_dict()):
            self._report.twins += 1

    def _source_of(self, url: str) -> str | None:
        """Return the source whose article a URL is, or the one that its host is adopted as; count what has none."""
        if self._by_host is None:
            self._by_host = SourcesByHost()
        spider = self._by_host.of(url)
        if spider is not None:
            if spider.is_article_url(url):
                return spider.name
            self._report.not_articles += 1
            return None
        host, unknown = host_of(url), self._report.unknown
        if self._plan.adopts and not is_front_page(url) and can_be_named(url):
            if not (clash := self._by_host.clash(host)):
                self._report.adopted.add(host)
                return row_name(f"https://{host}/")
            if host not in unknown:  # once
                self._report.fault(clash)
        unknown[host if host in unknown or len(unknown) < MAX_HOSTS else "(others)"] += 1
        return None


async def _record(config: Config, index: RowIndex, report: RowsReport, progress: Progress) -> None:
    store = await Store.open(config)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    done, total = 0, sum(report.articles.values()) + sum(report.texts.values())

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress("recording", done, total)

    try:
        store.announce_nothing()
        for source in report.articles:
            if not stopped.is_set():
                try:
                    found = await import_histories(store, source, index, config, count, stopped.is_set)
                except LeaseHeld as error:
                    found = HistoriesImported(source, refused=str(error))
                report.histories.append(found)
        for source in report.texts:
            if not stopped.is_set():
                try:
                    texts = await import_texts(store, source, index, config, count, stopped.is_set)
                except LeaseHeld as error:
                    texts = TextsImported(source, refused=str(error))
                report.sources.append(texts)
        faults = [fault for each in report.histories for fault in each.faults]
        for fault in (*faults, *(fault for each in report.sources for fault in each.faults)):
            report.fault(fault)
    finally:
        report.is_interrupted = stopped.is_set()
        await store.close()
