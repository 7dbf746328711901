"""Rows on disk, by article: however many there are, and in whatever order they come, they are not held in memory."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.archive.tables import COLUMNS, Row, Type

_TABLES = """
CREATE TABLE rows (
    name TEXT, article TEXT, part TEXT, source TEXT, place TEXT, data BLOB, PRIMARY KEY (article, name, part)
) WITHOUT ROWID;
CREATE INDEX by_source ON rows (source, article);
CREATE TABLE texts (key TEXT PRIMARY KEY, source TEXT, at INTEGER, url TEXT, place TEXT, data BLOB) WITHOUT ROWID;
CREATE INDEX by_time ON texts (source, at, url, key);
"""

_INSERT_TEXT = (
    "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET url = excluded.url, "
    "place = excluded.place, data = excluded.data WHERE (texts.url, excluded.data) < (excluded.url, texts.data)"
)


class RowIndex:
    """The rows of an export, and texts of others, in a file that is deleted with its folder."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(_TABLES)
        self._db.execute("PRAGMA synchronous = OFF")

    def add_row(self, table: str, row: Row, place: str) -> str | None:
        """Add a row of an export; return the place of another one with its key and other values, which stays."""
        key = (table, row["article_id"], _part(table, row))
        data = _packed(table, row)
        stored = self._db.execute(
            "SELECT place, data FROM rows WHERE name = ? AND article = ? AND part = ?", key
        ).fetchone()
        if stored is not None:
            return None if stored[1] == data else str(stored[0])
        self._db.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?)", (*key, row.get("source"), place, data))
        return None

    def sources(self) -> dict[str, int]:
        """Return the number of articles by source, of those with a version."""
        query = (
            "SELECT source, COUNT(DISTINCT article) FROM rows WHERE source IS NOT NULL GROUP BY source ORDER BY source"
        )
        return dict(self._db.execute(query))

    def articles(self, source: str | None = None) -> Iterator[str]:
        """Yield the ids of the articles, of a source or of all, in their order."""
        condition, values = ("source IS NOT NULL", ()) if source is None else ("source = ?", (source,))
        query = f"SELECT DISTINCT article FROM rows WHERE {condition} ORDER BY article"  # noqa: S608 – constants
        for row in self._db.execute(query, values):
            yield row[0]

    def rows(self, article_id: str, table: str) -> list[tuple[str, Row]]:
        """Return the rows of an article with their places: versions by number, others by time."""
        found = self._db.execute(
            "SELECT place, data FROM rows WHERE article = ? AND name = ? ORDER BY part", (article_id, table)
        )
        return [(place, _unpacked(table, data)) for place, data in found]

    def counts(self) -> dict[str, int]:
        """Return the number of rows by table."""
        return dict(self._db.execute("SELECT name, COUNT(*) FROM rows GROUP BY name"))

    def add_text(self, key: str, source: str, at: datetime, url: str, place: str, text: dict[str, Any]) -> bool:
        """Add a text; return whether it is no twin. Of twins the same one stays, in whatever order they come."""
        data = zlib.compress(json.dumps(text).encode(), 1)
        at_ms = int(at.timestamp() * 1000)
        known = self._db.execute("SELECT 1 FROM texts WHERE key = ?", (key,)).fetchone() is not None
        self._db.execute(_INSERT_TEXT, (key, source, at_ms, url, place, data))
        return not known

    def text_counts(self) -> dict[str, int]:
        """Return the number of texts by source."""
        return dict(self._db.execute("SELECT source, COUNT(*) FROM texts GROUP BY source ORDER BY source"))

    def texts(self, source: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield (key, place, text) of a source in the order of their times."""
        query = "SELECT key, place, data FROM texts WHERE source = ? ORDER BY at, url, key"
        for key, place, data in self._db.execute(query, (source,)):
            yield key, place, json.loads(zlib.decompress(data))

    def commit(self) -> None:
        self._db.commit()

    def close(self) -> None:
        self._db.close()


def _part(table: str, row: Row) -> str:
    """Return what tells rows of one article and table apart, in the order in which they are to come."""
    if table in {"versions", "held"}:
        return f"{row['number']:010d}"
    if table == "events":
        return f"{row['at'].isoformat()} {row['kind']} {row['detail'] or ''}"
    if table == "checks":
        return str(row["month"])
    if table == "erasures":
        return f"{row['erased_at'].isoformat()} {row['what']} {row['number']}"
    return ""


def _packed(table: str, row: Row) -> bytes:
    values = {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name in COLUMNS[table]
    }
    return zlib.compress(json.dumps(values, sort_keys=True).encode(), 1)


def _unpacked(table: str, data: bytes) -> Row:
    row: Row = json.loads(zlib.decompress(data))
    for name, column_type in COLUMNS[table].items():
        if column_type is Type.MOMENT and row.get(name) is not None:
            row[name] = datetime.fromisoformat(row[name])
    return row
