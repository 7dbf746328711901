"""Sites, archives and servers to break."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests import databases
from tests.conftest import missing

from .archive import Archive
from .clock import WallClock, library
from .mongo import Mongod, ReplicaSet
from .project import Project
from .redis import RedisServer, binary
from .world import Site, World

MakeArchive = Callable[..., Archive]


@pytest.fixture(scope="session")
def _project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project") / "newscrawl")


@pytest.fixture
def project(_project: Project) -> Iterator[Project]:
    """A checkout without sources."""
    yield _project
    _project.clear()


@pytest.fixture
def world() -> Iterator[World]:
    with World() as opened:
        yield opened


@pytest.fixture
def sites(request: pytest.FixtureRequest, world: World, project: Project) -> dict[str, Site]:
    """The SOURCES of a test's module, by name, each with its ARTICLES."""
    found = {name: world.site(request.module.ARTICLES) for name in request.module.SOURCES}
    for name, site in found.items():
        project.add_source(name, site)
    return found


@pytest.fixture(scope="session")
def shared_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One mongod for the tests that do nothing to it."""
    folder = tmp_path_factory.mktemp("shared") / "databases"
    databases.make(folder)
    mongod = Mongod(folder / "mongod")
    mongod.start()
    yield mongod
    mongod.kill()
    databases.remove(folder)


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Mongod]:
    """A mongod of the test's own."""
    folder = tmp_path / "databases"
    databases.make(folder)
    mongod = Mongod(folder / "mongod")
    mongod.start()
    yield mongod
    mongod.kill()
    databases.remove(folder)


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """A replica set of the module's own."""
    folder = tmp_path_factory.mktemp("members") / "databases"
    databases.make(folder)
    replica_set = ReplicaSet(folder)
    replica_set.start()
    yield replica_set
    replica_set.stop()
    databases.remove(folder)


@pytest.fixture
def make_archive(project: Project, world: World, shared_mongod: Mongod, tmp_path: Path) -> Iterator[MakeArchive]:
    """Open archives with databases of their own; whatever still runs at the end is killed."""
    made: list[Archive] = []

    def make(mongo_uri: str | None = None, **values: Any) -> Archive:
        folder = tmp_path / f"archive{len(made)}"
        folder.mkdir()
        uri = mongo_uri or shared_mongod.uri
        made.append(Archive(project, uri, f"faults-{uuid.uuid4().hex}", folder, sites=world.sites, **values))
        return made[-1]

    yield make
    for archive in made:
        archive.end()
    with MongoClient[dict[str, Any]](shared_mongod.uri) as client:
        for archive in made:
            client.drop_database(archive.database)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A broker of the test's own, with a password that nothing may print."""
    if binary() is None:
        missing("redis-server is not installed")
    server = RedisServer(tmp_path / "redis", password="quite-secret")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def archive(make_archive: MakeArchive) -> Archive:
    return make_archive()


@pytest.fixture
def clock(tmp_path: Path) -> WallClock:
    """A clock for crawls, at the machine's time."""
    if library() is None:
        missing("libfaketime is not installed")
    return WallClock(tmp_path / "clock")
