"""Row 7: a replica set loses its primary or its majority, and the crawl goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .behaviours import slow
from .conftest import MakeArchive
from .mongo import ReplicaSet
from .project import Project
from .twin import assert_like_twin
from .waiting import until
from .world import World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 31)
Heal = Callable[[], None]


def step_down(members: ReplicaSet) -> Heal:
    members.step_down()
    return lambda: None


def kill_primary(members: ReplicaSet) -> Heal:
    primary = members.primary()
    primary.kill()
    return primary.start


def lose_majority(members: ReplicaSet) -> Heal:
    """Keep two members silent for so long that the third steps down."""
    others = members.secondaries()
    for member in others:
        member.freeze()
    members.wait_for_no_primary()
    for member in others:
        member.thaw()
    return lambda: None


@pytest.mark.parametrize("strike", [step_down, kill_primary, lose_majority])
def test_crawl_survives(
    world: World,
    project: Project,
    make_archive: MakeArchive,
    members: ReplicaSet,
    strike: Callable[[ReplicaSet], Heal],
) -> None:
    site = world.site(ARTICLES)
    project.add_source("quay", site)
    archive, twin = make_archive(members.uri), make_archive()
    twin.crawl("quay")
    site.behaviours["articles"] = slow(0.1)
    before = len(site.asked())
    crawl = archive.start("crawl", "quay", "--json")
    until(lambda: len(site.asked()) - before >= 8 or crawl.code is not None, "articles are to be asked for")
    heal = strike(members)
    try:
        assert crawl.wait() == 0, crawl.told()
    finally:
        heal()
        members.wait_for_all()
    assert (crawl.json["outcomes"], crawl.json["errors"]) == ({"new": len(ARTICLES)}, {}), crawl.told()
    assert_like_twin(archive, twin)
