"""A cluster whose every part is struck within one run: workers, one of which is frozen, the broker, the primary.

What counts is what the servers saw, and an archive to which nothing happened. CHAOS_SOURCES says how many sources.
"""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any

import pytest

from .archive import Archive
from .behaviours import Gate
from .conftest import MakeArchive
from .mongo import ReplicaSet
from .processes import Process, freeze, stop, thaw
from .project import Project
from .redis import RedisServer
from .twin import assert_like_twin
from .waiting import until
from .world import World

pytestmark = pytest.mark.slow

SOURCES = int(os.environ.get("CHAOS_SOURCES", "48"))
ARTICLES = (1, 2)
SLOTS = 4  # of each of three workers
DELAY_SECONDS = 0.25


class Cluster:
    """The workers, and the sources that each of them had when it was struck."""

    def __init__(self, archive: Archive, redis: RedisServer, world: World) -> None:
        self.archive, self.redis, self.world = archive, redis, world
        self.workers: list[Process] = []
        self.struck: set[str] = set()

    def add(self) -> Process:
        worker = self.archive.start(
            "worker", "--processes", "1", "--at-once", str(SLOTS), CLUSTER_URI=self.redis.uri,
            DELAY_SECONDS=str(DELAY_SECONDS), DOWNLOAD_TIMEOUT_SECONDS="600", STORE_PATIENCE_SECONDS="600",
        )  # fmt: skip
        self.workers.append(worker)
        return worker

    def all_busy(self) -> None:
        """Wait until every worker has as many requests for articles under way as it has slots."""
        until(lambda: self.is_broken() or self._under_way() == len(self.workers) * SLOTS, "all slots are to be busy")
        assert not self.is_broken(), [worker.told() for worker in self.workers]

    def _under_way(self) -> int:
        return sum(any(r.number and not r.is_answered for r in list(site.requests)) for site in self.world.sites)

    def is_broken(self) -> bool:
        return any(worker.code is not None for worker in self.workers)

    def freeze(self, worker: Process) -> set[str]:
        """Freeze a worker with its processes; returns the sources that it has."""
        for pid in worker.family():
            freeze(pid)
        found = {name for name, taken in self.taken().items() if taken["pid"] == worker.pid}
        self.struck |= found
        return found

    def kill(self, worker: Process) -> set[str]:
        """Kill -9 a worker with its processes; returns the sources that it had."""
        found = self.freeze(worker)  # so that it takes nothing between the question and its death
        worker.kill()
        self.workers.remove(worker)
        return found

    def taken(self) -> dict[str, dict[str, Any]]:
        """Return what is taken, by whom, as the marks of the store say."""

        async def look(store: Any) -> dict[str, dict[str, Any]]:
            return {mark["_id"]: mark["taken"] async for mark in store.db.sources.find({"taken": {"$ne": None}})}

        return self.archive.ask(look)

    def finished(self) -> set[str]:
        runs = self.archive.ask(lambda store: store.runs(None, 100_000))
        return {run.source for run in runs if run.reason == "finished"}

    def stop(self) -> None:
        stop(*self.workers)


def test_struck_cluster_loses_nothing_asks_nothing_twice_or_early_and_ends_like_its_twin(
    world: World, project: Project, make_archive: MakeArchive, members: ReplicaSet, redis: RedisServer
) -> None:
    names = [f"quay{number}" for number in range(SOURCES)]
    gate = Gate()
    for name in names:
        site = world.site(ARTICLES)
        site.behaviours["articles"] = gate
        project.add_source(name, site)
    archive, twin = make_archive(members.uri), make_archive()
    cluster = Cluster(archive, redis, world)
    killed, frozen, _ = cluster.add(), cluster.add(), cluster.add()
    cluster.all_busy()

    redis.kill()
    redis.start()
    lost = cluster.kill(killed)
    assert len(lost) == SLOTS
    cluster.add()
    of_heirs = lambda: [mark for mark in cluster.taken().values() if mark["pid"] != killed.pid]  # noqa: E731
    until(lambda: cluster.is_broken() or len(of_heirs()) == 3 * SLOTS, "heirs are to take over")
    assert not cluster.is_broken(), [worker.told() for worker in cluster.workers]
    cold = cluster.freeze(frozen)
    assert len(cold) == SLOTS
    members.step_down()
    members.wait_for_all()
    gate.open()
    until(lambda: cluster.is_broken() or cluster.finished() >= set(names), "all are to be crawled", every_seconds=0.5)
    assert not cluster.is_broken(), [worker.told() for worker in cluster.workers]
    killed_late = cluster.workers[-1]
    for pid in reversed(frozen.family()):
        thaw(pid)
    until(lambda: all(run_ended(archive, name) for name in cold), "the thawed runs are to end", every_seconds=0.5)
    cluster.kill(killed_late)
    cluster.stop()

    assert early_requests(world) == []
    asked = {name: sorted(site.asked()) for name, site in zip(names, world.sites, strict=True)}
    assert {name for name, numbers in asked.items() if set(numbers) != set(ARTICLES)} == set(), "nothing is lost"
    assert {name for name, numbers in asked.items() if len(numbers) > len(ARTICLES)} <= cluster.struck, "nothing twice"
    for site in world.sites:
        site.behaviours.clear()
    twin.crawl(*names)
    assert_like_twin(archive, twin)


def run_ended(archive: Archive, name: str) -> bool:
    return all(run.ended_at is not None for run in archive.runs(name))


def early_requests(world: World) -> list[str]:
    """Return the requests that came less than a delay after the one before them."""
    return [
        f"{site.host}: {later.path} {later.at - earlier.at:.3f} s after {earlier.path}"
        for site in world.sites
        for earlier, later in pairwise(site.requests)
        if later.at - earlier.at < DELAY_SECONDS
    ]
