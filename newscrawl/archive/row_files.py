"""Files of rows: JSON lines, JSON, CSV and Parquet, packed or not, read row by row in bounded memory."""

from __future__ import annotations

import csv
import glob
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from newscrawl.archive.collections import SUFFIXES as CAPTURE_SUFFIXES
from newscrawl.errors import ConfigError

_JSON, _LINES, _CSV, _PARQUET = (".json",), (".jsonl", ".ndjson", ".jl"), (".csv",), (".parquet",)
_PACKED = tuple(f"{suffix}.gz" for suffix in (*_JSON, *_LINES, *_CSV))
SUFFIXES = (*_JSON, *_LINES, *_CSV, *_PARQUET, *_PACKED)
MAX_ROW_BYTES = 64 * 2**20  # of a line, a cell, or a file of one JSON value
BATCH_ROWS = 64  # of Parquet that are in memory
# Of our own exports and of web archives; they have no rows of texts.
_PACKAGE = "datapackage.json"
_NO_ROWS = ("export.state.json", _PACKAGE, "datapackage-digest.json", "pages.jsonl", "extraPages.jsonl")


@dataclass(frozen=True, slots=True)
class RowFile:
    path: Path
    name: str  # as messages have it


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row with its place: the line on which it begins, of Parquet its number."""

    file: str
    line: int
    values: dict[str, Any]
    is_csv: bool = False  # its values are cells

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def split_paths(paths: Sequence[str]) -> tuple[list[RowFile], list[str]]:
    """Return the files of rows behind paths, in the order of their names, and the paths behind which captures may be.

    A folder may be both. Raises ConfigError for a folder or pattern with nothing to read.
    """
    files: dict[Path, str] = {}
    captures: list[str] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            found = [each for each in sorted(path.rglob("*")) if each.is_file()]
            packages = _unpacked_packages(found)
            rows = {
                each: str(each.relative_to(path))
                for each in found
                if _has_rows(each) and packages.isdisjoint(each.parents)
            }
            if not rows or any(each.name.lower().endswith(CAPTURE_SUFFIXES) for each in found):
                captures.append(text)
            files |= rows
        elif path.exists():
            if path.name.lower().endswith(SUFFIXES):
                files[path] = path.name
            else:
                captures.append(text)
        else:
            found = [Path(name) for name in sorted(glob.glob(text, recursive=True)) if Path(name).is_file()]  # noqa: PTH207 – absolute ones too
            rows = {each: each.name for each in found if _has_rows(each)}
            if len(rows) < len(found) or not found:
                captures.append(text)
            files |= rows
    return [RowFile(path, name) for path, name in sorted(files.items())], captures


def _has_rows(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES) and path.name not in _NO_ROWS


def _unpacked_packages(files: Sequence[Path]) -> set[Path]:
    """Return the folders that are unpacked WACZ packages: what tools put into them beside captures is no row."""
    return {each.parent for each in files if each.name == _PACKAGE and (each.parent / "archive").is_dir()}


def rows(file: RowFile, on_fault: Callable[[str], None], on_offset: Callable[[int], None]) -> Iterator[FileRow]:
    """Yield the rows of a file; `on_fault` gets what is no row, with its place, `on_offset` how far it is read.

    Raises ConfigError for Parquet without pyarrow.
    """
    name = file.path.name.lower().removesuffix(".gz")
    if name.endswith(_PARQUET):
        yield from _parquet_rows(file, on_fault)
        return
    try:
        with file.path.open("rb") as raw:
            packed = file.path.name.lower().endswith(".gz")
            stream: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            counted = _with_offsets(raw, on_offset)
            if name.endswith(_CSV):
                yield from counted(_csv_rows(file, stream, on_fault))
            elif name.endswith(_JSON):
                yield from counted(_json_rows(file, stream, on_fault))
            else:
                yield from counted(_line_rows(file, stream, on_fault))
    except (OSError, EOFError, zlib.error) as error:  # also of damaged gzip
        on_fault(f"{file.name}: cannot be read to its end: {error}")


def _with_offsets(raw: BinaryIO, on_offset: Callable[[int], None]) -> Callable[[Iterator[FileRow]], Iterator[FileRow]]:
    def counted(found: Iterator[FileRow]) -> Iterator[FileRow]:
        for number, row in enumerate(found):
            if number % 100 == 0:
                on_offset(raw.tell())
            yield row

    return counted


def _line_rows(file: RowFile, stream: BinaryIO, on_fault: Callable[[str], None]) -> Iterator[FileRow]:
    """Yield one row a line; U+2028 and the like end none."""
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        if len(line) == MAX_ROW_BYTES and not line.endswith(b"\n"):
            on_fault(f"{file.name}:{number}: a line of more than {MAX_ROW_BYTES:,} bytes")
            while (rest := stream.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
                continue
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield from _objects(file, number, line, on_fault)


def _json_rows(file: RowFile, stream: BinaryIO, on_fault: Callable[[str], None]) -> Iterator[FileRow]:
    """Yield the rows of a file of one JSON value, an object or a list of them; of JSON lines under this name too."""
    content = stream.read(MAX_ROW_BYTES).removeprefix(b"\xef\xbb\xbf")
    if len(content) == MAX_ROW_BYTES:
        on_fault(f"{file.name}: is larger than {MAX_ROW_BYTES:,} bytes; write one object a line (.jsonl)")
        return
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        yield from _line_rows(file, io.BytesIO(content), on_fault)
        return
    yield from _objects(file, 1, content, on_fault)


def _objects(file: RowFile, number: int, content: bytes, on_fault: Callable[[str], None]) -> Iterator[FileRow]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        on_fault(f"{file.name}:{number}: is no JSON: {error}")
        return
    for each in value if isinstance(value, list) else [value]:
        graph = each.get("@graph") if isinstance(each, dict) else None
        if isinstance(graph, list):
            articles = [part for part in graph if isinstance(part, dict) and "Article" in str(part.get("@type"))]
            yield from (FileRow(file.name, number, part) for part in articles)
        elif isinstance(each, dict):
            yield FileRow(file.name, number, each)
        else:
            on_fault(f"{file.name}:{number}: is no JSON object")


def _csv_rows(file: RowFile, stream: BinaryIO, on_fault: Callable[[str], None]) -> Iterator[FileRow]:
    csv.field_size_limit(MAX_ROW_BYTES)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
    reader = csv.reader(text, strict=True)
    header: list[str] | None = None
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            on_fault(f"{file.name}:{line}: is no CSV in UTF-8: {error}")
            return
        begins, line = line, reader.line_num + 1
        if header is None:
            header = cells
        elif len(cells) == len(header):
            yield FileRow(file.name, begins, dict(zip(header, cells, strict=True)), is_csv=True)
        elif cells:
            on_fault(f"{file.name}:{begins}: has {len(cells)} cells, the header {len(header)}")


def _parquet_rows(file: RowFile, on_fault: Callable[[str], None]) -> Iterator[FileRow]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ConfigError("import of Parquet needs pyarrow: pip install 'newscrawl[parquet]'") from error
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(file.path) as table:
            for batch in table.iter_batches(batch_size=BATCH_ROWS):
                for values in batch.to_pylist():
                    number += 1
                    yield FileRow(file.name, number, values)
    except (pyarrow.ArrowException, OSError) as error:
        on_fault(f"{file.name}: row {number + 1}: is no readable Parquet: {' '.join(str(error).split())[:200]}")
