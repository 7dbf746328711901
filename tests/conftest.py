"""Fixtures of all tests: optional inputs, a MongoDB and an empty archive."""

from __future__ import annotations

import fcntl
import gc
import os
import sys
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings
from pymongo import MongoClient
from pymongo.database import Database

from newscrawl import bounds
from newscrawl.bounds import Limits
from newscrawl.config import Config
from newscrawl.store import Store, embedded
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
FUZZ = int(os.environ.get("NEWSCRAWL_FUZZ", "0"))  # of `make fuzz`

# Of one commit the suite says the same each time; `make fuzz` generates other inputs each time, and more of them.
settings.register_profile("suite", derandomize=True)
settings.register_profile("fuzz", max_examples=max(1, FUZZ // 10), print_blob=True, deadline=None)
settings.load_profile("fuzz" if FUZZ else "suite")


# Files that take longest come first: begun last, one would keep a process of the tests at work for minutes after all
# others are done.
LONG_FILES = (
    "test_docs.py", "sources/test_backfill.py", "extract/test_corpus.py", "cli/test_json.py",
    "demo/test_verdicts.py", "cli/test_commands.py", "hostile/test_patterns.py",
    "fetch/test_decoding.py", "sources/test_watch.py", "cli/test_check.py", "cli/test_completion.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; see LONG_FILES."""
    ranks = {str(Path(__file__).parent / name): rank for rank, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: ranks.get(str(item.path), len(ranks)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for no cycles while tests are collected, which all stay: 1.5 s of CPU time for each process."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave thousands of tests, which stay until the end, out of each collection of cycles.

    And let the server that forks crawls do once what each would do for its first edit.
    """
    if subprocesses := sys.modules.get("newscrawl.jobs.subprocesses"):
        subprocesses.PRELOADED.append("tests.forked.described")
    gc.collect()
    gc.freeze()


def missing(what: str) -> None:
    """Skip the test because of a missing optional component; with NEWSCRAWL_REQUIRE_ALL=1, fail it."""
    if os.environ.get("NEWSCRAWL_REQUIRE_ALL") == "1":
        pytest.fail(f"{what}, and NEWSCRAWL_REQUIRE_ALL=1 requires it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of real news pages with their expected values."""
    named = os.environ.get("NEWSCRAWL_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    if not (folder / "pages.jsonl").is_file():
        if named:
            pytest.fail(f"NEWSCRAWL_CORPUS: there is no corpus of real pages in {folder}")
        # The pages belong to their newspapers and are not part of the repository: no command can install them.
        pytest.skip(f"there is no corpus of real pages in {folder} (set NEWSCRAWL_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Folder of test files of other projects: feeds of feedparser, questions of Google's robots.txt parser."""
    named = os.environ.get("NEWSCRAWL_FIXTURES")
    folder = Path(named) if named else ROOT.parent / "shared" / "fixtures"
    if not (folder / "feeds").is_dir():
        if named:
            pytest.fail(f"NEWSCRAWL_FIXTURES: there are no test files of other projects in {folder}")
        pytest.skip(f"there are no test files of other projects in {folder} (set NEWSCRAWL_FIXTURES)")
    return folder


@pytest.fixture(scope="session")
def gold(corpus: Path) -> Path:
    """Folder that contains the corpus, hand-made alignments (diff/) and histories (recheck/)."""
    return corpus.parent


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """URI of a real mongod: the embedded one, shared by all workers of a parallel run."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "mongo"
    databases.make(home)
    mongod = embedded.join(home)
    yield mongod.uri
    mongod.leave()
    if worker_id in {"master", "gw0"}:
        # Its journal takes 300 MB, maybe of memory: one worker waits until the last has left, then deletes it.
        with (home / "mongod" / "keeper.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        databases.remove(home)


@pytest.fixture(scope="session")
def _database(mongo_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """The database of this test process; creating its indexes takes a second, so tests share it and leave it empty."""
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        yield client[f"test-{uuid.uuid4().hex}"]


@pytest.fixture
def config(mongo_uri: str, _database: Database[dict[str, Any]], tmp_path: Path) -> Iterator[Config]:
    """Settings of one test: an empty database on the shared mongod, and its own home."""
    yield Config(mongo_uri=mongo_uri, mongo_database=_database.name, home=tmp_path / "home")
    names = _database.list_collection_names(filter={"name": {"$ne": "meta"}})
    _database.meta.delete_one({"_id": "backup"})  # folders of backups, in which orders to erase are noted
    if "system.profile" in names:  # of a test that failed while it profiled: it takes no writes
        _database.command("profile", 0)
        _database.drop_collection("system.profile")
        names.remove("system.profile")
    for name in names:
        _database[name].delete_many({})


@pytest_asyncio.fixture
async def store(config: Config) -> AsyncIterator[Store]:
    """An open store on an empty database."""
    opened = await Store.open(config)
    yield opened
    await opened.close()


@pytest.fixture
def short_limits() -> Iterator[None]:
    """Pages may take .3 s of CPU time."""
    bounds.close()
    bounds.prepare(Limits(cpu_seconds=0.3))
    yield
    bounds.close()
