"""What a search finds as a file: CSV, JSON lines or Parquet, read page by page, each as it may be shown then."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from newscrawl.archive.parquet_stream import ParquetStream
from newscrawl.errors import ConfigError
from newscrawl.harmless_text import harmless, spreadsheet_cell
from newscrawl.items import Segment, SegmentOp
from newscrawl.store.reader import Batch, ChangeEntry
from newscrawl.web.context import AppContext, Context
from newscrawl.web.entries import change_url
from newscrawl.web.params import FilterParams, Filters
from newscrawl.web.search import SearchScope, SearchText

router = APIRouter(include_in_schema=False)
PAGE = 200  # matches that are read at once: what a download holds in memory, and a row group of Parquet
MAX_ROWS = 20_000
Row = dict[str, Any]
COLUMNS = (
    "article_id", "number", "source", "publisher", "url", "link", "language", "seen_at", "not_before", "headline",
    "previous_headline", "kinds", "significance", "words_added", "words_removed", "silent", "unnoted", "summary",
    "old", "new", "found",
)  # fmt: skip


class Form(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.JSONL: "application/jsonl",
    Form.PARQUET: "application/vnd.apache.parquet",
}


class Writer(Protocol):
    """Makes bytes of rows; `end` completes the file."""

    def rows(self, rows: Sequence[Row]) -> bytes: ...
    def end(self) -> bytes: ...


@router.get("/search/found.{form}")
async def download(
    request: Request,
    context: Context,
    form: Form,
    filters: FilterParams,
    q: SearchText = None,
    scope: SearchScope = None,
) -> Response:
    """Return what a search finds, newest first, of at most MAX_ROWS versions."""
    try:
        writer = _writer(form)
    except ConfigError as error:
        raise HTTPException(503, "this archive makes no Parquet files; CSV and JSON lines it does") from error
    text, scope = (q or "").strip(), scope or "wordings"
    # Read before the answer begins, so that a search that cannot be meant is an error and no file.
    first = await context.reader.changes.search(text, scope, filters.list_filter, limit=PAGE)
    headers = {"content-disposition": f'attachment; filename="newscrawl-search.{form}"', "cache-control": "no-store"}
    content = _content(context, writer, text, scope, filters, first)
    return StreamingResponse(content, media_type=MEDIA_TYPES[form], headers=headers)


def _writer(form: Form) -> Writer:
    if form is Form.PARQUET:
        return ParquetRows()
    return Csv() if form is Form.CSV else JsonLines()


async def _content(
    context: AppContext, writer: Writer, text: str, scope: str, filters: Filters, batch: Batch[ChangeEntry]
) -> AsyncIterator[bytes]:
    count = 0
    while True:
        rows = [_row(context.root_url, entry) for entry in batch.items[: MAX_ROWS - count]]
        count += len(rows)
        yield await asyncio.to_thread(writer.rows, rows)
        if batch.after is None or count >= MAX_ROWS:
            break
        batch = await context.reader.changes.search(text, scope, filters.list_filter, after=batch.after, limit=PAGE)
    yield await asyncio.to_thread(writer.end)


def _row(root: str, entry: ChangeEntry) -> Row:
    version, change = entry.line, entry.line.change
    edits = entry.edits or tuple(excerpt.segments for excerpt in change.excerpts)
    # A change against a hidden version has no page, and neither has that of a first version.
    link = change_url(version) if edits else f"/article/{version.article_id}/{version.number}"
    values = (
        version.article_id, version.number, version.source, entry.story.publisher, version.url,
        root + link, version.language, version.seen_at, version.not_before, version.headline,
        entry.previous_headline, list(change.types), change.significance, change.words_added, change.words_removed,
        change.silent, change.unnoted, change.summary, _side(edits, SegmentOp.INSERT), _side(edits, SegmentOp.DELETE),
        list(entry.snippets),
    )  # fmt: skip
    return {name: _harmless(value) for name, value in zip(COLUMNS, values, strict=True)}


def _side(edits: Sequence[Sequence[Segment]], left_out: SegmentOp) -> list[str]:
    return ["".join(each.text for each in segments if each.op is not left_out) for segments in edits]


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    return [harmless(item) for item in value] if isinstance(value, list) else value


class Csv:
    """CSV (RFC 4180) with a header; no cell is a formula to a spreadsheet."""

    def __init__(self) -> None:
        self._is_begun = False

    def rows(self, rows: Sequence[Row]) -> bytes:
        file = io.StringIO()
        table = csv.writer(file)
        if not self._is_begun:
            table.writerow(COLUMNS)
            self._is_begun = True
        table.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
        return file.getvalue().encode()

    def end(self) -> bytes:
        return b""


def _cell(value: Any) -> str:
    text = "\n".join(value) if isinstance(value, list) else _plain(value)
    return spreadsheet_cell(text)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return "" if value is None else str(value)


class JsonLines:
    """One JSON object a line, in ASCII."""

    def rows(self, rows: Sequence[Row]) -> bytes:
        lines = (json.dumps(row, default=_plain, separators=(",", ":")) + "\n" for row in rows)
        # As in the API: safe in whatever page or terminal it is pasted into.
        return "".join(lines).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()

    def end(self) -> bytes:
        return b""


class ParquetRows:
    """Parquet; raises ConfigError without pyarrow."""

    def __init__(self) -> None:
        self._file = ParquetStream(COLUMNS, _TYPES)

    def rows(self, rows: Sequence[Row]) -> bytes:
        return self._file.write(rows)

    def end(self) -> bytes:
        return self._file.close()


_TYPES: Mapping[str, str] = {
    "number": "number", "words_added": "number", "words_removed": "number", "significance": "share",
    "silent": "flag", "unnoted": "flag", "seen_at": "moment", "not_before": "moment", "kinds": "texts",
    "old": "texts", "new": "texts", "found": "texts",
}  # fmt: skip
