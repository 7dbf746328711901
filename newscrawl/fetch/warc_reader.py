"""Reading WARC files record by record, and saying exactly where one is broken."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.errors import RecordingError
from newscrawl.items import GZIP_MAGIC

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: its fields by lower-case name, its block, and where in the file it stands."""

    path: Path
    offset: int
    end: int
    fields: dict[str, str]
    block: bytes = field(repr=False)
    is_whole: bool  # False: the file, or the record, stops before its stated length

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "")

    @property
    def target_uri(self) -> str:
        return self.fields.get("warc-target-uri", "").strip("<>")


def scan(path: Path) -> Iterator[Record]:
    """Yield the records of a file in order; the last one may be cut off. Raises RecordingError for anything else."""
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size
            offset = 0
            while offset < size:
                record = _record(stream, path, offset)
                yield record
                offset = record.end
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error


def record_at(path: Path, offset: int) -> Record:
    """Return the record that starts at a byte offset; raises RecordingError."""
    try:
        with path.open("rb") as stream:
            return _record(stream, path, offset)
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from error


def _record(stream: BufferedReader, path: Path, offset: int) -> Record:
    stream.seek(offset)
    is_gzip = stream.peek(2)[:2] == GZIP_MAGIC
    try:
        raw, end, is_closed = _gzip_member(stream) if is_gzip else _plain_record(stream)
        found = next(ArchiveIterator(BytesIO(raw), no_record_parse=True), None)
    except (zlib.error, ArchiveLoadFailed, ValueError) as error:
        raise RecordingError(f"{path}: unreadable at byte {offset}: {error}") from error
    except EOFError:
        found = None
    if found is None or found.format != "warc":
        if not is_closed:  # too short to hold its own fields
            return Record(path, offset, end, {}, b"", is_whole=False)
        raise RecordingError(f"{path}: unreadable at byte {offset}: no WARC record there")
    block = found.raw_stream.read()
    if raw.partition(b"\r\n\r\n")[2][found.length or 0 :].strip():
        raise RecordingError(f"{path}: unreadable at byte {offset}: several records in one gzip member")
    fields = {name.lower(): value for name, value in found.rec_headers.headers}
    return Record(path, offset, end, fields, block, is_whole=is_closed and len(block) == found.length)


def _gzip_member(stream: BufferedReader) -> tuple[bytes, int, bool]:
    """Return one gzip member's content, the offset behind it, and whether it is closed."""
    member = zlib.decompressobj(wbits=31)
    parts = []
    while not member.eof and (data := stream.read(_CHUNK)):
        parts.append(member.decompress(data))
    return b"".join(parts), stream.tell() - len(member.unused_data), member.eof


def _plain_record(stream: BufferedReader) -> tuple[bytes, int, bool]:
    """Return an uncompressed record, the offset behind it, and whether it is closed."""
    lines = []
    length = 0
    while (line := stream.readline(_CHUNK)).strip():
        lines.append(line)
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
        elif len(lines) == 1 and not line.startswith(b"WARC/"):
            raise ValueError(f"not a WARC record: {line[:40]!r}")
    block = stream.read(length)
    closing = stream.read(4)
    return b"".join([*lines, line, block, closing]), stream.tell(), closing == b"\r\n\r\n"
