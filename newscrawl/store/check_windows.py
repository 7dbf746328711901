"""The window of each source: its newest checks that read a text, in one document, by which edits become public.

An edit is written here before its version, so that a killed run leaves no edit that the next one does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import CheckWindow, HeldState, Hold, WindowCheck, without_readers
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, milliseconds, to_bson

Database = AsyncDatabase[Document]
MAX_CHECKS = 200  # per source; a redesign of 10,000 articles shows in the newest 200 as well


async def get(db: Database, source: str) -> CheckWindow:
    return _window(await db.windows.find_one({"_id": source}), source)


async def add(
    db: Database, source: str, checks: Sequence[WindowCheck], *, since: datetime, stamps: Iterable[str]
) -> CheckWindow:
    """Add checks in place of older ones of the same articles and of those before a moment; return the window."""
    keys = [check.article_id for check in checks]
    is_other = {"$not": [{"$in": ["$$check.article_id", keys]}]}
    kept = _kept({"$and": [is_other, {"$gte": ["$$check.at", milliseconds(since)]}]})
    added = {"$literal": [to_bson(asdict(check)) for check in checks]}
    newest = {"$slice": [{"$concatArrays": [kept, added]}, -MAX_CHECKS]}
    fields = {"checks": newest, "stamps": _with_stamps(stamps)}
    return await _update(db, source, [{"$set": fields}])


async def hold(db: Database, source: str, held: HeldState) -> CheckWindow:
    """Store that edits are held as they come, unless that is so already; return the window."""
    return await _update(db, source, [{"$set": {"held": {"$ifNull": ["$held", {"$literal": to_bson(asdict(held))}]}}}])


async def settle(db: Database, source: str, *, stamps: Iterable[str] = (), accepted: Sequence[str] = ()) -> CheckWindow:
    """Store that edits are no longer held, and under which stamps they need no proof; return the window.

    `accepted`: articles whose edits a person released, so that these no longer count against later ones.
    """
    fields: Document = {"stamps": _with_stamps(stamps)}
    if accepted:
        fields["checks"] = _kept({"$not": [{"$and": ["$$check.is_edit", {"$in": ["$$check.article_id", accepted]}]}]})
    return await _update(db, source, [{"$set": fields}, {"$unset": "held"}])


async def stamps_of_heads(db: Database, source: str) -> set[str]:
    """Return the stamps of a source's heads, without readers: those that an archive without a window knows."""
    return set(map(without_readers, await distinct(db.articles, "head.stamp", {"source": source})))


def _kept(condition: Document) -> Document:
    """Return the stored checks for which a condition on `$$check` holds, as an expression."""
    return {"$filter": {"input": {"$ifNull": ["$checks", []]}, "as": "check", "cond": condition}}


def _with_stamps(stamps: Iterable[str]) -> Document:
    return {"$setUnion": [{"$ifNull": ["$stamps", []]}, {"$literal": sorted(stamps)}]}


async def _update(db: Database, source: str, pipeline: Sequence[Mapping[str, Any]]) -> CheckWindow:
    document = await db.windows.find_one_and_update(
        {"_id": source}, pipeline, upsert=True, return_document=ReturnDocument.AFTER
    )
    return _window(document, source)


def _window(document: Mapping[str, Any] | None, source: str) -> CheckWindow:
    document = document or {}
    checks = sorted((WindowCheck(**check) for check in document.get("checks", ())), key=lambda check: check.at)
    held = document.get("held")
    return CheckWindow(
        source=source,
        checks=tuple(checks),
        stamps=tuple(document.get("stamps", ())),
        held=HeldState(held["since"], Hold(held["hold"]), held["reason"]) if held else None,
    )
