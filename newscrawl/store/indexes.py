"""Indexes and the schema version: made on first use, checked with one read whenever the store is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pymongo
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from newscrawl.errors import SchemaMismatch
from newscrawl.store import lifetimes
from newscrawl.store.check_counts import UNCOUNTED
from newscrawl.store.documents import Document
from newscrawl.store.lifetimes import DAY_SECONDS, INDEX_KEYS_CONFLICT, INDEX_OPTIONS_CONFLICT
from newscrawl.store.reader_indexes import READER_INDEXES

Database = AsyncDatabase[Document]

SCHEMA = 1
BUILD_SECONDS = 3600.0  # an index over a large archive takes minutes


STANDS = "stands"  # field of the alarms that are not resolved; the unique index covers only these
ALARMS_KEEP_DAYS = 365  # after they were resolved

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
        IndexModel([("article_id", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel([("held", ASCENDING), ("source", ASCENDING)], sparse=True),
        IndexModel([("retraction.at", DESCENDING)], sparse=True),
        IndexModel([("payload", ASCENDING)]),
        IndexModel([("hidden.at", ASCENDING)], sparse=True),
    ],
    "added": [IndexModel([("article_id", ASCENDING)])],
    "removed": [IndexModel([("article_id", ASCENDING)])],
    "payloads": [IndexModel([("base", ASCENDING)], sparse=True)],
    "checks": [
        IndexModel([("article_id", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("source", ASCENDING), ("at", DESCENDING)]),
        IndexModel([("payload", ASCENDING)], sparse=True),
        IndexModel([(UNCOUNTED, ASCENDING)], sparse=True),
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
    ],
    "sources": [
        IndexModel([("rank_at", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("set_aside", ASCENDING)], sparse=True),
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
    ],
}


async def ensure(db: Database, *, keep_days: Mapping[str, int]) -> None:
    """Make missing indexes and store the schema version; raises SchemaMismatch for a database of a newer newscrawl."""
    schema = await db.meta.find_one({"_id": "schema"}) or {}
    if schema.get("version", 0) > SCHEMA:
        raise SchemaMismatch(
            f"database {db.name} has schema {schema['version']}, this newscrawl reads up to {SCHEMA}: "
            f"upgrade newscrawl or use another NEWSCRAWL_MONGO_DATABASE"
        )
    current = fingerprint(keep_days)
    if schema.get("version") == SCHEMA and schema.get("indexes") == current:
        return
    with pymongo.timeout(BUILD_SECONDS):
        for name, models in all_indexes().items():
            await _create(db[name], models)
        await lifetimes.ensure(db, keep_days)
    await db.meta.update_one({"_id": "schema"}, {"$set": {"version": SCHEMA, "indexes": current}}, upsert=True)


async def _create(collection: AsyncCollection[Document], models: list[IndexModel]) -> None:
    """Make indexes; one that an older newscrawl made with other keys under the same name is made again."""
    try:
        await collection.create_indexes(models)
    except OperationFailure as error:
        if error.code not in {INDEX_OPTIONS_CONFLICT, INDEX_KEYS_CONFLICT}:
            raise
        indexes = await collection.index_information()
        for model in models:
            existing = indexes.get(model.document["name"])
            if existing is not None and list(existing["key"]) != list(model.document["key"].items()):
                await collection.drop_index(model.document["name"])
        await collection.create_indexes(models)


def all_indexes() -> dict[str, list[IndexModel]]:
    return {name: [*models, *READER_INDEXES.get(name, ())] for name, models in INDEXES.items()}


def fingerprint(keep_days: Mapping[str, int]) -> str:
    """Return a digest of all index definitions: while the stored one equals it, nothing needs to be made."""
    models = {name: [model.document for model in models] for name, models in all_indexes().items()}
    return hashlib.sha256(f"{models} {lifetimes.FIELDS} {dict(keep_days)}".encode()).hexdigest()[:16]
