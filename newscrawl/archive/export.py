"""Exports that can be interrupted at any point: a state file notes the last commit, and a later run continues there.

After a takedown a later run starts over: what was written before may show what is hidden now.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newscrawl import diff
from newscrawl.archive.formats import JsonLines, Parquet, Row, Sink, Warc
from newscrawl.archive.wacz import Wacz
from newscrawl.diff.words import sentences
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.items import Version
from newscrawl.store.reader import ArticleView, Reader

ARTICLES_PER_COMMIT = 50  # an interruption repeats at most the work on so many articles
STATE_FILE = "export.state.json"
SINKS: dict[str, Callable[[Path], Sink]] = {"jsonl": JsonLines, "parquet": Parquet, "warc": Warc, "wacz": Wacz}


class ExportError(NewscrawlError):
    """Raised by archive for a folder that cannot be written; what was committed stays, and nothing half written."""

    exit_code = 2


class Export:
    """One export into a folder; a second Export of the same folder continues where the first one stopped.

    `within` bounds the ids of the articles: above the first, up to and including the second; what is erased by order is
    written with the first of all. Raises ConfigError if the folder holds an export of another format or source,
    ExportError if it cannot be written.
    """

    def __init__(
        self,
        reader: Reader,
        folder: Path,
        form: str,
        source: str | None,
        within: tuple[str | None, str | None] = (None, None),
    ) -> None:
        self._reader = reader
        self._source = source
        self._format = form
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
        async for article in self._reader.export_scan.articles(self._source, after=self._after, upto=self._within[1]):
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
        if self._format in {"warc", "wacz"} or self._within[0] is not None:
            return
        for order in await self._reader.export_scan.erasures(self._erasures_after):
            self._add("erasures", erasure_row(order))
            self._erasures_after = order["_id"]

    async def _write(self, article: ArticleView) -> None:
        if self._format in {"warc", "wacz"}:
            await self._write_captures(article)
            return
        self._add("articles", article_row(article))
        previous: Version | None = None
        async for view in self._reader.export_scan.texts(article.article_id):
            self._add("versions", version_row(view.version))
            if previous is not None:
                for table, row in pair_rows(previous, view.version):
                    self._add(table, row)
            previous = view.version

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
            "format": self._format,
            "source": self._source,
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
        if (state.get("format"), state.get("source")) != (self._format, self._source):
            raise ConfigError(f"{self._state_file.parent} holds another export (format or source): use another folder")
        return state


def article_row(article: ArticleView) -> Row:
    return {
        "article_id": article.article_id,
        "source": article.source,
        "publisher": article.publisher,
        "guid": article.guid,
        "url": article.url,
        "headline": article.headline,
        "section": article.section,
        "language": article.language,
        "versions": article.versions,
        "edits": article.edits,
        "date_published": article.date_published,
        "first_seen_at": article.first_seen_at,
        "last_changed_at": article.last_changed_at,
        "last_checked_at": article.last_checked_at,
        "state": str(article.state),
    }


def erasure_row(order: Mapping[str, Any]) -> Row:
    names = ("article_id", "source", "what", "number", "reason")
    return {**{name: order[name] for name in names}, "erased_at": order["at"]}


def version_row(version: Version) -> Row:
    article, change = version.article, version.change
    return {
        "article_id": version.article_id,
        "number": version.number,
        "source": article.source,
        "seen_at": version.seen_at,
        "not_before": version.not_before,
        "cause": str(version.cause),
        "url": article.url,
        "headline": article.headline,
        "byline": article.byline,
        "author": list(article.author),
        "language": article.in_language,
        "date_published": article.date_published.value if article.date_published else None,
        "date_modified": article.date_modified.value if article.date_modified else None,
        "paragraphs": list(article.paragraphs),
        "optional": [each.text for each in article.optional],
        "optional_types": [each.type.value for each in article.optional],
        "shown": article.shown.value,
        "carried": article.carried,
        "change_types": list(change.types),
        "significance": change.significance,
        "summary": change.summary,
        "wording": article.wording_digest,
        # None where anything of the article is taken down: guesses at it could be verified.
        "payload": version.payload_digest or None,
        "chain": version.chain or None,
    }


def pair_rows(old: Version, new: Version) -> Iterator[tuple[str, Row]]:
    """Yield (table, row) for the aligned paragraphs and sentences of two consecutive versions."""
    units = (
        ("paragraph_pairs", list(old.article.paragraphs), list(new.article.paragraphs)),
        ("sentence_pairs", _sentences(old), _sentences(new)),
    )
    for table, a, b in units:
        for row in diff.compare_texts(a, b):
            yield (
                table,
                {
                    "article_id": new.article_id,
                    "old_number": old.number,
                    "new_number": new.number,
                    "operation": str(row.op),
                    "old_positions": list(row.a),
                    "new_positions": list(row.b),
                    "old_text": "\n".join(a[i] for i in row.a) or None,
                    "new_text": "\n".join(b[i] for i in row.b) or None,
                },
            )


def _sentences(version: Version) -> list[str]:
    return [text[start:end].strip() for text in version.article.paragraphs for start, end in sentences(text)]
