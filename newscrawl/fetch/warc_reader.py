"""Reading WARC and ARC files record by record: what cannot be read costs itself alone, and its offset is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import SEEK_END, BufferedReader
from pathlib import Path
from typing import IO, NamedTuple

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from newscrawl.errors import RecordingError
from newscrawl.fetch import arc_lines
from newscrawl.fetch.warc_units import Unit, begins_record, behind_mark, unit_at, units

MAX_BLOCK_BYTES = 128 * 2**20  # far beyond the largest page that is read
MAX_HEAD_BYTES = 4 * 2**20
_VERSION = b"WARC/1.1"
_SEARCH_STEP = 1 << 20
_SEARCH_OVERLAP = 1 << 14  # longer than any beginning of a record
# What may begin a record: a line of ARC begins with an address.
_LINE_START = re.compile(rb"\n(?=WARC/\d\.\d|[A-Za-z][A-Za-z0-9+.-]{1,15}:)")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its position in the file, its fields by lower-case name, and its block. ARC fields as WARC's."""

    path: Path
    offset: int  # of the record, or of the gzip member that holds it
    end: int
    fields: dict[str, str]
    block: bytes = field(repr=False)
    is_complete: bool  # False: the file ends before the stated length
    inner: int = 0  # offset within what the gzip member holds

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "").strip().lower()

    @property
    def target_uri(self) -> str:
        return self.fields.get("warc-target-uri", "").strip("<>")


@dataclass(frozen=True, slots=True)
class Damage:
    """What cannot be read of a file, where, and why."""

    path: Path
    offset: int
    reason: str
    inner: int = 0

    def __str__(self) -> str:
        within = f" (byte {self.inner} of the gzip member)" if self.inner else ""
        return f"{self.path}: unreadable at byte {self.offset}{within}: {self.reason}"


def scan(path: Path, on_damage: Callable[[Damage], None] | None = None) -> Iterator[Record]:
    """Yield the records of a file in order; the last one may be incomplete.

    `on_damage` gets what is passed over; without it, damage raises RecordingError, as an unreadable file always does.
    """
    try:
        with path.open("rb") as file:
            for found in _found(file, path):
                if isinstance(found, Record):
                    yield found
                elif on_damage is None:
                    raise RecordingError(str(found))
                else:
                    on_damage(found)
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error


def record_at(path: Path, offset: int, inner: int = 0) -> Record:
    """Return the record that starts at a byte offset; raises RecordingError."""
    try:
        status = path.stat()
        if inner:
            found = _record_of(_kept_member(path, offset, status.st_size, status.st_mtime_ns), path, inner)
        else:
            with path.open("rb") as file:
                unit = unit_at(file, offset, status.st_size)
                found = _record_of(unit, path, 0 if unit.is_member else offset)
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error
    if isinstance(found, Damage):
        raise RecordingError(str(found))
    return found


def _record_of(unit: Unit, path: Path, at: int) -> Record | Damage:
    found, _ = _record(unit, path, at)
    if isinstance(found, Damage) and unit.is_run:  # a run of members ends before the broken one that it met
        found, _ = _record(unit, path, at)
    return found


@lru_cache(maxsize=1)  # a member that holds many records would be unpacked for each of them
def _kept_member(path: Path, offset: int, size: int, changed_ns: int) -> Unit:
    with path.open("rb") as file:
        return unit_at(file, offset, size)


def _found(file: BufferedReader, path: Path) -> Iterator[Record | Damage]:
    for unit in units(file, path.stat().st_size):
        yield from _records(unit, path)
        if unit.is_member:
            unit.stream.close()


def _records(unit: Unit, path: Path) -> Iterator[Record | Damage]:
    if unit.fault:
        yield Damage(path, unit.offset, unit.fault)
        return
    end = _size(unit)
    at = behind_mark(unit.stream, 0 if unit.is_member else unit.offset)
    at = _next(unit.stream, at, end)
    while at < end:
        found, at = _record(unit, path, at)
        yield found


