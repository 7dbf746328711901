"""A URL that two articles had: no command and no page guesses which one is meant."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.cli.conftest import Run
from tests.web.press import BRIDGE, NOW, Press

URL = "https://www.harbour.example/news/swing-bridge"

Pair = tuple[str, str]


@pytest_asyncio.fixture
async def pair(store: Store) -> Pair:
    """The ids of two articles that one URL names: the newspaper numbered its story anew and kept the address."""
    press = Press(store)
    first = await press.publish("swing-bridge-1", BRIDGE, url=URL)
    second = await press.publish("swing-bridge-2", BRIDGE, url=URL)
    return first, second


@pytest.mark.parametrize(
    "command",
    [
        ("hide", URL, "--reason", "a court order"),
        ("explain", URL),
        ("recheck", URL),
        ("history", URL),
        ("diff", URL),
        ("blame", URL),
    ],
    ids=lambda command: command[0],
)
async def test_command_refuses_and_names_both(
    newscrawl: Run, store: Store, pair: Pair, command: tuple[str, ...]
) -> None:
    result = await asyncio.to_thread(newscrawl, *command)
    assert result.returncode != 0
    assert "means 2 articles" in result.stderr
    assert "give the id" in result.stderr
    assert all(article_id in result.stderr for article_id in pair)
    assert await store.db.articles.count_documents({"hidden": {"$exists": True}}) == 0


async def test_id_of_one_of_them_is_accepted(newscrawl: Run, pair: Pair) -> None:
    result = await asyncio.to_thread(newscrawl, "history", pair[1])
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("path", ["/timegate/", "/timemap/link/", "/timemap/json/"])
async def test_memento_refuses_and_names_both(config: Config, pair: Pair, path: str) -> None:
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        response = await client.get(f"{path}{URL}")
    assert response.status_code == 404
    assert all(article_id in response.text for article_id in pair)
