"""Batch work in shards: what is killed in the middle of one is done again, with the result of an undisturbed one."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from .archive import Archive
from .conftest import MakeArchive
from .processes import Process, freeze, stop
from .project import Project
from .redis import RedisServer
from .shard_processes import shards_of
from .twin import assert_like_twin
from .waiting import until
from .world import World

pytestmark = pytest.mark.slow

SOURCES = ("lock", "mole")
ARTICLES = range(1, 9)  # shards of three, three and two a source: one of a single article would not wait
# Read in the processes of shards: each waits in the middle of its work as long as there is a file `hold`.
HOLDING = """

import pathlib
import sys
import time

if "shard" in sys.argv:
    from newscrawl.store.reader.export_scan import ExportScan
    from newscrawl.store.session import Store

    calls = []

    def held(work):
        def waits(*given, **named):
            calls.append(work)
            while len(calls) == 2 and pathlib.Path("hold").exists():
                time.sleep(0.02)
            return work(*given, **named)

        return waits

    Store.capture, ExportScan.texts = held(Store.capture), held(ExportScan.texts)
"""


@pytest.fixture
def hold(project: Project) -> Path:
    return project.root / "hold"


@pytest.fixture
def crawled(make_archive: MakeArchive, project: Project, world: World) -> tuple[Archive, Archive]:
    """Two archives of the same sites, whose rules were changed since they were crawled."""
    for name in SOURCES:
        project.add_source(name, world.site(ARTICLES))
    archives = make_archive(), make_archive()
    for archive in archives:
        archive.crawl(*SOURCES)
    for name in SOURCES:
        file = project.root / "spiders" / f"{name}.py"
        file.write_text(file.read_text().replace('"div.text > p"', '"div.text > p:not(:first-child)"') + HOLDING)
    return archives


def start(archive: Archive, redis: RedisServer) -> Process:
    return archive.start("worker", "--processes", "2", CLUSTER_URI=redis.uri)


def batch(archive: Archive) -> dict[str, Any]:
    [found] = archive.run("cluster", "batches", "--json").json
    return dict(found)


def is_done(archive: Archive) -> bool:
    found = batch(archive)
    return found["waiting"] + found["running"] == 0


def test_rebase_in_shards_whose_processes_and_worker_are_killed_is_like_one_command(
    crawled: tuple[Archive, Archive], redis: RedisServer, hold: Path
) -> None:
    archive, twin = crawled
    hold.touch()
    made = archive.run("cluster", "rebase", *SOURCES, "--shard", "3")
    assert made.code == 0, made.told()
    first = start(archive, redis)
    rewritten = lambda: sum(len(versions) - 1 for versions in archive.histories().values())  # noqa: E731
    until(lambda: first.code is not None or (len(shards_of(first)) == 2 and rewritten() == 2), "two are to be at work")
    assert first.code is None, first.told()
    one, other = shards_of(first)
    os.kill(one, signal.SIGKILL)
    until(lambda: first.code is not None or set(shards_of(first)) - {one, other} != set(), "another is to begin")
    assert first.code is None, first.told()
    for pid in (first.pid, *shards_of(first)):
        freeze(pid)
    first.kill()
    hold.unlink()
    heir = start(archive, redis)
    until(lambda: heir.code is not None or is_done(archive), "all are to be done", every_seconds=0.5)
    stop(heir)
    found = batch(archive)
    assert (found["done"], found["failed"], found["errors"]) == (6, 0, {})
    count = len(SOURCES) * len(ARTICLES)
    assert found["result"] == {"articles": count, "rewritten": count, "different": count}
    for name in SOURCES:
        assert twin.run("rebase", name).code == 0
    assert_like_twin(archive, twin)


def test_export_in_shards_of_which_one_is_killed_has_the_rows_of_one_command(
    crawled: tuple[Archive, Archive], redis: RedisServer, hold: Path, tmp_path: Path
) -> None:
    archive, _ = crawled
    hold.touch()
    made = archive.run("cluster", "export", tmp_path / "shards", "--shard", "5")
    assert made.code == 0, made.told()
    worker = start(archive, redis)
    until(lambda: worker.code is not None or len(shards_of(worker)) == 2, "two are to be at work")
    os.kill(shards_of(worker)[0], signal.SIGKILL)
    hold.unlink()
    until(lambda: worker.code is not None or is_done(archive), "all are to be done", every_seconds=0.5)
    stop(worker)
    assert batch(archive)["failed"] == 0
    assert archive.run("export", tmp_path / "whole").code == 0
    folders = sorted((tmp_path / "shards").iterdir())
    assert len(folders) == 4
    for file in (tmp_path / "whole").glob("*.jsonl"):
        assert b"".join((folder / file.name).read_bytes() for folder in folders) == file.read_bytes(), file.name


def test_shard_that_fails_each_time_is_left_alone_and_says_why(
    crawled: tuple[Archive, Archive], redis: RedisServer, project: Project
) -> None:
    archive, _ = crawled
    assert archive.run("cluster", "rebase", "lock").code == 0
    (project.root / "spiders" / "lock.py").write_text("class Lock(:\n")
    worker = start(archive, redis)
    until(lambda: worker.code is not None or batch(archive)["failed"] == 1, "it is to fail", every_seconds=0.5)
    [error] = batch(archive)["errors"].values()
    assert "lock.py, line 1" in error
    stop(worker)
