"""What a worker had that is gone for good is taken over: on its machine at once, elsewhere when its terms have passed.

Bounds are read from the marks of the store, in its own time: what no term covers any more is taken at the next poll.
"""

from __future__ import annotations

import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.jobs.assignments import KEEP_SECONDS, POLL_SECONDS
from newscrawl.jobs.source_lease import HEARTBEAT_SECONDS
from newscrawl.store import hosts, runs, source_schedule, store_time
from tests.conftest import missing

from .archive import Archive
from .behaviours import Gate
from .conftest import MakeArchive
from .mongo import ReplicaSet
from .processes import Process, freeze, stop
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import World

pytestmark = pytest.mark.slow

SOURCES = ("lock", "mole", "quay")
TERMS = (source_schedule.TAKEN_TERM, runs.TERM, hosts.TERM)
# As another machine: a pid says nothing of a process in another namespace.
ELSEWHERE = ["unshare", "--pid", "--mount-proc", "--fork", "--kill-child"]


@pytest.fixture
def elsewhere() -> list[str]:
    """Words before a command that runs it in a pid namespace of its own."""
    for words in (ELSEWHERE, [*ELSEWHERE, "--user", "--map-root-user"]):
        if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
            return words
    missing("pid namespaces cannot be made here (unshare)")
    raise AssertionError("missing() returned")


class Scene:
    """A worker that has all sources and is killed, beside one that has none."""

    def __init__(self, archive: Archive, world: World, project: Project) -> None:
        self.archive = archive
        self.gate = Gate()
        self.held: dict[str, list[datetime]] = {}  # until when, by source, when the first was killed
        self.now = datetime.min.replace(tzinfo=UTC)  # by the store's clock, at that moment
        self.sites = {name: world.site([1, 2]) for name in SOURCES}
        for name, site in self.sites.items():
            site.behaviours["articles"] = self.gate
            project.add_source(name, site)

    def kill_the_first(self, prefix: list[str], *, ask: Callable[[Any], Awaitable[None]] | None = None) -> Process:
        """Let a worker begin all sources, then kill it; returns the other worker. `ask` changes the store before."""
        archive, first = self.archive, self._start(prefix)
        until(lambda: first.code is not None or all(s.asked() for s in self.sites.values()), "all are to be at work")
        assert first.code is None, first.told()
        heir = self._start([])
        until(lambda: heir.code is not None or len(self._workers()) == 2, "the other is to be there")
        for pid in first.family():
            freeze(pid)
        self.now, self.held = archive.ask(lambda store: store_time.now(store.db)), archive.ask(_held)
        assert {name: len(moments) for name, moments in self.held.items()} == dict.fromkeys(SOURCES, 2)
        if ask is not None:
            archive.ask(ask)
        first.kill()
        return heir

    def _start(self, prefix: list[str]) -> Process:
        return self.archive.start("worker", "--processes", "1", prefix=prefix, DOWNLOAD_TIMEOUT_SECONDS="600")

    def _workers(self) -> list[Any]:
        return list(self.archive.ask(lambda store: store.cluster_state()).workers)

    def let_the_heir_finish(self, heir: Process) -> None:
        self.gate.open()
        done = lambda name: any(run.reason == "finished" for run in self.archive.runs(name))  # noqa: E731
        until(lambda: heir.code is not None or all(map(done, SOURCES)), "the heir is to take over", every_seconds=0.5)
        assert heir.code is None, heir.told()
        stop(heir)


async def _held(store: Any) -> dict[str, list[datetime]]:
    """Return until when the marks, the leases of runs and those of hosts hold, by source."""
    found: dict[str, list[datetime]] = {}
    async for mark in store.db.sources.find({"taken": {"$ne": None}}):
        found[mark["_id"]] = [mark["taken"]["until"]]
    async for lease in store.db.leases.find({"run": {"$ne": None}}):
        found[lease["_id"]].append(lease["until"])
    return found


@pytest.fixture
def scene(make_archive: MakeArchive, members: ReplicaSet, world: World, project: Project) -> Scene:
    return Scene(make_archive(members.uri), world, project)


def test_another_machine_takes_over_when_the_terms_have_passed(
    scene: Scene, elsewhere: list[str], make_archive: MakeArchive
) -> None:
    assert max(TERMS) <= timedelta(seconds=60)
    assert max(TERMS) + timedelta(seconds=POLL_SECONDS) <= timedelta(seconds=90), "with what it takes to begin"
    assert 3 * max(KEEP_SECONDS, HEARTBEAT_SECONDS) < min(TERMS).total_seconds(), "a few renewals may fail"
    heir = scene.kill_the_first(elsewhere)
    assert max(map(max, scene.held.values())) <= scene.now + timedelta(seconds=60)
    scene.let_the_heir_finish(heir)
    for name, moments in scene.held.items():
        newest, lost = scene.archive.runs(name)
        assert (newest.reason, lost.reason) == ("finished", "lost")
        assert newest.started_at >= min(moments), "the terms of a living worker elsewhere are kept"
    end(scene, make_archive)


def test_the_same_machine_takes_over_at_the_next_poll_whatever_the_terms(
    scene: Scene, make_archive: MakeArchive
) -> None:
    assert timedelta(seconds=2 * POLL_SECONDS) < timedelta(seconds=60)
    heir = scene.kill_the_first([], ask=_prolong)
    scene.let_the_heir_finish(heir)
    end(scene, make_archive)


async def _prolong(store: Any) -> None:
    """Let all terms of what is held last for hours, as if they had been so long."""
    later = store_time.after(timedelta(hours=1))
    await store.db.sources.update_many({"taken": {"$ne": None}}, [{"$set": {"taken.until": later}}])
    await store.db.leases.update_many({"run": {"$ne": None}}, [{"$set": {"until": later}}])
    await store.db.hosts.update_many({"owner": {"$ne": None}}, [{"$set": {"until": later}}])


def end(scene: Scene, make_archive: MakeArchive) -> None:
    twin = make_archive()
    for site in scene.sites.values():
        site.behaviours.clear()
    twin.crawl(*SOURCES)
    assert_like_twin(scene.archive, twin)
