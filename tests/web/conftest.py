"""Histories of an invented newspaper in a real MongoDB, the web application over them, and a browser for it."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.store.reader import Reader
from newscrawl.web import create_app
from tests.chromium import FLAGS, chromium
from tests.faults.waiting import PATIENCE_SECONDS
from tests.web.press import BRIDGE, NOW, Press, SharedArchive


@pytest.fixture
def press(store: Store) -> Press:
    return Press(store)


@pytest_asyncio.fixture
async def bridge(press: Press) -> str:
    """The id of an article of three versions."""
    return await press.publish("swing-bridge-2026", BRIDGE)


@pytest_asyncio.fixture
async def reader(config: Config, store: Store) -> AsyncIterator[Reader]:
    reader = await Reader.open(config)
    yield reader
    await reader.close()


@pytest_asyncio.fixture
async def client(config: Config, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the application, whose clock stands at NOW."""
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(mongo_uri: str) -> AsyncIterator[SharedArchive]:
    """One archive for all tests that only read."""
    config = Config(mongo_uri=mongo_uri, mongo_database=f"test-{uuid.uuid4().hex}")
    store = await Store.open(config)
    bridge = await Press(store).publish("swing-bridge-2026", BRIDGE)
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield SharedArchive(client, config, bridge)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest.fixture(scope="session")
def reader_url(shared: SharedArchive) -> Iterator[str]:
    """Root URL of the reader, served over real HTTP."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(replace(shared.config, serve_port=listener.getsockname()[1]), SteppingClock(NOW))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


class _Patient:
    """A browser whose pages wait for minutes, as a busy machine needs, and not for half a minute."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    def new_context(self, **options: Any) -> Any:
        context = self._chromium.new_context(**options)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return context

    def new_page(self) -> Any:
        page = self._chromium.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = chromium()
    with playwright.sync_playwright() as api:
        launched = api.chromium.launch(executable_path=path, args=FLAGS)
        yield _Patient(launched)
        launched.close()