def _record(unit: Unit, path: Path, at: int) -> tuple[Record | Damage, int]:
    """Return the record at a position of a unit, or why there is none, and where the next one may begin."""
    end = _size(unit)
    offset, inner = (unit.offset, at) if unit.is_member else (at, 0)
    try:
        head = _head(unit, at, end)
        is_cut, behind = _extent(unit, head, end)
    except (ArchiveLoadFailed, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        return Damage(path, offset, reason, inner), _next_start(unit.stream, at + 1, end)
    if head.length > MAX_BLOCK_BYTES and not is_cut:
        return Damage(path, offset, f"its block is longer than {MAX_BLOCK_BYTES} bytes", inner), behind
    unit.stream.seek(head.end)
    block = unit.stream.read(min(head.length, MAX_BLOCK_BYTES))
    record_end = unit.end if unit.is_member else behind
    is_complete = not is_cut and len(block) == head.length
    return Record(path, offset, record_end, head.fields, block, is_complete=is_complete, inner=inner), behind


class _Head(NamedTuple):
    """A record's fields, where its block begins, and the block's stated length."""

    fields: dict[str, str]
    end: int
    length: int
    is_arc: bool = False


def _head(unit: Unit, at: int, end: int) -> _Head:
    """Parse a record's fields; of one that the file ends within, none. Raises ArchiveLoadFailed and ValueError."""
    if unit.fault:
        raise ValueError(unit.fault)
    stream = unit.stream
    stream.seek(at)
    beginning = stream.read(_SEARCH_OVERLAP)
    if not begins_record(beginning) and not _VERSION.startswith(beginning):
        raise ValueError(f"not a WARC record: {beginning[:40]!r}")
    stream.seek(at)
    lines = _HeadLines(stream)
    is_arc = beginning[:5] not in _VERSION
    if lines.end_with_file(is_arc) and not unit.is_closed:
        return _Head({}, end, 1)  # at least one byte is missing
    stream.seek(at)
    if is_arc:
        arc_fields = arc_lines.fields_of(stream.readline()) or {}
        return _Head(arc_fields, stream.tell(), int(arc_fields["content-length"]), is_arc)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    record = loader.parse_record_stream(_HeadLines(stream), no_record_parse=True)
    fields = {name.lower(): value for name, value in record.rec_headers.headers}
    if len({value for name, value in record.rec_headers.headers if name.lower() == "content-length"}) > 1:
        raise ValueError("it states several Content-Lengths")
    stated = fields.get("content-length")
    if stated is None or not (stated.isascii() and stated.isdigit()):
        raise ValueError("it states no Content-Length" if stated is None else f"Content-Length {stated!r}")
    return _Head(fields, stream.tell(), record.length, is_arc)


def _extent(unit: Unit, head: _Head, end: int) -> tuple[bool, int]:
    """Return whether a block is cut off by the end of the file, and where the next record begins.

    Raises ValueError if neither the next record nor the end follows where the stated length says.
    """
    block_end = head.end + head.length
    behind = _next(unit.stream, block_end, end)
    if block_end <= end and behind == end and not unit.is_closed:
        is_closed = not unit.is_member and (head.is_arc or _has_closing(unit.stream, block_end))
        return not is_closed, end
    if block_end <= end and (behind == end or _begins(unit.stream, behind)):
        if _is_separated(unit.stream, block_end, behind, head):
            return False, behind
    elif block_end > end and not unit.is_closed and _next_start(unit.stream, head.end, end) == end:
        return True, end
    raise ValueError(f"its Content-Length of {head.length} does not describe its bytes")


class _HeadLines:
    """The lines that warcio reads a record's fields from, within bounds."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._room = MAX_HEAD_BYTES

    def readline(self, length: int | None = None) -> bytes:
        line = self._stream.readline(self._room + 1)
        self._room -= len(line)
        if self._room < 0:
            raise ValueError(f"its fields take more than {MAX_HEAD_BYTES} bytes")
        return line

    def end_with_file(self, is_arc: bool) -> bool:
        """Return whether the file ends before the fields do: with a blank line, in ARC with the first line."""
        line = self.readline()
        while line.endswith(b"\n") and line.strip() and not is_arc:
            line = self.readline()
        return not line.endswith(b"\n")


def _size(unit: Unit) -> int:
    if not unit.is_member:
        return unit.end
    return unit.stream.seek(0, SEEK_END)


def _next(stream: IO[bytes], at: int, end: int) -> int:
    """Return the position of the next byte that is no line end."""
    while at < end:
        stream.seek(at)
        window = stream.read(min(_SEARCH_OVERLAP, end - at))
        blank = len(window) - len(window.lstrip(b"\r\n"))
        at += blank
        if blank < len(window) or not window:
            break
    return at


def _begins(stream: IO[bytes], at: int) -> bool:
    stream.seek(at)
    return begins_record(stream.read(_SEARCH_OVERLAP))


def _has_closing(stream: IO[bytes], at: int) -> bool:
    stream.seek(at)
    return stream.read(4).startswith((b"\r\n\r\n", b"\n\n"))


def _is_separated(stream: IO[bytes], block_end: int, behind: int, head: _Head) -> bool:
    """Return whether the line ends behind a block are those of the format, or fewer that the block did not swallow."""
    stream.seek(max(block_end - 1, head.end))
    last = stream.read(block_end - stream.tell())
    between = stream.read(min(behind - block_end, 8))
    if between.startswith((b"\r\n\r\n", b"\n\n")) or (head.is_arc and between.startswith((b"\n", b"\r\n"))):
        return True
    return between in {b"", b"\n", b"\r\n"} and last not in {b"\r", b"\n"}


def _next_start(stream: IO[bytes], at: int, end: int) -> int:
    """Return where the next line begins that begins a record; the end if there is none."""
    while at < end:
        stream.seek(at)
        window = stream.read(min(_SEARCH_STEP, end - at))
        for found in _LINE_START.finditer(window):
            if begins_record(window[found.end() : found.end() + _SEARCH_OVERLAP]):
                return at + found.end()
        at += max(len(window) - _SEARCH_OVERLAP, 1) if at + len(window) < end else len(window)
    return end
