"""Exports that can be interrupted at any point: a state file notes the last commit, and a later run continues there.

After a takedown a later run starts over: what was written before may show what is hidden now.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from newscrawl.archive.formats import Csv, JsonLines, Parquet, Sink, Warc
from newscrawl.archive.selection import ALL, Selection
from newscrawl.archive.tables import (
    SCHEMA,
    Row,
    article_row,
    checks_row,
    erasure_row,
    event_row,
    held_row,
    pair_rows,
    version_row,
)
from newscrawl.archive.wacz import Wacz
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.items import Version
from newscrawl.store.reader import ArticleView, Reader

ARTICLES_PER_COMMIT = 50  # an interruption repeats at most the work on so many articles
STATE_FILE = "export.state.json"
CAPTURES = ("warc", "wacz")  # formats of captures; the others have tables
SINKS: dict[str, Callable[[Path], Sink]] = {
    "jsonl": JsonLines, "csv": Csv, "parquet": Parquet, "warc": Warc, "wacz": Wacz,
}  # fmt: skip


class ExportError(NewscrawlError):
    """Raised by archive for a folder that cannot be written; what was committed stays, and nothing half written."""

    exit_code = 2


class Export:
    """One export into a folder; a second Export of the same folder continues where the first one stopped.

    `within` bounds the ids of the articles: above the first, up to and including the second; what is erased by order is
    written with the first of all. Of the articles that `selection` names the whole histories are written. With `salts`
    an import gives the very chains. Raises ConfigError if the folder holds an export of another format or selection,
    ExportError if it cannot be written.
    """

    def __init__(
        self,
        reader: Reader,
        folder: Path,
        form: str,
        source: str | None,
        within: tuple[str | None, str | None] = (None, None),
        *,
        selection: Selection = ALL,
        with_salts: bool = False,
    ) -> None:
        self._reader = reader
        self._source = source
        self._format = form
        self._selection = selection
        self._with_salts = with_salts
        self._folder = folder
        self._state_file = folder / STATE_FILE
        state = self._read_state()
        self._within = within
        self._after: str | None = state.get("after", within[0])
        self.done: int = state.get("done", 0)
        self.counts: dict[str, int] = state.get("counts", {})
        self._generation: int | None = state.get("generation")
        self._erasures_after: str = state.get("erasures_after", "")
        self._committed: dict[str, Any] = state.get("sink", {})
        self._sink = SINKS[form](folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._sink.resume(self._committed)
        except OSError as error:
            raise self._given_up(error) from error

    async def run(self, report_progress: Callable[[int], object]) -> None:
        """Write everything that is not written yet; `report_progress` gets the number of articles done."""
        try:
            while not await self._is_written(report_progress):
                continue
        except OSError as error:
            raise self._given_up(error) from error

    async def _is_written(self, report_progress: Callable[[int], object]) -> bool:
        """Write what is not written; return whether nothing was taken down, or shown again, meanwhile.

        What was written under another visibility generation may show what is hidden now: the export starts over.
        """
        generation = await self._reader.export_scan.generation()
        if generation != self._generation:
            self._start_over(generation)
        await self._write_all(report_progress)
        return await self._reader.export_scan.generation() == generation

    def _start_over(self, generation: int) -> None:
        if self._committed:
            self._sink.discard({})
            self._state_file.unlink(missing_ok=True)
            self._sink.resume({})
        self._after, self.done, self.counts, self._committed = self._within[0], 0, {}, {}
        self._erasures_after = ""
        self._generation = generation

    def _given_up(self, error: OSError) -> ExportError:
        """Remove what is half written, and return what to say of it."""
        with contextlib.suppress(NotADirectoryError):  # there is nothing where a file stands in the folder's place
            self._state_file.with_suffix(".new").unlink(missing_ok=True)
            self._sink.discard(self._committed)
        return ExportError(
            f"{self._folder} cannot be written: {error.strerror or error}; once it can be, the same command goes on"
        )

    async def _write_all(self, report_progress: Callable[[int], object]) -> None:
        chosen = await self._selection.article_ids(self._reader, self._source)
        scan = self._reader.export_scan
        async for article in scan.articles(self._source, after=self._after, upto=self._within[1], among=chosen):
            await self._write(article)
            self._after = article.article_id
            self.done += 1
            if self.done % ARTICLES_PER_COMMIT == 0:
                self._commit()
                report_progress(self.done)
        await self._write_erasures()
        self._commit()
        self._sink.finish()
        report_progress(self.done)

    async def _write_erasures(self) -> None:
        """Write what was erased by order, so that an export tells it from what is lost; captures have no such table."""
        if self._format in CAPTURES or self._within[0] is not None:
            return
        for order in await self._reader.export_scan.erasures(self._erasures_after):
            if self._source is None or order["source"] == self._source:
                self._add("erasures", erasure_row(order))
            self._erasures_after = order["_id"]

    async def _write(self, article: ArticleView) -> None:
        if self._format in CAPTURES:
            await self._write_captures(article)
            return
        key = article.article_id
        self._add("articles", article_row(article))
        previous: Version | None = None
        async for view in self._reader.export_scan.texts(key, with_held=True):
            if view.is_held:
                self._add("held", held_row(view, with_salt=self._with_salts))
                continue
            self._add("versions", version_row(view.version, with_salt=self._with_salts))
            if previous is not None:
                for table, row in pair_rows(previous, view.version):
                    self._add(table, row)
            previous = view.version
        for event in await self._reader.articles.events(key):
            self._add("events", event_row(key, event))
        for month in await self._reader.articles.months_of_checks(key):
            self._add("checks", checks_row(key, month))

    async def _write_captures(self, article: ArticleView) -> None:
        async for view in self._reader.export_scan.texts(article.article_id):
            version = view.version
            capture = await self._reader.export_scan.evidence(article.article_id, version.number)
            if capture is not None:
                page = {"id": f"{version.article_id}-{version.number}", "title": version.article.headline}
                self._add("captures", {"capture": capture, **page})

    def _add(self, table: str, row: Row) -> None:
        self._sink.add(table, row)
        self.counts[table] = self.counts.get(table, 0) + 1

    def _commit(self) -> None:
        committed = self._sink.commit()
        state = {
            **self._identity,
            "after": self._after,
            "done": self.done,
            "counts": self.counts,
            "generation": self._generation,
            "erasures_after": self._erasures_after,
            "sink": committed,
        }
        fresh = self._state_file.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        fresh.replace(self._state_file)
        self._committed = committed

    def _read_state(self) -> dict[str, Any]:
        if not self._state_file.exists():
            return {}
        try:
            state: dict[str, Any] = json.loads(self._state_file.read_text())
        except ValueError as error:
            raise ConfigError(f"{self._state_file} cannot be read: export into another folder") from error
        if {"salts": False, "selection": {}, **state}.items() >= self._identity.items():
            return state
        if state.get("schema", 1) != SCHEMA:
            raise ConfigError(f"{self._state_file.parent} holds an export of an older newscrawl: use another folder")
        raise ConfigError(
            f"{self._state_file.parent} holds another export (format, source or selection): use another folder"
        )

    @property
    def _identity(self) -> dict[str, Any]:
        """What a folder's export was asked for: another one does not continue it."""
        asked = {"format": self._format, "source": self._source, "schema": SCHEMA}
        return {**asked, "selection": self._selection.as_dict(), "salts": self._with_salts}
