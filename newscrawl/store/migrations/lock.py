"""The right to migrate a database: of one process at a time, for a term that it renews while it lives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from newscrawl.cancelling import cancelled
from newscrawl.errors import Fenced, LeaseHeld
from newscrawl.store.connection import Connection
from newscrawl.store.documents import Document
from newscrawl.store.process_identity import has_ended, process_identity
from newscrawl.store.retries import with_retries
from newscrawl.store.store_time import after

Database = AsyncDatabase[Document]
KEY = "migration"
TERM = timedelta(seconds=120)
RENEWALS = 6  # in a term
_IS_FREE: Document = {"$or": [{"until": None}, {"$expr": {"$lte": ["$until", "$$NOW"]}}]}


class Lock:
    """The lock while it is held."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_lost = False

    def require(self) -> None:
        """Raise Fenced if another process has it now."""
        if self.is_lost:
            raise Fenced("another process migrates this database now: this one was silent for too long")


@contextlib.asynccontextmanager
async def held(connection: Connection) -> AsyncIterator[Lock]:
    """Hold the lock; raises LeaseHeld if another process has it."""
    db, lock = connection.db, Lock(uuid.uuid4().hex)
    await with_retries(connection, lambda: _take(db, lock.name))
    renewing = asyncio.create_task(_renew(db, lock))
    try:
        yield lock
    finally:
        await cancelled([renewing])
        with contextlib.suppress(PyMongoError):  # it ends by itself
            await db.meta.update_one({"_id": KEY, "by": lock.name}, {"$set": {"until": None}})


async def _take(db: Database, name: str) -> None:
    await db.meta.update_one({"_id": KEY}, {"$setOnInsert": {"until": None}}, upsert=True)
    # Its own, where the answer to the first request was lost.
    if await _take_if(db, name, {"$or": [{"by": name}, *_IS_FREE["$or"]]}):
        return
    holder = await db.meta.find_one({"_id": KEY}) or {}
    has_gone = has_ended(holder.get("pid", 0), holder.get("process", ""))
    if has_gone and await _take_if(db, name, {"by": holder["by"]}):
        return
    raise LeaseHeld(
        f"database {db.name} is migrated by process {holder.get('pid')} on {holder.get('host')}: wait for it; if it is "
        f"gone, its right ends at {holder.get('until') or datetime.now(UTC):%H:%M:%S} UTC"
    )


async def _take_if(db: Database, name: str, query: Document) -> bool:
    holder = {"by": name, "host": socket.gethostname(), "pid": os.getpid(), "process": process_identity()}
    fields = {key: {"$literal": value} for key, value in holder.items()}
    taken = await db.meta.update_one({"_id": KEY, **query}, [{"$set": {**fields, "until": after(TERM)}}])
    return taken.matched_count > 0


async def _renew(db: Database, lock: Lock) -> None:
    while not lock.is_lost:
        await asyncio.sleep(TERM.total_seconds() / RENEWALS)
        with contextlib.suppress(PyMongoError):  # what the migration itself asks tells that the database is away
            own = {"_id": KEY, "by": lock.name}
            lock.is_lost = (await db.meta.update_one(own, [{"$set": {"until": after(TERM)}}])).matched_count == 0
