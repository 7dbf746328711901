"""Hosts that requests name, and what proxies say of them: neither decides what the reader answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.web.press import BRIDGE, NOW, Press

PUBLIC = "https://archive.example"
EVIL = "evil.example"
OUTPUTS = (
    "/", "/about", "/changes.atom", "/changes.rss", "/changes.json", "/first.atom", "/search.atom?q=bridge",
    "/article/{key}", "/article/{key}/2", "/article/{key}/1/2", "/article/{key}/changes.atom", "/api/v1/changes",
    "/timegate/https://www.harbour.example/news/swing-bridge-2026",
    "/timemap/link/https://www.harbour.example/news/swing-bridge-2026",
    "/timemap/json/https://www.harbour.example/news/swing-bridge-2026",
    "/url/https://www.harbour.example/news/swing-bridge-2026", "/article/{key}/diff?a=1&b=2", "/nowhere",
)  # fmt: skip
FORWARDED = {
    "forwarded": f"host={EVIL};proto=http;for={EVIL}",
    "x-forwarded-host": EVIL,
    "x-forwarded-proto": "http",
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-prefix": f"/{EVIL}",
    "x-original-url": f"/{EVIL}",
}


@pytest_asyncio.fixture
async def client(config: Config, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    config = replace(config, public_url=f"{PUBLIC}/", allowed_hosts=("reader.internal:8000",), serve_host="0.0.0.0")
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("archive.example", 200),
        ("Archive.Example.:443", 200),
        ("reader.internal", 200),
        ("localhost:8000", 200),
        ("127.0.0.1", 200),
        ("127.8.8.8:1", 200),
        ("[::1]:8000", 200),
        (EVIL, 421),
        ("archive.example.evil.example", 421),
        ("evil.example#@archive.example", 421),
        ("archive.example@evil.example", 421),
        ("localhost.evil.example", 421),
        ("0.0.0.0", 421),
        ("192.168.0.9", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
async def test_only_the_hosts_of_this_reader_are_answered(client: httpx.AsyncClient, host: str, status: int) -> None:
    response = await client.get("/", headers={"host": host})
    assert response.status_code == status
    assert status == 200 or EVIL not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_two_hosts_are_refused(client: httpx.AsyncClient) -> None:
    headers = [("host", "archive.example"), ("host", EVIL)]
    assert (await client.get("/", headers=headers)).status_code == 400


async def test_probes_of_load_balancers_are_answered_whatever_they_call_us(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (response.status_code, response.text) == (200, "ok\n")


async def test_no_output_repeats_a_host_or_what_a_proxy_says(client: httpx.AsyncClient, store: Store) -> None:
    key = await Press(store).publish("swing-bridge-2026", BRIDGE)
    for path in (output.format(key=key) for output in OUTPUTS):
        usual = await client.get(path, headers={"host": "archive.example"})
        other = await client.get(path, headers={"host": "127.0.0.1:9999", **FORWARDED})
        for response in (usual, other):
            response.headers["server-timing"] = ""
        assert (usual.content, usual.headers) == (other.content, other.headers), path
        assert b"127.0.0.1" not in other.content, path


async def test_feeds_link_to_the_public_url(client: httpx.AsyncClient, store: Store) -> None:
    key = await Press(store).publish("swing-bridge-2026", BRIDGE)
    feed = await client.get("/changes.json?source=harbour")
    assert feed.json()["feed_url"] == f"{PUBLIC}/changes.json?source=harbour"
    assert feed.json()["items"][0]["url"] == f"{PUBLIC}/article/{key}/2/3"
