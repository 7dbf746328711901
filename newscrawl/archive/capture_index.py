"""An index of captures on disk, by source and time: however many there are, they are not held in memory."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "key, source, at, url, kind, digest, record_id, file, offset, inner"
_TABLE = """
CREATE TABLE IF NOT EXISTS captures (
    key TEXT PRIMARY KEY, source TEXT, at INTEGER, url TEXT, kind TEXT, digest TEXT, record_id TEXT,
    file INTEGER, offset INTEGER, inner INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_time ON captures (source, at, url, key);
CREATE INDEX IF NOT EXISTS by_digest ON captures (digest, kind);
"""
# Of twins the same one stays, whichever file came first: a response before a revisit, https before http.
_KEPT = (
    "(excluded.kind, captures.url, excluded.file, excluded.offset) < "
    "(captures.kind, excluded.url, captures.file, captures.offset)"
)
_UPSERT = (
    "ON CONFLICT (key) DO UPDATE SET "
    "at = excluded.at, url = excluded.url, kind = excluded.kind, record_id = excluded.record_id, "
    f"file = excluded.file, offset = excluded.offset, inner = excluded.inner WHERE {_KEPT}"
)
_INSERT = f"INSERT INTO captures ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {_UPSERT}"  # noqa: S608 – constants


@dataclass(frozen=True, slots=True)
class IndexedCapture:
    """Where a capture is, and what its record says of it."""

    key: str  # the same for the same capture in another file, or by http in place of https
    source: str
    at: datetime
    url: str
    kind: str  # response or revisit
    digest: str
    record_id: str
    file: int
    offset: int
    inner: int


def capture_key(source: str, url: str, at: datetime, digest: str) -> str:
    """Return the key of a capture: its source, URL without scheme, second and payload."""
    parts = (source, url.partition("://")[2], f"{at:%Y%m%d%H%M%S}", digest)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class CaptureIndex:
    """A table in a file."""

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}{'?mode=ro' if is_read_only else ''}", uri=True)
        if is_read_only:
            return
        self._db.executescript(_TABLE)
        self._db.execute("PRAGMA synchronous = OFF")  # it is made anew by each import

    def add(self, captures: Sequence[IndexedCapture]) -> None:
        rows = [
            (c.key, c.source, (c.at - _EPOCH) // timedelta(microseconds=1), c.url, c.kind, c.digest, c.record_id,
             c.file, c.offset, c.inner)
            for c in captures
        ]  # fmt: skip
        with self._db:
            self._db.executemany(_INSERT, rows)

    def merge(self, part: Path, source: str | None = None) -> None:
        """Add what another index names, of all sources or of one; in whatever order parts come, twins are the same."""
        # `WHERE true` ends what SQLite would else take for a join.
        select = f"SELECT {_COLUMNS} FROM part.captures WHERE {'source = ?' if source else 'true'}"  # noqa: S608
        self._db.execute("ATTACH DATABASE ? AS part", (f"{part.absolute().as_uri()}?mode=ro",))
        try:
            with self._db:
                self._db.execute(f"INSERT INTO captures ({_COLUMNS}) {select} {_UPSERT}", (source,) if source else ())
        finally:
            self._db.execute("DETACH DATABASE part")

    def counts(self) -> dict[str, int]:
        """Return the number of captures by source, each twin once."""
        return dict(self._db.execute("SELECT source, COUNT(*) FROM captures GROUP BY source ORDER BY source"))

    def captures(self, source: str) -> Iterator[IndexedCapture]:
        """Yield the captures of a source in the order of their times."""
        query = f"SELECT {_COLUMNS} FROM captures WHERE source = ? ORDER BY at, url, key"  # noqa: S608 – constants
        for row in self._db.execute(query, (source,)):
            yield _capture(row)

    def original(self, revisit: IndexedCapture) -> IndexedCapture | None:
        """Return the response with the payload of a revisit, the last one before it; None if there is none."""
        query = (
            f"SELECT {_COLUMNS} FROM captures WHERE digest = ? AND kind = 'response' "  # noqa: S608 – constants
            "ORDER BY at > ?, ABS(at - ?), key LIMIT 1"
        )
        at = (revisit.at - _EPOCH) // timedelta(microseconds=1)
        row = self._db.execute(query, (revisit.digest, at, at)).fetchone()
        return None if row is None else _capture(row)

    def close(self) -> None:
        self._db.close()


def _capture(row: tuple[str, str, int, str, str, str, str, int, int, int]) -> IndexedCapture:
    key, source, at, *rest = row
    return IndexedCapture(key, source, _EPOCH + timedelta(microseconds=at), *rest)  # type: ignore[arg-type]
