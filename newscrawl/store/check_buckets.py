"""Buckets of the check log: the lines of one article, URL and day in one document, and lines as they are read. Pure.

A document a line costs more than its content: the ids of line and run, the URL and five index entries for each.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newscrawl.items import Check
from newscrawl.store.documents import Document, milliseconds
from newscrawl.store.head_documents import check_document

UNCOUNTED = "uncounted"  # field of what is not counted yet: True, or the batch that it is in
EXPIRES_FROM = "expires_from"  # field of what is counted: the end of its day; the expiry index counts from it
_OF_BUCKET = ("article_id", "source", "url")  # the same for all lines of a bucket
# Names of a line's fields within a bucket, where every letter is stored with every line.
SHORT_NAMES = {
    "outcome": "o",
    "reason": "r",
    "status": "s",
    "elapsed_ms": "ms",
    "size_bytes": "b",
    "period": "p",
    "run_id": "run",
}
_LONG_NAMES = {short: name for name, short in SHORT_NAMES.items()}
_IF_ABSENT: Document = {"reason": "", "status": None, "elapsed_ms": 0, "size_bytes": 0, "period": None, "run_id": None}


@dataclass(frozen=True, slots=True)
class BucketLine:
    """A line with the bucket that it belongs to; made once, so that a repeated write finds it there."""

    key: str
    facts: Document  # of the bucket, if this is its first line
    line: Document


def bucket_line(check: Check, written_at: datetime) -> BucketLine:
    """Return a check as a line of its bucket, with a number of its own."""
    return bucket_of(check_document(check), written_at, secrets.randbits(31))


def bucket_of(document: Mapping[str, Any], written_at: datetime, number: int) -> BucketLine:
    """Return a line, by the names of `Check`'s stored fields, in the bucket of its article, URL and day of writing.

    Not the day of the check: the checks of a replay are long past, and a bucket expires by when it was written. By its
    number a line is recognized that was written and not acknowledged.
    """
    day = milliseconds(written_at).replace(hour=0, minute=0, second=0, microsecond=0)
    facts = {**{name: document[name] for name in _OF_BUCKET}, "written_at": day}
    line = {
        SHORT_NAMES.get(name, name): value
        for name, value in document.items()
        if name not in _OF_BUCKET and (name not in _IF_ABSENT or value != _IF_ABSENT[name])
    }
    url = hashlib.sha256(facts["url"].encode()).hexdigest()[:8]
    key = f"{facts['article_id'] or facts['source']}:{day:%y%m%d}:{url}"
    return BucketLine(key, facts, {"k": number, **line})


def addition(lines: Sequence[BucketLine]) -> Document:
    """Return the update that adds lines to their bucket, or makes it; repeated, it changes nothing."""
    return {"$setOnInsert": lines[0].facts, "$addToSet": {"lines": {"$each": [each.line for each in lines]}}}


def lines_of(bucket: Mapping[str, Any]) -> list[Document]:
    """Return the lines of a bucket, under the names of `Check`'s stored fields."""
    shared = {name: bucket.get(name) for name in _OF_BUCKET}
    return [{**shared, **_IF_ABSENT, **_unfolded(line)} for line in bucket["lines"]]


def _unfolded(line: Mapping[str, Any]) -> Document:
    return {_LONG_NAMES.get(name, name): value for name, value in line.items() if name != "k"}


# Stages after which each document is one line: its time, its outcome, its bucket's mark.
ONE_LINE_EACH: list[Document] = [
    {"$project": {"article_id": 1, UNCOUNTED: 1, "line": "$lines"}},
    {"$unwind": "$line"},
]


def expires_from(day: datetime) -> datetime:
    """Return the moment from which the days of a counted bucket count: the end of its own."""
    return day + timedelta(milliseconds=_DAY_MILLISECONDS)


# The update that lets what is counted expire. A bucket's `written_at` is the beginning of its day.
_DAY_MILLISECONDS = 86_400_000
AS_COUNTED: list[Document] = [
    {"$set": {EXPIRES_FROM: {"$add": ["$written_at", _DAY_MILLISECONDS]}}},
    {"$unset": UNCOUNTED},
]
