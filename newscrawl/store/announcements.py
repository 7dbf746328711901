"""Marks on what is to be announced, written by the same write that makes it public, and what they stand for.

A version, event or alarm that subscribers may hear of carries a mark until its announcements are in the outbox. So
nothing is announced before it is stored, a crash anywhere leaves the mark, and a late or out-of-order write is found
like any other. A mark is unique: to take away the one that was read leaves one that a later decision has written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import AlarmState, Announceable, Cause, EventKind, Hold
from newscrawl.store import version_documents
from newscrawl.store.announcement_marks import LATE, MARK
from newscrawl.store.documents import Document
from newscrawl.store.held_versions import hold_of
from newscrawl.store.reader.visibility import is_hidden

Database = AsyncDatabase[Document]
LATE_FIRST_AFTER = timedelta(days=2)  # articles that were new so long ago are the stock of a new source
COLLECTIONS = ("versions", "events", "alarms")
MAX_MARKS = 10_000  # read at once
EVENT_KINDS = {"gone": EventKind.DELETION, "restored": EventKind.RESTORATION}
FIELDS = {
    "versions": dict.fromkeys(
        ("article_id", "number", "source", "seen_at", "cause", "headline", "paragraphs", "date_published", "change",
         "passages", "held", "hidden", "erased", "retraction", LATE, MARK), 1),
    "events": dict.fromkeys(("article_id", "source", "kind", "at", MARK), 1),
    "alarms": dict.fromkeys(("source", "kind", "state", "message", "opened_at", MARK), 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one document."""

    collection: str
    key: Any
    token: ObjectId


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked document, and what is to be announced of it; nothing if it is hidden."""

    mark: Mark
    announceables: tuple[Announceable, ...]


async def marks(db: Database) -> list[Mark]:
    """Return marks, oldest first, at most `MAX_MARKS` of a collection."""
    found = []
    for name in COLLECTIONS:
        cursor = db[name].find({MARK: {"$exists": True}}, {MARK: 1}, sort=[(MARK, 1)], limit=MAX_MARKS)
        found += [Mark(name, document["_id"], document[MARK]) async for document in cursor]
    return found


async def marked(db: Database, some: Sequence[Mark]) -> list[Marked]:
    """Return what marks stand for; those of versions that their articles have not reached are left out, and stay."""
    found: list[Marked] = []
    for name in COLLECTIONS:
        keys = [each.key for each in some if each.collection == name]
        if not keys:
            continue
        documents = await db[name].find({"_id": {"$in": keys}, MARK: {"$exists": True}}, FIELDS[name]).to_list()
        if name == "versions":
            documents = await _reached(db, documents)
        elif name == "events":
            documents = await _with_headlines(db, documents)
        for document in documents:
            mark_ = Mark(name, document["_id"], document[MARK])
            found.append(Marked(mark_, tuple(_ANNOUNCEABLES[name](document))))
    return found


async def unmark(db: Database, done: Iterable[Mark]) -> None:
    """Take marks away; those that were written since stay."""
    for name in COLLECTIONS:
        updates = [
            UpdateOne({"_id": each.key, MARK: each.token}, {"$unset": {MARK: ""}})
            for each in done
            if each.collection == name
        ]
        if updates:
            await db[name].bulk_write(updates, ordered=False)


async def _reached(db: Database, documents: Sequence[Document]) -> list[Document]:
    """Return versions whose articles have reached them: others may be withdrawn by the next check (see late)."""
    ids = list({document["article_id"] for document in documents})
    articles = db.articles.find({"_id": {"$in": ids}}, {"head.number": 1, "hidden": 1, "state": 1})
    heads = {article["_id"]: article async for article in articles}
    reached = []
    for document in documents:
        article = heads.get(document["article_id"])
        if article is not None and document["number"] <= article["head"]["number"]:
            reached.append({**document, "hidden": True} if is_hidden(article) else document)
    return reached


async def _with_headlines(db: Database, documents: Sequence[Document]) -> list[Document]:
    """Return events with the headlines of their articles."""
    ids = list({document["article_id"] for document in documents})
    articles = db.articles.find({"_id": {"$in": ids}}, {"headline": 1, "hidden": 1, "state": 1})
    by_id = {article["_id"]: article async for article in articles}
    found = []
    for document in documents:
        article = by_id.get(document["article_id"], {})
        found.append({**document, "headline": article.get("headline", ""), "hidden": is_hidden(article)})
    return found


def _of_version(document: Mapping[str, Any]) -> Iterable[Announceable]:
    if is_hidden(document) or document.get("erased") or document.get("change") is None:
        return
    hold, article_id, number = hold_of(document), document["article_id"], document["number"]
    if hold in {Hold.PENDING, Hold.DISMISSED}:
        return
    if hold is Hold.RETRACTED:
        kind, identity = (
            EventKind.RETRACTION,
            f"retraction:{article_id}:{number}:{document['retraction']['at'].isoformat()}",
        )
    else:
        kind = EventKind.FIRST if document["cause"] in (Cause.FIRST, Cause.BACKFILLED) else EventKind.EDIT
        identity = f"version:{article_id}:{number}"
    yield Announceable(
        kind=kind,
        identity=identity,
        source=document["source"],
        at=document["seen_at"],
        article_id=article_id,
        number=number,
        headline=document["headline"],
        change=version_documents.change(document),
        texts=tuple(document["paragraphs"]) if kind is EventKind.FIRST else (),
        wording=(document["headline"], *document["paragraphs"]),
        cause=Cause(document["cause"]),
        is_held=hold is not None and hold is not Hold.RETRACTED,
        is_late=bool(document.get(LATE)) or _is_of_stock(document),
    )


def _is_of_stock(document: Mapping[str, Any]) -> bool:
    """Return whether a first version is that of an article which was published long before, or found in an archive."""
    if document["cause"] == Cause.BACKFILLED:
        return True
    published = (document.get("date_published") or {}).get("value")
    return (
        document["cause"] == Cause.FIRST.value
        and published is not None
        and bool(document["seen_at"] - published > LATE_FIRST_AFTER)
    )


def _of_event(document: Mapping[str, Any]) -> Iterable[Announceable]:
    kind = EVENT_KINDS.get(document["kind"])
    if kind is not None and not document["hidden"]:
        yield Announceable(
            kind=kind,
            identity=f"event:{document['_id']}",
            source=document["source"],
            at=document["at"],
            article_id=document["article_id"],
            headline=document["headline"],
        )


def _of_alarm(document: Mapping[str, Any]) -> Iterable[Announceable]:
    kinds = [EventKind.ALARM_OPENED]
    if document["state"] == AlarmState.RESOLVED:
        kinds.append(EventKind.ALARM_RESOLVED)
    for kind in kinds:  # of an alarm that was resolved before anybody heard of it, both
        yield Announceable(
            kind=kind,
            identity=f"alarm:{document['_id']}:{kind}",
            source=document["source"],
            at=document["opened_at"],
            alarm_id=document["_id"],
            headline=document["message"],
        )


_ANNOUNCEABLES = {"versions": _of_version, "events": _of_event, "alarms": _of_alarm}
