"""Subscriptions as documents: those made by commands, and those of the project's subscriptions.toml."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.items import (
    BurstLimit,
    Channel,
    Every,
    Extra,
    OptIn,
    QuietHours,
    Schedule,
    Subject,
    Subscription,
    Wanted,
    WordsIn,
)
from newscrawl.store.documents import Document, milliseconds, to_bson

Database = AsyncDatabase[Document]


def new_token() -> str:
    """Return a token of a feed's URL, which nobody can guess."""
    return secrets.token_urlsafe(24)


async def add(db: Database, subscription: Subscription) -> bool:
    """Store a new subscription; return False if there is one of its name."""
    try:
        await db.subscriptions.insert_one(document_of(subscription))
    except DuplicateKeyError:
        stored = await db.subscriptions.find_one({"_id": subscription.name}, {"feed_token": 1})
        return stored is not None and stored["feed_token"] == subscription.feed_token  # a write whose answer was lost
    return True


async def sync_file(db: Database, stated: Sequence[Subscription]) -> list[str]:
    """Make the subscriptions of the file those that it states; return the names of those that it no longer has."""
    for subscription in stated:
        document = document_of(subscription)
        first = {name: document.pop(name) for name in ("created_at", "feed_token", "is_paused")}
        del document["_id"]
        query = {"_id": subscription.name}
        await db.subscriptions.update_one(query, {"$set": document, "$setOnInsert": first}, upsert=True)
    gone = {"is_of_file": True, "_id": {"$nin": [subscription.name for subscription in stated]}}
    names = [document["_id"] async for document in db.subscriptions.find(gone, {"_id": 1})]
    if names:
        await db.subscriptions.delete_many({"_id": {"$in": names}, "is_of_file": True})
    return names


async def all_subscriptions(db: Database) -> list[Subscription]:
    """Return all subscriptions by name."""
    return [subscription_of(document) async for document in db.subscriptions.find({}).sort("_id", 1)]


async def get(db: Database, name: str) -> Subscription | None:
    document = await db.subscriptions.find_one({"_id": name})
    return None if document is None else subscription_of(document)


async def of_feed(db: Database, token: str) -> Subscription | None:
    """Return the subscription of a feed's token, without its channel."""
    document = await db.subscriptions.find_one({"feed_token": token}, {"channel": 0})
    return None if document is None else subscription_of({**document, "channel": {"kind": "feed"}})


async def pause(db: Database, name: str, *, is_paused: bool) -> bool:
    """Pause a subscription, or end its pause; return whether there is one of this name."""
    update = {"$set": {"is_paused": is_paused}}
    return (await db.subscriptions.update_one({"_id": name}, update)).matched_count == 1


async def remove(db: Database, name: str) -> bool:
    return (await db.subscriptions.delete_one({"_id": name})).deleted_count == 1


def document_of(subscription: Subscription) -> Document:
    """Return a subscription as it is stored."""
    wanted, schedule, quiet = subscription.wanted, subscription.schedule, subscription.quiet
    channel = {
        name: getattr(subscription.channel, name)
        for name in ("kind", "address", "address_env", "secret", "secret_env", "command")
    }
    document: Document = {
        "_id": subscription.name,
        "channel": {name: str.__str__(value) if isinstance(value, str) else value for name, value in channel.items()},
        "created_at": milliseconds(subscription.created_at),
        "feed_token": subscription.feed_token,
        "wanted": {
            "about": sorted(wanted.about),
            "sources": wanted.sources,
            "articles": wanted.articles,
            "words": wanted.words,
            "words_in": wanted.words_in,
            "kinds": wanted.kinds,
            "min_significance": wanted.min_significance,
            "only_silent": wanted.only_silent,
            "only_unnoted": wanted.only_unnoted,
            "include": sorted(wanted.include),
        },
        "schedule": {
            "every": schedule.every,
            "at": schedule.at.isoformat("minutes"),
            "weekday": schedule.weekday,
            "zone": schedule.zone,
        },
        "quiet": quiet
        and {"begin": quiet.begin.isoformat("minutes"), "end": quiet.end.isoformat("minutes"), "zone": quiet.zone},
        "burst": {"announcements": subscription.burst.announcements, "minutes": subscription.burst.minutes},
        "is_paused": subscription.is_paused,
        "is_of_file": subscription.is_of_file,
    }
    if subscription.opt_in is not None:
        moments = {name: getattr(subscription.opt_in, name) for name in ("erase_at", "confirmed_at", "ends_at")}
        stated = {name: milliseconds(moment) for name, moment in moments.items() if moment is not None}
        document["opt_in"] = {"language": subscription.opt_in.language, "zone": subscription.opt_in.zone, **stated}
    stored: Document = to_bson(document)
    return stored


def subscription_of(document: Mapping[str, Any]) -> Subscription:
    """Return a stored subscription."""
    wanted, schedule, quiet = document["wanted"], document["schedule"], document["quiet"]
    channel, opt_in = document["channel"], document.get("opt_in")
    return Subscription(
        name=document["_id"],
        channel=Channel(**{**channel, "command": tuple(channel.get("command", ()))}),
        created_at=document["created_at"],
        feed_token=document["feed_token"],
        wanted=Wanted(
            about=frozenset(map(Subject, wanted["about"])),
            sources=tuple(wanted["sources"]),
            articles=tuple(wanted["articles"]),
            words=wanted["words"],
            words_in=WordsIn(wanted["words_in"]),
            kinds=tuple(wanted["kinds"]),
            min_significance=wanted["min_significance"],
            only_silent=wanted["only_silent"],
            only_unnoted=wanted["only_unnoted"],
            include=frozenset(map(Extra, wanted["include"])),
        ),
        schedule=Schedule(
            Every(schedule["every"]), time.fromisoformat(schedule["at"]), schedule["weekday"], schedule["zone"]
        ),
        quiet=quiet and QuietHours(time.fromisoformat(quiet["begin"]), time.fromisoformat(quiet["end"]), quiet["zone"]),
        burst=BurstLimit(**document["burst"]),
        is_paused=document["is_paused"],
        is_of_file=document["is_of_file"],
        opt_in=opt_in and _opt_in_of(opt_in),
    )


def _opt_in_of(document: Mapping[str, Any]) -> OptIn:
    return OptIn(
        erase_at=document.get("erase_at"),
        confirmed_at=document.get("confirmed_at"),
        ends_at=document.get("ends_at"),
        language=document.get("language", "en"),  # those of older forms were English in UTC
        zone=document.get("zone", "UTC"),
    )
