"""The state of the log: one document that is changed by compare-and-set alone.

A batch of entries is decided in that document first, and then carried out by steps that give the same result when they
are repeated: whoever comes next completes it, so that a kill loses no entry and doubles none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
ID = "log"
COLLECTIONS = ("tlog", "tlog_leaves", "tlog_tiles", "tlog_checkpoints")


@dataclass(frozen=True, slots=True)
class LogState:
    """The log's name, how many entries it has, its keys from the first on, and a batch that was begun.

    `walked_to` is the id up to which versions without a mark were sought, None if all were.
    """

    name: str
    size: int
    keys: Sequence[str]
    walked_to: str | None
    batch: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        """The key that signs now; empty before the first entry is in the log."""
        return self.keys[-1] if self.keys else ""


async def state(db: Database) -> LogState | None:
    """Return the state of the log; None if there is no log."""
    document = await db.tlog.find_one({"_id": ID})
    if document is None:
        return None
    return LogState(document["name"], document["size"], document["keys"], document["walked_to"], document["batch"])


async def begin(db: Database, name: str, entry: bytes, key: str) -> bool:
    """Begin a log with its first entry, which gives it a key; returns False if there is one."""
    batch = {"start": 0, "leaves": [{"entry": entry}], "key": key}
    try:
        await db.tlog.insert_one({"_id": ID, "name": name, "size": 0, "keys": [], "walked_to": "", "batch": batch})
    except DuplicateKeyError:
        return False
    return True


async def decide(
    db: Database, seen: LogState, leaves: Sequence[Document], *, walked_to: str | None, key: str | None = None
) -> bool:
    """Decide which entries come next, behind the state that was seen; returns whether nobody was faster."""
    update: Document = {"walked_to": walked_to}
    if leaves:
        update["batch"] = {"start": seen.size, "leaves": list(leaves), **({"key": key} if key else {})}
    query = {"_id": ID, "size": seen.size, "batch": None, "walked_to": seen.walked_to}
    return (await db.tlog.update_one(query, {"$set": update})).matched_count == 1


async def conclude(db: Database, batch: Mapping[str, Any]) -> None:
    """Count the entries of a batch that was carried out; once more changes nothing."""
    start = batch["start"]
    update: Document = {"$set": {"size": start + len(batch["leaves"]), "batch": None}}
    if "key" in batch:
        update["$push"] = {"keys": batch["key"]}
    await db.tlog.update_one({"_id": ID, "size": start, "batch.start": start}, update)


async def walk_again(db: Database) -> None:
    """Let versions without a mark be sought from the beginning: an older newscrawl recorded some."""
    await db.tlog.update_one({"_id": ID}, {"$set": {"walked_to": ""}})
