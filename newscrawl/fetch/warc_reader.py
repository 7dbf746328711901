"""Reading WARC files record by record; an error names the byte offset."""

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
    """One WARC record: its position in the file, its fields by lower-case name, and its block."""

    path: Path
    offset: int
    end: int
    fields: dict[str, str]
    block: bytes = field(repr=False)
    is_complete: bool  # False: the file or the record ends before the stated length

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "")

    @property
    def target_uri(self) -> str:
        return self.fields.get("warc-target-uri", "").strip("<>")


def scan(path: Path) -> Iterator[Record]:
    """Yield the records of a file in order; the last one may be incomplete. Raises RecordingError for other damage."""
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
        warc_record = next(ArchiveIterator(BytesIO(raw), no_record_parse=True), None)
    except (zlib.error, ArchiveLoadFailed, ValueError) as error:
        raise RecordingError(f"{path}: unreadable at byte {offset}: {error}") from error
    except EOFError:
        warc_record = None
    if warc_record is None or warc_record.format != "warc":
        if not is_closed:  # too short for its own fields
            return Record(path, offset, end, {}, b"", is_complete=False)
        raise RecordingError(f"{path}: unreadable at byte {offset}: no WARC record there")
    block = warc_record.raw_stream.read()
    if raw.partition(b"\r\n\r\n")[2][warc_record.length or 0 :].strip():
        raise RecordingError(f"{path}: unreadable at byte {offset}: several records in one gzip member")
    fields = {name.lower(): value for name, value in warc_record.rec_headers.headers}
    return Record(path, offset, end, fields, block, is_complete=is_closed and len(block) == warc_record.length)


def _gzip_member(stream: BufferedReader) -> tuple[bytes, int, bool]:
    """Return one gzip member's content, the offset after it, and whether it is complete."""
    member = zlib.decompressobj(wbits=31)
    parts = []
    while not member.eof and (data := stream.read(_CHUNK)):
        parts.append(member.decompress(data))
    return b"".join(parts), stream.tell() - len(member.unused_data), member.eof


def _plain_record(stream: BufferedReader) -> tuple[bytes, int, bool]:
    """Return an uncompressed record, the offset after it, and whether it is complete."""
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
