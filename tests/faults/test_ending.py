"""Row 4: what is told to stop stops, with code 7, and leaves nothing behind: no process, no lease, no claim."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from .archive import Archive
from .behaviours import Gate, hanging, slow
from .conftest import MakeArchive
from .processes import Process
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import Behaviour, Site, World

pytestmark = pytest.mark.slow

TERM, INT, KILL = signal.SIGTERM, signal.SIGINT, signal.SIGKILL
ARTICLES = range(1, 25)
FOR_EVER = "600"  # a timeout that no test waits for
SOURCES = ("quay", "weir")


@pytest.fixture
def sites(world: World, project: Project) -> list[Site]:
    """Two sources whose articles are known."""
    found = [world.site(ARTICLES) for _ in SOURCES]
    for name, site in zip(SOURCES, found, strict=True):
        project.add_source(name, site)
    return found


def begun(archive: Archive, sites: Sequence[Site], *words: str, behaviour: Behaviour = hanging) -> Process:
    """Start a command on due articles that answer like that; return it once each site has been asked for one."""
    archive.make_due()
    before = [len(site.asked()) for site in sites]
    for site in sites:
        site.behaviours["articles"] = behaviour
    command = archive.start(*words, DOWNLOAD_TIMEOUT_SECONDS=FOR_EVER, RECHECK_MAX_PER_RUN="1000")
    asked = lambda: all(len(site.asked()) > n for site, n in zip(sites, before, strict=True))  # noqa: E731
    until(lambda: asked() or command.code is not None, "articles are to be asked for")
    assert command.code is None, command.told()
    return command


def assert_nothing_left(archive: Archive, names: Sequence[str]) -> None:
    for name in names:
        (run, *_) = archive.runs(name)
        assert (run.reason, run.exit_code, run.ended_at is not None) == ("shutdown", 7, True)
        assert not archive.is_held(name)
    assert archive.claimed() == 0


@pytest.mark.parametrize("behaviour", [slow(0.3), hanging], ids=["slow site", "hanging site"])
@pytest.mark.parametrize("sent", [TERM, INT])
def test_stopped_crawl_asks_for_nothing_more_and_ends_with_7(
    make_archive: MakeArchive, sites: list[Site], sent: int, behaviour: Behaviour
) -> None:
    site, archive, twin = sites[0], make_archive(), make_archive()
    for each in (archive, twin):
        each.crawl("quay")
    site.edit(ARTICLES[::2])
    crawl = begun(archive, [site], "crawl", "quay", behaviour=behaviour)
    asked = len(site.asked())
    crawl.send(sent)
    crawl.until_gone()
    assert crawl.code == 7, crawl.told()
    assert len(site.asked()) <= asked + 1, "requests left after the signal"
    assert_nothing_left(archive, ["quay"])
    site.behaviours.clear()
    twin.make_due()
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)


@pytest.mark.parametrize("sent", [TERM, INT])
def test_second_signal_waits_for_no_request_under_way(make_archive: MakeArchive, sites: list[Site], sent: int) -> None:
    seconds = []
    for times in (1, 2):
        archive = make_archive()
        crawl = begun(archive, sites[:1], "crawl", "quay")
        began = time.monotonic()
        crawl.send(sent)
        while times == 2 and crawl.code is None:
            time.sleep(0.2)  # two before the first is handled are one to the system
            crawl.send(sent)
        crawl.until_gone()
        seconds.append(time.monotonic() - began)
        assert crawl.code == 7, crawl.told()
        sites[0].behaviours.clear()
    assert seconds[1] < seconds[0], "a second signal changed nothing"


@pytest.mark.parametrize("words", [("crawl", *SOURCES), ("crawl", "--due"), ("worker",)], ids=" ".join)
@pytest.mark.parametrize("sent", [TERM, INT])
def test_stopped_round_stops_all_its_processes(
    archive: Archive, sites: list[Site], words: tuple[str, ...], sent: int
) -> None:
    command = begun(archive, sites, *words)
    asked = [len(site.asked()) for site in sites]
    assert command.family()
    command.send(sent)
    command.until_gone()
    assert command.code == 7, command.told()
    assert all(len(site.asked()) <= n + 1 for site, n in zip(sites, asked, strict=True))
    assert_nothing_left(archive, SOURCES)


def test_control_c_reaches_parent_and_children_at_once(archive: Archive, sites: list[Site]) -> None:
    command = begun(archive, sites, "crawl", *SOURCES)
    assert command.family()
    os.killpg(command.pid, INT)
    command.until_gone()
    assert command.code == 7, command.told()
    assert_nothing_left(archive, SOURCES)


@pytest.mark.parametrize("words", [("crawl", *SOURCES), ("worker",)], ids=" ".join)
def test_no_child_outlives_a_parent_that_was_killed(
    archive: Archive, sites: list[Site], words: tuple[str, ...]
) -> None:
    command = begun(archive, sites, *words)
    assert command.family()
    os.kill(command.pid, KILL)
    command.until_gone()


def test_run_whose_lease_another_took_ends_with_3_at_its_next_heartbeat(archive: Archive, sites: list[Site]) -> None:
    archive.crawl("quay")
    gate = Gate()
    crawl = begun(archive, sites[:1], "crawl", "quay", behaviour=gate)
    taken = {"run": "another", "until": datetime.now(UTC) + timedelta(hours=1)}
    archive.ask(lambda store: store.db.leases.update_one({"_id": "quay"}, {"$set": taken, "$inc": {"token": 1}}))
    until(lambda: "lost the lease" in crawl.err or crawl.code is not None, "the heartbeat is to notice it")
    asked = len(sites[0].asked())
    gate.open()
    crawl.until_gone()
    assert crawl.code == 3, crawl.told()
    assert len(sites[0].asked()) == asked, "requests left without a lease"
    lease = archive.ask(lambda store: store.db.leases.find_one({"_id": "quay"}))
    assert (lease or {})["run"] == "another"


def test_round_with_a_killed_child_tries_its_sources_again(archive: Archive, sites: list[Site]) -> None:
    gate = Gate()
    command = begun(archive, sites, "crawl", *SOURCES, "--json", behaviour=gate)
    (child, *_) = command.clients_of(sites[0].port)
    os.kill(child, KILL)
    gate.open()
    assert command.wait() == 0, command.told()
    assert sorted((report["source"], report["reason"]) for report in command.json) == [
        ("quay", "finished"),
        ("weir", "finished"),
    ]
    assert not any(archive.is_held(name) for name in SOURCES)
