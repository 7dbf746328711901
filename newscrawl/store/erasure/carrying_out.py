"""Carrying an order out: every step gives the same result when it is repeated after a crash, so that it is completed.

Versions come first, so that from the beginning on nothing is shown; the order's own document is stripped at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import State
from newscrawl.store import backup_folders, check_log, commitments, events, runs, takedowns, visibility_generation
from newscrawl.store.documents import Document, version_id
from newscrawl.store.erasure import payload_removal, targets, tombstones
from newscrawl.store.erasure.order import PENDING, Order, What
from newscrawl.store.erasure.sweep import sweep
from newscrawl.store.erasure.targets import Targets
from newscrawl.store.redactions import Redactor
from newscrawl.store.tlog.sequencer import forget_blinds

Database = AsyncDatabase[Document]


async def erase(db: Database, order: Order, words: str = "") -> int:
    """Erase what an order is about; return how many versions it reaches, 0 if there is nothing to erase.

    Raises ValueError for a reason that repeats the words of a passage, LeaseHeld while a run crawls the source.
    """
    words = " ".join(words.split())
    if words and Targets(words=words).redactor(order).covers(order.reason):
        raise ValueError("the reason repeats the words")
    await runs.require_none(db, order.source)
    found = await targets.find(db, order, words)
    if not (found.versions or found.payloads or found.quarantine):
        return 0
    await db.erasures.insert_one({**order.document, PENDING: found.document})
    await _carry_out(db, order, found)
    return len(found.versions)


async def complete_pending(db: Database) -> list[Order]:
    """Carry out the orders that were cut short; return them."""
    documents = await db.erasures.find({PENDING: {"$exists": True}}).sort("_id", 1).to_list()
    orders = [Order.of(document) for document in documents]
    for order, document in zip(orders, documents, strict=True):
        await _carry_out(db, order, Targets.of(document[PENDING]))
    return orders


async def _carry_out(db: Database, order: Order, reached: Targets) -> None:
    await backup_folders.note_order(db, order.document, reached.words)
    await _fence(db, order)
    await _erase_texts(db, order, reached)
    await _erase_changes(db, order, reached)
    await _erase_evidence(db, order, reached)
    await _erase_facts(db, order, reached)
    await sweep(db, order, reached)
    await events.add(
        db, order.article_id, order.source, "erased", order.at, detail=f"{order.subject}: {order.reason}", key=order.key
    )
    # Again at the end: what was made while the order was carried out is not used either.
    await visibility_generation.advance(db, order.at)
    await db.erasures.update_one({"_id": order.key}, {"$unset": {PENDING: ""}})


async def _fence(db: Database, order: Order) -> None:
    """Let no check that is under way write to the article, and no reader use what it made of it before."""
    update: Document = {"$inc": {"claims": 1, "withheld.changes": 1}, "$unset": {"lease": ""}}
    if order.what is What.ARTICLE:
        update["$set"] = {"state": State.HIDDEN.value, "hidden": order.decision}
    await db.articles.update_one({"_id": order.article_id}, update)
    await visibility_generation.advance(db, order.at)


async def _erase_texts(db: Database, order: Order, reached: Targets) -> None:
    if order.what is What.PAYLOAD:
        return
    redactor = reached.redactor(order) if reached.words else None
    for number in reached.versions:
        document = await db.versions.find_one({"_id": version_id(order.article_id, number)})
        if document is not None and not tombstones.is_erased(document):
            await _replace(db, document, _erased(document, order, redactor))


def _erased(document: Document, order: Order, redactor: Redactor | None) -> Document:
    if redactor is None:
        return tombstones.erased_version(document, order)
    redacted = tombstones.redacted_version(document, order, redactor) or document
    return {**redacted, "capture": redactor.value(redacted.get("capture"))}


async def _replace(db: Database, before: Mapping[str, Any], after: Document) -> None:
    if after.get("erased") and not commitments.is_salted(after):
        await forget_blinds(db, [before["_id"]])
    await db.versions.replace_one({"_id": before["_id"]}, after)


async def _erase_changes(db: Database, order: Order, reached: Targets) -> None:
    """Erase what the versions reached and those after them quote of what was changed, and what searches find of it."""
    if order.what is What.PAYLOAD:
        return
    numbers = {number + step for number in reached.versions for step in (0, 1)}
    for number in sorted(numbers):
        key = version_id(order.article_id, number)
        document = await db.versions.find_one({"_id": key})
        if document is not None:
            await _replace(db, document, tombstones.without_change(document))
        await db.added.delete_one({"_id": key})
        await db.removed.delete_one({"_id": key})


async def _erase_evidence(db: Database, order: Order, reached: Targets) -> None:
    """Erase payloads with all that refers to them, whichever article that belongs to."""
    digests = {"$in": list(reached.payloads)}
    async for document in db.versions.find({"payload": digests}):
        await _replace(db, document, tombstones.without_payload(document, order))
    names = ("head.payload", "head.reading", "head.containers")
    blank: Document = {**dict.fromkeys(names, ""), "validators.etag": None}
    await db.articles.update_many({"head.payload": digests}, {"$set": blank})
    await db.quarantine.delete_many({"$or": [{"_id": {"$in": list(reached.quarantine)}}, {"payload": digests}]})
    await check_log.forget_payloads(db, reached.payloads)
    for digest in reversed(reached.payloads):
        await payload_removal.remove(db, digest)


async def _erase_facts(db: Database, order: Order, reached: Targets) -> None:
    """Erase what the article's own document states, and records that are only about the article or the version."""
    article = await db.articles.find_one({"_id": order.article_id})
    if article is None or order.what is What.PAYLOAD:
        return
    if order.what is What.ARTICLE:
        await _erase_article(db, order, article, reached)
        return
    is_newest = article["head"]["number"] in reached.versions
    facts = _facts_of_passage(article, order, reached) if reached.words else await _remaining(db, order, article)
    if is_newest:
        facts |= {"head": tombstones.erased_head(article["head"])}
        if article["state"] not in (State.GONE.value, State.HIDDEN.value):
            facts |= tombstones.unscheduled(order, State.RETIRED)
    await db.articles.update_one({"_id": order.article_id}, {"$set": {**facts, "track.listed_as": []}})
    if order.number is not None:
        about = {"article_id": order.article_id, "detail": {"$regex": f"^version {order.number}:"}}
        await db.events.update_many({**about, "kind": {"$ne": "erased"}}, {"$set": {"detail": order.subject}})


