"""The captures that an index listed, on disk: which were fetched, which need no fetch, and which still wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

from newscrawl.archive.cdx_answers import ListedCapture

WAITING = "waiting"
FETCHED = "fetched"
ASIDE = "aside"  # fetched, with other bytes than the index states for it
TWIN = "twin"  # the same bytes as one that was fetched: a check at which nothing had changed
KNOWN = "known"  # imported before, from wherever
DISPLACED = "displaced"  # the server has another listed one in its place
REFUSED = "refused"  # for a reason that another try does not change
EMPTY = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # the digest of no bytes, which says nothing of what was answered

_COLUMNS = "urlkey, timestamp, url, mime, status, digest, length, filename, offset"
_TABLES = """
CREATE TABLE IF NOT EXISTS captures (
    urlkey TEXT, timestamp TEXT, url TEXT, mime TEXT, status INTEGER, digest TEXT, length INTEGER, filename TEXT,
    offset INTEGER, state TEXT DEFAULT 'waiting', reason TEXT DEFAULT '', PRIMARY KEY (urlkey, timestamp, url, digest)
);
CREATE INDEX IF NOT EXISTS by_state ON captures (state, urlkey, timestamp, url);
CREATE TABLE IF NOT EXISTS positions (name TEXT PRIMARY KEY, value TEXT);
"""


class CopyQueue:
    """A table in a file; what a killed process has noted stays noted."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def add(self, rows: Sequence[ListedCapture], position: str) -> None:
        """Add rows that are not there yet, and note where the listing goes on: both or nothing."""
        marks = ", ".join("?" * len(_COLUMNS.split(",")))
        with self._db:
            self._db.executemany(
                f"INSERT OR IGNORE INTO captures ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 – constants
                [astuple(row) for row in rows],
            )
            self._set("listing", position)

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO positions VALUES (?, ?)", (name, value))

    @property
    def position(self) -> str:
        """Where the listing goes on, as it was noted; "" at its beginning."""
        found = self._db.execute("SELECT value FROM positions WHERE name = 'listing'").fetchone()
        return "" if found is None else str(found[0])

    def restart_listing(self) -> None:
        with self._db:
            self._set("listing", "")

    def after(self, row: ListedCapture | None, states: Collection[str] = (WAITING,)) -> ListedCapture | None:
        """Return the next row in one of some states, in the order of URLs and times."""
        found: list[ListedCapture] = []
        for state in states:
            found += self._select("state = ?", (state,), row, 1)
        return min(found, key=lambda each: (each.urlkey, each.timestamp, each.url, each.digest), default=None)

    def batches(self, size: int) -> Iterator[list[ListedCapture]]:
        """Yield the rows that wait, many at once."""
        last = None
        while rows := self._select("state = ?", (WAITING,), last, size):
            yield rows
            last = rows[-1]

    def _select(
        self, condition: str, values: tuple[object, ...], after: ListedCapture | None, limit: int
    ) -> list[ListedCapture]:
        order = "urlkey, timestamp, url, digest"
        key = ("", "", "", "") if after is None else (after.urlkey, after.timestamp, after.url, after.digest)
        query = (
            f"SELECT {_COLUMNS} FROM captures WHERE {condition} AND ({order}) > (?, ?, ?, ?) "  # noqa: S608 – constants
            f"ORDER BY {order} LIMIT ?"
        )
        return [ListedCapture(*found) for found in self._db.execute(query, (*values, *key, limit))]

    def set_state(self, rows: Sequence[ListedCapture], state: str, reason: str = "") -> None:
        keys = [(state, reason, row.urlkey, row.timestamp, row.url, row.digest) for row in rows]
        query = (
            "UPDATE captures SET state = ?, reason = ? WHERE urlkey = ? AND timestamp = ? AND url = ? AND digest = ?"
        )
        with self._db:
            self._db.executemany(query, keys)

    def has(self, urlkey: str, timestamp: str, *, but: ListedCapture) -> bool:
        """Return whether another row is the capture of a URL at a time."""
        query = "SELECT 1 FROM captures WHERE urlkey = ? AND timestamp = ? AND NOT (url = ? AND digest = ?) LIMIT 1"
        is_other = self._db.execute(query, (urlkey, timestamp, but.url, but.digest)).fetchone() is not None
        return is_other and timestamp != but.timestamp

    def is_twin(self, row: ListedCapture) -> bool:
        """Return whether the bytes of a page were fetched already, as another capture of the URL."""
        if row.digest in {"", EMPTY} or row.status not in {200, None}:
            return False
        query = (
            "SELECT 1 FROM captures WHERE state = 'fetched' AND urlkey = ? AND digest = ? AND "
            "coalesce(status, 200) = 200 LIMIT 1"
        )
        return self._db.execute(query, (row.urlkey, row.digest)).fetchone() is not None

    def count_to_fetch(self) -> int:
        """Return how many rows wait that need a request: of the same page of a URL one."""
        pages = "status = 200 OR status IS NULL"
        same = f"({pages}) AND digest NOT IN ('', '{EMPTY}')"
        fetched = "SELECT 1 FROM captures o WHERE o.state = 'fetched' AND o.urlkey = c.urlkey AND o.digest = c.digest"
        query = (
            f"SELECT count(DISTINCT CASE WHEN {same} THEN urlkey || ' ' || digest ELSE rowid END) "  # noqa: S608
            f"FROM captures c WHERE state = 'waiting' AND NOT (({same}) AND EXISTS ({fetched}))"
        )
        return int(self._db.execute(query).fetchone()[0])

    def counts(self) -> dict[str, int]:
        """Return the number of rows by state."""
        return dict(self._db.execute("SELECT state, count(*) FROM captures GROUP BY state ORDER BY state"))

    def refusals(self, limit: int) -> list[tuple[ListedCapture, str]]:
        """Return rows that were refused, with the reasons."""
        query = f"SELECT {_COLUMNS}, reason FROM captures WHERE state = ? ORDER BY urlkey, timestamp LIMIT ?"  # noqa: S608
        return [(ListedCapture(*each[:-1]), each[-1]) for each in self._db.execute(query, (REFUSED, limit))]

    def close(self) -> None:
        self._db.close()
