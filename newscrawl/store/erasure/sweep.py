"""Erasing from every record beside articles, versions and payloads: texts that quote what is erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import regex
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document
from newscrawl.store.erasure.order import Order, What
from newscrawl.store.erasure.targets import Targets
from newscrawl.store.tlog import COLLECTIONS

Database = AsyncDatabase[Document]
Cleaned = Callable[[str], str]
# Collections with steps of their own in `carrying_out`.
_OWN_STEPS = {"articles", "versions", "payloads", "added", "removed", "erasures"}
_NO_TEXTS = {*COLLECTIONS}  # hashes alone
_NAMES = {
    "_id",
    "source",
    "article_id",
    "kind",
    "state",
    "outcome",
    "run_id",
    "host",
    "last",
    "o",  # outcome and run of a line of the check log
    "run",
}  # fields that hold no text


async def sweep(db: Database, order: Order, targets: Targets) -> None:
    """Put the mark in the place of the erased texts in the records of the article, of its source and of none.

    A passage is sought in those of the article, and in the alarms and runs of its source: elsewhere its words stand by
    right.
    """
    if order.what is What.PAYLOAD:
        return
    clean = cleaner(order, targets)
    about: list[Document] = [{"article_id": order.article_id}]
    about += [{"source": order.source, name: {"$exists": True}} for name in ("opened_at", "started_at")]
    if order.what is not What.PASSAGE:
        about += [{"source": order.source}, {"_id": order.source}, {"source": {"$exists": False}}]
    others = {"name": {"$nin": [*_OWN_STEPS, *_NO_TEXTS], "$not": {"$regex": "^system"}}}
    for name in await db.list_collection_names(filter=others):
        async for document in db[name].find({"$or": about}):
            cleaned = _cleaned(document, clean)
            if cleaned != document:
                await db[name].replace_one({"_id": document["_id"]}, cleaned)


def cleaner(order: Order, targets: Targets) -> Cleaned:
    """Return what puts the mark in the place of the words, or of texts that are quoted exactly."""
    if targets.words:
        return targets.redactor(order).text
    if not targets.quotes:
        return lambda text: text
    longest_first = sorted(targets.quotes, key=len, reverse=True)
    # Not within a longer word or path; a URL goes with its query.
    texts = "|".join(map(regex.escape, longest_first))
    pattern = regex.compile(rf"(?<!\w)(?:{texts})(?:[?#][^\s\"'<>]*)?(?![\w/%~-]|\.\w)")
    return lambda text: pattern.sub(order.mark, text)


def _cleaned(value: Any, clean: Cleaned) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_key(k, clean): item if k in _NAMES else _cleaned(item, clean) for k, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_cleaned(item, clean) for item in value]
    return value


def _key(key: str, clean: Cleaned) -> str:
    return key if key in _NAMES else clean(key)
