"""Proof that the archive is sound: digests, chains and heads computed again from what is stored."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import payloads
from newscrawl.store.documents import Document
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.versions import chain_of_document

Database = AsyncDatabase[Document]


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what is wrong, a sentence each; orphans waste space and harm nothing."""

    articles: int
    versions: int
    payloads: int
    problems: tuple[str, ...]
    orphans: tuple[str, ...] = ()


async def verify(store: Store, sample: int | None = None) -> Report:
    """Check `sample` articles picked by chance with all their versions, or the whole archive with its orphans."""
    db = store.db
    keys = await with_retries(store, lambda: _picked(db, sample))
    counts = {"articles": len(keys), "versions": 0}
    problems: list[str] = []
    digests: set[str] = set()
    for key in keys:
        found, history = await with_retries(store, functools.partial(_history, db, key))
        counts["versions"] += len(history)
        problems += chain_problems(key, history) + head_problems(found, history)
        for digest in {version["payload"] for version in history} - digests:
            problems += await with_retries(store, functools.partial(payload_problems, db, digest, key))
            digests.add(digest)
    orphans = await with_retries(store, lambda: orphaned(db)) if sample is None else []
    return Report(payloads=len(digests), problems=tuple(problems), orphans=tuple(orphans), **counts)


async def _picked(db: Database, sample: int | None) -> list[str]:
    picked: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    cursor = await db.articles.aggregate([*picked, {"$project": {"_id": 1}}])
    return [found["_id"] async for found in cursor]


async def _history(db: Database, key: str) -> tuple[Document, list[Document]]:
    found = await db.articles.find_one({"_id": key}, {"head": 1, "versions": 1, "edits": 1}) or {"_id": key, "head": {}}
    return found, await db.versions.find({"article_id": key}, {"terms": 0}).sort("number", 1).to_list()


def chain_problems(article_id: str, history: list[Document]) -> list[str]:
    """Return gaps in the numbers and versions whose content does not match their chain."""
    problems: list[str] = []
    previous = ""
    for expected, version in enumerate(history, start=1):
        if version["number"] != expected:
            return [*problems, f"article {article_id}: version {expected} is missing"]
        if version["chain"] != chain_of_document(previous, version):
            problems.append(f"article {article_id}: version {expected} does not match its chain")
        previous = version["chain"]
    return problems


def head_problems(found: Mapping[str, Any], history: list[Document]) -> list[str]:
    if not history:
        return [f"article {found['_id']}: has no version"]
    newest, head = history[-1], found["head"]
    problems = []
    if (head["number"], head["chain"]) != (newest["number"], newest["chain"]):
        problems.append(f"article {found['_id']}: head is version {head['number']}, newest is {newest['number']}")
    edits = sum(version["cause"] == Cause.EDIT and not version.get("held") for version in history)
    if (found["versions"], found["edits"]) != (len(history), edits):
        told = f"{found['versions']} versions and {found['edits']} edits"
        problems.append(f"article {found['_id']}: counts {told}, there are {len(history)} and {edits}")
    return problems


async def payload_problems(db: Database, digest: str, article_id: str) -> list[str]:
    try:
        body = await payloads.get(db, digest)
    except payloads.Damaged as error:
        return [f"article {article_id}: {error}"]
    if body is None:
        return [f"article {article_id}: payload {digest} is missing"]
    if hashlib.sha256(body).hexdigest() != digest:
        return [f"article {article_id}: payload {digest} has other bytes than its digest says"]
    return []


async def orphaned(db: Database) -> list[str]:
    """Return versions without an article, and payloads that nothing names."""
    lost: list[Document] = [
        {"$match": {"number": 1}},
        {"$lookup": {"from": "articles", "localField": "article_id", "foreignField": "_id", "as": "found"}},
        {"$match": {"found": []}},
        {"$project": {"article_id": 1}},
    ]
    found = [f"versions of article {v['article_id']} have no article" async for v in await db.versions.aggregate(lost)]
    unused: list[Document] = [{"$match": {"part_of": None}}, {"$project": {"_id": 1}}]
    for collection, field in (("versions", "payload"), ("quarantine", "payload"), ("payloads", "base")):
        look = {"from": collection, "localField": "_id", "foreignField": field, "as": "used"}
        unused += [
            {"$lookup": {**look, "pipeline": [{"$limit": 1}, {"$project": {"_id": 1}}]}},
            {"$match": {"used": []}},
        ]
    return found + [f"payload {p['_id']} is named by nothing" async for p in await db.payloads.aggregate(unused)]
