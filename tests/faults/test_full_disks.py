"""Row 9: a disk fills under the database, a recording, an export or a log; histories stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from newscrawl.fetch.activity import MAX_OPEN
from newscrawl.fetch.warc_reader import scan

from .archive import Archive
from .conftest import MakeArchive
from .disks import enlarge, fill, small_disk
from .mongo import Mongod
from .outages import SHORT, assert_no_request_leaves, assert_undisturbed, held, until_away
from .processes import Process
from .project import Project
from .twin import assert_like_twin, assert_sound
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 31)


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site()
    found.publish(ARTICLES, bytes_each=40_000)
    project.add_source("quay", found)
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    with small_disk(tmp_path / "disk", megabytes=1) as mounted:
        yield mounted


def test_recording_that_fills_its_disk_fails_the_run_and_no_history(
    site: Site, disk: Path, make_archive: MakeArchive
) -> None:
    archive, replayed = make_archive(), make_archive()
    record = disk / "edition.warc"
    crawl = archive.crawl("quay", "--record", record, good=(1,))
    assert any("edition.warc: cannot be written: " in message for message in crawl.json["errors"]), crawl.told()
    assert "Traceback" not in crawl.err
    assert_sound(archive)
    assert all(found.is_complete for found in scan(record)), "half an exchange was left"
    replayed.crawl("quay", "--replay", record, good=(1,))  # not all that the feed names was recorded
    kept = replayed.histories()
    assert 0 < len(kept) < len(ARTICLES), "what was written before can be read"
    fill(disk)
    again = archive.run("crawl", "quay", "--record", disk / "other.warc")
    assert again.code == 2, "no run begins that cannot be recorded"
    (line,) = again.err.splitlines()
    assert "other.warc: cannot be written: " in line
    archive.make_due()
    archive.crawl("quay")
    assert {key: found for key, found in archive.histories().items() if key in kept} == kept
    assert len(archive.histories()) == len(ARTICLES)


@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc", "wacz"])
def test_export_that_fills_its_disk_leaves_nothing_half_written_and_goes_on_when_there_is_room(
    site: Site, disk: Path, archive: Archive, tmp_path: Path, form: str
) -> None:
    archive.crawl("quay")
    undisturbed = archive.run("export", tmp_path / "undisturbed", "--format", form)
    filler = fill(disk)
    filler.write_bytes(filler.read_bytes()[:-100_000])  # room for a part of it
    export = archive.run("export", disk / "export", "--format", form)
    assert export.code == 2, export.told()
    line = export.err.splitlines()[-1]  # after the progress
    assert f"{disk / 'export'} cannot be written: " in line
    assert "No space left on device" in line
    assert [path for path in (disk / "export").rglob("*") if path.is_file()] == []
    filler.unlink()
    enlarge(disk, megabytes=64)
    again = archive.run("export", disk / "export", "--format", form)
    assert again.code == 0, again.told()
    assert _counts(again) == _counts(undisturbed)
    if form == "jsonl":
        for path in (tmp_path / "undisturbed").glob("*.jsonl"):
            assert (disk / "export" / path.name).read_bytes() == path.read_bytes()


def _counts(export: Process) -> str:
    """Return what an export says that it wrote."""
    return export.out.partition(" to ")[0]


@pytest.mark.parametrize("stream", ["out", "err"])
def test_output_or_log_on_a_full_disk_fails_the_command_and_costs_no_article(
    site: Site, make_archive: MakeArchive, stream: str
) -> None:
    archive, twin = make_archive(), make_archive()
    command = f'exec "$@" {"2" if stream == "err" else "1"}>/dev/full'
    crawl = archive.start("crawl", "quay", prefix=["sh", "-c", command, "sh"])
    assert crawl.wait() == 2, crawl.told()
    if stream == "out":
        assert crawl.err.splitlines()[-1] == "newscrawl: the output cannot be written: No space left on device"
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def test_jobdir_on_a_full_disk_costs_no_article(site: Site, disk: Path, make_archive: MakeArchive) -> None:
    """JOBDIR is Scrapy's queue on disk: a request that it cannot take is lost to this run, not to the archive."""
    archive, twin = make_archive(), make_archive()
    fill(disk)
    archive.start_scrapy("crawl", "quay", "-s", f"JOBDIR={disk / 'job'}").wait()
    (run,) = archive.runs("quay")
    assert run.ended_at is not None
    assert run.exit_code != 0
    archive.make_due()
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)


@pytest.fixture
def on_small_disk(tmp_path: Path) -> Iterator[Mongod]:
    """A mongod whose disk has some megabytes beside the 300 of its journal."""
    with small_disk(tmp_path / "data", megabytes=330) as data:
        mongod = Mongod(data / "mongod")
        mongod.start()
        yield mongod
        mongod.kill()


@pytest.mark.parametrize("has_room_again", [False, True], ids=["beyond patience", "room again"])
def test_database_whose_disk_fills_loses_nothing_that_it_acknowledged(
    site: Site, on_small_disk: Mongod, make_archive: MakeArchive, has_room_again: bool
) -> None:
    archive, twin = make_archive(on_small_disk.uri), make_archive()
    crawl, hold = held(archive, site, **({} if has_room_again else {"STORE_PATIENCE_SECONDS": SHORT}))
    filler = fill(on_small_disk.folder.parent)
    until(lambda: _has_given_up(on_small_disk), "mongod is to find its disk full")
    asked = len(site.asked())
    hold.open()
    if has_room_again:
        until_away(crawl)
        # While its disk filled, mongod granted requests ahead: as many leave as pages may be open, and none beyond.
        assert_no_request_leaves(site, asked, seconds=5, under_way=MAX_OPEN)
    else:
        crawl.until_gone()
        assert crawl.code == 4, crawl.told()
        assert "Traceback" not in crawl.err, crawl.told()
    filler.unlink()
    on_small_disk.start()
    if has_room_again:
        assert_undisturbed(crawl)
    else:
        archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def _has_given_up(mongod: Mongod) -> bool:
    """Return whether a mongod has ended, after letting it write what until now stands in its journal only."""
    try:
        with mongod.client(timeoutMS=5000) as client:
            client.admin.command("fsync")
    except PyMongoError:
        return not mongod.is_running
    return False
