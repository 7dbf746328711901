"""The reader with a database user that has the role `read`: every page, and not one write."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.errors import SchemaMismatch
from newscrawl.secret_text import SecretUri
from newscrawl.store import Store
from newscrawl.store.reader import Reader
from newscrawl.web import create_app
from tests.faults.mongo import Mongod
from tests.web.press import BRIDGE, NOW, Press

PATHS = ("/", "/first", "/search?q=bridge", "/sources", "/source/harbour", "/about", "/changes.atom",
         "/api/v1/changes", "/article/{}", "/article/{}/1/3", "/article/{}/2", "/readyz")  # fmt: skip


@pytest.fixture
def configs(tmp_path: Path) -> Iterator[tuple[Config, Config]]:
    """The archive as one who may write opens it, and as the reader does."""
    mongod, name = Mongod(tmp_path / "guarded"), f"test-{uuid.uuid4().hex}"
    mongod.start()
    with mongod.client() as client:
        client.admin.command("createUser", "admin", pwd="a", roles=["root"])
        client.admin.command("createUser", "reader", pwd="r", roles=[{"role": "read", "db": name}])
    mongod.stop()
    mongod.start("--auth")
    uris = [f"mongodb://{user}@{mongod.address}/?authSource=admin" for user in ("admin:a", "reader:r")]
    writes, reads = (Config(mongo_uri=SecretUri(uri), mongo_database=name) for uri in uris)
    yield writes, reads
    mongod.stop()


async def test_every_page_is_answered(configs: tuple[Config, Config]) -> None:
    writes, reads = configs
    store = await Store.open(writes)
    bridge = await Press(store).publish("swing-bridge-2026", BRIDGE)
    await store.close()
    app = create_app(reads, SteppingClock(NOW))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        assert {path: (await http.get(path.format(bridge))).status_code for path in PATHS} == dict.fromkeys(PATHS, 200)


async def test_archive_that_is_empty_is_not_read_but_named(configs: tuple[Config, Config]) -> None:
    writes, reads = configs
    with pytest.raises(SchemaMismatch, match="its user may only read: open it as one who may write"):
        await Reader.open(reads)
    await (await Store.open(writes)).close()
    reader = await Reader.open(reads)
    assert (await reader.sources.overview()).names == ()
    await reader.close()


async def test_archive_that_is_older_is_not_read_but_named(configs: tuple[Config, Config]) -> None:
    writes, reads = configs
    with MongoClient[dict[str, object]](str.__str__(writes.mongo_uri or "")) as client:
        client[writes.mongo_database].meta.insert_one({"_id": "schema", "version": 1})
    with pytest.raises(SchemaMismatch, match="of an older newscrawl"):
        await Reader.open(reads)
