"""What a crawl asks of collections that may be spread over shards carries the shard key, or is meant for all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawl.clock import SteppingClock
from newscrawl.store.indexes import all_indexes
from newscrawl.store.session import Store
from newscrawl.store.shard_keys import SCATTERED, SHARD_KEY, SHARDED, is_declared

from .archive import make_due, with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROFILE_BYTES = 64 * 2**20


def queries(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the conditions of a profiled command; of an insert none."""
    command = row["command"]
    if row["op"] in {"update", "remove"}:
        yield command["q"]
    elif "aggregate" in command:
        yield next((stage["$match"] for stage in command["pipeline"] if "$match" in stage), {})
    elif "findAndModify" in command or "count" in command or "distinct" in command:
        yield command.get("query", {})
    elif "find" in command:
        yield command.get("filter", {})


def test_every_query_of_a_crawl_carries_its_shard_key_or_is_declared_to_scatter(
    gazette_driver: CrawlDriver, gazette: Gazette
) -> None:
    async def begin(store: Store) -> None:
        await store.db.command("profile", 0)
        await store.db.drop_collection("system.profile")
        await store.db.create_collection("system.profile", capped=True, size=PROFILE_BYTES)
        await store.db.command("profile", 2)

    async def due_again(store: Store) -> None:
        await make_due(store, START)

    async def profiled(store: Store) -> list[dict[str, Any]]:
        await store.db.command("profile", 0)
        rows: list[dict[str, Any]] = await store.db["system.profile"].find({}).to_list()
        await store.db.drop_collection("system.profile")
        return rows

    gazette.articles = {"pier-101": ["The pier is open."], "quay-102": ["The quay is shut."]}
    gazette.listed = dict.fromkeys(gazette.articles, "")
    with_store(gazette_driver.config, begin)
    for day in range(3):
        gazette_driver.crawl(clock=SteppingClock(START + day * timedelta(days=1)))
        gazette.articles["pier-101"][0] = f"The pier was shut on day {day}."
        with_store(gazette_driver.config, due_again)
    rows = with_store(gazette_driver.config, profiled)
    asked = [(row["ns"].partition(".")[2], query) for row in rows for query in queries(row)]
    assert {name for name, _ in asked} >= {"articles", "versions", "payloads", "checks", "hosts"}
    # This test itself makes articles due, without a condition.
    undeclared = [(name, query) for name, query in asked if query and not is_declared(name, query)]
    assert undeclared == []


def test_unique_indexes_of_sharded_collections_begin_with_the_shard_key() -> None:
    unique = [
        (name, model.document["name"])
        for name in SHARDED
        for model in all_indexes().get(name, ())
        if model.document.get("unique") and next(iter(model.document["key"])) != SHARD_KEY
    ]
    assert unique == []


def test_every_scattered_query_is_of_a_sharded_collection_and_says_why() -> None:
    assert all(name in SHARDED and reason for (name, _), reason in SCATTERED.items())
