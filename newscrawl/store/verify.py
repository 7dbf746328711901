"""Integrity of the archive: digests, chains and heads are computed again from what is stored."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import commitments, payloads
from newscrawl.store.documents import Document
from newscrawl.store.erasure.order import is_erased_digest
from newscrawl.store.retries import with_retries
from newscrawl.store.session import Store
from newscrawl.store.version_documents import WITHOUT_PAGE

Database = AsyncDatabase[Document]

_ERASED_PARTS = {"article": "all", "version": "all", "passage": "a passage", "payload": "the page"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, and the problems, one sentence each; orphans waste space and do no other harm."""

    articles: int
    versions: int
    payloads: int
    problems: tuple[str, ...]
    orphans: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()  # what was erased by order: not lost


async def verify(store: Store, sample: int | None = None) -> Report:
    """Verify `sample` random articles with all their versions; without `sample` the whole archive and its orphans."""
    db = store.db
    article_ids = await with_retries(store, lambda: _article_ids(db, sample))
    version_count = 0
    problems: list[str] = []
    digests: set[str] = set()
    erased: list[str] = []
    orders = {order["at"] async for order in db.erasures.find({}, {"at": 1})}
    for article_id in article_ids:
        article, history = await with_retries(store, functools.partial(history_of, db, article_id))
        version_count += len(history)
        problems += chain_problems(article_id, history) + head_problems(article, history)
        erased += erased_lines(article_id, history)
        problems += forged_erasures(article_id, history, orders)
        for drawn in (version for version in history if (version["capture"] or {}).get("response_digest")):
            problems += await with_retries(store, functools.partial(response_problems, db, drawn))
        stored = {version["payload"] for version in history if not version.get(WITHOUT_PAGE)}
        for digest in stored - digests - {""}:
            problems += await with_retries(store, functools.partial(payload_problems, db, digest, article_id))
            digests.add(digest)
    orphans = await with_retries(store, lambda: find_orphans(db)) if sample is None else []
    return Report(len(article_ids), version_count, len(digests), tuple(problems), tuple(orphans), tuple(erased))


async def _article_ids(db: Database, sample: int | None) -> list[str]:
    sampling: list[Document] = [{"$sample": {"size": sample}}] if sample is not None else []
    cursor = await db.articles.aggregate([*sampling, {"$project": {"_id": 1}}])
    return [article["_id"] async for article in cursor]


async def history_of(db: Database, article_id: str) -> tuple[Document, list[Document]]:
    """Return an article's document with what its head states, and its versions, oldest first."""
    article = await db.articles.find_one({"_id": article_id}, {"head": 1, "versions": 1, "edits": 1})
    versions = await db.versions.find({"article_id": article_id}, {"terms": 0}).sort("number", 1).to_list()
    return article or {"_id": article_id, "head": {}}, versions


def chain_problems(article_id: str, history: list[Document]) -> list[str]:
    """Return gaps in the numbers and versions whose content does not match their chain."""
    problems: list[str] = []
    previous = ""
    for expected, version in enumerate(history, start=1):
        if version["number"] != expected:
            return [*problems, f"article {article_id}: version {expected} is missing"]
        if not _is_taken_on_trust(version) and version["chain"] != commitments.chain(previous, version):
            problems.append(f"article {article_id}: version {expected} does not match its chain")
        previous = version["chain"]
    return problems


def _is_taken_on_trust(version: Mapping[str, Any]) -> bool:
    """Return whether a version was erased whose chain, of an older release, covers the erased content itself."""
    return bool(version.get("erased")) and not commitments.is_salted(version)


def erased_lines(article_id: str, history: list[Document]) -> list[str]:
    """Return a sentence for each version of which something was erased by order."""
    return [
        f"article {article_id}: version {version['number']}: {_ERASED_PARTS[version['erased']['what']]} erased by order"
        f" on {version['erased']['at']:%Y-%m-%d}"
        + (", its chain is as recorded then and cannot be computed again" if _is_taken_on_trust(version) else "")
        for version in history
        if version.get("erased")
    ]


def forged_erasures(article_id: str, history: list[Document], orders: Collection[datetime]) -> list[str]:
    """Return the versions that claim to have been erased by an order of which there is no record."""
    return [
        f"article {article_id}: version {version['number']} claims to be erased, and there is no such order"
        for version in history
        if version.get("erased") and version["erased"]["at"] not in orders
    ]


