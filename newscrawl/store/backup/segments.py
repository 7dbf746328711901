"""Segments: files of BSON documents one after the other, as one zstd frame; `zstd -dc FILE | bsondump` reads them."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 3
BUFFER_BYTES = 1 << 20
MAX_DOCUMENT = 32 << 20  # a length above this is no length
_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: LEVEL,
    zstd.CompressionParameter.checksum_flag: 1,
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as manifests state it; `live` has a bit for each document, or is None where all are live."""

    number: int
    collection: str
    documents: int
    size_bytes: int
    unpacked_bytes: int
    sha256: str
    live: bytes | None = None
    is_newest: bool = False  # belongs to the newest generation alone

    @property
    def file(self) -> str:
        return file_name(self.number, self.collection)

    def is_live(self, position: int) -> bool:
        return self.live is None or bool(self.live[position >> 3] >> (position & 7) & 1)


class DamagedSegment(Exception):
    """A file that is not what its manifest states; the message is a sentence without the file's name."""


def file_name(number: int, collection: str) -> str:
    return f"{number:08}.{collection}.bson.zst"


class SegmentWriter:
    """Writes one segment; `close` gives what a manifest states of it."""

    def __init__(self, folder: Path, number: int, collection: str) -> None:
        self.number, self.collection = number, collection
        self.path = folder / file_name(number, collection)
        self.documents = self.unpacked_bytes = 0
        # Texts, addresses of readers and secrets of channels are for the owner alone.
        self._file = open(self.path, "xb", opener=lambda path, flags: os.open(path, flags, 0o600))  # noqa: SIM115
        self._hash, self._size = hashlib.sha256(), 0
        self._compressor = zstd.ZstdCompressor(options=_OPTIONS)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def add(self, document: bytes) -> int:
        """Write a document; return its position."""
        self._waiting.append(document)
        self._waiting_bytes += len(document)
        self.unpacked_bytes += len(document)
        self.documents += 1
        if self._waiting_bytes >= BUFFER_BYTES:
            self._write(self._compressor.compress(self._taken()))
        return self.documents - 1

    def _taken(self) -> bytes:
        data = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        return data

    def _write(self, data: bytes) -> None:
        self._hash.update(data)
        self._size += len(data)
        self._file.write(data)

    def close(self) -> Segment:
        """End the file and let the disk have it."""
        self._write(self._compressor.compress(self._taken(), zstd.ZstdCompressor.FLUSH_FRAME))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Segment(
            self.number, self.collection, self.documents, self._size, self.unpacked_bytes, self._hash.hexdigest()
        )

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def fault_of(path: Path, segment: Segment) -> str:
    """Return what is wrong with a file at first sight; empty if it is there in its size."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return "is missing"
    if size != segment.size_bytes:
        return f"has {size:,} bytes in place of {segment.size_bytes:,}"
    return ""


def require_whole(path: Path, segment: Segment) -> None:
    """Raise DamagedSegment unless the file is what its manifest states, to the byte."""
    if fault := fault_of(path, segment):
        raise DamagedSegment(fault)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != segment.sha256:
        raise DamagedSegment("is damaged: its SHA-256 is not that of the manifest")


def live_documents(path: Path, segment: Segment) -> Iterator[tuple[int, bytes]]:
    """Yield the live documents with their positions; raises DamagedSegment."""
    require_whole(path, segment)
    position = -1
    for position, document in enumerate(_documents(path)):
        if position >= segment.documents:
            break
        if segment.is_live(position):
            yield position, document
    if position + 1 != segment.documents:
        raise DamagedSegment(f"has not the {segment.documents:,} documents that its manifest states")


def _documents(path: Path) -> Iterator[bytes]:
    try:
        with zstd.open(path, "rb") as packed, io.BufferedReader(packed, BUFFER_BYTES) as file:
            while head := file.read(4):
                length = struct.unpack("<i", head)[0] if len(head) == 4 else 0
                rest = file.read(length - 4) if 5 <= length <= MAX_DOCUMENT else b""
                if len(rest) != length - 4:
                    raise DamagedSegment("holds no BSON documents")
                yield head + rest
    except (zstd.ZstdError, EOFError) as error:
        raise DamagedSegment(f"cannot be decompressed: {error}") from error
