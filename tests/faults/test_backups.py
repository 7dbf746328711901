"""Backups are whole whatever happens meanwhile: crawls, repairs, full disks, another primary of a replica set."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from .archive import Archive
from .behaviours import slow
from .conftest import MakeArchive
from .disks import enlarge, small_disk
from .mongo import ReplicaSet
from .processes import Process
from .project import Project
from .twin import assert_sound
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 61)
ROUNDS = 6


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


def restored(archive: Archive, make_archive: MakeArchive, folder: Path, **values: Any) -> Archive:
    """Restore into a database of its own, with all proofs."""
    other = make_archive(archive.mongo_uri, **values)
    done = other.run("restore", folder, "--verify", "--json")
    assert done.code == 0, done.told()
    assert done.json["verified"]["problems"] == [], done.told()
    assert done.json["is_compared"]
    return other


def assert_prefix(earlier: Archive, later: Archive) -> None:
    """Fail unless each history is a beginning of the later one."""
    histories = later.histories()
    for key, history in earlier.histories().items():
        assert histories[key][: len(history)] == history


def back_up_while(archive: Archive, crawl: Process, folder: Path) -> int:
    """Back up again and again while a crawl runs; return how often."""
    count = 0
    while crawl.code is None:
        done = archive.run("backup", folder, "--json")
        assert done.code == 0, done.told()
        assert done.json["unsettled"] == 0, done.told()
        count += 1
    assert crawl.code == 0, crawl.told()
    return count


def test_backups_while_crawls_run_have_no_fault(
    site: Site, make_archive: MakeArchive, archive: Archive, tmp_path: Path
) -> None:
    folder, copies, running = tmp_path / "backup", [], 0
    for edition in range(ROUNDS):
        archive.make_due()
        site.behaviours["articles"] = slow(0.05)
        before = len(site.asked())
        crawl = archive.start("crawl", "quay", "--json")
        until(
            lambda before=before, crawl=crawl: len(site.asked()) - before >= 8 or crawl.code is not None,
            "articles are to be asked for",
        )  # type: ignore[misc]
        running += back_up_while(archive, crawl, folder)
        copies.append(restored(archive, make_archive, folder))
        site.edit(range(1 + edition, 61, 2))
    assert running >= ROUNDS
    for copy in copies:
        assert_prefix(copy, archive)
    # A restored archive is one: it goes on.
    last = copies[-1]
    last.make_due()
    last.crawl("quay")
    archive.make_due()
    archive.crawl("quay")
    assert {key: [each[0] for each in found] for key, found in last.histories().items()} == {
        key: [each[0] for each in found] for key, found in archive.histories().items()
    }
    assert_sound(last)


def test_a_repair_beside_a_crawl_harms_nothing(site: Site, archive: Archive) -> None:
    archive.crawl("quay")
    site.edit(ARTICLES)
    archive.make_due()
    site.behaviours["articles"] = slow(0.1)
    with MongoClient[dict[str, Any]](archive.mongo_uri) as client:
        found = client[archive.database].articles.find({}, {"_id": 1}).sort("_id", -1).limit(20)
        ids = [article["_id"] for article in found]
        client[archive.database].articles.update_many({"_id": {"$in": ids}}, {"$set": {"edits": 5}})
    crawl = archive.start("crawl", "quay", "--json")
    until(lambda: len(site.asked()) >= len(ARTICLES) + 10 or crawl.code is not None, "articles are to be asked for")
    mends = 0
    while crawl.code is None:
        mends += archive.run("verify", "--repair", "--reread", "0").code in (0, 1)
    assert crawl.code == 0, crawl.told()
    assert mends
    assert crawl.json["outcomes"] == {"changed": len(ARTICLES)}, crawl.told()
    done = archive.run("verify", "--repair", "--reread", "0")
    assert done.code == 0, done.told()
    assert {len(history) for history in archive.histories().values()} == {2}


def test_a_backup_that_fills_its_disk_leaves_the_one_before_and_goes_on_when_there_is_room(
    world: World, project: Project, make_archive: MakeArchive, archive: Archive, tmp_path: Path
) -> None:
    site = world.site()
    site.publish(range(1, 11), bytes_each=20_000)
    project.add_source("quay", site)
    archive.crawl("quay")
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        assert archive.run("backup", disk / "backup").code == 0
        filler = disk / "filler"
        with filler.open("wb") as file:
            free = shutil.disk_usage(disk).free
            file.write(b"x" * (free - 60_000))
        site.publish(range(11, 40), bytes_each=20_000)
        archive.make_due()
        archive.crawl("quay")
        for _ in range(2):
            done = archive.run("backup", disk / "backup")
            assert done.code == 2, done.told()
            (line,) = done.err.splitlines()
            assert "cannot be written: " in line
            assert "Traceback" not in done.err
        old = restored(archive, make_archive, disk / "backup")
        assert len(old.histories()) == 10
        filler.unlink()
        enlarge(disk, megabytes=4)
        done = archive.run("backup", disk / "backup", "--json")
        assert done.code == 0, done.told()
        assert done.json["generation"] == 2
        assert restored(archive, make_archive, disk / "backup").histories() == archive.histories()


def test_a_replica_set_is_backed_up_while_its_primary_changes(
    site: Site, make_archive: MakeArchive, members: ReplicaSet, tmp_path: Path
) -> None:
    archive = make_archive(members.uri)
    archive.crawl("quay")
    site.edit(ARTICLES)
    archive.make_due()
    site.behaviours["articles"] = slow(0.1)
    crawl = archive.start("crawl", "quay", "--json")
    until(lambda: len(site.asked()) >= len(ARTICLES) + 8 or crawl.code is not None, "articles are to be asked for")
    backup = archive.start("backup", tmp_path / "backup", "--json")
    members.step_down()
    assert backup.wait() == 0, backup.told()
    back_up_while(archive, crawl, tmp_path / "backup")
    members.wait_for_all()
    copy = restored(archive, make_archive, tmp_path / "backup")
    assert_prefix(copy, archive)
