"""The index of a backup: of each live document its digest and its place, in a table on disk.

It is valid for one generation. One that is not that of the newest manifest is made anew from the segments.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument

from newscrawl.errors import BackupError
from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.manifest import Manifest, Sum
from newscrawl.store.backup.segments import DamagedSegment, Segment, fault_of, live_documents
from newscrawl.store.documents import Document

# Dates that Python cannot hold stay as they are.
PLAIN: CodecOptions[Document] = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_MS)
RAW: CodecOptions[RawBSONDocument] = CodecOptions(RawBSONDocument, datetime_conversion=DatetimeConversion.DATETIME_MS)
_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT, key BLOB, print BLOB, digest BLOB, segment INTEGER, position INTEGER, seen INTEGER,
    PRIMARY KEY (collection, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_place ON documents (segment, position);
CREATE TABLE IF NOT EXISTS state (generation INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A document and where it is; `print` is the digest by which it is recognized as unchanged."""

    key: bytes
    print: bytes
    digest: bytes
    segment: int
    position: int


def digest_of(document: bytes | memoryview) -> bytes:
    return hashlib.blake2b(document, digest_size=16).digest()


def key_of(document: RawBSONDocument) -> bytes:
    """Return the id of a document, of whatever type, as bytes."""
    return bson.encode({"": document["_id"]})


def print_of(collection: str, document: bytes) -> bytes:
    """Return the digest by which a document is recognized; of a payload without its bytes, which never change."""
    if collection != "payloads":
        return digest_of(document)
    plain = bson.decode(document, PLAIN)
    plain.pop("z", None)
    return digest_of(bson.encode(plain))


class Known:
    """The index of a folder; everything since it was opened is one transaction."""

    def __init__(self, folder: Folder, newest: Manifest | None) -> None:
        self._folder = folder
        self.repaired: list[str] = []  # files whose documents are written again, and why
        self._segments = {each.number: each for each in newest.segments if not each.is_newest} if newest else {}
        generation = newest.generation if newest else 0
        try:
            self._open()
            (found,) = self._db.execute("SELECT generation FROM state").fetchone() or (None,)
        except sqlite3.DatabaseError:  # damaged
            self._db.close()
            for suffix in ("", "-journal"):
                folder.index.with_name(folder.index.name + suffix).unlink(missing_ok=True)
            self._open()
            found = None
        (seen,) = self._db.execute("SELECT MAX(seen) FROM documents").fetchone()
        self._pass = seen or 0
        if found != generation:
            self._make_anew()
        self._forget_damaged()

    def _open(self) -> None:
        self._db = sqlite3.connect(self._folder.index, isolation_level=None)
        self._db.execute("PRAGMA cache_size = -32768")
        self._db.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _TABLES.split(";")):
            self._db.execute(statement)

    def _make_anew(self) -> None:
        self._db.execute("DELETE FROM documents")
        for segment in self._segments.values():
            try:
                self.store(segment.collection, self._places(segment))
            except DamagedSegment as error:
                self._forget(segment, str(error))

    def _places(self, segment: Segment) -> Iterator[Place]:
        for position, document in live_documents(self._folder.segment_path(segment), segment):
            raw, digest = RawBSONDocument(document, RAW), digest_of(document)
            mark = digest if segment.collection != "payloads" else print_of("payloads", document)
            yield Place(key_of(raw), mark, digest, segment.number, position)

    def _forget_damaged(self) -> None:
        for segment in self._segments.values():
            if fault := fault_of(self._folder.segment_path(segment), segment):
                self._forget(segment, fault)

    def forget(self, segment: Segment, fault: str) -> None:
        """Let the documents of a damaged file be written again."""
        self._forget(segment, fault)

    def _forget(self, segment: Segment, fault: str) -> None:
        self._db.execute("DELETE FROM documents WHERE segment = ?", (segment.number,))
        self.repaired.append(f"segments/{segment.file} {fault}")

    def begin_pass(self) -> None:
        """Begin to see documents: what is not seen until `remove_unseen` is gone."""
        self._pass += 1

    def changed(self, collection: str, marks: Sequence[tuple[bytes, bytes]]) -> list[bool]:
        """Return of each key and print whether it is new or changed; those that are neither are seen."""
        found: list[bool] = []
        seen: list[tuple[object, ...]] = []
        for key, mark in marks:
            query = "SELECT print FROM documents WHERE collection = ? AND key = ?"
            row = self._db.execute(query, (collection, key)).fetchone()
            found.append(row is None or row[0] != mark)
            if not found[-1]:
                seen.append((self._pass, collection, key))
        self._db.executemany("UPDATE documents SET seen = ? WHERE collection = ? AND key = ?", seen)
        return found

    def has(self, collection: str, key: bytes) -> bool:
        """Return whether a document was seen in this pass."""
        query = "SELECT 1 FROM documents WHERE collection = ? AND key = ? AND seen = ?"
        return self._db.execute(query, (collection, key, self._pass)).fetchone() is not None

    def store(self, collection: str, places: Iterable[Place]) -> None:
        rows = ((collection, p.key, p.print, p.digest, p.segment, p.position, self._pass) for p in places)
        self._db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def move(self, moved: Iterable[tuple[int, int, int, int]]) -> None:
        """Note that documents were copied: old segment and position, new segment and position."""
        rows = ((new, at, old, was) for old, was, new, at in moved)
        self._db.executemany("UPDATE documents SET segment = ?, position = ? WHERE segment = ? AND position = ?", rows)

    def remove_unseen(self) -> int:
        """Forget what was not seen in this pass; return how many documents that were."""
        return self._db.execute("DELETE FROM documents WHERE seen < ?", (self._pass,)).rowcount

    def live_counts(self) -> dict[int, int]:
        """Return how many live documents each segment has."""
        return dict(self._db.execute("SELECT segment, COUNT(*) FROM documents GROUP BY segment"))

    def live_bits(self, segment: Segment) -> bytes:
        bits = bytearray((segment.documents + 7) // 8)
        for (position,) in self._db.execute("SELECT position FROM documents WHERE segment = ?", (segment.number,)):
            bits[position >> 3] |= 1 << (position & 7)
        return bytes(bits)

    def sums(self) -> dict[str, Sum]:
        """Return number and digest of the documents of each collection."""
        sums: dict[str, Sum] = {}
        for collection, digest in self._db.execute("SELECT collection, digest FROM documents"):
            sums[collection] = sums.get(collection, Sum()).plus(digest)
        return sums

    def commit(self, generation: int) -> None:
        """Make the index that of a generation."""
        self._db.execute("DELETE FROM state")
        self._db.execute("INSERT INTO state VALUES (?)", (generation,))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the index; what was not committed is as if it had never been."""
        with contextlib.suppress(sqlite3.Error):
            self._db.rollback()
        self._db.close()


@contextlib.contextmanager
def translated(folder: Folder) -> Iterator[None]:
    """Raise BackupError where the index cannot be written, or is damaged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        way = "delete it: the next backup makes it anew" if "malformed" in str(error) else "make room and try again"
        raise BackupError(f"{folder.index} cannot be written: {error}; {way}") from error
