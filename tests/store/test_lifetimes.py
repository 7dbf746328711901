"""What would grow without end expires as configured; before lines of the check log do, they are counted, once."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.humanize import checks_sentence
from newscrawl.items import Check, MonthOfChecks, Outcome
from newscrawl.store import Store, check_buckets, check_counts, check_log, lifetimes
from tests.forked import commands as forked
from tests.store.samples import HOUR, NOON, SOURCE

KEY, OTHER = "a" * 16, "b" * 16
DAY = 24 * HOUR
CHECK = Check(KEY, SOURCE, "https://courier.example/pier", NOON, Outcome.NOT_MODIFIED)
# Two articles in two months; one candidate that is no article yet.
CHECKS = [
    *(replace(CHECK, at=NOON + n * HOUR) for n in range(5)),
    replace(CHECK, at=NOON + HOUR, outcome=Outcome.CHANGED),
    replace(CHECK, at=NOON + 31 * DAY, outcome=Outcome.ERROR),
    *(replace(CHECK, article_id=OTHER, at=NOON + n * HOUR, outcome=Outcome.UNCHANGED) for n in range(7)),
    replace(CHECK, article_id=None, outcome=Outcome.ERROR),
]
MONTH, NEXT = f"{NOON:%Y-%m}", f"{NOON + 31 * DAY:%Y-%m}"
EXPECTED = {
    KEY: [(MONTH, {"not_modified": 5, "changed": 1}), (NEXT, {"error": 1})],
    OTHER: [(MONTH, {"unchanged": 7})],
}


async def log(store: Store) -> None:
    for check in CHECKS:
        await store.check(check)
    await store.write_check_log()


async def seen(store: Store) -> dict[str, list[tuple[str, dict[str, int]]]]:
    months = {key: await check_counts.months(store.db, key) for key in EXPECTED}
    return {key: [(month.month, dict(month.outcomes)) for month in found] for key, found in months.items()}


async def expirable(store: Store) -> int:
    return len(await check_log.find_lines(store.db, {check_buckets.EXPIRES_FROM: {"$type": "date"}}))


def later() -> datetime:
    """Return a moment at which what is written now is counted."""
    return datetime.now(UTC) + check_counts.CLOSED_AFTER


async def test_no_line_expires_before_it_is_counted_and_counts_outlive_lines(store: Store) -> None:
    await log(store)
    assert await seen(store) == EXPECTED
    assert await expirable(store) == 0
    await check_counts.count(store.db, datetime.now(UTC))
    assert await expirable(store) == 0, "more lines may come on this day"
    await check_counts.count(store.db, later())
    assert await seen(store) == EXPECTED
    assert await expirable(store) == len(CHECKS)
    await check_counts.count(store.db, later())  # nothing is left to count
    await store.db.checks.delete_many({})  # as MongoDB does after the configured time
    assert await seen(store) == EXPECTED


async def test_a_line_is_kept_for_all_of_its_days_whenever_in_its_day_it_was_written(store: Store) -> None:
    for hour in (0, 12, 23):
        written_at = datetime(2026, 3, 2, hour, 59, 59, tzinfo=UTC)
        line = check_buckets.bucket_line(replace(CHECK, article_id=f"{hour:016}"), written_at)
        await check_log.write_lines(store.db.checks, [line])
    await check_counts.count(store.db, later())
    expires_from = {bucket[check_buckets.EXPIRES_FROM] async for bucket in store.db.checks.find({})}
    assert expires_from == {datetime(2026, 3, 3, tzinfo=UTC)}


# Counts what waits, and kills itself just before its nth write.
KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pymongo import monitoring
from newscrawl.config import Config
from newscrawl.store import Store, check_counts

class Killer(monitoring.CommandListener):
    writes = 0
    def started(self, event):
        self.writes += event.command_name in ("insert", "update", "findAndModify")
        if self.writes == nth:
            os.kill(os.getpid(), signal.SIGKILL)
    def succeeded(self, event):
        pass
    def failed(self, event):
        pass

async def main():
    store = await Store.open(Config(mongo_uri=uri, mongo_database=database))
    now = datetime.now(UTC) + check_counts.CLOSED_AFTER
    await check_counts.count(store.db, now, batch_buckets=int(sys.argv[4]))
    await store.close()

uri, database, nth = sys.argv[1], sys.argv[2], int(sys.argv[3])
monitoring.register(Killer())
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("batch_buckets", [2, 1000])
async def test_process_killed_before_any_write_loses_and_doubles_no_count(
    config: Config, store: Store, batch_buckets: int
) -> None:
    await log(store)
    codes = []
    for nth in range(1, 100):
        words = [config.mongo_uri or "", config.mongo_database, str(nth), str(batch_buckets)]
        codes.append(await asyncio.to_thread(forked.program, KILLED, words))
        assert await seen(store) == EXPECTED, nth
        if codes[-1] == 0:
            break
    assert codes == [-signal.SIGKILL] * (len(codes) - 1) + [0]
    assert len(codes) >= 4, "marking, making, adding and releasing were each cut off"
    assert await expirable(store) == len(CHECKS)
    await store.db.checks.delete_many({})
    assert await seen(store) == EXPECTED


async def test_of_many_processes_one_counts_in_an_hour(store: Store) -> None:
    await log(store)
    await store.db.meta.delete_one({"_id": "check_counts"})  # the turn that another test took
    now = later()
    counted = await asyncio.gather(*(check_counts.count_if_time(store.db, now) for _ in range(8)))
    assert Counter(counted) == {True: 1, False: 7}
    await log(store)
    assert not await check_counts.count_if_time(store.db, now + timedelta(minutes=50))
    assert await check_counts.count_if_time(store.db, now + timedelta(minutes=61))
    assert await expirable(store) == 2 * len(CHECKS)


@pytest.mark.parametrize("name", lifetimes.FIELDS)
async def test_days_follow_the_configuration(config: Config, store: Store, name: str) -> None:
    async def seconds(opened: Store) -> int:
        index = (await opened.db[name].index_information())["expiry"]
        assert [key for key, _ in index["key"]] == [lifetimes.FIELDS[name]]
        return int(index["expireAfterSeconds"])

    other = await Store.open(replace(config, **{f"{name}_keep_days": 7}))
    changed = await seconds(other)
    again = await Store.open(config)
    changed_back = await seconds(again)
    await other.close()
    await again.close()
    assert (changed, changed_back) == (7 * 86_400, getattr(config, f"{name}_keep_days") * 86_400)


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ({"not_modified": 30, "unchanged": 1}, "checked 31 times in 2026-10, unchanged"),
        ({"new": 1}, "checked once in 2026-10, first seen, unchanged"),
        (
            {"unchanged": 2, "changed": 1, "error": 2},
            "checked 3 times in 2026-10, changed once; 2 further attempts without a wording",
        ),
        ({"blocked": 1}, "not readable in 2026-10 (1 attempt)"),
    ],
)
def test_sentences_say_that_nothing_changed_too(outcomes: dict[str, int], sentence: str) -> None:
    assert checks_sentence(MonthOfChecks.of("2026-10", outcomes)) == sentence
