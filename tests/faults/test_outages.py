"""Rows 5, 6 and 8: MongoDB is away, before a run or in the middle of it, or takes no writes any more."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.jobs import Job
from newscrawl.jobs.assignments import DueSources
from newscrawl.store import check_log

from .archive import Archive
from .behaviours import Gate
from .conftest import MakeArchive
from .mongo import Mongod, free_port
from .outages import SHORT, assert_no_request_leaves, assert_undisturbed, held, until_away
from .processes import stop
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 31)


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


@pytest.fixture
def twin(make_archive: MakeArchive) -> Archive:
    """An archive on a server that nothing happens to."""
    return make_archive()


@pytest.fixture(params=["refused", "silent"])
def nothing_there(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of no MongoDB: nobody listens there, or nobody answers."""
    if request.param == "refused":
        yield f"127.0.0.1:{free_port()}"
        return
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    "words", [("crawl", "quay"), ("crawl", "quay", "weir"), ("crawl", "--due"), ("worker",)], ids=" ".join
)
def test_store_away_before_a_run_ends_with_4_and_one_clear_line(
    project: Project, site: Site, make_archive: MakeArchive, nothing_there: str, words: tuple[str, ...]
) -> None:
    project.add_source("weir", site)
    shorter = {} if words == ("crawl", "quay") else {"MONGO_TIMEOUT_SECONDS": "3"}
    command = make_archive(f"mongodb://{nothing_there}/").run(*words, **shorter)
    assert command.code == 4, command.told()
    (line,) = command.err.splitlines()
    assert f"MongoDB at mongodb://{nothing_there}/ cannot be used: " in line
    assert site.requests == []


def test_crawl_goes_on_after_a_minute_without_mongod(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive
) -> None:
    archive = make_archive(mongod.uri)
    crawl, hold = held(archive, site)
    mongod.kill()
    hold.open()
    asked = len(site.asked())
    assert_no_request_leaves(site, asked, seconds=60)
    mongod.start()
    assert_undisturbed(crawl)
    assert len(site.asked()) == len(ARTICLES), "what was fetched before the outage was fetched again"
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def test_crawl_goes_on_when_a_silent_mongod_answers_again(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive
) -> None:
    archive = make_archive(mongod.uri)
    crawl, hold = held(archive, site)
    mongod.freeze()
    asked = len(site.asked())
    hold.open()
    until_away(crawl)
    assert_no_request_leaves(site, asked, seconds=0)
    mongod.thaw()
    assert_undisturbed(crawl)
    assert len(site.asked()) == len(ARTICLES), "what was fetched before the outage was fetched again"
    twin.crawl("quay")
    assert_like_twin(archive, twin)


@pytest.mark.parametrize("words", [("crawl", "quay", "--json"), ("crawl", "--due", "--json")], ids=" ".join)
def test_longer_outage_ends_with_4_and_the_next_run_like_its_twin(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive, words: tuple[str, ...]
) -> None:
    archive = make_archive(mongod.uri)
    archive.crawl("quay")
    twin.crawl("quay")
    site.edit(ARTICLES[::3])
    for each in (archive, twin):
        each.make_due()
        each.make_source_due("quay")
    crawl, hold = held(archive, site, *words, STORE_PATIENCE_SECONDS=SHORT)
    mongod.kill()
    hold.open()
    crawl.until_gone()
    assert crawl.code == 4, crawl.told()
    assert "Traceback" not in crawl.err
    mongod.start()
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)
    assert {run.reason for run in archive.runs("quay")} <= {"finished", "store_unavailable", "lost"}
    lines = archive.ask(lambda store: check_log.find_lines(store.db, {}))
    assert lines
    assert "error" not in {line["outcome"] for line in lines}, "the fault of a page"


def test_worker_outlasts_an_outage_that_ends_its_runs(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive
) -> None:
    archive = make_archive(mongod.uri)
    worker, hold = held(archive, site, "worker", STORE_PATIENCE_SECONDS=SHORT)
    mongod.kill()
    hold.open()
    given_up = "its next turn is planned later"
    until(lambda: given_up in worker.err or worker.code is not None, "the run is to give up")
    assert worker.code is None, worker.told()
    asked = len(site.asked())
    mongod.start()
    archive.let_leases_end()
    until(lambda: archive.runs("quay")[0].reason == "finished" or worker.code is not None, "it is to be crawled again")
    assert len(site.asked()) > asked
    stop(worker)
    assert "Traceback" not in worker.err, worker.told()
    twin.crawl("quay")
    assert_like_twin(archive, twin)


