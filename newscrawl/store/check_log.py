"""The check log: one line per check, written in batches, since single inserts cost as much as the check itself.

A crash may lose the last second of it; histories and schedules are never delayed in this way.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from newscrawl.items import Check, RunRecord
from newscrawl.store.check_buckets import UNCOUNTED, BucketLine, addition, bucket_line, lines_of
from newscrawl.store.documents import Document
from newscrawl.store.retries import DUPLICATE_KEY

MAX_WAITING_LINES = 100
MAX_WAITING_SECONDS = 1.0
LATE_LINES = timedelta(days=1)  # after the end of a run, whose last lines are written with its end at the latest
FEW_BUCKETS = 5  # read at a time; an article that is checked often has ten lines in one


class CheckLog:
    """Lines that wait to be written, and the collection that they go to."""

    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._checks = db.with_options(write_concern=WriteConcern(w=1, j=False)).checks
        self._lines: list[BucketLine] = []
        self._first_added = 0.0  # monotonic seconds, of the oldest waiting line

    def add(self, check: Check) -> bool:
        """Take a line; return whether it is time to write."""
        now = time.monotonic()
        if not self._lines:
            self._first_added = now
        self._lines.append(bucket_line(check, datetime.now(UTC)))
        return len(self._lines) >= MAX_WAITING_LINES or now - self._first_added > MAX_WAITING_SECONDS

    async def write(self) -> None:
        """Write the waiting lines; after a lost answer, lines that were written are not written again."""
        lines, self._lines = self._lines, []
        try:
            await write_lines(self._checks, lines)
        except BaseException:
            self._lines = lines + self._lines
            raise


async def write_lines(checks: AsyncCollection[Document], lines: Sequence[BucketLine]) -> None:
    """Add lines to their buckets. Where a bucket is counted already, they go to one of their own beside it."""
    refused = await _add(checks, lines)
    if refused:  # by a bucket that another process made at the same time, or by one that is counted
        refused = await _add(checks, refused)
    late = [replace(line, key=f"{line.key}:{line.line['k']:x}") for line in await _unwritten(checks, refused)]
    await _add(checks, late)


async def _add(checks: AsyncCollection[Document], lines: Iterable[BucketLine]) -> list[BucketLine]:
    """Add lines to buckets that are not counted; return the lines of those that are."""
    buckets = [list(group) for _, group in groupby(sorted(lines, key=_key), key=_key)]
    if not buckets:
        return []
    additions = [UpdateOne({"_id": each[0].key, UNCOUNTED: True}, addition(each), upsert=True) for each in buckets]
    try:
        await checks.bulk_write(additions, ordered=False)
    except BulkWriteError as error:
        faults = error.details["writeErrors"]
        if any(fault["code"] != DUPLICATE_KEY for fault in faults) or error.details["writeConcernErrors"]:
            raise
        return [line for fault in faults for line in buckets[fault["index"]]]
    return []


def _key(line: BucketLine) -> str:
    return line.key


async def _unwritten(checks: AsyncCollection[Document], lines: Sequence[BucketLine]) -> list[BucketLine]:
    """Return the lines that their buckets do not have: a write whose answer was lost may have been the last in time."""
    keys = list({line.key for line in lines})
    found = checks.find({"_id": {"$in": keys}}, {"lines.k": 1}) if keys else None
    written = {(each["_id"], line["k"]) async for each in found for line in each["lines"]} if found else set()
    return [line for line in lines if (line.key, line.line["k"]) not in written]


async def last_checks(db: AsyncDatabase[Document], article_id: str, limit: int) -> list[Document]:
    """Return the newest lines about an article, newest first, of the days on which the last ones were written."""
    lines: list[Document] = []
    day: date | None = None
    documents = db.checks.find({"article_id": article_id}, sort=[("written_at", -1)], batch_size=FEW_BUCKETS)
    async with documents:
        async for document in documents:
            # Of one day there may be several: one for each URL, and those of lines that came late.
            if len(lines) >= limit and document["written_at"].date() != day:
                break
            day = document["written_at"].date()
            lines += lines_of(document)
    return sorted(lines, key=lambda line: line["at"], reverse=True)[:limit]


async def find_lines(db: AsyncDatabase[Document], query: Document, *, limit: int = 0) -> list[Document]:
    """Return the lines of all documents that match a query, or of the newest ones of them, in no order."""
    documents = db.checks.find(query)
    if limit:
        documents = documents.sort("written_at", -1).limit(limit)
    return [line async for document in documents for line in lines_of(document)]


async def lines_of_run(db: AsyncDatabase[Document], run: RunRecord) -> list[Document]:
    """Return the lines that a run wrote, in the order of their times; its days bound the buckets that are read."""
    first = run.started_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    query: dict[str, Any] = {"source": run.source, "written_at": {"$gte": first}}
    query["lines.run"] = run.run_id
    if run.ended_at is not None:
        query["written_at"]["$lte"] = run.ended_at + LATE_LINES
    lines = await find_lines(db, query)
    return sorted((line for line in lines if line.get("run_id") == run.run_id), key=lambda line: line["at"])


async def forget_payloads(db: AsyncDatabase[Document], digests: Sequence[str]) -> None:
    """Let no line refer to payloads that are erased."""
    erased = {"$in": list(digests)}
    of_line = [{"line.payload": erased}]
    await db.checks.update_many(
        {"lines.payload": erased}, {"$unset": {"lines.$[line].payload": ""}}, array_filters=of_line
    )