def head_problems(article: Mapping[str, Any], history: list[Document]) -> list[str]:
    """Return where an article's head and counts differ from its versions."""
    if not history:
        return [f"article {article['_id']}: has no version"]
    newest, head = history[-1], article["head"]
    problems = []
    if (head["number"], head["chain"]) != (newest["number"], newest["chain"]):
        problems.append(f"article {article['_id']}: head is version {head['number']}, newest is {newest['number']}")
    elif has_other_wording(head, newest):
        problems.append(f"article {article['_id']}: head has another wording than version {newest['number']}")
    edits = edits_of(history)
    if (article["versions"], article["edits"]) != (len(history), edits):
        counts = f"{article['versions']} versions and {article['edits']} edits"
        problems.append(f"article {article['_id']}: counts {counts}, there are {len(history)} and {edits}")
    return problems


def edits_of(history: Sequence[Mapping[str, Any]]) -> int:
    """Return how many of an article's versions count as edits."""
    return sum(version["cause"] == Cause.EDIT and not version.get("held") for version in history)


def has_other_wording(head: Mapping[str, Any], newest: Mapping[str, Any]) -> bool:
    """Return whether a head has not the wording of its version, though the same rules read both."""
    is_comparable = not newest.get("erased") and not is_erased_digest(head["wording"])
    return bool(is_comparable and head["stamp"] == newest["stamp"] and head["wording"] != newest["wording"])


async def payload_problems(db: Database, digest: str, article_id: str) -> list[str]:
    """Return whether a payload is missing, damaged, or does not match its digest; empty if it is sound."""
    try:
        body = await payloads.get(db, digest)
    except payloads.Damaged as error:
        return [f"article {article_id}: {error}"]
    if body is None:
        return [f"article {article_id}: payload {digest} is missing"]
    if hashlib.sha256(body).hexdigest() != digest:
        return [f"article {article_id}: payload {digest} does not match its digest"]
    return []


async def response_problems(db: Database, version: Mapping[str, Any]) -> list[str]:
    """Return whether the response is sound that a version's page was drawn from by scripts."""
    digest, where = version["capture"]["response_digest"], f"article {version['article_id']}"
    if not version["payload"]:  # erased
        return []
    try:
        body = await payloads.response_of(db, version["payload"], digest)
    except payloads.Damaged as error:
        return [f"{where}: {error}"]
    if body is None:
        return [f"{where}: response {digest} is missing"]
    if hashlib.sha256(body).hexdigest() != digest:
        return [f"{where}: response {digest} does not match its digest"]
    return []


async def find_orphans(db: Database) -> list[str]:
    """Return versions without an article, and payloads that no document refers to."""
    without_article = await versions_without_article(db)
    return [*(f"versions of article {key} have no article" for key in without_article), *await _unused_payloads(db)]


async def versions_without_article(db: Database) -> list[str]:
    """Return the ids of articles of which there are versions alone."""
    stages: list[Document] = [
        {"$match": {"number": 1}},
        {"$lookup": {"from": "articles", "localField": "article_id", "foreignField": "_id", "as": "found"}},
        {"$match": {"found": []}},
        {"$project": {"article_id": 1}},
    ]
    cursor = await db.versions.aggregate(stages)
    return [version["article_id"] async for version in cursor]


async def _unused_payloads(db: Database) -> list[str]:
    stages: list[Document] = [{"$match": {"part_of": None}}, {"$project": {"_id": 1}}]
    for collection, field in (
        ("versions", "payload"),
        ("quarantine", "payload"),
        ("checks", "payload"),
        ("checks", "lines.payload"),
        ("payloads", "base"),
    ):
        lookup = {"from": collection, "localField": "_id", "foreignField": field, "as": "used"}
        stages += [
            {"$lookup": {**lookup, "pipeline": [{"$limit": 1}, {"$project": {"_id": 1}}]}},
            {"$match": {"used": []}},
        ]
    cursor = await db.payloads.aggregate(stages)
    return [f"payload {payload['_id']} is used by no version, check or quarantine entry" async for payload in cursor]
