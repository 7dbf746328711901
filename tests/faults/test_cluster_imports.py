"""An import by a cluster: whatever is killed in the middle of it, the histories are those that one process makes."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.import_files import Shot, write

from .archive import Archive
from .articles import ArticleText
from .conftest import MakeArchive
from .processes import Process, freeze, stop
from .project import Project
from .redis import RedisServer
from .shard_processes import shards_of
from .twin import assert_like_twin, versions
from .waiting import until

pytestmark = pytest.mark.slow

SOURCES = ("lock", "mole")
EDITIONS = 3
FILES = 3
SPIDER = """\
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class Paper(NewsSpider):
    name = "{name}"
    publisher = "{name}"
    domains = ("{name}.example",)
    timezone = "UTC"
    feeds = ("https://{name}.example/feed.xml",)
    article_pattern = r"/news/[a-z]+-\\d+$"
    guid_pattern = r"-(\\d+)$"

    class Report(Rules):
        match = "body.report"
        body = "div.text > p"


# In the processes of shards: each waits in the middle of its work as long as there is a file that says so. What a
# source has recorded is not noted as imported by then.
import pathlib
import sys
import time

if "shard" in sys.argv:
    from newscrawl.archive.capture_index import CaptureIndex
    from newscrawl.store.session import Store

    def held(work, name):
        def waits(*given, **named):
            while pathlib.Path(name).exists():
                time.sleep(0.02)
            return work(*given, **named)

        return waits

    if not hasattr(CaptureIndex, "is_held"):
        CaptureIndex.is_held = True
        CaptureIndex.add = held(CaptureIndex.add, "hold-files")
        Store.note_imported = held(Store.note_imported, "hold-sources")
"""


@pytest.fixture
def holds(project: Project) -> tuple[Path, Path]:
    """Files that hold the shards of files, and those of sources."""
    for name in SOURCES:
        project.write(name, SPIDER.format(name=name))
    return project.root / "hold-files", project.root / "hold-sources"


def collection(folder: Path, articles: Sequence[int] = (1, 2, 3)) -> Path:
    """Write captures of all articles, mixed, some of them twice."""
    shots = []
    for name in SOURCES:
        for number in articles:
            text = ArticleText(number)
            for edition in range(EDITIONS):
                url = f"https://{name}.example/news/story-{number}"
                shots.append(Shot(url, 10 * edition + number, text.html().encode()))
                text = text.edited()
    shots += shots[::4]
    random.Random(5).shuffle(shots)
    folder.mkdir()
    for number in range(FILES):
        write(folder / f"{number}.warc.gz", shots[number::FILES])
    return folder


def start(archive: Archive, redis: RedisServer) -> Process:
    return archive.start("worker", "--processes", "2", CLUSTER_URI=redis.uri)


def batches(archive: Archive) -> list[dict[str, Any]]:
    return [dict(each) for each in archive.run("cluster", "batches", "--json").json]


def until_done(archive: Archive, worker: Process, shards: int) -> None:
    """Wait until the newest batch has as many shards, and all have ended."""

    def is_done() -> bool:
        found = batches(archive)[-1]
        return bool(found["done"] + found["failed"] == shards and not found["waiting"] + found["running"])

    until(lambda: worker.code is not None or is_done(), "all are to be done", every_seconds=0.5)
    assert worker.code is None, worker.told()


def test_import_whose_workers_and_broker_are_killed_is_like_that_of_one_process(
    make_archive: MakeArchive, redis: RedisServer, holds: tuple[Path, Path], tmp_path: Path
) -> None:
    archive, twin = make_archive(), make_archive()
    of_files, of_sources = holds
    files = collection(tmp_path / "files")
    one = twin.run("import", files, "--jobs", "1")
    assert one.code == 0, one.told()
    count = versions(twin.histories())
    assert count == len(SOURCES) * 3 * EDITIONS

    of_files.touch()
    of_sources.touch()
    made = archive.run("cluster", "import", tmp_path / "shared", files)
    assert made.code == 0, made.told()
    first = start(archive, redis)
    parts = lambda: list((tmp_path / "shared").glob(".*.part"))  # noqa: E731
    until(lambda: first.code is not None or (len(shards_of(first)) == 2 and len(parts()) == 2), "two read files")
    assert first.code is None, first.told()
    for pid in (first.pid, *shards_of(first)):
        freeze(pid)
    redis.kill()
    first.kill()
    of_files.unlink()
    redis.start()

    second = start(archive, redis)
    recorded = lambda: versions(archive.histories())  # noqa: E731
    until(lambda: second.code is not None or (len(shards_of(second)) == 2 and recorded()), "two record sources")
    assert second.code is None, second.told()
    one_shard, other = shards_of(second)
    os.kill(one_shard, signal.SIGKILL)
    redis.kill()
    redis.start()
    until(lambda: second.code is not None or set(shards_of(second)) - {one_shard, other} != set(), "another begins")
    assert second.code is None, second.told()
    for pid in (second.pid, *shards_of(second)):
        freeze(pid)
    second.kill()
    assert 0 < recorded() < count
    of_sources.unlink()

    third = start(archive, redis)
    until_done(archive, third, FILES + len(SOURCES))
    assert batches(archive)[0]["failed"] == 0, batches(archive)
    assert_like_twin(archive, twin)
    assert twin.run("export", tmp_path / "out").code == 0
    compared = archive.run("verify", "--against", tmp_path / "out", "--json")
    # Chains are over salts, which are random.
    assert [line for line in compared.json["differences"] if ", chain: " not in line] == [], compared.told()
    assert compared.json["versions"] == count

    assert archive.run("cluster", "import", tmp_path / "again", files).code == 0
    until_done(archive, third, FILES + len(SOURCES))
    stop(third)
    result = batches(archive)[-1]["result"]
    assert (result["versions"], result["known"]) == (0, count)
    assert_like_twin(archive, twin)
