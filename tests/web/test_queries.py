"""Every question to MongoDB is answered from an index, in order, and within bounds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from newscrawl.store.lookup_urls import candidates, ids, site
from newscrawl.store.reader import Reader, TooSlow
from newscrawl.store.terms import MAX_TERM_LENGTH, MAX_TERMS, terms
from tests.web.press import Press

PATHS = (
    "/",
    "/?source=harbour",
    "/?kind=headline",
    "/?source=harbour&kind=headline&least=50&day=2026-03-02",
    "/first",
    "/first?source=harbour",
    "/search?q=ferrymen+council",
    "/search?q=bridge&in=added",
    "/search?q=bridge&in=removed&source=harbour&kind=numbers",
    "/sources",
    "/source/harbour",
    "/article/{key}",
    "/article/{key}/1/3",
    "/article/{key}/2",
    "/article/{key}/2/payload",
    "/article/{key}/changes.atom",
    "/changes.atom",
    "/url/https://www.harbour.example/news/swing-bridge-2026?utm_source=x",
    "/url/https://www.harbour.example/other/swing-bridge-2026",
    "/timemap/link/https://www.harbour.example/news/swing-bridge-2026",
    "/api/v1/changes?limit=200",
    "/api/v1/articles",
)


@pytest_asyncio.fixture
async def profiled(client: httpx.AsyncClient, press: Press, bridge: str) -> AsyncIterator[list[dict[str, Any]]]:
    """What MongoDB noted of every question behind every page."""
    db = press.store.db
    await db.command("profile", 2)
    for path in PATHS:
        assert (await client.get(path.format(key=bridge))).status_code in {200, 303}
    await db.command("profile", 0)
    noted = await db["system.profile"].find({"command.find": {"$exists": True}}).to_list()
    yield [q for q in noted if not q["command"]["find"].startswith(("system.", "meta"))]
    await db.drop_collection("system.profile")


async def test_no_page_scans_a_collection_or_sorts_in_memory(profiled: list[dict[str, Any]]) -> None:
    assert len(profiled) > len(PATHS)
    assert [q["command"] for q in profiled if "COLLSCAN" in q["planSummary"]] == []
    assert [q["command"] for q in profiled if q.get("hasSortStage")] == []


async def test_every_question_has_a_time_limit_and_a_length(profiled: list[dict[str, Any]]) -> None:
    assert all(0 < q["command"]["maxTimeMS"] <= 4_000 for q in profiled)
    unbounded = [
        q["command"]["find"] for q in profiled if not q["command"].get("limit") and "$in" not in str(q["command"])
    ]
    assert unbounded == []


async def test_a_question_that_takes_too_long_is_given_up(
    reader: Reader, press: Press, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.reader.limits.WAIT_SECONDS", 0.000_001)
    with pytest.raises(TooSlow):
        await reader.articles.article(bridge)


async def test_a_slow_database_is_503_with_a_retry(
    client: httpx.AsyncClient, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.reader.limits.WAIT_SECONDS", 0.000_001)
    answer = await client.get("/")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "mongo" not in answer.text.lower()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café CAFÉ cafe", ["cafe"]),
        ("It’s 4.1 million", ["it", "s", "4", "1", "million"]),
        ("東京都", ["東京", "京都"]),
        ("橋", ["橋"]),
        ("ราคา", ["รา", "าค", "คา"]),
        ("مَدِينَة", ["مدينة"]),
        ("x" * 100, ["x" * MAX_TERM_LENGTH]),
        ("", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms((text,)) == found


def test_terms_are_bounded() -> None:
    assert len(terms([f"word{n}" for n in range(MAX_TERMS + 500)])) == MAX_TERMS


@pytest.mark.parametrize(
    "text",
    ["", "   ", "not an address", "javascript:alert(1)", "http://", "http://[::1", "http://a.example\\@b", "x" * 5000],
)
def test_what_is_no_address_has_no_candidates(text: str) -> None:
    assert candidates(text) == ()
    assert ids(text) == ()


def test_candidates_are_bounded_and_start_with_what_was_given() -> None:
    found = candidates("https://a.example/x/?b=1&a=2&utm_source=q")
    assert found[0] == "https://a.example/x/?b=1&a=2&utm_source=q"
    assert "https://a.example/x/?a=2&b=1" in found
    assert "http://www.a.example/x" in found
    assert len(found) <= 60


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
