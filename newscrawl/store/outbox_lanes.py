"""Lanes of the outbox: one per subscription, in the hands of one worker at a time, with a back-off of its own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.store.documents import Document, milliseconds, to_bson

Database = AsyncDatabase[Document]
TERM = timedelta(minutes=2)  # longer than any attempt, see notify.delivery


FORGET_REFUSALS = timedelta(days=7)  # after the rest of a lane: deliveries are tried again within hours


@dataclass(frozen=True, slots=True)
class Lane:
    """How a subscription's channel does; `failing_since` None: its last attempt was answered well."""

    subscription: str
    failures: int = 0  # in succession
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    error: str = ""
    is_closed: bool = False  # the receiver said that it wants nothing any more
    refused_since: datetime | None = None  # the address itself, and not this or that message
    is_deferred: bool = False  # by the last answer, which was about this receiver alone
    worked_at: datetime | None = None  # when it last took something


async def take(db: Database, subscription: str, now: datetime, *, term: timedelta = TERM) -> tuple[str, Lane] | None:
    """Take a lane for a term; return its token, or None while another has it, or it rests."""
    now, token = milliseconds(now), secrets.token_hex(8)
    free = {"$or": [{"until": None}, {"until": {"$lte": now}}]}
    awake = {"$or": [{"rests_until": None}, {"rests_until": {"$lte": now}}]}
    query = {"_id": subscription, "$and": [free, awake], "is_closed": None}
    update = {"$set": {"token": token, "until": milliseconds(now + term)}}
    try:
        document = await db.outbox_lanes.find_one_and_update(query, update, upsert=True)
    except DuplicateKeyError:
        return None
    return token, _lane({"_id": subscription, **(document or {})})


async def renew(db: Database, subscription: str, token: str, now: datetime, *, term: timedelta = TERM) -> bool:
    """Renew a term; return whether the lane is still held under the token."""
    update = {"$set": {"until": milliseconds(now + term)}}
    return (await db.outbox_lanes.update_one({"_id": subscription, "token": token}, update)).matched_count == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFailure:
    """How a channel failed, and until when its lane rests."""

    error: str
    until: datetime
    is_closed: bool = False  # the receiver wants nothing any more
    is_refused: bool = False  # the address is none
    is_deferred: bool = False  # of this receiver alone


async def free(db: Database, subscription: str, token: str) -> None:
    """Give a lane back."""
    await db.outbox_lanes.update_one({"_id": subscription, "token": token}, {"$unset": {"token": "", "until": ""}})


async def worked(db: Database, subscription: str, now: datetime) -> None:
    """Note that a channel took a delivery."""
    gone = {"failing_since": "", "rests_until": "", "error": "", "failures": "", "refused_since": "", "is_deferred": ""}
    update: Document = {"$unset": gone, "$set": {"worked_at": milliseconds(now)}}
    await db.outbox_lanes.update_one({"_id": subscription}, update)


async def rest(
    db: Database,
    subscription: str,
    failure: LaneFailure,
    now: datetime,
) -> None:
    """Note that a channel failed, and let it rest."""
    fields: Document = {
        "rests_until": milliseconds(failure.until),
        "error": failure.error,
        "is_deferred": failure.is_deferred,
        **({"is_closed": True} if failure.is_closed else {}),
    }
    since = {"failing_since": {"$ifNull": ["$failing_since", milliseconds(now)]}}
    failures = {"failures": {"$add": [{"$ifNull": ["$failures", 0]}, 1]}}
    # A refusal that was followed by nothing for long is another one: its mail was withdrawn, and this is a new one.
    is_old = {"$lt": ["$rests_until", milliseconds(now - FORGET_REFUSALS)]}
    since_refused = {"$cond": [is_old, milliseconds(now), {"$ifNull": ["$refused_since", milliseconds(now)]}]}
    refused: Document = {"refused_since": since_refused} if failure.is_refused else {}
    literal = {name: {"$literal": value} for name, value in to_bson(fields).items()}
    await db.outbox_lanes.update_one({"_id": subscription}, [{"$set": {**literal, **since, **failures, **refused}}])


async def wake(db: Database, subscription: str | None = None) -> None:
    """Let lanes be tried at once, those too whose receivers wanted nothing any more."""
    query = {} if subscription is None else {"_id": subscription}
    await db.outbox_lanes.update_many(query, {"$unset": {"rests_until": "", "is_closed": ""}})


async def remove(db: Database, subscription: str) -> None:
    await db.outbox_lanes.delete_one({"_id": subscription})


async def all_lanes(db: Database) -> dict[str, Lane]:
    return {document["_id"]: _lane(document) async for document in db.outbox_lanes.find({})}


def _lane(document: Mapping[str, Any]) -> Lane:
    return Lane(
        subscription=document["_id"],
        failures=document.get("failures", 0),
        failing_since=document.get("failing_since"),
        rests_until=document.get("rests_until"),
        error=document.get("error", ""),
        is_closed=bool(document.get("is_closed")),
        refused_since=document.get("refused_since"),
        is_deferred=bool(document.get("is_deferred")),
        worked_at=document.get("worked_at"),
    )
