"""Rows 1, 2: kill -9 of a crawl at any moment; reruns end where an undisturbed twin ends."""

from __future__ import annotations

import time

import pytest

from .archive import Archive
from .behaviours import First
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
        for answers, milliseconds in KILLS:
            _kill_after(archive, site, answers, milliseconds)
        archive.make_due()
        archive.crawl("quay")
    assert versions(archive.histories()) == len(ARTICLES) + sum(map(len, EDITED.values()))
    assert_like_twin(archive, twin)


def _kill_after(archive: Archive, site: Site, answers: int, milliseconds: int) -> None:
    """Crawl with everything due until some articles were answered, and kill; the site holds further answers back.

    So the crawl has not ended, however slow the machine is.
    """
    archive.make_due()
    site.behaviours["articles"] = first = First(answers)
    crawl = archive.start("crawl", "quay")
    until(lambda: first.count >= answers or crawl.code is not None, "the articles are to be answered")
    time.sleep(milliseconds / 1000)
    assert crawl.code is None, crawl.told()
    crawl.kill()
    del site.behaviours["articles"]


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
