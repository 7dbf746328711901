"""The outbox: what is to be announced to whom, one row per subscription and event, without any text of the news.

A row is queued once, however often its event is found: its id is a digest of both. Rows that are sent together, as a
digest, share the id of their delivery, which is stored before anything is sent. That id goes to the receiver, so what
is repeated after a crash can be recognized.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import InsertOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Announceable, EventKind
from newscrawl.store.documents import Document, milliseconds, to_bson
from newscrawl.store.gathered_commands import insert_each

Database = AsyncDatabase[Document]
MAX_IN_DIGEST = 1000  # rows


class RowState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # not to be seen any more, or no longer true, when it was to be sent
    DEAD = "dead"  # could not be sent for days
    DROPPED = "dropped"  # by a person, or with its subscription


@dataclass(frozen=True, slots=True)
class Row:
    """One event for one subscription."""

    key: str
    subscription: str
    kind: EventKind
    source: str
    at: datetime  # when the newspaper changed it
    queued_at: datetime
    next_at: datetime  # not sent before
    article_id: str = ""
    number: int = 0
    alarm_id: str = ""
    state: RowState = RowState.QUEUED
    delivery: str | None = None  # None: not sent yet, and it may become part of a digest
    attempts: int = 0
    error: str = ""  # of the last attempt
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is sent at once; the key is the same for each attempt."""

    key: str
    rows: tuple[Row, ...]

    @property
    def attempts(self) -> int:
        return max(row.attempts for row in self.rows)

    @property
    def queued_at(self) -> datetime:
        return min(row.queued_at for row in self.rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows wait and how many are dead; and since when one waits that should have been sent."""

    queued: int = 0
    dead: int = 0
    overdue_since: datetime | None = None


def row_of(
    subscription: str, event: Announceable, *, now: datetime, next_at: datetime, is_alone: bool, is_sent: bool = False
) -> Row:
    """Return the row of an event; one that is alone is a delivery of its own, others may become part of a digest."""
    key = hashlib.sha256(f"{subscription}\0{event.identity}".encode()).hexdigest()[:32]
    return Row(
        key=key,
        subscription=subscription,
        kind=event.kind,
        source=event.source,
        at=event.at,
        queued_at=now,
        next_at=next_at,
        article_id=event.article_id,
        number=event.number,
        alarm_id=event.alarm_id,
        state=RowState.SENT if is_sent else RowState.QUEUED,
        delivery=key if is_alone else None,
        ended_at=now if is_sent else None,
    )


async def queue(db: Database, rows: Sequence[Row]) -> int:
    """Insert rows that are not there yet; return how many."""
    if not rows:
        return 0
    inserted = await insert_each(db.outbox, [InsertOne(_document(row)) for row in rows])
    return sum(inserted)


async def alone_since(db: Database, subscription: str, since: datetime) -> int:
    """Return how many rows that are no part of a digest were queued for a subscription since a moment."""
    query = {"subscription": subscription, "queued_at": {"$gte": milliseconds(since)}, "is_alone": True}
    return await db.outbox.count_documents(query, limit=MAX_IN_DIGEST)


async def due(db: Database, now: datetime) -> list[str]:
    """Return the subscriptions for which something is to be sent."""
    stages: list[Document] = [
        {"$match": {"state": RowState.QUEUED.value, "next_at": {"$lte": milliseconds(now)}}},
        {"$group": {"_id": "$subscription"}},
    ]
    return sorted([row["_id"] async for row in await db.outbox.aggregate(stages)])


async def next_delivery(db: Database, subscription: str, now: datetime) -> Delivery | None:
    """Return what is to be sent next for a subscription, to whoever has its lane.

    Rows for a digest get the id of their delivery here, a new one each time: what is added later never becomes part of
    a digest that may have been sent.
    """
    due_now = {"subscription": subscription, "state": RowState.QUEUED.value, "next_at": {"$lte": milliseconds(now)}}
    first = await db.outbox.find_one(due_now, sort=[("next_at", 1), ("at", 1)])
    if first is None:
        return None
    key = first.get("delivery")
    if key is None:
        key = secrets.token_hex(16)
        free = {**due_now, "delivery": {"$exists": False}}
        ids = [row["_id"] async for row in db.outbox.find(free, {"_id": 1}, sort=[("at", 1)], limit=MAX_IN_DIGEST)]
        await db.outbox.update_many({**free, "_id": {"$in": ids}}, {"$set": {"delivery": key}})
    rows = await db.outbox.find(
        {"delivery": key, "state": RowState.QUEUED.value}, sort=[("at", 1), ("_id", 1)]
    ).to_list()
    return Delivery(key, tuple(map(_row, rows))) if rows else None


async def sent(db: Database, key: str, now: datetime) -> None:
    """Mark what a delivery has as sent."""
    ended = {"state": RowState.SENT.value, "ended_at": milliseconds(now), "error": ""}
    await db.outbox.update_many(
        {"delivery": key, "state": RowState.QUEUED.value}, {"$set": ended, "$inc": {"attempts": 1}}
    )


async def failed(db: Database, key: str, error: str, next_at: datetime) -> None:
    """Note a failed attempt of a delivery, and when the next one may be made."""
    noted = {"error": error, "next_at": milliseconds(next_at)}
    await db.outbox.update_many(
        {"delivery": key, "state": RowState.QUEUED.value}, {"$set": to_bson(noted), "$inc": {"attempts": 1}}
    )


async def postpone(db: Database, key: str, until: datetime) -> None:
    """Let a delivery wait; that is no attempt."""
    query = {"delivery": key, "state": RowState.QUEUED.value}
    await db.outbox.update_many(query, {"$set": {"next_at": milliseconds(until)}})


async def end(db: Database, keys: Iterable[str], state: RowState, now: datetime, *, error: str = "") -> int:
    """End queued rows in another state than sent; return how many."""
    ended = {"state": state.value, "ended_at": milliseconds(now), **({"error": error} if error else {})}
    query = {"_id": {"$in": list(keys)}, "state": RowState.QUEUED.value}
    return (await db.outbox.update_many(query, {"$set": to_bson(ended)})).modified_count


async def end_old(db: Database, subscription: str, before: datetime, now: datetime) -> int:
    """Give up what could not be sent since `before`; what was never tried is not given up."""
    query = {
        "subscription": subscription,
        "state": RowState.QUEUED.value,
        "attempts": {"$gt": 0},
        "queued_at": {"$lt": milliseconds(before)},
    }
    ended = {"state": RowState.DEAD.value, "ended_at": milliseconds(now)}
    return (await db.outbox.update_many(query, {"$set": ended})).modified_count


async def drop_all(db: Database, subscription: str, now: datetime) -> int:
    """Drop what is queued for a subscription."""
    query = {"subscription": subscription, "state": RowState.QUEUED.value}
    ended = {"state": RowState.DROPPED.value, "ended_at": milliseconds(now)}
    return (await db.outbox.update_many(query, {"$set": ended})).modified_count


async def revive(db: Database, query: Mapping[str, Any], now: datetime) -> int:
    """Queue rows again that are dead, and let those that wait for their next attempt be tried at once."""
    states = {"state": {"$in": [RowState.DEAD.value, RowState.QUEUED.value]}, "attempts": {"$gt": 0}}
    again = {"state": RowState.QUEUED.value, "next_at": milliseconds(now), "queued_at": milliseconds(now)}
    update = {"$set": again, "$unset": {"ended_at": ""}}
    return (await db.outbox.update_many({**query, **states}, update)).modified_count


async def listed(db: Database, query: Mapping[str, Any], limit: int) -> list[Row]:
    """Return rows, those first that wait longest, and the newest first of those that have ended."""
    cursor = db.outbox.find(
        dict(query), sort=[("state", 1), ("subscription", 1), ("next_at", 1), ("at", 1)], limit=limit
    )
    return [_row(row) async for row in cursor]


async def newest(db: Database, subscription: str, limit: int) -> list[Row]:
    """Return the newest rows of a subscription that were not dropped or withdrawn: what its feed has."""
    states = [RowState.QUEUED.value, RowState.SENT.value, RowState.DEAD.value]
    notices = [EventKind.CONFIRMATION.value, EventKind.END.value]
    query = {"subscription": subscription, "state": {"$in": states}, "kind": {"$nin": notices}}
    return [_row(row) async for row in db.outbox.find(query, sort=[("at", -1)], limit=limit)]


async def counts(db: Database) -> dict[str, int]:
    """Return the number of rows by state."""
    stages: list[Document] = [{"$group": {"_id": "$state", "count": {"$sum": 1}}}]
    return {row["_id"]: row["count"] async for row in await db.outbox.aggregate(stages)}


async def overdue(db: Database, before: datetime) -> dict[str, tuple[datetime, int]]:
    """Return for each subscription what should have been sent before a moment: since when, and how many rows wait.

    Of rows that were tried counts when they were queued, of others when they were to be sent.
    """
    moment = milliseconds(before)
    tried = {"attempts": {"$gt": 0}, "queued_at": {"$lt": moment}}
    since = {"$cond": [{"$gt": ["$attempts", 0]}, "$queued_at", "$next_at"]}
    stages: list[Document] = [
        {"$match": {"state": RowState.QUEUED.value, "$or": [tried, {"attempts": 0, "next_at": {"$lt": moment}}]}},
        {"$group": {"_id": "$subscription", "oldest": {"$min": since}, "count": {"$sum": 1}}},
    ]
    return {row["_id"]: (row["oldest"], row["count"]) async for row in await db.outbox.aggregate(stages)}


async def waiting(db: Database, now: datetime) -> Waiting:
    """Return what waits, counted in indexes alone."""
    queued = await db.outbox.count_documents({"state": RowState.QUEUED.value})
    dead = await db.outbox.count_documents({"state": RowState.DEAD.value})
    since = [oldest for oldest, _ in (await overdue(db, now)).values()] if queued else []
    return Waiting(queued, dead, min(since, default=None))


async def was_sent(db: Database, subscription: str, event_identity: str) -> bool | None:
    """Return whether an event was sent to a subscription; None if the outbox has no row of it."""
    key = hashlib.sha256(f"{subscription}\0{event_identity}".encode()).hexdigest()[:32]
    row = await db.outbox.find_one({"_id": key}, {"state": 1})
    return None if row is None else row["state"] == RowState.SENT.value


def _document(row: Row) -> Document:
    document: Document = {
        "_id": row.key,
        "subscription": row.subscription,
        "kind": row.kind.value,
        "source": row.source,
        "at": milliseconds(row.at),
        "queued_at": milliseconds(row.queued_at),
        "next_at": milliseconds(row.next_at),
        "state": row.state.value,
        "attempts": row.attempts,
    }
    optional = {
        "article_id": row.article_id,
        "number": row.number,
        "alarm_id": row.alarm_id,
        "delivery": row.delivery,
        "is_alone": row.delivery is not None,
        "ended_at": row.ended_at and milliseconds(row.ended_at),
    }
    stored: Document = to_bson(document | {name: value for name, value in optional.items() if value})
    return stored


def _row(document: Mapping[str, Any]) -> Row:
    return Row(
        key=document["_id"],
        subscription=document["subscription"],
        kind=EventKind(document["kind"]),
        source=document["source"],
        at=document["at"],
        queued_at=document["queued_at"],
        next_at=document["next_at"],
        article_id=document.get("article_id", ""),
        number=document.get("number", 0),
        alarm_id=document.get("alarm_id", ""),
        state=RowState(document["state"]),
        delivery=document.get("delivery"),
        attempts=document["attempts"],
        error=document.get("error", ""),
        ended_at=document.get("ended_at"),
    )
