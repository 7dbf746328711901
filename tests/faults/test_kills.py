"""Rows 1, 2: kill -9 of a crawl at any moment; reruns end where an undisturbed twin ends."""

from __future__ import annotations

import time

import pytest

from .archive import Archive
from .conftest import MakeArchive
from .mongo import Mongod
from .project import Project
from .twin import assert_like_twin, versions
from .waiting import until
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 13)
EDITED = {2: range(1, 9), 3: range(5, 13)}
# After how many answers of an edition a crawl is killed, and how many milliseconds after that: the answer is on its
# way, is read, judged, written, acknowledged.
KILLS = [(1 + point, 9 * (point % 4)) for point in range(10)]


def test_crawl_killed_at_thirty_points_ends_like_its_twin(
    world: World, project: Project, make_archive: MakeArchive
) -> None:
    site = world.site(ARTICLES)
    project.add_source("quay", site)
    archive, twin = make_archive(), make_archive()
    for edition in (1, 2, 3):
        site.edit(EDITED.get(edition, ()))
        archive.make_due()
        twin.make_due()
        twin.crawl("quay")
        killed = sum(_is_killed(archive, site, *point) for point in KILLS)
        assert killed >= len(KILLS) // 2, "the crawls ended before they were killed"
        archive.crawl("quay")
    assert versions(archive.histories()) == len(ARTICLES) + sum(map(len, EDITED.values()))
    assert_like_twin(archive, twin)


def _is_killed(archive: Archive, site: Site, answers: int, milliseconds: int) -> bool:
    """Crawl until some more articles were answered, then kill; tell whether the crawl had not ended before."""
    before = len(site.asked())
    crawl = archive.start("crawl", "quay")
    until(lambda: len(site.asked()) - before >= answers or crawl.code is not None, "the crawl is to ask")
    time.sleep(milliseconds / 1000)
    crawl.kill()
    return crawl.code == -9


@pytest.mark.parametrize("when", ["before the insert", "after the insert"])
def test_crawl_killed_while_two_megabytes_are_inserted_leaves_no_half_version(
    world: World, project: Project, make_archive: MakeArchive, mongod: Mongod, when: str
) -> None:
    site = world.site()
    site.publish([1], bytes_each=2_000_000)
    project.add_source("quay", site)
    archive, twin = make_archive(mongod.uri), make_archive()
    for _ in range(2):  # the first version, then one on top of it
        twin.crawl("quay")
        name, data = _fail_point(archive, when)
        mongod.fail_point(name, **data)
        crawl = archive.start("crawl", "quay")
        mongod.wait_for_fail_point(name)
        crawl.kill()
        mongod.fail_point(name, mode="off", **data)
        archive.crawl("quay")
        assert_like_twin(archive, twin)
        site.edit([1])
        archive.make_due()
        twin.make_due()
    assert archive.ask(lambda store: store.db.payloads.count_documents({})) == 2


def _fail_point(archive: Archive, when: str) -> tuple[str, dict[str, object]]:
    """Return the fail point that stops a writer of versions, and what it needs."""
    namespace = f"{archive.database}.versions"
    if when == "after the insert":  # stored, and not acknowledged
        return "hangAfterCollectionInserts", {"collectionNS": namespace}
    blocking = {"blockConnection": True, "blockTimeMS": 2000}
    return "failCommand", {"failCommands": ["insert"], "namespace": namespace, **blocking}
