"""Hiding for legal reasons, and taking it back: each with a reason, a name and an entry in the events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document, milliseconds, version_id
from newscrawl.store.redactions import TEXTS, Redaction, Redactor

Database = AsyncDatabase[Document]
_VISIBLE = {"hidden": {"$exists": False}}


async def hide(db: Database, article_id: str, number: int | None, *, reason: str, by: str, at: datetime) -> bool:
    """Hide a version, or with `number` None the whole article; returns False if there is no such thing.

    An article whose last visible version is hidden is hidden as a whole.
    """
    mark = {"hidden": {"reason": reason, "by": by, "at": milliseconds(at)}}
    if number is None:
        result = await db.articles.update_one({"_id": article_id}, {"$set": mark})
    else:
        result = await db.versions.update_one({"_id": version_id(article_id, number)}, {"$set": mark})
    if result.matched_count == 0:
        return False
    if number is not None:
        left = await db.versions.find_one({"article_id": article_id, **_VISIBLE}, {"_id": 1})
        if left is None:
            await db.articles.update_one({"_id": article_id}, {"$set": mark})
        await _set_visible_facts(db, article_id)
    await _note(db, article_id, number, "hidden", reason, by, at)
    return True


async def unhide(db: Database, article_id: str, number: int | None, *, reason: str, by: str, at: datetime) -> bool:
    """Show again what was hidden; returns False if it was not."""
    collection, key = (db.articles, article_id) if number is None else (db.versions, version_id(article_id, number))
    result = await collection.update_one({"_id": key, "hidden": {"$exists": True}}, {"$unset": {"hidden": ""}})
    if result.matched_count == 0:
        return False
    await _set_visible_facts(db, article_id)
    await _note(db, article_id, number, "unhidden", reason, by, at)
    return True


async def redact(db: Database, article_id: str, words: str, *, reason: str, by: str, at: datetime) -> int:
    """Put a neutral mark in the place of words wherever they stand in an article; returns in how many versions.

    Nothing is stored if they stand in none. The versions stay as recorded: the reader lays the mark over them, over
    those to come as well. Raises ValueError for a reason that repeats the words.
    """
    words = " ".join(words.split())
    redactor = Redactor([Redaction(words, reason)])
    if redactor.covers(reason):
        raise ValueError("the reason repeats the words")
    texts = dict.fromkeys(TEXTS, 1)
    found = db.versions.find({"article_id": article_id}, {**texts, "_id": 0})
    count = len([version async for version in found if redactor.value(version) != version])
    if not count:
        return 0
    kept = {"words": words, "reason": reason, "by": by, "at": milliseconds(at)}
    # Pushed before an older mark of the same words goes: at no moment are they in sight.
    update = {"$push": {"withheld.passages": kept}, "$inc": {"withheld.changes": 1}}
    await db.articles.update_one({"_id": article_id}, update)
    older = {"words": words, "at": {"$ne": kept["at"]}}
    await db.articles.update_one({"_id": article_id}, {"$pull": {"withheld.passages": older}})
    await _note(db, article_id, None, "passage withheld", reason, by, at, words=words)
    return count


async def unredact(db: Database, article_id: str, words: str, *, reason: str, by: str, at: datetime) -> bool:
    """Show withheld words again; returns False if they were not withheld."""
    words = " ".join(words.split())
    update = {"$pull": {"withheld.passages": {"words": words}}, "$inc": {"withheld.changes": 1}}
    result = await db.articles.update_one({"_id": article_id, "withheld.passages.words": words}, update)
    if result.matched_count == 0:
        return False
    await _note(db, article_id, None, "passage shown again", reason, by, at, words=words)
    return True


async def _set_visible_facts(db: Database, article_id: str) -> None:
    """Let an article whose newest version is hidden show the facts of its newest visible one instead.

    The mask names the number it covers: a newer version makes it void without anybody's doing.
    """
    article = await db.articles.find_one({"_id": article_id}, {"head.number": 1})
    if article is None:
        return
    covered = article["head"]["number"]
    shown = await db.versions.find_one(
        {"article_id": article_id, **_VISIBLE},
        {"number": 1, "headline": 1, "section": 1, "language": 1, "url": 1},
        sort=[("number", -1)],
    )
    if shown is None or shown["number"] == covered:
        await db.articles.update_one({"_id": article_id}, {"$unset": {"mask": ""}})
        return
    mask = {name: shown[name] for name in ("headline", "section", "language", "url")} | {"covers": covered}
    await db.articles.update_one({"_id": article_id}, {"$set": {"mask": mask}})


async def _note(
    db: Database,
    article_id: str,
    number: int | None,
    kind: str,
    reason: str,
    by: str,
    at: datetime,
    *,
    words: str | None = None,
) -> None:
    """Write the decision down; the words of a passage stay in the database, no output tells them."""
    article: dict[str, Any] = await db.articles.find_one({"_id": article_id}, {"source": 1}) or {}
    what = "a passage" if words is not None else "the article" if number is None else f"version {number}"
    await db.events.insert_one(
        {
            "article_id": article_id,
            "source": article.get("source"),
            "at": milliseconds(at),
            "kind": kind,
            "detail": f"{what}: {reason} (by {by})",
            **({} if words is None else {"words": words}),
        }
    )