@pytest.mark.parametrize("words", [("crawl", "quay"), ("crawl", "--due"), ("worker",)], ids=" ".join)
def test_stopped_command_ends_although_the_store_is_away(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive, words: tuple[str, ...]
) -> None:
    archive = make_archive(mongod.uri)
    command, hold = held(archive, site, *words)
    mongod.kill()
    hold.open()
    until_away(command)
    stop(command)
    mongod.start()
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)
    assert all(run.ended_at is not None for run in archive.runs("quay")), "a run without its end"


async def test_round_under_way_waits_for_the_store_as_long_as_its_runs_do(project: Project, mongod: Mongod) -> None:
    for patience_seconds in (60.0, 0.0):
        config = Config(mongo_uri=mongod.uri, mongo_timeout_seconds=1, store_patience_seconds=patience_seconds)
        sources = DueSources(config, lambda name: Job(source=name), is_resident=False)
        assert await sources.next_jobs(1, ())
        mongod.kill()
        if patience_seconds:
            assert await sources.next_jobs(1, ()) == []
            mongod.start()
            assert await sources.next_jobs(1, ())
        else:
            with pytest.raises(StoreUnavailable):
                await sources.next_jobs(1, ())
        await sources.close()


def test_mongod_lost_while_a_listing_is_weighed_is_no_defect(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive
) -> None:
    archive = make_archive(mongod.uri)
    archive.crawl("quay")
    twin.crawl("quay")
    gate = Gate()
    site.behaviours["feed"] = gate
    feeds = site.count("/feed.xml")
    crawl = archive.start("crawl", "quay", "--json")
    until(lambda: site.count("/feed.xml") > feeds or crawl.code is not None, "the feed is to be asked for")
    in_articles = {"namespace": f"{archive.database}.articles", "blockConnection": True, "blockTimeMS": 60_000}
    mongod.fail_point(failCommands=["find", "aggregate"], **in_articles)
    gate.open()
    mongod.wait_for_fail_point()
    mongod.kill()
    time.sleep(3)
    mongod.start()
    assert_undisturbed(crawl)
    assert_like_twin(archive, twin)


@pytest.mark.parametrize("milliseconds", [200])
def test_slow_mongod_makes_a_crawl_slow_and_nothing_else(
    site: Site, make_archive: MakeArchive, mongod: Mongod, milliseconds: int
) -> None:
    """All connections of the pool are busy: what waits for one waits, and is no failure."""
    archive = make_archive(mongod.uri)
    archive.crawl("quay")
    site.edit(ARTICLES[::3])
    archive.make_due()
    commands = ["find", "insert", "update", "findAndModify", "aggregate", "count"]
    mongod.fail_point(failCommands=commands, appName="newscrawl", blockConnection=True, blockTimeMS=milliseconds)
    crawl = archive.start("crawl", "quay", "--json")
    assert_undisturbed(crawl)
    mongod.fail_point(mode="off")
    assert crawl.json["outcomes"] == {"changed": 10, "unchanged": 20}


@pytest.mark.parametrize("code", [64, 91], ids=["write concern timed out", "shutdown in progress"])
def test_write_that_was_applied_and_not_acknowledged_is_stored_once(
    site: Site, make_archive: MakeArchive, mongod: Mongod, twin: Archive, code: int
) -> None:
    archive = make_archive(mongod.uri)
    crawl, hold = held(archive, site)
    unacknowledged: dict[str, Any] = {"code": code, "errmsg": "waiting for replication timed out"}
    writes = ["insert", "update", "findAndModify", "bulkWrite"]
    mongod.fail_point(mode={"times": 3}, failCommands=writes, appName="newscrawl", writeConcernError=unacknowledged)
    hold.open()
    assert_undisturbed(crawl)
    mongod.wait_for_fail_point(times=3)
    twin.crawl("quay")
    assert_like_twin(archive, twin)
