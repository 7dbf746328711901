"""/healthz says that the process lives, /readyz that its database answers: what probes go by."""

from __future__ import annotations

from pathlib import Path

import httpx

from newscrawl.config import Config
from newscrawl.secret_text import SecretUri
from newscrawl.web import create_app
from tests.faults.mongo import Mongod


async def test_ready_is_who_has_a_database_that_answers_and_alive_is_who_has_not(tmp_path: Path) -> None:
    mongod = Mongod(tmp_path / "mongod")
    mongod.start()
    try:
        config = Config(mongo_uri=SecretUri(mongod.uri), mongo_timeout_seconds=5, home=tmp_path / "home")
        app = create_app(config)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
        ):
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.text) == (200, "ready\n")
            mongod.stop()
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.text) == (503, "the database does not answer\n")
            assert ready.headers["cache-control"] == "no-store"
            assert (await client.get("/healthz")).status_code == 200
    finally:
        mongod.stop()