async def _erase_article(db: Database, order: Order, article: Document, reached: Targets) -> None:
    about = {"article_id": order.article_id}
    await db.articles.replace_one({"_id": order.article_id}, tombstones.erased_article(article, order))
    await db.articles.update_many(
        {"aliases": {"$in": list(reached.quotes)}}, {"$pullAll": {"aliases": list(reached.quotes)}}
    )
    await db.events.delete_many({**about, "kind": {"$ne": "erased"}})
    await db.checks.delete_many({"$or": [about, {"source": order.source, "url": {"$in": list(reached.quotes)}}]})


async def _remaining(db: Database, order: Order, article: Document) -> Document:
    """Return the facts of the newest version that can be shown; of an article without any it is hidden."""
    await takedowns.show_newest_facts(db, order.article_id)
    query = {"article_id": order.article_id, "hidden": {"$exists": False}}
    names = ("headline", "section", "language", "date_published")
    newest = await db.versions.find_one(query, dict.fromkeys(names, 1), sort=[("number", -1)])
    if newest is None:
        blank = {"headline": "", "section": None, "language": None, "date_published": None}
        return blank if article.get("hidden") else {**blank, "hidden": order.decision}
    return {name: newest[name] for name in names} if article["head"]["number"] == order.number else {}


def _facts_of_passage(article: Document, order: Order, reached: Targets) -> Document:
    redactor = reached.redactor(order)
    names = ("headline", "section", "mask", "state_reason", "next_check_reason")
    facts = {name: redactor.value(article[name]) for name in names if name in article}
    if article.get("date_published"):
        stated = redactor.value(article["date_published"]["stated"])
        facts["date_published"] = {**article["date_published"], "stated": stated}
    passages = [redactor.value(passage) for passage in (article.get("withheld") or {}).get("passages", ())]
    return facts | {"withheld.passages": [passage for passage in passages if passage["words"] != order.mark]}
