"""Events: what befell an article besides edits, one document each, for feeds and histories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Head, State
from newscrawl.store import documents
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]


async def add(
    db: Database, article_id: str, source: str, kind: str, at: datetime, *, detail: str = "", key: str = ""
) -> None:
    """Write an event; the same `key` for an article and kind is the same event, written once."""
    at = documents.milliseconds(at)
    document = documents.plain({"article_id": article_id, "source": source, "kind": kind, "at": at, "detail": detail})
    identity = f"{article_id}:{kind}:{key or at.isoformat(timespec='milliseconds')}"
    await db.events.update_one({"_id": identity}, {"$set": document}, upsert=True)


async def of_transition(db: Database, there: Mapping[str, Any], head: Head) -> None:
    """Write the events that lie between an article as stored and its new head.

    Their keys name what was left behind, so a transition that is repeated after a kill is one event.
    """
    at = head.check_history.last_checked_at or head.seen_at
    if there["state"] != head.state:
        key = f"{there['head']['number']}:{there['state']}:{there['state_since']}"
        kind, since = _word(there["state"], head), head.state_since or at
        await add(db, head.article_id, head.source, kind, since, detail=head.state_reason, key=key)
    if there["url"] != head.url:
        detail = f"{there['url']} → {head.url}"
        await add(db, head.article_id, head.source, "moved", at, detail=detail, key=detail)


def _word(before: str, head: Head) -> str:
    if head.state is State.WATCHED:
        return "restored" if before == State.GONE else "watched_again"
    return head.state.value
