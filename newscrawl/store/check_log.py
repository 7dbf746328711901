"""The check log: one line per check, written in batches, since single inserts cost as much as the check itself.

A crash may lose the last second of it; histories and schedules are never delayed in this way.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

from pymongo import InsertOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Check
from newscrawl.store.check_counts import EXPIRES_FROM, UNCOUNTED
from newscrawl.store.documents import Document, milliseconds
from newscrawl.store.gathered_commands import insert_each
from newscrawl.store.head_documents import check_document

MAX_WAITING_LINES = 100
MAX_WAITING_SECONDS = 1.0


class CheckLog:
    """Lines that wait to be written, and the collection that they go to."""

    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._checks = db.with_options(write_concern=WriteConcern(w=1, j=False)).checks
        self._lines: list[Document] = []
        self._first_added = 0.0  # monotonic seconds, of the oldest waiting line

    def add(self, check: Check) -> bool:
        """Take a line; return whether it is time to write."""
        now = time.monotonic()
        if not self._lines:
            self._first_added = now
        # Once counted, lines expire by when they were written: the checks of a replay or of the demo are long past.
        identity = {"_id": uuid.uuid4().hex, "written_at": milliseconds(datetime.now(UTC)), UNCOUNTED: True}
        self._lines.append({**identity, **check_document(check)})
        return len(self._lines) >= MAX_WAITING_LINES or now - self._first_added > MAX_WAITING_SECONDS

    async def write(self) -> None:
        """Write the waiting lines; after a lost answer, lines that were written are not written again."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        try:
            await insert_each(self._checks, [InsertOne(line) for line in lines])
        except BaseException:
            self._lines = lines + self._lines
            raise


async def last_checks(db: AsyncDatabase[Document], article_id: str, limit: int) -> list[Document]:
    """Return the newest lines about an article, newest first."""
    cursor = db.checks.find({"article_id": article_id}, {"_id": 0, "written_at": 0, UNCOUNTED: 0, EXPIRES_FROM: 0})
    return await cursor.sort("at", -1).limit(limit).to_list()
