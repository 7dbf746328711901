"""Indexes: made again when an older newscrawl defined them differently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.items import Check, Outcome
from newscrawl.store import Store, check_counts, lifetimes
from newscrawl.store.indexes import OBSOLETE
from newscrawl.store.search_order import first_place, place
from tests.store.samples import NOON


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


async def test_check_log_lines_of_a_replay_expire_by_when_they_were_written(store: Store) -> None:
    long_ago = datetime(2019, 11, 2, tzinfo=UTC)
    await store.check(Check("a" * 16, "courier", "https://courier.example/1", long_ago, Outcome.UNCHANGED))
    await store.write_check_log()
    await check_counts.count(store.db, datetime.now(UTC) + check_counts.CLOSED_AFTER)
    bucket = await store.db.checks.find_one({"lines.at": long_ago})
    assert bucket is not None
    assert datetime.now(UTC) - bucket[lifetimes.FIELDS["checks"]] < timedelta(days=2)


async def test_what_an_older_newscrawl_stored_is_found_in_order(config: Config, store: Store) -> None:
    old = [{"_id": f"{'a' * 16}:{n}", "article_id": "a" * 16, "number": n, "terms": ["pier"]} for n in range(1, 4)]
    for name in ("versions", "added", "removed"):
        await store.db[name].insert_many([{**each, "seen_at": NOON + timedelta(n)} for n, each in enumerate(old)])
    await store.db.checks.create_index([("article_id", 1), ("at", -1)])
    await store.db.versions.drop_index("article_id_1_number_1")
    await store.db.versions.create_index([("article_id", 1), ("number", 1)], unique=True)
    await store.db.meta.update_one({"_id": "schema"}, {"$set": {"version": 1}})
    opened = await Store.open(config)
    try:
        for name in ("versions", "added", "removed"):
            found = opened.db[name].find({"terms": "pier"}, sort=[("place", -1)], hint="found")
            assert [each["number"] async for each in found] == [3, 2, 1]
        assert "unique" not in (await opened.db.versions.index_information())["article_id_1_number_1"]
        assert not set(OBSOLETE["checks"]) & set(await opened.db.checks.index_information())
    finally:
        await opened.close()


def test_places_follow_the_time_and_part_versions_of_one_millisecond() -> None:
    moment, later = NOON, NOON + timedelta(milliseconds=1)
    ids = [f"{'a' * 16}:{n}" for n in range(1000)]
    assert len({place(moment, key) for key in ids}) == len(ids)
    assert first_place(moment) <= min(place(moment, key) for key in ids)
    assert max(place(moment, key) for key in ids) < first_place(later)
    assert first_place(moment + timedelta(microseconds=1)) == first_place(later), "a version has whole milliseconds"
    assert first_place(datetime(2240, 1, 1, tzinfo=UTC)) < 2**63 - 1


@pytest.mark.parametrize("name", ["versions", "added", "removed"])
async def test_texts_are_compressed_well(store: Store, name: str) -> None:
    stats = await store.db.command("collStats", name)
    assert "block_compressor=zstd" in stats["wiredTiger"]["creationString"]
