"""Export formats: JSON lines, CSV, Parquet and WARC. Each can be cut back to its last commit and continued from there.

WACZ, which packs such files, is in newscrawl.archive.wacz.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from newscrawl.archive.cells import cell
from newscrawl.archive.tables import COLUMNS, TABLES, Row, Type
from newscrawl.archive.warc_records import write_record
from newscrawl.errors import ConfigError


class Sink(Protocol):
    """Destination of rows or captures.

    `commit` writes out what was added and returns the state that `resume` needs. `finish` completes the files.
    `discard` removes what was written after the commit with that state, also where the disk is full; without a state,
    everything.
    """

    def resume(self, state: dict[str, Any]) -> None: ...
    def add(self, table: str, row: Row) -> None: ...
    def commit(self) -> dict[str, Any]: ...
    def finish(self) -> None: ...
    def discard(self, state: dict[str, Any]) -> None: ...


class JsonLines:
    """JSON lines, one file per table. `resume` cuts off what was written after the last commit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    def resume(self, state: dict[str, Any]) -> None:
        for table in TABLES:
            self._files[table] = open_at(self._folder / f"{table}.jsonl", state.get(table, 0))

    def add(self, table: str, row: Row) -> None:
        # json.dumps writes ASCII: control characters of a headline never reach a terminal that shows the file.
        self._files[table].write(json.dumps(row, default=_json_default).encode() + b"\n")

    def commit(self) -> dict[str, Any]:
        return {table: flush(file) for table, file in self._files.items()}

    def finish(self) -> None:
        """Nothing is left to do."""

    def discard(self, state: dict[str, Any]) -> None:
        for table, file in self._files.items():
            cut_back(file, self._folder / f"{table}.jsonl", state.get(table, 0))


class Csv:
    """CSV with a header (RFC 4180, UTF-8), one file per table; `cells` says how values are written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    def resume(self, state: dict[str, Any]) -> None:
        for table in TABLES:
            file = self._files[table] = open_at(self._folder / f"{table}.csv", state.get(table, 0))
            if not state.get(table, 0):
                file.write(_csv_line(list(COLUMNS[table])))

    def add(self, table: str, row: Row) -> None:
        cells = [cell(row[name], column_type, name) for name, column_type in COLUMNS[table].items()]
        self._files[table].write(_csv_line(cells))

    def commit(self) -> dict[str, Any]:
        return {table: flush(file) for table, file in self._files.items()}

    def finish(self) -> None:
        """Nothing is left to do."""

    def discard(self, state: dict[str, Any]) -> None:
        for table, file in self._files.items():
            cut_back(file, self._folder / f"{table}.csv", state.get(table, 0))


class Parquet:
    """Parquet, one part file per table and commit. A part that was not committed is overwritten after `resume`."""

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
        self.discard(state)

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

    def discard(self, state: dict[str, Any]) -> None:
        for table in TABLES:
            parts = sorted(self._folder.joinpath(table).glob("part-*.parquet"))
            for path in parts:
                if path >= self._path(table, state.get("parts", 0)):
                    path.unlink()

    def _write(self, table: str, rows: list[Row]) -> None:
        path = self._path(table, self._part)
        path.parent.mkdir(exist_ok=True)
        values = [
            {name: json.dumps(row[name]) if kind is Type.JSON else row[name] for name, kind in COLUMNS[table].items()}
            for row in rows
        ]
        arrow_table = self._arrow.Table.from_pylist(values, schema=self._schema(table))
        self._arrow.parquet.write_table(arrow_table, path, compression="zstd")

    def _path(self, table: str, part: int) -> Path:
        return self._folder / table / f"part-{part:06d}.parquet"

    def _schema(self, table: str) -> Any:
        """Return a table's columns and types; pyarrow would guess wrong types for a part whose values are all null."""
        a = self._arrow
        text, number = a.string(), a.int64()
        types = {
            Type.TEXT: text, Type.JSON: text, Type.NUMBER: number, Type.SHARE: a.float64(), Type.FLAG: a.bool_(),
            Type.MOMENT: a.timestamp("ms", "UTC"), Type.TEXTS: a.list_(text), Type.NUMBERS: a.list_(number),
        }  # fmt: skip
        return a.schema([(name, types[kind]) for name, kind in COLUMNS[table].items()])


class Warc:
    """One gzipped WARC/1.1 file of response records."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "captures.warc.gz"
        self._file: BinaryIO | None = None

    def resume(self, state: dict[str, Any]) -> None:
        self._file = open_at(self._path, state.get("length", 0))

    def add(self, table: str, row: Row) -> None:
        if self._file is not None:
            write_record(self._file, row["capture"])

    def commit(self) -> dict[str, Any]:
        return {"length": flush(self._file) if self._file is not None else 0}

    def finish(self) -> None:
        """Nothing is left to do."""

    def discard(self, state: dict[str, Any]) -> None:
        if self._file is not None:
            cut_back(self._file, self._path, state.get("length", 0))


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def open_at(path: Path, length: int) -> BinaryIO:
    """Open or create a file, cut it to `length` bytes and continue there."""
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(length)
    file.seek(length)
    return file


def flush(file: BinaryIO) -> int:
    """Flush a file; return its length in bytes."""
    file.flush()
    return file.tell()


def cut_back(file: BinaryIO, path: Path, length: int) -> None:
    """Close a file and cut it to `length` bytes; one of which nothing is to stay is removed."""
    with contextlib.suppress(OSError):  # what its buffer holds does not fit either
        file.close()
    if length:
        os.truncate(path, length)
    else:
        path.unlink(missing_ok=True)


def _json_default(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    raise TypeError(f"no JSON for {type(value).__name__}")
