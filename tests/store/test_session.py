"""Opening the store: clear errors, in time and without passwords; the check log and source states."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from newscrawl.config import Config
from newscrawl.errors import ConfigError, SchemaMismatch, StoreUnavailable
from newscrawl.items import Check, Outcome, SourceState
from newscrawl.store import Store
from newscrawl.store.check_log import MAX_WAITING_LINES
from newscrawl.store.migrations import SCHEMA
from tests.store.samples import HOUR, NOON, SOURCE


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_dead_server_is_an_error_within_the_timeout_and_without_its_password() -> None:
    port = closed_port()
    config = Config(mongo_uri=f"mongodb://ada:s3cret@127.0.0.1:{port}/", mongo_timeout_seconds=1)
    message = rf"mongodb://\*\*\*@127.0.0.1:{port}/ cannot be used: .*Connect call failed"
    with pytest.raises(StoreUnavailable, match=message) as caught:
        await Store.open(config)
    assert "s3cret" not in str(caught.value)
    assert caught.value.exit_code == 4


async def test_a_server_that_accepts_and_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"mongodb://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(StoreUnavailable):
            await Store.open(Config(mongo_uri=uri, mongo_timeout_seconds=1))


async def test_the_time_to_wait_for_a_server_follows_the_configuration(config: Config) -> None:
    opened = await Store.open(replace(config, mongo_timeout_seconds=17))
    options = opened.db.client.options
    assert (options.timeout, options.server_selection_timeout, options.pool_options.connect_timeout) == (17, 17, 17)
    await opened.close()


@pytest.mark.parametrize("uri", ["mongodb://", "mongodb://host:99999/", "mongodb://a:b:c@h/"])
async def test_a_malformed_uri_is_a_configuration_error(uri: str) -> None:
    with pytest.raises(ConfigError, match="NEWSCRAWL_MONGO_URI"):
        await Store.open(Config(mongo_uri=uri, mongo_timeout_seconds=0.1))


async def test_a_database_of_a_newer_newscrawl_is_left_alone(config: Config, store: Store) -> None:
    other = replace(config, mongo_database=f"{config.mongo_database[:50]}-newer")
    with MongoClient(config.mongo_uri) as client:
        client[other.mongo_database].meta.insert_one({"_id": "schema", "version": SCHEMA + 1})
        with pytest.raises(SchemaMismatch, match=f"schema {SCHEMA + 1}, this newscrawl reads up to {SCHEMA}"):
            await Store.open(other)
        names = client[other.mongo_database].list_collection_names()
        client.drop_database(other.mongo_database)
    assert names == ["meta"]


async def test_a_server_that_takes_no_writes_is_unavailable(config: Config, store: Store) -> None:
    impatient = await Store.open(replace(config, mongo_timeout_seconds=3))
    await store.db.client.admin.command("fsync", lock=True)
    try:
        with pytest.raises(StoreUnavailable):
            await impatient.save_source_state(SourceState(SOURCE))
    finally:
        await store.db.client.admin.command("fsyncUnlock")
        await impatient.close()


CHECK = Check("a" * 16, SOURCE, "https://courier.example/pier", NOON, Outcome.NOT_MODIFIED, status=304, interval=HOUR)


async def written_lines(store: Store) -> list[dict[str, Any]]:
    return await store.last_checks("a" * 16, limit=1000)


async def test_a_check_is_one_line_of_the_check_log(store: Store) -> None:
    await store.check(CHECK)
    await store.write_check_log()
    [line] = await written_lines(store)
    assert (line["outcome"], line["period"], line["at"]) == ("not_modified", HOUR.total_seconds(), NOON)


async def test_lines_are_written_in_batches_and_none_twice(store: Store) -> None:
    for _ in range(2 * MAX_WAITING_LINES + 1):
        await store.check(CHECK)
    before = len(await written_lines(store))
    await asyncio.gather(store.write_check_log(), store.write_check_log())
    assert before >= 2 * MAX_WAITING_LINES
    assert len(await written_lines(store)) == 2 * MAX_WAITING_LINES + 1


async def test_closing_writes_the_last_lines(config: Config, store: Store) -> None:
    other = await Store.open(config)
    await other.check(CHECK)
    await other.close()
    assert len(await written_lines(store)) == 1


async def test_the_state_of_a_source_comes_back(store: Store) -> None:
    state = SourceState(
        SOURCE,
        publisher="The Courier",
        is_paused=True,
        paused_reason="moving",
        rates={"a.b": {"$c": 1.5}},
    )
    assert await store.source_state(SOURCE) == SourceState(SOURCE)
    await store.save_source_state(state)
    stored = await store.source_state(SOURCE)
    assert (stored.publisher, stored.is_paused, stored.rates) == ("The Courier", True, {"a.b": {"＄c": 1.5}})
