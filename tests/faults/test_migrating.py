"""A migration meets a full disk, a killed database and a new primary: it goes on, at once or when asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.store.old_archives import DUMPS, line, version
from tests.upgrade.restore import restore

from .archive import Archive
from .conftest import MakeArchive
from .disks import enlarge, fill, small_disk
from .mongo import Mongod, ReplicaSet
from .processes import Process
from .waiting import until

pytestmark = pytest.mark.slow
MANY = 20_000
Documents = Database[dict[str, Any]]


def old_documents(archive: Archive, *, many: int = MANY) -> None:
    """Fill an archive as 0.1.0 left it, with so much beside that its migration takes a while."""
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        database = client[archive.database]
        restore(DUMPS / "papers" / "database.jsonl.gz", database)
        for start in range(0, many, 2000):
            database.versions.insert_many([version(n, paragraphs=["A line."]) for n in range(start, start + 2000)])
            database.checks.insert_many([line(n) for n in range(start, start + 2000)])


def assert_migrated(archive: Archive, *, many: int = MANY) -> None:
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        database = client[archive.database]
        assert database.versions.count_documents({"place": None}) == 0
        assert database.versions.count_documents({}) == many + 50
        assert database.checks.count_documents({"lines": None}) == 0
        assert sum(len(each["lines"]) for each in database.checks.find()) == many + 153
        database.versions.delete_many({"headline": None})  # of those beside there are neither articles nor chains
    verified = archive.run("verify", "--json", "--reread", "0")
    assert verified.json["problems"] == [], verified.told()


def begun(archive: Archive) -> Process:
    """Start a migration, and return it in its middle."""
    process = archive.start("migrate", "--json")
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        some = {"_id": 2, "changed": {"$gt": 3000}}
        until(
            lambda: client[archive.database].migrations.find_one(some) is not None or process.code is not None,
            "a migration is to begin",
        )
    assert process.code is None, process.told()
    return process


def test_database_that_dies_ends_it_with_4_and_the_next_one_goes_on(mongod: Mongod, make_archive: MakeArchive) -> None:
    archive = make_archive(mongod.uri)
    old_documents(archive)
    process = begun(archive)
    mongod.kill()
    assert process.wait() == 4, process.told()
    assert "cannot be used" in process.err
    assert "Traceback" not in process.err
    mongod.start()
    status = archive.run("status", "--json")
    assert (status.code, "newscrawl migrate" in status.err) == (5, True), status.told()
    again = archive.run("migrate", "--json")
    assert again.code == 0, again.told()
    assert (again.json["before"], again.json["schema"]) == (1, 8)
    assert_migrated(archive)


def test_database_that_is_back_in_time_costs_nothing(mongod: Mongod, make_archive: MakeArchive) -> None:
    archive = make_archive(mongod.uri)
    old_documents(archive)
    process = begun(archive)
    mongod.kill()
    mongod.start()
    assert process.wait() == 0, process.told()
    assert_migrated(archive)


@pytest.fixture
def on_small_disk(tmp_path: Path) -> Iterator[Mongod]:
    with small_disk(tmp_path / "data", megabytes=400) as data:
        mongod = Mongod(data / "mongod")
        mongod.start()
        yield mongod
        mongod.kill()


def test_disk_that_fills_ends_it_with_4_and_with_room_the_next_one_goes_on(
    on_small_disk: Mongod, make_archive: MakeArchive
) -> None:
    archive = make_archive(on_small_disk.uri)
    old_documents(archive)
    process = begun(archive)
    filler = fill(on_small_disk.folder.parent)
    assert process.wait() in {0, 4}, process.told()
    assert "Traceback" not in process.err
    filler.unlink()
    enlarge(on_small_disk.folder.parent, megabytes=1000)  # a journal file of 100 MB more is no longer too many
    on_small_disk.kill()  # it may have ended, be ending, or not know yet that its disk was full
    on_small_disk.start()
    again = archive.run("migrate", "--json")
    assert again.code == 0, again.told()
    assert_migrated(archive)


@pytest.mark.parametrize("strike", [ReplicaSet.step_down, lambda members: members.primary().kill()])
def test_new_primary_is_gone_on_with(
    members: ReplicaSet, make_archive: MakeArchive, strike: Callable[[ReplicaSet], None]
) -> None:
    archive = make_archive(members.uri)
    old_documents(archive)
    process = begun(archive)
    strike(members)
    members.primary()
    for member in members.members:
        if not member.is_running:
            member.start()
    members.wait_for_all()  # MongoDB makes no index while a member is away
    code = process.wait()
    if code == 4:  # no primary for longer than NEWSCRAWL_MONGO_TIMEOUT_SECONDS
        process = archive.run("migrate", "--json")
        code = process.code or 0
    assert code == 0, process.told()
    assert_migrated(archive)
