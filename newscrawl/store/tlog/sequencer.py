"""Appends to the log whatever versions it has not: those with the mark that every new one gets, and older ones.

A version is taken once its article's head has reached it: from then on nothing withdraws it (see `repair`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from newscrawl.errors import ConfigError
from newscrawl.store import commitments
from newscrawl.store.documents import Document
from newscrawl.store.retries import DUPLICATE_KEY
from newscrawl.store.tlog import tree
from newscrawl.store.tlog.state import conclude, decide, state
from newscrawl.store.version_documents import UNLOGGED
from newscrawl.tlog import version_entry
from newscrawl.tlog.tiles import WIDTH

Database = AsyncDatabase[Document]
BLIND_BYTES = 32
BATCH = 4 * WIDTH  # versions that are appended at once: each step waits for the journal
_NEEDED = dict.fromkeys(("article_id", "number", "chain", "capture", "salt", "salts", UNLOGGED), 1)


async def step(db: Database) -> bool:
    """Complete the batch that was begun, or append the next one; returns whether there was anything to do."""
    seen = await state(db)
    if seen is None:
        return False
    if seen.batch is not None:
        await _carry_out(db, seen.batch)
        return True
    versions = await _without_known(db, await _marked(db))
    walked_to = seen.walked_to
    if not versions and walked_to is None:
        return False
    if not versions:
        versions, walked_to = await _older(db, str(walked_to))
    await decide(db, seen, [_leaf(version) for version in versions], walked_to=walked_to)
    return True


async def append_key(db: Database, entry: bytes, key: str, *, before: str) -> None:
    """Append an entry that gives the log a key in the place of the one before.

    Raises ConfigError if that signs no more: somebody else was faster.
    """
    while True:
        seen = await state(db)
        if seen is None or key in seen.keys:
            return
        if seen.batch is not None:
            await _carry_out(db, seen.batch)
        elif seen.key != before:
            raise ConfigError(f"the log was given another key meanwhile, {seen.key}")
        else:
            await decide(db, seen, [{"entry": entry}], walked_to=seen.walked_to, key=key)


async def forget_blinds(db: Database, ids: Collection[str]) -> None:
    """Delete the salts by which entries of older versions could confirm what is erased of them."""
    if (seen := await state(db)) is not None and seen.batch is not None:
        await _carry_out(db, seen.batch)
    await db.tlog_leaves.update_many({"_id": {"$in": list(ids)}}, {"$unset": {"blind": ""}})


async def unlogged_count(db: Database, limit: int) -> int:
    """Return how many versions have the mark, counted up to a limit."""
    return await db.versions.count_documents({UNLOGGED: True}, limit=limit)


def _leaf(version: Mapping[str, Any]) -> Document:
    """Return the entry of a version, with what it must be found by."""
    capture = commitments.capture_digest(version)
    if commitments.is_salted(version):
        return {"_id": version["_id"], "entry": version_entry(version["chain"], capture)}
    blind = secrets.token_bytes(BLIND_BYTES)
    return {"_id": version["_id"], "entry": version_entry(version["chain"], None, blinded_by=blind), "blind": blind}


async def _marked(db: Database) -> list[Document]:
    """Return marked versions that their articles have reached."""
    reached: list[Document] = [
        {"$match": {UNLOGGED: True}},
        {"$lookup": {"from": "articles", "localField": "article_id", "foreignField": "_id", "as": "article"}},
        {"$match": {"$expr": {"$lte": ["$number", {"$first": "$article.head.number"}]}}},
        {"$limit": BATCH},
        {"$project": _NEEDED},
    ]
    return await (await db.versions.aggregate(reached)).to_list()


async def _without_known(db: Database, versions: Sequence[Document]) -> list[Document]:
    """Return the versions that the log has not; of the others a mark that came back is taken away.

    An erasure that is under way while its version is appended writes the mark again.
    """
    known = await _known(db, [version["_id"] for version in versions])
    if known:
        await _unmark(db, known)
    return [version for version in versions if version["_id"] not in known]


async def _older(db: Database, after: str) -> tuple[list[Document], str | None]:
    """Return the next versions without a mark behind an id, and up to where they were sought; None: to the end.

    Those that their articles have not reached are marked, and taken later.
    """
    page = await db.versions.find({"_id": {"$gt": after}}, _NEEDED).sort("_id", 1).limit(BATCH).to_list()
    known = await _known(db, [version["_id"] for version in page])
    missing = [version for version in page if version["_id"] not in known and not version.get(UNLOGGED)]
    query = {"_id": {"$in": list({version["article_id"] for version in missing})}}
    numbers = {each["_id"]: each["head"]["number"] async for each in db.articles.find(query, {"head.number": 1})}
    reached = [version for version in missing if version["number"] <= numbers.get(version["article_id"], 0)]
    ids = {version["_id"] for version in missing} - {version["_id"] for version in reached}
    if ids:
        await db.versions.update_many({"_id": {"$in": list(ids)}}, {"$set": {UNLOGGED: True}})
    return reached, page[-1]["_id"] if page else None


async def _known(db: Database, ids: Collection[str]) -> set[str]:
    found = db.tlog_leaves.find({"_id": {"$in": list(ids)}}, {"_id": 1})
    return {leaf["_id"] async for leaf in found}


async def _unmark(db: Database, ids: Collection[str]) -> None:
    await db.versions.update_many({"_id": {"$in": list(ids)}}, {"$unset": {UNLOGGED: ""}})


async def _carry_out(db: Database, batch: Mapping[str, Any]) -> None:
    """Write what was decided: entries and tiles, the index of each version, and last the state."""
    leaves, start = batch["leaves"], batch["start"]
    await tree.extend(db, start, [bytes(leaf["entry"]) for leaf in leaves])
    versions = [
        {"_id": leaf["_id"], "index": start + offset, **({"blind": leaf["blind"]} if "blind" in leaf else {})}
        for offset, leaf in enumerate(leaves)
        if "_id" in leaf
    ]
    if versions:
        await _insert(db, versions)
        await _unmark(db, [version["_id"] for version in versions])
    await conclude(db, batch)


async def _insert(db: Database, leaves: Sequence[Document]) -> None:
    try:
        await db.tlog_leaves.insert_many(leaves, ordered=False)
    except BulkWriteError as error:
        if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
            raise
