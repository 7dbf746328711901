"""Several sources side by side: named, due, or by a resident worker; what kills a process costs one source its run."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.jobs.assignments import POLL_SECONDS

from .archive import Archive
from .behaviours import Gate, hanging
from .conftest import MakeArchive
from .processes import Process, stop
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 9)
SOURCES = ("lock", "mole", "quay", "weir")


def articles_of(archive: Archive) -> dict[str, int]:
    counts = dict.fromkeys(SOURCES, 0)
    for key in archive.histories():
        counts[key.partition("/")[0]] += 1
    return counts


def test_named_sources_are_crawled_side_by_side_and_reported_in_order(archive: Archive, sites: dict[str, Site]) -> None:
    names = list(reversed(SOURCES))
    crawl = archive.crawl(*names)
    assert [report["source"] for report in crawl.json] == names
    assert all((report["reason"], report["exit_code"]) == ("finished", 0) for report in crawl.json)
    assert set(articles_of(archive).values()) == {len(ARTICLES)}


def test_round_crawls_what_is_due_once_and_the_next_one_nothing(archive: Archive, sites: dict[str, Site]) -> None:
    crawl = archive.crawl("--due")
    assert {report["source"] for report in crawl.json} == set(SOURCES)
    again = archive.crawl("--due")
    assert again.json == []
    assert "nothing is due" in again.err
    archive.make_due("mole")
    assert [report["source"] for report in archive.crawl("--due").json] == ["mole"]


def test_source_whose_file_is_broken_says_which_line_and_stops_no_other(
    archive: Archive, project: Project, sites: dict[str, Site]
) -> None:
    project.write("mole", "from newscrawl.spider import NewsSpider\n\nclass Mole(NewsSpider:\n")
    crawl = archive.crawl("--due", good=(2,))
    reports = {report["source"]: report for report in crawl.json}
    assert (reports["mole"]["reason"], reports["mole"]["exit_code"]) == ("not_started", 2)
    assert "spiders/mole.py, line 3" in next(iter(reports["mole"]["errors"]))
    assert {name for name, report in reports.items() if report["exit_code"] == 0} == set(SOURCES) - {"mole"}


def test_large_and_slow_sources_hold_up_no_other(archive: Archive, project: Project, world: World) -> None:
    small = {f"quay{number}": world.site([1, 2]) for number in range(20)}
    large, slow, gate = world.site(range(1, 201)), world.site(ARTICLES), Gate()
    large.behaviours["articles"] = slow.behaviours["all"] = gate
    for name, site in {"atoll": large, "brook": slow, **small}.items():
        project.add_source(name, site)
    round_ = archive.start("crawl", "--due", "--json", DOWNLOAD_TIMEOUT_SECONDS="600")
    until(lambda: bool(round_.code or (large.asked() and slow.requests)), "both are to be at work")
    until(
        lambda: round_.code is not None or all(set(site.asked()) == {1, 2} for site in small.values()),
        "all others are to be crawled meanwhile",
    )
    assert round_.code is None, round_.told()
    assert (len(large.asked()), len(slow.requests)) == (1, 1)
    gate.open()
    assert round_.wait() == 0, round_.told()
    assert len(round_.json) == 2 + len(small)
    assert len(set(large.asked())) == 200


def test_resident_worker_crawls_what_falls_due_and_ends_with_7(
    archive: Archive, project: Project, world: World, sites: dict[str, Site]
) -> None:
    assert POLL_SECONDS <= 10, "what a person made due, and a new source, are noticed within ten seconds"
    added = world.site(ARTICLES)
    worker = archive.start("worker")
    until(lambda: worker.code is not None or all_crawled(archive, 1), "every source is to be crawled")
    assert worker.code is None, worker.told()
    sites["weir"].edit(ARTICLES)
    assert archive.run("recheck", "--source", "weir").code == 0
    until(lambda: len(archive.runs("weir")) > 1 and ended(archive, "weir"), "what a person made due is to be crawled")
    project.add_source("dyke", added)
    until(lambda: bool(archive.runs("dyke")) and ended(archive, "dyke"), "a new source is to be crawled")
    stop(worker)
    assert {len(versions) for key, versions in archive.histories().items() if key.startswith("weir/")} == {2}
    assert not any(archive.is_held(name) for name in SOURCES)


def test_killed_process_of_a_worker_is_replaced_and_loses_nothing(
    make_archive: MakeArchive, sites: dict[str, Site]
) -> None:
    archive, twin = make_archive(), make_archive()
    worker = archive.start("worker", "--processes", "1")
    until(lambda: any(site.asked() for site in sites.values()), "an article is to be asked for")
    killed = kill_child(worker)
    until(lambda: worker.code is not None or all_crawled(archive, 1), "every source is to be crawled nevertheless")
    assert worker.code is None, worker.told()
    assert killed
    stop(worker)
    twin.crawl(*SOURCES)
    assert_like_twin(archive, twin)


# Appended to a spider file: what ends the process that runs it, as long as a file with the source's name is there.
DEADLY = """
    async def parse_listing(self, response, depth):
        import ctypes, os, pathlib, signal, time
        if pathlib.Path("{name}.deadly").exists():
            {deed}
        async for item in super().parse_listing(response, depth):
            yield item
