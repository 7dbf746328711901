"""What all tests share: where optional inputs are, and what to do when they are missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pymongo import MongoClient
from pymongo.database import Database

from newscrawl.config import Config
from newscrawl.store import Store, embedded

ROOT = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip for a missing optional component; under NEWSCRAWL_REQUIRE_ALL=1 such a skip is a failure."""
    if os.environ.get("NEWSCRAWL_REQUIRE_ALL") == "1":
        pytest.fail(f"{what}, and NEWSCRAWL_REQUIRE_ALL=1 asks for it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of real news pages with their truth."""
    folder = Path(os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "pages.jsonl").is_file():
        missing(f"the corpus of real pages is not at {folder} (set NEWSCRAWL_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def gold(corpus: Path) -> Path:
    """Folder beside the corpus with hand-made alignments (diff/) and histories (recheck/)."""
    return corpus.parent


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Address of a real mongod: the embedded one, one for all workers of a parallel run."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "mongo"
    held = embedded.join(home)
    yield held.uri
    held.leave()
    if worker_id in {"master", "gw0"}:
        # Its journal takes 300 MB: one waits for the last to leave, then clears away.
        with (home / "mongod" / "keeper.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def _database(mongo_uri: str) -> Iterator[Database[dict[str, Any]]]:
    """The database of this test process: its indexes take a second to make, so tests share it and leave it empty."""
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        yield client[f"test-{uuid.uuid4().hex}"]


@pytest.fixture
def config(mongo_uri: str, _database: Database[dict[str, Any]], tmp_path: Path) -> Iterator[Config]:
    """Settings of one test: an empty database on the shared mongod, and a home of its own."""
    yield Config(mongo_uri=mongo_uri, mongo_database=_database.name, home=tmp_path / "home")
    for name in _database.list_collection_names(filter={"name": {"$ne": "meta"}}):
        _database[name].delete_many({})


@pytest_asyncio.fixture
async def store(config: Config) -> AsyncIterator[Store]:
    """An open store on an empty database."""
    opened = await Store.open(config)
    yield opened
    await opened.close()
