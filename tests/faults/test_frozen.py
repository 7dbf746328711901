"""Row 17: a crawl that was frozen (SIGSTOP, a paused machine) wakes up after another one took its source."""

from __future__ import annotations

import pytest

from newscrawl.store import check_log

from .archive import Archive
from .conftest import MakeArchive
from .mongo import Mongod
from .processes import Process, freeze, thaw
from .project import Project
from .twin import assert_sound
from .world import Site, World

pytestmark = pytest.mark.slow

FAIL_POINT = "hangAfterCollectionInserts"


@pytest.fixture
def archive(make_archive: MakeArchive, mongod: Mongod) -> Archive:
    return make_archive(mongod.uri)


@pytest.fixture
def site(world: World, project: Project) -> Site:
    site = world.site([1])
    project.add_source("quay", site)
    return site


# The payload is written before the version: a crawl that sleeps there has passed every check of its lease.
@pytest.mark.parametrize(("asleep_after", "causes"), [("payloads", ["first"]), ("versions", ["first", "edit"])])
def test_late_page_of_a_new_article_makes_no_version(
    archive: Archive, site: Site, mongod: Mongod, asleep_after: str, causes: list[str]
) -> None:
    frozen = _freeze_after(archive, mongod, asleep_after)
    site.edit([1])
    archive.crawl("quay")
    _wake(frozen)
    assert _causes(archive) == causes
    # What the sleeper saw is version 1, or waits for a person.
    assert len(archive.quarantined("quay")) == (1 if asleep_after == "payloads" else 0)
    assert "superseded" in _outcomes(archive)
    assert_sound(archive)


@pytest.mark.parametrize(
    ("asleep_after", "is_undone", "causes"),
    [
        ("payloads", False, ["first", "edit"]),
        ("payloads", True, ["first"]),
        ("versions", False, ["first", "edit", "edit"]),
        ("versions", True, ["first", "edit", "edit"]),  # seen, then undone before the second crawl
    ],
)
def test_late_page_of_a_known_article_makes_no_version(
    archive: Archive, site: Site, mongod: Mongod, asleep_after: str, is_undone: bool, causes: list[str]
) -> None:
    first = site.articles[1]
    archive.crawl("quay")
    site.edit([1])
    archive.make_due()
    frozen = _freeze_after(archive, mongod, asleep_after)
    site.edit([1])
    if is_undone:
        site.articles[1] = first
    archive.crawl("quay")
    _wake(frozen)
    assert _causes(archive) == causes
    quarantined = archive.ask(lambda store: store.quarantined(source="quay"))
    assert [entry["kind"] for entry in quarantined] == (["late"] if asleep_after == "payloads" else [])
    assert "superseded" in _outcomes(archive)
    assert_sound(archive)


def _freeze_after(archive: Archive, mongod: Mongod, collection: str) -> Process:
    """Start a crawl and freeze it after it wrote to a collection; let its leases end, as minutes of sleep would."""
    data = {"collectionNS": f"{archive.database}.{collection}"}
    mongod.fail_point(FAIL_POINT, **data)
    crawl = archive.start("crawl", "quay")
    mongod.wait_for_fail_point(FAIL_POINT)
    freeze(crawl.pid)
    mongod.fail_point(FAIL_POINT, mode="off", **data)
    archive.let_leases_end()
    return crawl


def _wake(crawl: Process) -> None:
    thaw(crawl.pid)
    assert crawl.wait() == 3, crawl.told()


def _causes(archive: Archive) -> list[str]:
    [versions] = archive.histories().values()
    return [cause for _, _, cause in versions]


def _outcomes(archive: Archive) -> list[str]:
    lines = archive.ask(lambda store: check_log.find_lines(store.db, {"source": "quay"}))
    return [line["outcome"] for line in lines]