"""
DEEDS = {
    "lock": ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),  # as the kernel does where memory runs out
    "mole": ("ctypes.string_at(0)", "SIGSEGV"),
    "weir": ("time.sleep(3600)", ""),
}
SILENCE = "6"  # seconds; the loop of a busy machine answers within them


def test_source_that_ends_every_process_is_set_aside_until_its_file_changes_or_a_crawl_of_it_ends(
    archive: Archive, project: Project, sites: dict[str, Site]
) -> None:
    for name, (deed, _) in DEEDS.items():
        file = project.root / "spiders" / f"{name}.py"
        file.write_text(file.read_text() + DEADLY.format(name=name, deed=deed))
        (project.root / f"{name}.deadly").touch()
    crawl = archive.crawl("--due", good=(70,), WORKER_SILENCE_SECONDS=SILENCE)
    expected = {"quay": ("finished", 0), **dict.fromkeys(DEEDS, ("worker_died", 70))}
    assert {report["source"]: (report["reason"], report["exit_code"]) for report in crawl.json} == expected
    for name, (deed, number) in DEEDS.items():
        alarms = {alarm.kind: alarm for alarm in archive.ask(lambda store, name=name: store.alarms(name))}
        assert set(alarms) == {"set_aside", "worker_died"}
        evidence = alarms["worker_died"].evidence
        assert evidence["signal"] == number, crawl.told()
        report = Path(str(evidence["report"])).read_text()
        assert f"worker {evidence['pid']} ended with" in report
        assert f"it crawled: {name}\n" in report, "alone"
        assert ("in parse_listing" in report) == (number != "SIGKILL"), f"{deed} leaves stacks unless it is SIGKILL"
        newest = archive.runs(name)[0]
        assert (newest.reason, newest.exit_code) == ("worker_died", 70)
        assert not archive.is_held(name)
    assert {row["source"]: row["set_aside"] for row in archive.run("sources", "--json").json} == {
        name: name in DEEDS for name in SOURCES
    }
    states = {row["source"]: (row["state"], row["cause"]) for row in archive.run("status", "--json").json}
    assert {name for name, (state, cause) in states.items() if state == "alarm" and "set_aside" in cause} == set(DEEDS)

    for name in DEEDS:
        (project.root / f"{name}.deadly").unlink()
    edited = project.root / "spiders" / "mole.py"
    edited.write_text(edited.read_text() + "\n")
    make_sources_due(archive, *DEEDS)
    assert [report["source"] for report in archive.crawl("--due").json] == ["mole"], "its file was edited"
    assert archive.crawl("lock").json["reason"] == "finished", "a person asked for it"
    make_sources_due(archive, *DEEDS)
    assert {report["source"] for report in archive.crawl("--due").json} == {"lock", "mole"}
    assert {alarm.source for alarm in archive.ask(lambda store: store.alarms())} == {"weir"}


def make_sources_due(archive: Archive, *names: str) -> None:
    archive.ask(lambda store: store.make_sources_due(names, datetime.now(UTC)))


def test_worker_that_is_stopped_while_sources_wait_to_be_tried_alone_ends(
    archive: Archive, sites: dict[str, Site]
) -> None:
    for site in sites.values():
        site.behaviours["all"] = hanging
    requested = lambda: sum(len(site.requests) for site in sites.values())  # noqa: E731
    worker = archive.start("worker", "--processes", "1", DOWNLOAD_TIMEOUT_SECONDS="600")
    until(lambda: requested() == len(SOURCES), "every source is to be at work")
    kill_child(worker)
    until(lambda: requested() > len(SOURCES), "the first is to be tried alone")
    for _ in range(2):
        worker.send(signal.SIGTERM)
        time.sleep(0.5)  # two at once are one to the system
    worker.until_gone()
    assert worker.code == 7, worker.told()


def all_crawled(archive: Archive, times: int) -> bool:
    return all(len(archive.runs(name)) >= times and ended(archive, name) for name in SOURCES)


def ended(archive: Archive, name: str) -> bool:
    newest = archive.runs(name)[0]
    return newest.ended_at is not None and newest.reason == "finished"


def kill_child(worker: Process) -> int:
    """Kill the process that crawls: the child of the fork server."""
    for pid in children_of(worker.pid):
        for child in children_of(pid):
            os.kill(child, signal.SIGKILL)
            return child
    raise AssertionError(f"{worker.pid} has no grandchild: {worker.told()}")


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
