"""Hiding and redacting for legal reasons, and undoing it: reason, name, event, and the facts that stay visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import State
from newscrawl.store import visibility_generation
from newscrawl.store.distinct import distinct
from newscrawl.store.documents import Document, milliseconds, version_id
from newscrawl.store.redactions import TEXT_FIELDS, Redaction, Redactor

Database = AsyncDatabase[Document]
_VISIBLE = {"hidden": {"$exists": False}}
_FOR_GOOD = ("article", "version")  # what was erased; it cannot be shown again
_SHOWN_FACTS = ("headline", "section", "language", "url", "date_published")


@dataclass(frozen=True, slots=True)
class Decision:
    """Why, by whom and when something was hidden, redacted or shown again."""

    reason: str
    by: str
    at: datetime

    @property
    def document(self) -> Document:
        return {"reason": self.reason, "by": self.by, "at": milliseconds(self.at)}


@dataclass(frozen=True, slots=True)
class Row:
    """Fields of an article, of one of its versions, or of a page in quarantine, that are to be printed."""

    article_id: str
    fields: Mapping[str, Any]
    number: int | None = None
    is_page: bool = False


async def hide(db: Database, article_id: str, number: int | None, *, reason: str, by: str, at: datetime) -> bool:
    """Hide a version, or with `number` None the whole article; returns False if it does not exist.

    An article whose last visible version is hidden is hidden as a whole.
    """
    decision = Decision(reason, by, at)
    update = {"$set": {"hidden": decision.document}}
    if number is None:
        result = await db.articles.update_one({"_id": article_id}, update)
    else:
        result = await db.versions.update_one({"_id": version_id(article_id, number)}, update)
    if result.matched_count == 0:
        return False
    if number is not None:
        visible = await db.versions.find_one({"article_id": article_id, **_VISIBLE}, {"_id": 1})
        if visible is None:
            await db.articles.update_one({"_id": article_id}, update)
        await show_newest_facts(db, article_id)
    await visibility_generation.advance(db, at)
    await _add_event(db, article_id, number, "hidden", decision)
    return True


async def unhide(db: Database, article_id: str, number: int | None, *, reason: str, by: str, at: datetime) -> bool:
    """Show a hidden version or article again; returns False if it was not hidden."""
    collection, key = (db.articles, article_id) if number is None else (db.versions, version_id(article_id, number))
    result = await collection.update_one(
        {"_id": key, "hidden": {"$exists": True}, "erased.what": {"$nin": list(_FOR_GOOD)}}, {"$unset": {"hidden": ""}}
    )
    if result.matched_count == 0:
        return False
    await show_newest_facts(db, article_id)
    await visibility_generation.advance(db, at)
    await _add_event(db, article_id, number, "unhidden", Decision(reason, by, at))
    return True


async def redact(db: Database, article_id: str, words: str, *, reason: str, by: str, at: datetime) -> int:
    """Redact words wherever they stand in an article; returns in how many versions they stand.

    Nothing is stored if they stand in none. The versions stay as recorded: the reader puts a neutral mark in the place
    of the words, in future versions as well. Raises ValueError for a reason that repeats the words.
    """
    words = " ".join(words.split())
    decision = Decision(reason, by, at)
    redactor = Redactor([Redaction(words, reason)])
    if redactor.covers(reason):
        raise ValueError("the reason repeats the words")
    count = await _count_redacted(db, article_id, redactor)
    if not count:
        return 0
    passage = {"words": words, **decision.document}
    # Pushed before an older redaction of the same words is pulled: at no moment are they visible.
    update = {"$push": {"withheld.passages": passage}, "$inc": {"withheld.changes": 1}}
    await db.articles.update_one({"_id": article_id}, update)
    older = {"words": words, "at": {"$ne": passage["at"]}}
    await db.articles.update_one({"_id": article_id}, {"$pull": {"withheld.passages": older}})
    await visibility_generation.advance(db, at)
    await _add_event(db, article_id, None, "passage withheld", decision, words=words)
    return count


async def _count_redacted(db: Database, article_id: str, redactor: Redactor) -> int:
    """Return in how many versions of an article a redactor would change a text."""
    projection = {**dict.fromkeys(TEXT_FIELDS, 1), "_id": 0}
    versions = db.versions.find({"article_id": article_id}, projection)
    return len([version async for version in versions if redactor.value(version) != version])


async def unredact(db: Database, article_id: str, words: str, *, reason: str, by: str, at: datetime) -> bool:
    """Show redacted words again; returns False if they were not redacted."""
    words = " ".join(words.split())
    update = {"$pull": {"withheld.passages": {"words": words}}, "$inc": {"withheld.changes": 1}}
    result = await db.articles.update_one({"_id": article_id, "withheld.passages.words": words}, update)
    if result.matched_count == 0:
        return False
    await visibility_generation.advance(db, at)
    await _add_event(db, article_id, None, "passage shown again", Decision(reason, by, at), words=words)
    return True


async def show_newest_facts(db: Database, article_id: str) -> None:
    """Let an article whose newest version is hidden show the facts of its newest visible version instead.

    URLs that only hidden versions have are noted, so that neither aliases nor events name them. `mask.covers` is the
    number of the hidden newest version: with the next version the mask no longer applies.
    """
    article = await db.articles.find_one({"_id": article_id}, {"head.number": 1})
    if article is None:
        return
    visible_urls = await distinct(db.versions, "url", {"article_id": article_id, **_VISIBLE})
    hidden_urls = await distinct(db.versions, "url", {"article_id": article_id, "hidden": {"$exists": True}})
    only_hidden = sorted(set(hidden_urls) - set(visible_urls))
    change = {"$set": {"hidden_urls": only_hidden}} if only_hidden else {"$unset": {"hidden_urls": ""}}
    await db.articles.update_one({"_id": article_id}, change)
    newest = article["head"]["number"]
    visible = await db.versions.find_one(
        {"article_id": article_id, **_VISIBLE},
        {"number": 1, **dict.fromkeys(_SHOWN_FACTS, 1)},
        sort=[("number", -1)],
    )
    if visible is None or visible["number"] == newest:
        await db.articles.update_one({"_id": article_id}, {"$unset": {"mask": ""}})
        return
    mask = {name: visible[name] for name in _SHOWN_FACTS} | {"covers": newest}
    await db.articles.update_one({"_id": article_id}, {"$set": {"mask": mask}})


async def _add_event(
    db: Database, article_id: str, number: int | None, kind: str, decision: Decision, *, words: str | None = None
) -> None:
    """Write the decision as an event; who decided and redacted words are stored with it and appear in no output."""
    article: dict[str, Any] = await db.articles.find_one({"_id": article_id}, {"source": 1}) or {}
    subject = "a passage" if words is not None else "the article" if number is None else f"version {number}"
    await db.events.insert_one(
        {
            "article_id": article_id,
            "source": article.get("source"),
            "at": milliseconds(decision.at),
            "kind": kind,
            "detail": f"{subject}: {decision.reason}",
            "by": decision.by,
            **({} if words is None else {"words": words}),
        }
    )


async def as_shown(db: Database, rows: Sequence[Row]) -> list[dict[str, Any] | None]:
    """Return fields of articles with their redactions; None for a hidden article or version.

    None also for a page in quarantine of an article with a hidden version: it may say what that version says.
    """
    fields = {"hidden": 1, "state": 1, "withheld": 1, "mask": 1, "head.number": 1}
    query: Document = {"_id": {"$in": list({row.article_id for row in rows})}}
    articles = {article["_id"]: article async for article in db.articles.find(query, fields)}
    hidden = {"article_id": query["_id"], "hidden": {"$exists": True}}
    versions = [version async for version in db.versions.find(hidden, {"article_id": 1, "number": 1})]
    numbers = {(version["article_id"], version["number"]) for version in versions}
    with_hidden = {version["article_id"] for version in versions}
    return [
        None
        if (row.article_id, row.number) in numbers or (row.is_page and row.article_id in with_hidden)
        else _shown(articles.get(row.article_id, {}), row)
        for row in rows
    ]


def _shown(article: Mapping[str, Any], row: Row) -> dict[str, Any] | None:
    if article.get("hidden") or article.get("state") == State.HIDDEN:
        return None
    fields, mask = dict(row.fields), article.get("mask")
    if row.number is None and mask and mask["covers"] == article["head"]["number"]:
        fields |= {name: mask[name] for name in ("headline", "url") if name in fields}
    redactor = Redactor.of(article)
    if redactor is None:
        return fields
    # Single words that were added or removed match no redacted passage.
    return {name: "" if name == "summary" else redactor.value(value) for name, value in fields.items()}
