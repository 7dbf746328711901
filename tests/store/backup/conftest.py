"""A second, empty database to restore into, and the steps that the tests of this room share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.store.backup import BackupReport, RestoreReport, back_up, restore
from newscrawl.store.backup.treatment import COLLECTIONS, Treatment

BackUp = Callable[..., Awaitable[BackupReport]]
Restore = Callable[..., Awaitable[RestoreReport]]


def silent(what: str, done: int, total: int) -> None:
    """Show no progress."""


@pytest.fixture
def elsewhere(config: Config) -> Iterator[Config]:
    """Settings of a database that does not exist."""
    name = f"{config.mongo_database}-elsewhere"
    yield replace(config, mongo_database=name)
    with MongoClient[dict[str, Any]](config.mongo_uri) as client:
        client.drop_database(name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def backup(store: Store, folder: Path) -> BackUp:
    """Back the store up."""

    async def run(path: Path = folder, keep: int = 14) -> BackupReport:
        return await back_up(store, path, keep=keep, progress=silent)

    return run


@pytest.fixture
def restored(elsewhere: Config, folder: Path) -> Restore:
    """Restore elsewhere and compare with the manifest."""

    async def run(
        path: Path = folder, *, generation: int | None = None, erasures_from: Path | None = None
    ) -> RestoreReport:
        return await restore(
            elsewhere, path, generation=generation, compares=True, erasures_from=erasures_from, progress=silent
        )

    return run


async def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return all documents of what a backup keeps, but those of `meta`, which belong to one database."""
    names = [row.name for row in COLLECTIONS if row.treatment is not Treatment.LIVE and row.name != "meta"]
    return {name: await store.db[name].find().sort("_id", 1).to_list() for name in names}
