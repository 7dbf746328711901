"""Events: what happened to an article besides edits, one document each, for feeds and histories."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Head, State
from newscrawl.store.announcement_marks import mark
from newscrawl.store.documents import Document, milliseconds, to_bson

Database = AsyncDatabase[Document]
ANNOUNCED = ("gone", "restored")  # kinds that subscribers may hear of


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody's decision about versions of a source, an event of each article; `by` is stored and in no output."""

    kind: str
    source: str
    at: datetime
    reason: str = ""
    by: str = ""


async def add(
    db: Database, article_id: str, source: str, kind: str, at: datetime, *, detail: str = "", key: str = ""
) -> None:
    """Write an event; the same `key` for an article and kind is the same event, written once."""
    document = {"article_id": article_id, "source": source, "kind": kind, "at": milliseconds(at), "detail": detail}
    await _write(db, document, key, announces=True)


async def _write(db: Database, document: Document, key: str, *, announces: bool) -> None:
    at, kind = document["at"], document["kind"]
    identity = f"{document['article_id']}:{kind}:{key or at.isoformat(timespec='milliseconds')}"
    first = {"$setOnInsert": mark()} if announces and kind in ANNOUNCED else {}
    await db.events.update_one({"_id": identity}, {"$set": to_bson(document), **first}, upsert=True)


async def add_decisions(db: Database, article_ids: Collection[str], decided: Decided) -> None:
    """Write a decision as an event of each article; the same decision is written once."""
    at = milliseconds(decided.at)
    fields = {"source": decided.source, "kind": decided.kind, "at": at, "detail": decided.reason, "by": decided.by}
    moment = at.isoformat(timespec="milliseconds")
    updates = [
        UpdateOne(
            {"_id": f"{article_id}:{decided.kind}:{moment}"},
            {"$set": to_bson({"article_id": article_id, **fields})},
            upsert=True,
        )
        for article_id in article_ids
    ]
    if updates:
        await db.events.bulk_write(updates, ordered=False)


async def add_transition(db: Database, stored: Mapping[str, Any], head: Head, *, announces: bool = True) -> None:
    """Write the events that lie between an article as stored and its new head.

    Their keys name the state or URL before, so a transition that is repeated after a crash is one event.
    """
    at = head.check_history.last_checked_at or head.seen_at
    if stored["state"] != head.state:
        key = f"{stored['head']['number']}:{stored['state']}:{stored['state_since']}"
        kind, since = _state_event(stored["state"], head), head.state_since or at
        document: Document = {"article_id": head.article_id, "source": head.source, "kind": kind}
        document |= {"at": milliseconds(since), "detail": head.state_reason}
        await _write(db, document, key, announces=announces)
    if stored["url"] != head.url:
        detail = f"{stored['url']} → {head.url}"
        await add(db, head.article_id, head.source, "moved", at, detail=detail, key=detail)


def _state_event(before: str, head: Head) -> str:
    if head.state is State.WATCHED:
        return "restored" if before == State.GONE else "watched_again"
    return head.state.value
