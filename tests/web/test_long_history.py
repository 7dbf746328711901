"""An article with more versions than fit on one page: links lead to each of them, and no list has a gap."""

from __future__ import annotations

import re

import httpx
import pytest

from newscrawl.web import article, memento
from tests.web.press import LEDE, Draft, Press

URL = "https://www.harbour.example/news/live-blog"
VERSIONS = 7


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article, "PAGE", 3)
    monkeypatch.setattr(memento, "PAGE", 3)


@pytest.fixture
async def blog(press: Press) -> str:
    return await press.publish("live-blog", [Draft(n, f"Live: hour {n}", [LEDE]) for n in range(VERSIONS)])


def numbers(page: str, key: str) -> list[int]:
    """Return the version numbers in the table of an article page, from the top."""
    return [int(number) for number in re.findall(rf'<td class="n"><a href="/article/{key}/(\d+)">', page)]


async def test_links_lead_to_every_version(client: httpx.AsyncClient, blog: str) -> None:
    url: str | None = f"/article/{blog}"
    listed: list[int] = []
    while url:
        page = (await client.get(url)).text
        listed += numbers(page, blog)
        older = page.partition('aria-current="page"')[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', older)
        url = links[0] if links else None
    assert listed == list(range(VERSIONS, 0, -1))


async def test_a_short_history_has_one_page(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("short", [Draft(n, f"Short {n}", [LEDE]) for n in range(3)])
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


async def test_one_page_of_a_history_claims_no_first_and_no_last_memento(client: httpx.AsyncClient, blog: str) -> None:
    links = (await client.get(f"/article/{blog}/3")).headers["link"]
    assert 'rel="memento prev"' in links
    assert "first memento" not in links
    assert "last memento" not in links
    assert "last memento" in (await client.get(f"/article/{blog}/7")).headers["link"]


async def test_timemap_leaves_no_version_out(client: httpx.AsyncClient, blog: str) -> None:
    mementos = (await client.get(f"/timemap/json/{URL}")).json()["mementos"]["list"]
    assert [memento["uri"].rpartition("/")[2] for memento in mementos] == [str(n) for n in range(1, VERSIONS + 1)]
    assert (await client.get(f"/timegate/{URL}")).headers["location"].endswith(f"{blog}/{VERSIONS}")
