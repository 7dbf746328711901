"""Shards in the hands of a worker: each in a real process, whose end decides what becomes of it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.export import Export
from newscrawl.config import Config
from newscrawl.errors import ConfigError, LeaseHeld
from newscrawl.jobs.cluster_shards import ClusterShards
from newscrawl.jobs.deliveries import SHARD, Delivery
from newscrawl.jobs.shard_work import do_shard, make_export
from newscrawl.store import Store
from newscrawl.store.shards import Shard
from newscrawl.store.source_schedule import Taker
from newscrawl.store.store_time import after

ONE, OTHER = Taker("one"), Taker("other")


@pytest.fixture
def environ(config: Config, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Variables by which the processes of shards open the test's archive."""
    monkeypatch.setenv("NEWSCRAWL_MONGO_URI", str.__str__(config.mongo_uri or ""))
    monkeypatch.setenv("NEWSCRAWL_MONGO_DATABASE", config.mongo_database)
    monkeypatch.setenv("NEWSCRAWL_HOME", str(config.home))
    return monkeypatch


async def an_export(store: Store, folder: Path) -> str:
    [shard] = await make_export(store, folder, "jsonl", None)
    return shard.shard_id


async def done_by(shards: ClusterShards, store: Store, shard_id: str) -> Shard:
    """Let a worker do a shard; returns it as it is stored then."""
    delivery = Delivery(SHARD, shard_id)
    assert await shards.begin(store, delivery)
    await shards.until_idle()
    assert delivery.wait(0), "its slot is free"
    found = await store.shard(shard_id)
    assert found is not None
    return found


async def test_an_export_that_no_shard_could_do_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no_such_paper"):
        await make_export(store, tmp_path / "exported", "jsonl", "no_such_paper")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"is a file, not a folder"):
        await make_export(store, tmp_path / "file", "jsonl", None)
    assert await store.db.shards.count_documents({}) == 0
    await store.db.articles.insert_one({"_id": "a", "source": "no_such_paper"})
    [shard] = await make_export(store, tmp_path / "exported", "jsonl", "no_such_paper")
    assert shard.options["source"] == "no_such_paper"


async def test_no_shard_is_queued_while_no_place_is_free(store: Store, tmp_path: Path) -> None:
    await an_export(store, tmp_path / "exported")
    assert await ClusterShards(ONE, at_once=0).name(store) == []
    assert await store.db.shards.count_documents({"queued": {"$ne": None}}) == 0


async def test_shard_that_is_delivered_twice_is_done_once_and_its_process_is_heard(
    store: Store, environ: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    environ.setenv("PYTHONPROFILEIMPORTTIME", "1")  # Python writes what it imports to standard error
    shard_id = await an_export(store, tmp_path / "exported")
    shards, first, second = ClusterShards(ONE, at_once=2), Delivery(SHARD, shard_id), Delivery(SHARD, shard_id)
    assert [await shards.begin(store, each) for each in (first, second)] == [True, False]
    await shards.until_idle()
    found = await store.shard(shard_id)
    assert found is not None
    assert (found.state, found.tries) == ("done", 1)
    assert first.wait(0)
    assert "import time:" in capfd.readouterr().err


async def test_shard_whose_process_has_no_store_is_given_back(
    store: Store, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        environ.setenv("NEWSCRAWL_MONGO_URI", f"mongodb://127.0.0.1:{nobody.getsockname()[1]}")
        environ.setenv("NEWSCRAWL_MONGO_TIMEOUT_SECONDS", "1")
        shard_id = await an_export(store, tmp_path / "exported")
        found = await done_by(ClusterShards(ONE, at_once=1), store, shard_id)
    assert (found.state, found.tries, found.error) == ("waiting", 0, "")
    assert await store.take_shard(shard_id, OTHER) is not None


async def test_shard_for_which_no_process_can_be_started_has_failed_once(
    store: Store, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.setattr(sys, "executable", str(tmp_path / "nosuch"))
    found = await done_by(ClusterShards(ONE, at_once=1), store, await an_export(store, tmp_path / "exported"))
    assert (found.state, found.tries) == ("waiting", 1)
    assert "nosuch" in found.error


async def test_shard_that_cannot_be_done_has_failed_with_what_its_process_said(
    store: Store, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shard_id = await an_export(store, tmp_path / "exported")
    (tmp_path / "exported").write_text("no folder")
    found = await done_by(ClusterShards(ONE, at_once=1), store, shard_id)
    assert (found.state, found.tries) == ("waiting", 1)
    assert "cannot be written" in found.error


async def test_shard_of_a_worker_that_stops_is_given_back(
    store: Store, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shard_id = await an_export(store, tmp_path / "exported")
    shards, delivery = ClusterShards(ONE, at_once=1), Delivery(SHARD, shard_id)
    assert await shards.begin(store, delivery)
    await shards.close()
    found = await store.shard(shard_id)
    assert found is not None
    assert (found.state, found.tries, delivery.wait(0)) == ("waiting", 0, True)


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch, store: Store) -> Callable[[str], None]:
    """Let another worker take a shard when its export is whole and not yet in its place, as after a machine froze."""
    run = Export.run

    def overtake(shard_id: str) -> None:
        async def run_and_be_overtaken(self: Export, report: Callable[[int], object]) -> None:
            await run(self, report)
            await store.db.shards.update_one({"_id": shard_id}, [{"$set": {"taken.until": after(-timedelta(hours=1))}}])
            assert await store.take_shard(shard_id, OTHER) is not None

        monkeypatch.setattr(Export, "run", run_and_be_overtaken)

    return overtake


async def test_late_try_of_an_export_leaves_the_one_under_way_and_the_finished_one_alone(
    config: Config, store: Store, tmp_path: Path, overtaken: Callable[[str], None]
) -> None:
    folder = tmp_path / "exported"
    shard_id = await an_export(store, folder)
    assert await store.take_shard(shard_id, ONE) is not None
    kept = [folder / shard_id, folder / f".{shard_id}.2.part"]
    for each in kept:
        each.mkdir(parents=True)
        (each / "of-the-other").touch()
    overtaken(shard_id)
    with pytest.raises(LeaseHeld, match="another try"):
        await do_shard(config, shard_id)
    assert sorted(folder.iterdir()) == sorted(kept), "and its own part is gone"
    assert all((each / "of-the-other").exists() for each in kept)


async def test_export_replaces_what_an_earlier_try_left(config: Config, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    shard_id = await an_export(store, folder)
    for by in (ONE, OTHER):
        await store.db.shards.update_one({"_id": shard_id}, {"$unset": {"taken": ""}})
        assert await store.take_shard(shard_id, by) is not None
    for left in (folder / shard_id, folder / f".{shard_id}.1.part", folder / f".{shard_id}.2.part"):
        left.mkdir(parents=True)
        (left / "left").touch()
    await do_shard(config, shard_id)
    assert [each.name for each in folder.iterdir()] == [shard_id]
    assert not (folder / shard_id / "left").exists()
    found: Any = await store.shard(shard_id)
    assert found.state == "done"
