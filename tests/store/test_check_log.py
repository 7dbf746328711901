"""The check log: lines of one article, URL and day in one document, each written once, whatever comes between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.items import Check, Outcome
from newscrawl.store import Store, check_counts, check_log
from newscrawl.store.check_buckets import UNCOUNTED, bucket_line
from tests.store.samples import HOUR, NOON, SOURCE

KEY, OTHER = "a" * 16, "b" * 16
URL = "https://courier.example/pier"
CHECK = Check(KEY, SOURCE, URL, NOON, Outcome.NOT_MODIFIED, "304", 304, 12, 0, HOUR, "run-1")
TODAY = datetime.now(UTC)


async def write(store: Store, *checks: Check) -> None:
    for check in checks:
        await store.check(check)
    await store.write_check_log()


async def documents(store: Store) -> list[dict[str, Any]]:
    return await store.db.checks.find({}).sort("_id", 1).to_list()


async def outcomes(store: Store, key: str = KEY) -> list[str]:
    return [line["outcome"] for line in await store.last_checks(key, 100)]


async def test_checks_of_an_article_on_one_day_are_one_document(store: Store) -> None:
    await write(store, *(replace(CHECK, at=NOON + n * HOUR) for n in range(5)), replace(CHECK, article_id=OTHER))
    await write(store, replace(CHECK, at=NOON + 5 * HOUR), replace(CHECK, at=NOON + 6 * HOUR))
    assert [len(document["lines"]) for document in await documents(store)] == [7, 1]


async def test_lines_read_as_the_checks_were(store: Store) -> None:
    bare = Check(KEY, SOURCE, f"{URL}-moved", NOON + HOUR, Outcome.SUPERSEDED, payload_digest="0" * 64)
    await write(store, CHECK, bare)
    newest, first = await store.last_checks(KEY)
    assert first == {
        "article_id": KEY, "source": SOURCE, "url": URL, "at": NOON, "outcome": "not_modified", "reason": "304",
        "status": 304, "elapsed_ms": 12, "size_bytes": 0, "period": 3600.0, "run_id": "run-1",
    }  # fmt: skip
    assert newest == {
        "article_id": KEY, "source": SOURCE, "url": f"{URL}-moved", "at": NOON + HOUR, "outcome": "superseded",
        "reason": "", "status": None, "elapsed_ms": 0, "size_bytes": 0, "period": None, "run_id": None,
        "payload": "0" * 64,
    }  # fmt: skip


async def test_lines_whose_answer_was_lost_are_written_once(store: Store) -> None:
    twice = [bucket_line(replace(CHECK, at=NOON + n * HOUR), TODAY) for n in (0, 1, 1)]  # two checks of one moment
    for _ in range(3):
        await check_log.write_lines(store.db.checks, twice)
    assert len(await outcomes(store)) == 3


async def test_a_line_for_a_bucket_that_is_counted_is_not_lost_and_counted_too(store: Store) -> None:
    before = bucket_line(CHECK, TODAY)
    await check_log.write_lines(store.db.checks, [before])
    late = [before, bucket_line(replace(CHECK, at=NOON + HOUR, outcome=Outcome.CHANGED), TODAY)]
    for _ in range(2):
        await check_counts.count(store.db, TODAY + check_counts.CLOSED_AFTER)
        await check_log.write_lines(store.db.checks, late)
    await check_counts.count(store.db, TODAY + check_counts.CLOSED_AFTER)
    [month] = await check_counts.months(store.db, KEY)
    assert month.outcomes == {"not_modified": 1, "changed": 1}
    assert await outcomes(store) == ["changed", "not_modified"]
    assert await store.db.checks.count_documents({UNCOUNTED: {"$exists": True}}) == 0


async def write_days(store: Store, days: int, lines: int) -> None:
    """Write so many lines on each of the last days, half of them of another URL."""
    for day in range(days):
        checks = (replace(CHECK, at=NOON - day * 24 * HOUR + n * HOUR, url=f"{URL}/{n % 2}") for n in range(lines))
        written_at = TODAY - timedelta(days=day)
        await check_log.write_lines(store.db.checks, [bucket_line(check, written_at) for check in checks])


@pytest.mark.parametrize("limit", [1, 4, 5, 17])
async def test_of_a_long_log_only_the_newest_lines_are_read(store: Store, limit: int) -> None:
    await write_days(store, 90, 4)
    await store.db.command("profile", 2)
    found = await store.last_checks(KEY, limit)
    await store.db.command("profile", 0)
    reads = await store.db["system.profile"].find({"ns": f"{store.db.name}.checks"}).to_list()
    await store.db.drop_collection("system.profile")
    newest = [NOON - day * 24 * HOUR + n * HOUR for day in range(90) for n in (3, 2, 1, 0)]
    assert [line["at"] for line in found] == newest[:limit]
    days = -(-limit // 4)
    assert 0 < sum(read.get("docsExamined", 0) for read in reads) <= 2 * days + check_log.FEW_BUCKETS + 1
