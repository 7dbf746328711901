"""Indexes: made again when an older newscrawl defined them differently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.items import Check, Outcome
from newscrawl.store import Store, check_counts, lifetimes


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
    await check_counts.count(store.db)
    line = await store.db.checks.find_one({"at": long_ago})
    assert line is not None
    assert datetime.now(UTC) - line[lifetimes.FIELDS["checks"]] < timedelta(days=1)
