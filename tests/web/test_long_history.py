"""A story with more versions than one page holds: each of them is reached by links, and no table has a hole."""

from __future__ import annotations

import re

import httpx
import pytest

from newscrawl.web import article, memento
from tests.web.press import LEDE, Press, Told

ADDRESS = "https://www.harbour.example/news/live-blog"
VERSIONS = 7


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article, "PAGE", 3)
    monkeypatch.setattr(memento, "PAGE", 3)


@pytest.fixture
async def blog(press: Press) -> str:
    return await press.story("live-blog", [Told(n, f"Live: hour {n}", [LEDE]) for n in range(VERSIONS)])


def numbers(page: str, key: str) -> list[int]:
    """The versions in the table of an article page, from the top."""
    return [int(found) for found in re.findall(rf'<td class="n"><a href="/article/{key}/(\d+)">', page)]


async def test_links_lead_to_every_version(client: httpx.AsyncClient, blog: str) -> None:
    address: str | None = f"/article/{blog}"
    seen: list[int] = []
    while address:
        page = (await client.get(address)).text
        seen += numbers(page, blog)
        rest = page.partition('aria-current="page"')[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', rest)
        address = links[0] if links else None
    assert seen == list(range(VERSIONS, 0, -1))


async def test_a_short_history_has_no_such_links(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.story("short", [Told(n, f"Short {n}", [LEDE]) for n in range(3)])
    assert "Older and newer versions" not in (await client.get(f"/article/{key}")).text


async def test_diff_of_old_versions_has_its_neighbours_and_its_picker(
    client: httpx.AsyncClient, blog: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article, "PAGE", 6)
    page = (await client.get(f"/article/{blog}/2/3")).text
    assert f'href="/article/{blog}/1/2" rel="prev"' in page
    assert f'href="/article/{blog}/3/4" rel="next"' in page
    assert '<option value="2" selected>' in page
    assert '<option value="7"' not in page


async def test_a_stretch_claims_no_first_and_no_last_memento(client: httpx.AsyncClient, blog: str) -> None:
    links = (await client.get(f"/article/{blog}/3")).headers["link"]
    assert 'rel="memento prev"' in links
    assert "first memento" not in links
    assert "last memento" not in links
    assert "last memento" in (await client.get(f"/article/{blog}/7")).headers["link"]


async def test_timemap_leaves_no_version_out(client: httpx.AsyncClient, blog: str) -> None:
    told = (await client.get(f"/timemap/json/{ADDRESS}")).json()["mementos"]
    assert [m["uri"].rpartition("/")[2] for m in told["list"]] == [str(n) for n in range(1, VERSIONS + 1)]
    assert (await client.get(f"/timegate/{ADDRESS}")).headers["location"].endswith(f"{blog}/{VERSIONS}")
