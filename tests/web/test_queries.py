"""Every query to MongoDB uses an index, in its order, and is bounded in time and length."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pymongo.server_api import ServerApi

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.store.lookup_urls import candidates, ids, site
from newscrawl.store.reader import Reader, TooSlow
from newscrawl.store.terms import MAX_TERM_LENGTH, MAX_TERMS, terms
from newscrawl.web import create_app
from tests.tlog.archive import write_log_once
from tests.web.press import NOW, Press

PATHS = (
    "/",
    "/?source=harbour",
    "/?kind=headline",
    "/?source=harbour&kind=headline&least=50&day=2026-03-02",
    "/newest?source=harbour&kind=headline&least=50&day=2026-03-02",
    "/newest",
    "/newest?before=1-aaaaaaaaaaaaaaaa-1",
    "/deleted?page=2",
    "/unnoted",
    "/unnoted?source=harbour",
    "/headlines",
    "/corrections",
    "/deleted",
    "/deleted?source=harbour&day=2026-03-02",
    "/?sort=words&page=2&unnoted=1",
    "/first",
    "/first?source=harbour",
    "/search?q=ferrymen+council",
    "/search?q=bridge&in=added",
    "/search?q=brid*+ferrymen",
    "/search?q=bridge&sort=weight",
    "/search/found.csv?q=brid*&in=added",
    "/search?q=bridge&since=2026-03-02&until=2026-03-05T10:00",
    "/search?q=ferrymen+OR+brid*+OR+council+clos*",
    "/search?q=ferrymen+OR+bridge&in=removed",
    "/search?q=clos*+council&in=added",
    "/search?q=bridge&in=removed&source=harbour&kind=numbers",
    "/subscribe?q=bridge",
    "/subscribe?source=harbour",
    "/subscribe?article={key}",
    "/sources",
    "/sitemap.xml",
    "/sitemap-lists.xml",
    "/sitemap-articles.xml",
    "/sitemap-articles-ab.xml",
    "/method",
    "/sources?sort=changed&order=up",
    "/api/v1/sources",
    "/api/v1/sources/harbour",
    "/source/harbour",
    "/article/{key}",
    "/article/{key}/1/3",
    "/article/{key}/1/2/embed",
    "/article/{key}/1/2/card.png",
    "/article/{key}/blame",
    "/article/{key}/at?moment=2026-03-02T10:00",
    "/article/{key}/2",
    "/article/{key}/2/payload",
    "/article/{key}/2/proof",
    "/article/{key}/2/evidence",
    "/log/checkpoint",
    "/log/key",
    "/log/tile/0/000.p/4",
    "/log/tile/entries/000.p/4",
    "/article/{key}/changes.atom",
    "/changes.atom",
    "/url/https://www.harbour.example/news/swing-bridge-2026?utm_source=x",
    "/url/https://www.harbour.example/other/swing-bridge-2026",
    "/timemap/link/https://www.harbour.example/news/swing-bridge-2026",
    "/api/v1/changes?limit=200",
    "/api/v1/articles",
)


@pytest_asyncio.fixture
async def client(config: Config, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an archive that has all pages, the sitemap too."""
    app = create_app(replace(config, serve_indexed=True), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


@pytest_asyncio.fixture
async def profiled(
    client: httpx.AsyncClient, press: Press, bridge: str, config: Config
) -> AsyncIterator[list[dict[str, Any]]]:
    """The profile that MongoDB wrote of every query behind every page."""
    db = press.store.db
    await write_log_once(press.store, config)
    await db.command("profile", 2)
    for path in PATHS:
        assert (await client.get(path.format(key=bridge))).status_code in {200, 303}
    await db.command("profile", 0)
    queries = await db["system.profile"].find({"op": {"$in": ["query", "command"]}}).to_list()
    read = [(q["command"].get("find") or q["command"].get("aggregate"), q) for q in queries]
    yield [q for name, q in read if isinstance(name, str) and not name.startswith(("system.", "meta"))]
    await db.drop_collection("system.profile")


async def test_no_page_scans_a_collection_or_sorts_in_memory(profiled: list[dict[str, Any]]) -> None:
    assert len(profiled) > len(PATHS)
    assert [q["command"] for q in profiled if "COLLSCAN" in q["planSummary"]] == []
    assert [q["command"] for q in profiled if q.get("hasSortStage")] == []


async def test_every_query_has_a_time_limit_and_a_length_limit(profiled: list[dict[str, Any]]) -> None:
    assert all(0 < q["command"]["maxTimeMS"] <= 4_000 for q in profiled)
    finds = [q["command"] for q in profiled if "find" in q["command"]]
    unbounded = [command for command in finds if not command.get("limit") and "$in" not in str(command)]
    assert unbounded == []


async def test_a_query_that_takes_too_long_is_abandoned(
    reader: Reader, press: Press, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.reader.limits.WAIT_SECONDS", 0.000_001)
    with pytest.raises(TooSlow):
        await reader.articles.article(bridge)


async def test_a_slow_database_is_503_with_a_retry(
    client: httpx.AsyncClient, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.reader.limits.WAIT_SECONDS", 0.000_001)
    response = await client.get("/")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"
    assert "mongo" not in response.text.lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café CAFÉ cafe", ["cafe"]),
        ("It’s 4.1 million", ["it", "s", "4", "1", "million"]),
        ("東京都", ["東京", "京都", "東", "京", "都"]),
        ("橋", ["橋"]),
        ("ราคา", ["รา", "าค", "คา"]),
        ("مَدِينَة", ["مدينة"]),
        ("x" * 100, ["x" * MAX_TERM_LENGTH]),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms((text,)) == expected


def test_terms_are_bounded() -> None:
    assert len(terms([f"word{n}" for n in range(MAX_TERMS + 500)])) == MAX_TERMS


@pytest.mark.parametrize(
    "text",
    ["", "   ", "not a URL", "javascript:alert(1)", "http://", "http://[::1", "http://a.example\\@b", "x" * 5000],
)
def test_text_that_is_not_a_url_has_no_candidates(text: str) -> None:
    assert candidates(text) == ()
    assert ids(text) == ()


def test_candidates_are_bounded_and_start_with_the_url_itself() -> None:
    urls = candidates("https://a.example/x/?b=1&a=2&utm_source=q")
    assert urls[0] == "https://a.example/x/?b=1&a=2&utm_source=q"
    assert "https://a.example/x/?a=2&b=1" in urls
    assert "http://www.a.example/x" in urls
    assert len(urls) <= 60


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://amp.site.example/x", "site.example"),
        ("https://www1.folha.uol.com.br/x", "uol.com.br"),
    ],
)
def test_site(url: str, name: str) -> None:
    assert site(url) == name


async def test_pages_need_nothing_beyond_the_stable_api(
    config: Config, press: Press, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Indexes are there; see tests/store/test_stable_api.py."""
    monkeypatch.setattr("newscrawl.store.connection.STABLE_API", ServerApi("1", strict=True, deprecation_errors=True))
    app = create_app(replace(config, serve_indexed=True), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        await write_log_once(press.store, config)
        for path in PATHS:
            assert (await client.get(path.format(key=bridge))).status_code in {200, 303}
