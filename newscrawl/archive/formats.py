"""Where exports go: JSON lines, Parquet or WARC; each can be cut back to what was committed last.

WACZ, which is made of such parts, is in newscrawl.archive.wacz.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from newscrawl.archive.warc_records import record
from newscrawl.errors import ConfigError

Row = dict[str, Any]
TABLES = ("articles", "versions", "paragraph_pairs", "sentence_pairs")


class Sink(Protocol):
    """Where rows or captures go; `commit` makes them last and returns what `resume` needs, `finish` ends it all."""

    def resume(self, state: dict[str, Any]) -> None: ...
    def add(self, table: str, row: Row) -> None: ...
    def commit(self) -> dict[str, Any]: ...
    def finish(self) -> None: ...


class Lines:
    """JSON lines, a file a table; what stands beyond the committed length is cut off on resuming."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    def resume(self, state: dict[str, Any]) -> None:
        for table in TABLES:
            self._files[table] = reopened(self._folder / f"{table}.jsonl", state.get(table, 0))

    def add(self, table: str, row: Row) -> None:
        # ASCII: no terminal that shows the file is harmed by a headline.
        self._files[table].write(json.dumps(row, default=_stated).encode() + b"\n")

    def commit(self) -> dict[str, Any]:
        return {table: flushed(file) for table, file in self._files.items()}

    def finish(self) -> None:
        """Nothing is left to do."""


class Parquet:
    """Parquet, a part of each table a stretch; a part that was not committed is written again."""

    def __init__(self, folder: Path) -> None:
        try:
            import pyarrow.parquet
        except ImportError as error:
            raise ConfigError("export to Parquet needs pyarrow: pip install 'newscrawl[parquet]'") from error
        self._arrow = pyarrow
        self._folder = folder
        self._rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        self._part = 0

    def resume(self, state: dict[str, Any]) -> None:
        self._part = state.get("parts", 0)

    def add(self, table: str, row: Row) -> None:
        self._rows[table].append(row)

    def commit(self) -> dict[str, Any]:
        if any(self._rows.values()):
            for table, rows in self._rows.items():
                self._write(table, rows)
                rows.clear()
            self._part += 1
        return {"parts": self._part}

    def finish(self) -> None:
        """Nothing is left to do."""

    def _write(self, table: str, rows: list[Row]) -> None:
        folder = self._folder / table
        folder.mkdir(exist_ok=True)
        made = self._arrow.Table.from_pylist(rows, schema=self._schema(table))
        self._arrow.parquet.write_table(made, folder / f"part-{self._part:06d}.parquet", compression="zstd")

    def _schema(self, table: str) -> Any:
        """Return a table's columns: stated, since a part whose values are all null would guess wrong types."""
        a = self._arrow
        text, number, moment = a.string(), a.int64(), a.timestamp("ms", "UTC")
        special = {
            "versions": number if table == "articles" else text, "edits": number, "number": number,
            "old_number": number, "new_number": number, "significance": a.float64(), "paragraphs": a.list_(text),
            "author": a.list_(text), "change_types": a.list_(text), "old_positions": a.list_(number),
            "new_positions": a.list_(number), "date_published": moment, "date_modified": moment, "seen_at": moment,
            "not_before": moment, "first_seen_at": moment, "last_changed_at": moment, "last_checked_at": moment,
        }  # fmt: skip
        return a.schema([(name, special.get(name, text)) for name in COLUMNS[table]])


class Warc:
    """One gzipped WARC/1.1 file of response records."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "captures.warc.gz"
        self._file: BinaryIO | None = None

    def resume(self, state: dict[str, Any]) -> None:
        self._file = reopened(self._path, state.get("length", 0))

    def add(self, table: str, row: Row) -> None:
        if self._file is not None:
            record(self._file, row["capture"])

    def commit(self) -> dict[str, Any]:
        return {"length": flushed(self._file) if self._file is not None else 0}

    def finish(self) -> None:
        """Nothing is left to do."""


PAIRS = (
    "article_id", "old_number", "new_number", "operation", "old_positions", "new_positions", "old_text", "new_text",
)  # fmt: skip
COLUMNS = {
    "articles": (
        "article_id", "source", "publisher", "guid", "url", "headline", "section", "language", "versions", "edits",
        "date_published", "first_seen_at", "last_changed_at", "last_checked_at", "state",
    ),
    "versions": (
        "article_id", "number", "source", "seen_at", "not_before", "cause", "url", "headline", "byline", "author",
        "language", "date_published", "date_modified", "paragraphs", "change_types", "significance", "summary",
        "wording", "payload", "chain",
    ),
    "paragraph_pairs": PAIRS,
    "sentence_pairs": PAIRS,
}  # fmt: skip


def reopened(path: Path, length: int) -> BinaryIO:
    """Open a file to go on at `length`, without what an interrupted run left beyond it."""
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(length)
    file.seek(length)
    return file


def flushed(file: BinaryIO) -> int:
    file.flush()
    return file.tell()


def _stated(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    raise TypeError(f"no JSON for {type(value).__name__}")
