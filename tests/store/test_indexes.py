"""Indexes: made again when an older newscrawl defined them differently."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.items import Check, Outcome
from newscrawl.store import Store, check_counts, lifetimes
from newscrawl.store.indexes import OBSOLETE
from newscrawl.store.search_order import first_place, place
from tests.store.samples import NOON, SOURCE

OBSOLETE_KEYS = {
    "article_id_1_at_-1": [("article_id", 1), ("at", -1)],
    "source_1_at_-1": [("source", 1), ("at", -1)],
    "source_1": [("source", 1)],
    "uncounted_1": [("uncounted", 1)],
    "payload_1": [("payload", 1)],
}


async def test_an_index_with_the_keys_of_an_older_newscrawl_is_made_again(config: Config, store: Store) -> None:
    keys = (await store.db.articles.index_information())["due"]["key"]
    await store.db.articles.drop_index("due")
    await store.db.articles.create_index([("source", 1), ("url", 1)], name="due")
    await store.db.meta.update_one({"_id": "schema"}, {"$set": {"indexes": "of an older newscrawl"}})
    opened = await Store.open(config)
    try:
        assert (await opened.db.articles.index_information())["due"]["key"] == keys
    finally:
        await opened.close()


async def as_of_an_older_newscrawl(store: Store) -> None:
    """Give an archive the indexes of an older newscrawl."""
    db = store.db
    for name, keys in OBSOLETE_KEYS.items():
        await db.checks.create_index(keys, name=name)
    await db.checks.drop_index(lifetimes.EXPIRY)
    await db.checks.create_index("written_at", name=lifetimes.EXPIRY, expireAfterSeconds=7_776_000)
    await db.articles.drop_index("due")
    await db.articles.create_index([("source", 1), ("url", 1)], name="due")
    await db.meta.update_one({"_id": "schema"}, {"$set": {"indexes": "of an older newscrawl"}})


async def test_processes_that_find_older_indexes_at_once_all_succeed(config: Config, store: Store) -> None:
    keys = (await store.db.articles.index_information())["due"]["key"]
    await store.db.articles.insert_many([{"source": SOURCE, "guid": str(n), "url": str(n)} for n in range(5000)])
    for _ in range(3):
        await as_of_an_older_newscrawl(store)
        opened = await asyncio.gather(*(Store.open(config) for _ in range(8)))
        await asyncio.gather(*(each.close() for each in opened))
        assert (await store.db.articles.index_information())["due"]["key"] == keys
        of_checks = await store.db.checks.index_information()
        assert of_checks[lifetimes.EXPIRY]["key"] == [(lifetimes.FIELDS["checks"], 1)]
        assert not set(OBSOLETE["checks"]) & set(of_checks)


async def test_check_log_lines_of_a_replay_expire_by_when_they_were_written(store: Store) -> None:
    long_ago = datetime(2019, 11, 2, tzinfo=UTC)
    await store.check(Check("a" * 16, "courier", "https://courier.example/1", long_ago, Outcome.UNCHANGED))
    await store.write_check_log()
    await check_counts.count(store.db, datetime.now(UTC) + check_counts.CLOSED_AFTER)
    bucket = await store.db.checks.find_one({"lines.at": long_ago})
    assert bucket is not None
    assert datetime.now(UTC) - bucket[lifetimes.FIELDS["checks"]] < timedelta(days=2)


async def test_an_archive_is_not_read_when_its_days_change(config: Config, store: Store) -> None:
    await store.db.command("profile", 2)
    await (await Store.open(replace(config, checks_keep_days=7))).close()
    await store.db.command("profile", 0)
    commands = await store.db["system.profile"].find({"op": {"$ne": "insert"}}).to_list()
    await store.db.drop_collection("system.profile")
    assert [each["command"] for each in commands if "COLLSCAN" in each.get("planSummary", "")] == []
    assert any("collMod" in each["command"] for each in commands), "the days were changed"
    await (await Store.open(config)).close()


def test_places_follow_the_time_and_part_versions_of_one_millisecond() -> None:
    moment, later = NOON, NOON + timedelta(milliseconds=1)
    ids = [f"{'a' * 16}:{n}" for n in range(1000)]
    assert len({place(moment, key) for key in ids}) == len(ids)
    assert first_place(moment) <= min(place(moment, key) for key in ids)
    assert max(place(moment, key) for key in ids) < first_place(later)
    assert first_place(moment + timedelta(microseconds=1)) == first_place(later), "a version has whole milliseconds"
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    of_ends = [first_place(end) for end in (first, datetime(2240, 1, 1, tzinfo=UTC), last)]
    assert of_ends == sorted(of_ends)
    assert 0 <= of_ends[0] < of_ends[-1] < 2**63


@pytest.mark.parametrize("name", ["versions", "added", "removed"])
async def test_texts_are_compressed_well(store: Store, name: str) -> None:
    stats = await store.db.command("collStats", name)
    assert "block_compressor=zstd" in stats["wiredTiger"]["creationString"]


async def test_an_index_of_another_part_of_the_documents_is_made_again(config: Config, store: Store) -> None:
    keys = [("level", 1), ("seen_at", -1), ("_id", -1)]
    await store.db.versions.drop_index("listed_unnoted")
    await store.db.versions.create_index(keys, name="listed_unnoted", partialFilterExpression={"level": {"$gt": 1}})
    await store.db.meta.update_one({"_id": "schema"}, {"$set": {"indexes": "older"}})
    await (await Store.open(config)).close()
    made = (await store.db.versions.index_information())["listed_unnoted"]
    assert dict(made["partialFilterExpression"]) == {"unnoted": True}
