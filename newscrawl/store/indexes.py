"""Indexes: made on first use, and again when their definitions or the configured days change."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

from newscrawl.errors import SchemaMismatch
from newscrawl.store import lifetimes
from newscrawl.store import schema as schemas
from newscrawl.store.announcement_marks import MARK
from newscrawl.store.check_buckets import UNCOUNTED
from newscrawl.store.check_counts import UNCOUNTED_INDEX
from newscrawl.store.documents import Document
from newscrawl.store.lifetimes import DAY_SECONDS, INDEX_KEYS_CONFLICT, INDEX_OPTIONS_CONFLICT
from newscrawl.store.reader_indexes import READER_INDEXES
from newscrawl.store.schema import Schema
from newscrawl.store.version_documents import UNLOGGED

Database = AsyncDatabase[Document]

BUILD_SECONDS = 3600.0  # an index over a large archive takes minutes
# Another process dropped what this one drops or changes, dropped what it builds, or builds where it drops.
UNAUTHORIZED = 13
INDEX_NOT_FOUND, INDEX_BUILD_ABORTED, INDEX_BUILD_IN_PROGRESS = 27, 276, 12587
RACES = {INDEX_NOT_FOUND, INDEX_BUILD_ABORTED, INDEX_BUILD_IN_PROGRESS}
RACE_SECONDS = 0.2  # until the next attempt

STANDS = "stands"  # field of the alarms that are not resolved; the unique index covers only these
ALARMS_KEEP_DAYS = 365  # after they were resolved

OUTBOX_KEEP_DAYS = 30  # after an announcement was sent, or given up
# Empty but for what is to be announced since the last crawl ended.
_MARKED = IndexModel([(MARK, ASCENDING)], partialFilterExpression={MARK: {"$exists": True}})

INDEXES: dict[str, list[IndexModel]] = {
    "articles": [
        IndexModel([("source", ASCENDING), ("guid", ASCENDING)]),
        # Due articles, their order and their ids are read from these two indexes alone; see claims.
        IndexModel(
            [("source", 1), ("claim_at", 1), ("state", 1), ("value", -1), ("_id", 1)],
            name="due",
        ),
        IndexModel(
            [("source", 1), ("value", -1), ("claim_at", 1), ("state", 1), ("_id", 1)],
            name="worth",
        ),
        IndexModel([("url", ASCENDING)]),
        IndexModel([("aliases", ASCENDING)]),
        IndexModel([("lease.run", ASCENDING)], sparse=True),
        IndexModel([("last_changed_at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("last_changed_at", DESCENDING)]),
        # What is taken down is read as a whole by every process of the reader.
        IndexModel([("hidden.at", ASCENDING)], sparse=True),
        IndexModel([("withheld.changes", ASCENDING)], sparse=True),
    ],
    "versions": [
        # Not unique, which would need the shard key; the ids are made of both.
        IndexModel([("article_id", ASCENDING), ("number", ASCENDING)]),
        IndexModel([("held", ASCENDING), ("source", ASCENDING)], sparse=True),
        IndexModel([("retraction.at", DESCENDING)], sparse=True),
        IndexModel([("payload", ASCENDING)]),
        IndexModel([("hidden.at", ASCENDING)], sparse=True),
        _MARKED,
        # Empty but for what the transparency log has not yet; without a log, a few bytes a version.
        IndexModel([(UNLOGGED, ASCENDING)], partialFilterExpression={UNLOGGED: True}),
    ],
    "tlog_leaves": [IndexModel([("index", ASCENDING)])],
    "tlog_checkpoints": [
        IndexModel([("stamped", ASCENDING), ("_id", ASCENDING)], partialFilterExpression={"stamped": True})
    ],
    "added": [IndexModel([("article_id", ASCENDING)])],
    "removed": [IndexModel([("article_id", ASCENDING)])],
    "payloads": [IndexModel([("base", ASCENDING)], sparse=True)],
    "checks": [
        IndexModel([("article_id", ASCENDING), ("written_at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("written_at", DESCENDING)]),
        IndexModel([("lines.payload", ASCENDING)], sparse=True),
        # Only buckets of the last days are in it.
        IndexModel(
            [(UNCOUNTED, ASCENDING), ("written_at", ASCENDING)],
            name=UNCOUNTED_INDEX,
            partialFilterExpression={UNCOUNTED: {"$exists": True}},
        ),
    ],
    "check_counts": [IndexModel([("article_id", ASCENDING)])],
    "quarantine": [
        IndexModel([("article_id", ASCENDING), ("state", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("source", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("last", ASCENDING)]),
    ],
    "events": [
        IndexModel([("article_id", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("at", DESCENDING)]),
        _MARKED,
    ],
    "sources": [
        IndexModel([("rank_at", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("set_aside", ASCENDING)], sparse=True),
        IndexModel([("last_good_check_at", DESCENDING)]),
    ],
    "runs": [
        IndexModel([("source", ASCENDING), ("started_at", DESCENDING)]),
        IndexModel([("started_at", DESCENDING)]),
    ],
    "alarms": [
        IndexModel(
            [(STANDS, ASCENDING), ("source", ASCENDING), ("kind", ASCENDING)],
            unique=True,
            partialFilterExpression={STANDS: True},
        ),
        IndexModel([("opened_at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("opened_at", DESCENDING)]),
        IndexModel([("resolved_at", ASCENDING)], expireAfterSeconds=ALARMS_KEEP_DAYS * DAY_SECONDS),
        _MARKED,
    ],
    "outbox": [
        IndexModel([("state", ASCENDING), ("subscription", ASCENDING), ("next_at", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("subscription", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("subscription", ASCENDING), ("queued_at", DESCENDING)]),
        IndexModel([("delivery", ASCENDING)], sparse=True),
        IndexModel([("ended_at", ASCENDING)], expireAfterSeconds=OUTBOX_KEEP_DAYS * DAY_SECONDS),
    ],
    "subscriptions": [
        IndexModel([("feed_token", ASCENDING)], unique=True),
        # A day later than promised by whoever delivers, for when nobody does.
        IndexModel([("opt_in.erase_at", ASCENDING)], expireAfterSeconds=DAY_SECONDS),
        IndexModel([("channel.address", ASCENDING)], partialFilterExpression={"opt_in": {"$exists": True}}),
    ],
    "subscription_requests": [IndexModel([("until", ASCENDING)], expireAfterSeconds=0)],
}


# Written once and read rarely, so that a slower compression pays; those of an older newscrawl keep theirs.
COMPRESSED = {"versions", "added", "removed"}
INVALID_OPTIONS, NAMESPACE_EXISTS = 72, 48

# Indexes that an older newscrawl made, and that no query uses any more.
OBSOLETE = {"checks": ("article_id_1_at_-1", "source_1_at_-1", "source_1", "uncounted_1", "payload_1")}


async def ensure(db: Database, schema: Schema, *, keep_days: Mapping[str, int], may_only_read: bool = False) -> None:
    """Make missing indexes of a database that is new or has today's schema.

    With `may_only_read` a user who must not do so reads what is there; it must be of this newscrawl.
    """
    current = fingerprint(keep_days)
    if schema.indexes == current and not (schema.is_new or schema.is_begun):
        return
    try:
        await _make_all(db, keep_days, current)
    except OperationFailure as error:
        if not may_only_read or error.code != UNAUTHORIZED:
            raise
        if schema.is_new or not await _has_reader_indexes(db):
            raise SchemaMismatch(
                f"database {db.name} is empty or lacks indexes of this newscrawl, and its user may only read: open it "
                "as one who may write first, as with `newscrawl status`"
            ) from error


async def _has_reader_indexes(db: Database) -> bool:
    existing = {name: await db[name].index_information() for name in READER_INDEXES}
    return all(model.document["name"] in existing[name] for name, models in READER_INDEXES.items() for model in models)


async def _make_all(db: Database, keep_days: Mapping[str, int], current: str) -> None:
    await db.command("ping")  # a database that went away is not waited for as long as one that builds
    with pymongo.timeout(BUILD_SECONDS):
        await make_compressed(db)
        while not await _make(db, keep_days):
            await asyncio.sleep(RACE_SECONDS)
    await schemas.end(db, current)


async def _make(db: Database, keep_days: Mapping[str, int]) -> bool:
    """Make, change and drop indexes; return whether no other process that does so at the same time came between."""
    try:
        for name, models in all_indexes().items():
            await _create(db[name], models)
        await _drop_obsolete(db)
        await lifetimes.ensure(db, keep_days)
    except OperationFailure as error:
        if error.code not in RACES:
            raise
        return False
    return True


async def _create(collection: AsyncCollection[Document], models: list[IndexModel]) -> None:
    """Make indexes; one that an older newscrawl made otherwise under the same name is made again."""
    try:
        await collection.create_indexes(models)
    except OperationFailure as error:
        if error.code not in {INDEX_OPTIONS_CONFLICT, INDEX_KEYS_CONFLICT}:
            raise
        indexes = await collection.index_information()
        for model in models:
            existing = indexes.get(model.document["name"])
            if existing is not None and not _is_same(existing, model):
                await collection.drop_index(model.document["name"])
        await collection.create_indexes(models)


def _is_same(existing: Mapping[str, Any], model: IndexModel) -> bool:
    same_keys = list(existing["key"]) == list(model.document["key"].items())
    old, new = (dict(each.get("partialFilterExpression") or {}) for each in (existing, model.document))
    return same_keys and old == new and bool(existing.get("unique")) == bool(model.document.get("unique"))


async def make_compressed(db: Database) -> None:
    """Make the collections of texts, if they are missing, so that they take half of what they take by default."""
    for name in COMPRESSED - set(await db.list_collection_names()):
        try:
            await db.create_collection(name, storageEngine={"wiredTiger": {"configString": "block_compressor=zstd"}})
        except CollectionInvalid:
            continue  # another process made it meanwhile
        except OperationFailure as error:
            # A server with another engine compresses in its own way; the collection is made with its indexes.
            if error.code not in {INVALID_OPTIONS, NAMESPACE_EXISTS}:
                raise


async def _drop_obsolete(db: Database) -> None:
    for name, obsolete in OBSOLETE.items():
        existing = await db[name].index_information()
        for index in obsolete:
            if index in existing:
                await db[name].drop_index(index)


async def differences(db: Database) -> tuple[list[str], list[str]]:
    """Return which indexes are to be made, or made again, and which are to be dropped; by collection and name."""
    made, dropped = [], []
    for name, models in all_indexes().items():
        existing = await db[name].index_information()
        of_models = {model.document["name"]: model for model in models}
        made += [
            f"{name}.{index}"
            for index, model in of_models.items()
            if index not in existing or not _is_same(existing[index], model)
        ]
        dropped += [f"{name}.{index}" for index in OBSOLETE.get(name, ()) if index in existing]
    return made, dropped


def all_indexes() -> dict[str, list[IndexModel]]:
    return {name: [*models, *READER_INDEXES.get(name, ())] for name, models in INDEXES.items()}


def fingerprint(keep_days: Mapping[str, int]) -> str:
    """Return a digest of all index definitions: while the stored one equals it, nothing needs to be made."""
    models = {name: [model.document for model in models] for name, models in all_indexes().items()}
    return hashlib.sha256(f"{models} {OBSOLETE} {lifetimes.FIELDS} {dict(keep_days)}".encode()).hexdigest()[:16]
