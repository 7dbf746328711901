"""Indexes and the schema's number: made on first use, checked on every opening with one read."""

from __future__ import annotations

import hashlib

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from newscrawl.errors import SchemaMismatch
from newscrawl.store.documents import Document
from newscrawl.store.reader_indexes import READER_INDEXES

Database = AsyncDatabase[Document]

SCHEMA = 1
BUILD_SECONDS = 3600.0  # building an index over a large archive takes its time
INDEX_OPTIONS_CONFLICT = 85
INDEX_KEYS_CONFLICT = 86
DAY_SECONDS = 86_400


INDEXES: dict[str, list[IndexModel]] = {
    "articles": [
        IndexModel([("source", ASCENDING), ("guid", ASCENDING)]),
        # What is due, its order and its key are read from this index alone; see claims.
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
    ],
    "versions": [
        IndexModel([("article_id", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel([("held", ASCENDING), ("source", ASCENDING)], sparse=True),
        IndexModel([("payload", ASCENDING)]),
    ],
    "added": [IndexModel([("article_id", ASCENDING)])],
    "removed": [IndexModel([("article_id", ASCENDING)])],
    "payloads": [IndexModel([("base", ASCENDING)], sparse=True)],
    "checks": [
        IndexModel([("article_id", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("at", DESCENDING)]),
    ],
    "quarantine": [
        IndexModel([("article_id", ASCENDING), ("state", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("source", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("last", ASCENDING)]),
    ],
    "events": [
        IndexModel([("article_id", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("at", DESCENDING)]),
    ],
    "runs": [IndexModel([("source", ASCENDING), ("started_at", DESCENDING)])],
}


async def ensure(db: Database, *, checks_keep_days: int) -> None:
    """Make missing indexes and note the schema; raises SchemaMismatch for a database of a newer newscrawl."""
    found = await db.meta.find_one({"_id": "schema"}) or {}
    if found.get("version", 0) > SCHEMA:
        raise SchemaMismatch(
            f"database {db.name} has schema {found['version']}, this newscrawl knows up to {SCHEMA}: "
            f"upgrade newscrawl or use another NEWSCRAWL_MONGO_DATABASE"
        )
    wanted = fingerprint(checks_keep_days)
    if found.get("version") == SCHEMA and found.get("indexes") == wanted:
        return
    with pymongo.timeout(BUILD_SECONDS):
        for name, models in all_indexes().items():
            await _create(db[name], models)
        await _expire_checks(db, checks_keep_days)
    await db.meta.update_one({"_id": "schema"}, {"$set": {"version": SCHEMA, "indexes": wanted}}, upsert=True)


async def _create(collection: AsyncCollection[Document], models: list[IndexModel]) -> None:
    """Make indexes; one that an older newscrawl gave other keys under the same name is made anew."""
    try:
        await collection.create_indexes(models)
    except OperationFailure as error:
        if error.code not in {INDEX_OPTIONS_CONFLICT, INDEX_KEYS_CONFLICT}:
            raise
        there = await collection.index_information()
        for model in models:
            known = there.get(model.document["name"])
            if known is not None and list(known["key"]) != list(model.document["key"].items()):
                await collection.drop_index(model.document["name"])
        await collection.create_indexes(models)


def all_indexes() -> dict[str, list[IndexModel]]:
    return {name: [*models, *READER_INDEXES.get(name, ())] for name, models in INDEXES.items()}


def fingerprint(checks_keep_days: int) -> str:
    models = {name: [model.document for model in models] for name, models in all_indexes().items()}
    return hashlib.sha256(f"{models} written_at {checks_keep_days}".encode()).hexdigest()[:16]


async def _expire_checks(db: Database, days: int) -> None:
    seconds = days * DAY_SECONDS
    try:
        await db.checks.create_index("written_at", name="expiry", expireAfterSeconds=seconds)
    except OperationFailure as error:
        if error.code == INDEX_KEYS_CONFLICT:  # an older newscrawl let lines expire by the moment they tell of
            await db.checks.drop_index("expiry")
            await db.checks.create_index("written_at", name="expiry", expireAfterSeconds=seconds)
            return
        if error.code != INDEX_OPTIONS_CONFLICT:
            raise
        await db.command("collMod", "checks", index={"name": "expiry", "expireAfterSeconds": seconds})
