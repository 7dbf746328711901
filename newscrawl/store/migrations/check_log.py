"""3: lines of the check log that are documents of their own move to documents of a day; see store/check_buckets.py.

They go to documents beside those of their day that are there already, which may have been counted. What was counted
stays so, and of a batch that was cut short each line stays in it: no line is counted twice, and none is lost.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from pymongo import DeleteOne, UpdateOne

from newscrawl.store.check_buckets import EXPIRES_FROM, UNCOUNTED, addition, bucket_of, expires_from
from newscrawl.store.documents import Document
from newscrawl.store.migrations.steps import Damaged, Rewrite, Rewritten

_MOVED = "moved"  # part of the ids of these documents
_BOOKKEEPING = ("_id", "written_at", UNCOUNTED, EXPIRES_FROM)


def _moved(document: Document) -> Rewritten:
    key, written_at, batch = document["_id"], document.get("written_at"), document.get(UNCOUNTED)
    if not isinstance(written_at, datetime):
        raise Damaged(f"written_at is no time, but {written_at!r}")
    if not isinstance(document.get("at"), datetime) or not isinstance(document.get("outcome"), str):
        raise Damaged("it has no time or no outcome, as every line of the check log has")
    line: Document = {"article_id": None, "source": "", "url": ""}
    line |= {name: value for name, value in document.items() if name not in _BOOKKEEPING}
    # By its id a line is recognized that was moved, and not deleted before a kill.
    number = int.from_bytes(hashlib.sha256(str(key).encode()).digest()[:4]) >> 1
    bucket = bucket_of(line, written_at, number)
    state = ""
    mark: Document = {UNCOUNTED: True}
    if EXPIRES_FROM in document and batch is None:
        state, mark = "counted", {EXPIRES_FROM: expires_from(bucket.facts["written_at"])}
    elif isinstance(batch, str):
        state, mark = batch, {UNCOUNTED: batch}
    update = addition([bucket])
    update["$setOnInsert"] |= mark
    name = ":".join(filter(None, (bucket.key, _MOVED, state)))
    return Rewritten([UpdateOne({"_id": name}, update, upsert=True)], [DeleteOne({"_id": key})])


CHECK_LOG = (Rewrite("checks", missing={"lines": None}, fields={}, of=_moved, per_second=2_500),)
