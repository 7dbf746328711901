"""Row 8: the crawler's user may read and no longer write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .archive import Archive
from .conftest import MakeArchive
from .mongo import Client, Mongod
from .outages import SHORT, assert_no_request_leaves, assert_undisturbed, held, until_away
from .project import Project
from .twin import assert_like_twin
from .world import Site, World

pytestmark = pytest.mark.slow

ARTICLES = range(1, 31)
Allow = Callable[[str], None]


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site(ARTICLES)
    project.add_source("quay", found)
    return found


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Mongod]:
    """A mongod that asks for a login; `admin` may all."""
    mongod = Mongod(tmp_path / "guarded")
    mongod.start()
    with mongod.client() as client:
        client.admin.command("createUser", "admin", pwd="a", roles=["root"])
    mongod.stop()
    mongod.start("--auth")
    yield mongod
    mongod.kill()


@pytest.fixture
def limited(guarded: Mongod, make_archive: MakeArchive) -> Iterator[tuple[Archive, Allow]]:
    """An archive whose user has the role that a test gives it."""
    archive = make_archive(f"mongodb://crawler:c@{guarded.address}/?authSource=admin")
    with Client(f"mongodb://admin:a@{guarded.address}/") as client:

        def allow(role: str) -> None:
            client.admin.command("updateUser", "crawler", roles=[{"role": role, "db": archive.database}])

        client.admin.command("createUser", "crawler", pwd="c", roles=[])
        allow("readWrite")
        yield archive, allow


def test_crawl_goes_on_when_its_right_to_write_is_given_back(
    site: Site, limited: tuple[Archive, Allow], make_archive: MakeArchive
) -> None:
    (archive, allow), twin = limited, make_archive()
    crawl, hold = held(archive, site)
    allow("read")
    asked = len(site.asked())
    hold.open()
    until_away(crawl)
    assert_no_request_leaves(site, asked, seconds=5)
    allow("readWrite")
    assert_undisturbed(crawl)
    assert len(site.asked()) == len(ARTICLES), "what was fetched before was fetched again"
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def test_crawl_whose_right_to_write_stays_away_ends_with_4(
    site: Site, limited: tuple[Archive, Allow], make_archive: MakeArchive
) -> None:
    (archive, allow), twin = limited, make_archive()
    crawl, hold = held(archive, site, STORE_PATIENCE_SECONDS=SHORT)
    allow("read")
    asked = len(site.asked())
    hold.open()
    crawl.until_gone()
    assert crawl.code == 4, crawl.told()
    assert "Traceback" not in crawl.err, crawl.told()
    again = archive.run("crawl", "quay")
    assert again.code == 4, "one that starts without the right"
    assert_no_request_leaves(site, asked, seconds=0)
    allow("readWrite")
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)
