"""The check log: a line per check, written in batches, since single inserts cost as much as the check itself.

They may lose their last second in a kill; histories and schedules never wait here.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from newscrawl.items import Check
from newscrawl.store import documents
from newscrawl.store.documents import Document

MAX_WAITING = 100
MAX_SECONDS = 1.0
DUPLICATE_KEY = 11000


class CheckLog:
    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._checks = db.with_options(write_concern=WriteConcern(w=1, j=False)).checks
        self._waiting: list[Document] = []
        self._since = 0.0

    def add(self, check: Check) -> bool:
        """Take a line; return whether it is time to write."""
        now = time.monotonic()
        if not self._waiting:
            self._since = now
        # Lines expire by when they were written: those of a replay or the demo tell of times long past.
        written = {"_id": uuid.uuid4().hex, "written_at": documents.milliseconds(datetime.now(UTC))}
        self._waiting.append({**written, **documents.check_document(check)})
        return len(self._waiting) >= MAX_WAITING or now - self._since > MAX_SECONDS

    async def write(self) -> None:
        """Write what waits; lines that were written before their answer was lost are not written again."""
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        try:
            await self._checks.insert_many(lines, ordered=False)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise
        except BaseException:
            self._waiting = lines + self._waiting
            raise


async def last_checks(db: AsyncDatabase[Document], article_id: str, limit: int) -> list[Document]:
    """Return the newest lines of the books about a story, newest first."""
    cursor = db.checks.find({"article_id": article_id}, {"_id": 0, "written_at": 0})
    return await cursor.sort("at", -1).limit(limit).to_list()
