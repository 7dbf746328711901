"""Subscriptions that readers ask for: kept unconfirmed for a time, confirmed by a token, ended, renewed, erased.

Of a token that confirms only its digest is stored. How often somebody asked is counted under keyed digests: they tell
whether one more request may be taken, and not whose they were.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.items import EventKind, Subscription
from newscrawl.store.documents import Document, milliseconds
from newscrawl.store.outbox import Row
from newscrawl.store.subscriptions import document_of, subscription_of

Database = AsyncDatabase[Document]
KEEP_TOKENS = 3  # of one subscription; a mail that was sent twice confirms by either
OF_READERS = {"opt_in": {"$exists": True}}


async def key(db: Database) -> bytes:
    """Return the key of links and forms, made on first use: whoever has the database has it."""
    first = {"$setOnInsert": {"key": secrets.token_hex(32)}}
    try:
        stored = await db.meta.find_one_and_update(
            {"_id": "reader_key"}, first, upsert=True, return_document=ReturnDocument.AFTER
        )
    except DuplicateKeyError:  # another process has just made it
        stored = await db.meta.find_one({"_id": "reader_key"})
    return bytes.fromhex(stored["key"] if stored else "")


async def take(db: Database, sign: bytes, subject: str, maximum: int, every: timedelta, now: datetime) -> bool:
    """Count a request of a subject in its span of time, over all processes; return whether it may be taken."""
    seconds = int(every.total_seconds())
    span = int(now.timestamp()) // seconds
    digest = hmac.digest(sign, f"{subject}\0{span}".encode("utf-8", "replace"), hashlib.sha256).hex()
    until = datetime.fromtimestamp((span + 1) * seconds, UTC)
    update: Document = {"$inc": {"count": 1}, "$setOnInsert": {"until": until}}
    for _ in range(2):
        try:
            counted = await db.subscription_requests.find_one_and_update(
                {"_id": digest}, update, upsert=True, return_document=ReturnDocument.AFTER
            )
            return counted is not None and counted["count"] <= maximum
        except DuplicateKeyError:  # two first requests at once
            continue
    return False


async def add(db: Database, subscription: Subscription, now: datetime) -> None:
    """Store what a reader asked for, unless the same is there already; what has expired makes room.

    Who asks again before it is confirmed, or after its end, is answered in the language of the last form.
    """
    await db.subscriptions.delete_one(
        {"_id": subscription.name, "opt_in.erase_at": {"$lte": milliseconds(now)}, "opt_in.confirmed_at": None}
    )
    document = document_of(subscription)
    name = document.pop("_id")
    chosen = {f"opt_in.{part}": document["opt_in"][part] for part in ("language", "zone")}
    await db.subscriptions.update_one({"_id": name, "opt_in.erase_at": {"$ne": None}}, {"$set": chosen})
    try:
        await db.subscriptions.update_one({"_id": name}, {"$setOnInsert": document}, upsert=True)
    except DuplicateKeyError:  # the same form, sent twice at once
        return


async def add_token(db: Database, name: str, digest: str, now: datetime) -> bool:
    """Let a token confirm a subscription; return whether there is anything to confirm."""
    query = {"_id": name, "opt_in.erase_at": {"$gt": milliseconds(now)}}
    update: Document = {"$push": {"opt_in.digests": {"$each": [digest], "$slice": -KEEP_TOKENS}}}
    return (await db.subscriptions.update_one(query, update)).matched_count == 1


async def of_token(db: Database, digest: str, now: datetime) -> Subscription | None:
    """Return what a token would confirm now."""
    query = {"opt_in.digests": digest, "opt_in.erase_at": {"$gt": milliseconds(now)}}
    document = await db.subscriptions.find_one(query)
    return None if document is None else subscription_of(document)


async def confirm(db: Database, name: str, now: datetime, ends_at: datetime, *, digest: str | None = None) -> bool:
    """Confirm a subscription, by a token if it has one; from now on it hears of what it matches."""
    query: Document = {"_id": name, "opt_in.erase_at": {"$gt": milliseconds(now)}}
    if digest is not None:
        query["opt_in.digests"] = digest
    return await _open(db, query, now, ends_at)


async def renew(db: Database, name: str, now: datetime, ends_at: datetime, *, ended_at: datetime) -> bool:
    """Open a subscription again that ended at a moment; each end can be renewed once."""
    return await _open(
        db, {"_id": name, "opt_in.ends_at": milliseconds(ended_at), "opt_in.erase_at": {"$ne": None}}, now, ends_at
    )


async def _open(db: Database, query: Document, now: datetime, ends_at: datetime) -> bool:
    opened = {
        "opt_in.confirmed_at": milliseconds(now),
        "opt_in.ends_at": milliseconds(ends_at),
        "created_at": milliseconds(now),
        "is_paused": False,
    }
    update = {"$set": opened, "$unset": {"opt_in.erase_at": "", "opt_in.digests": ""}}
    return (await db.subscriptions.update_one(query, update)).matched_count == 1


async def ending(db: Database, now: datetime) -> list[Subscription]:
    """Return open subscriptions whose time is over."""
    query = {"opt_in.ends_at": {"$lte": milliseconds(now)}, "opt_in.erase_at": None}
    return [subscription_of(document) async for document in db.subscriptions.find(query)]


async def end(db: Database, name: str, erase_at: datetime) -> None:
    """End a subscription, and keep it until a moment, for the case that it is renewed."""
    update = {"$set": {"opt_in.erase_at": milliseconds(erase_at)}}
    await db.subscriptions.update_one({"_id": name, **OF_READERS, "opt_in.erase_at": None}, update)


async def expired(db: Database, now: datetime) -> list[str]:
    """Return the names of what is to be erased."""
    query = {"opt_in.erase_at": {"$lte": milliseconds(now)}}
    return [document["_id"] async for document in db.subscriptions.find(query, {"_id": 1})]


async def of_address(db: Database, addresses: Sequence[str]) -> list[str]:
    """Return the names of readers' subscriptions that are sent to an address, in any of its spellings."""
    query = {**OF_READERS, "channel.address": {"$in": list(addresses)}}
    return [document["_id"] async for document in db.subscriptions.find(query, {"_id": 1})]


async def counts(db: Database) -> tuple[int, int]:
    """Return how many subscriptions of readers there are, and how many of them are not confirmed."""
    every = await db.subscriptions.count_documents(OF_READERS)
    waiting = await db.subscriptions.count_documents({**OF_READERS, "opt_in.confirmed_at": None})
    return every, waiting


def notice_of(subscription: str, kind: EventKind, identity: str, now: datetime) -> Row:
    """Return the row of a message about a subscription itself: a delivery of its own."""
    key = hashlib.sha256(f"{subscription}\0{identity}".encode()).hexdigest()[:32]
    return Row(key, subscription, kind, "", at=now, queued_at=now, next_at=now, delivery=key)


async def erase_rows(db: Database, subscription: str) -> None:
    """Delete the rows of a subscription, those too that were sent."""
    await db.outbox.delete_many({"subscription": subscription})
