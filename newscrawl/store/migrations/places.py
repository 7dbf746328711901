"""2: versions and their passages get a number by which searches are ordered; see store/search_order.py."""

from __future__ import annotations

from datetime import datetime

from pymongo import UpdateOne

from newscrawl.store.documents import Document
from newscrawl.store.migrations.steps import Damaged, Rewrite, Rewritten
from newscrawl.store.search_order import place


def _with_place(document: Document) -> Rewritten:
    key, seen_at = document["_id"], document.get("seen_at")
    if not isinstance(seen_at, datetime):
        raise Damaged(f"seen_at is no time, but {seen_at!r}")
    if not isinstance(key, str):
        raise Damaged("the _id is no text")
    return Rewritten([UpdateOne({"_id": key}, {"$set": {"place": place(seen_at, key)}})])


PLACES = tuple(
    Rewrite(name, missing={"place": None}, fields={"seen_at": 1}, of=_with_place)
    for name in ("versions", "added", "removed")
)
