"""Search pages, search feeds, and the lookup of articles by URL."""

from __future__ import annotations

import httpx
import pytest

from newscrawl.items import article_id
from newscrawl.store.search_order import place
from tests.web.press import LEDE, SOURCE, START, Draft, Press


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=ferrymen", True),
        ("q=FERRYMEN+council", True),
        ("q=%22opened+in+1931%22", True),
        ("q=%221931+opened+in%22", False),
        ("q=ferrymen+zeppelin", False),
        ("q=night+bus&in=added", True),
        ("q=night+bus&in=removed", False),
        ("q=bridge+keeper&in=removed", True),
        ("q=ferrymen&source=elsewhere", False),
        ("q=ferrymen&day=2026-03-02", True),
        ("q=ferrymen&day=2026-03-05", False),
    ],
)
async def test_search(client: httpx.AsyncClient, bridge: str, query: str, is_found: bool) -> None:
    page = (await client.get(f"/search?{query}")).text
    feed = (await client.get(f"/search.atom?{query}")).text
    assert (f"/article/{bridge}" in page) is is_found
    assert (f"version:{bridge}" in feed) is is_found


async def test_search_finds_words_in_scripts_without_spaces(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("kyoto", [Draft(0, "京都の橋が閉鎖", ["市は来月から工事を始める。"])], language="ja")
    assert key in (await client.get("/search", params={"q": "工事"})).text
    assert key not in (await client.get("/search", params={"q": "工場"})).text


def slugs_of_one_place(count: int) -> list[str]:
    """Return articles whose first versions have the same place if they were seen at the same moment."""
    by_place: dict[int, list[str]] = {}
    for slug in map("tied-{}".format, range(1_000_000)):
        same = by_place.setdefault(place(START, f"{article_id(SOURCE, slug)}:1"), [])
        same.append(slug)
        if len(same) == count:
            return same
    raise AssertionError("a million articles have as many places")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
async def test_no_page_of_a_search_leaves_out_versions_of_one_place(
    client: httpx.AsyncClient, press: Press, limit: int
) -> None:
    tied, hours = slugs_of_one_place(4), {"earlier": -1, "later": 1}
    keys = {await press.publish(slug, [Draft(hours.get(slug, 0), "A zeppelin", [LEDE])]) for slug in [*tied, *hours]}
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await client.get("/api/v1/search", params={"q": "zeppelin", "limit": limit, **after})).json()
        found += [entry["story"]["article_id"] for entry in page["items"]]
        if page["after"] is None:
            break
        after = {"after": page["after"]}
    assert (len(found), set(found)) == (len(keys), keys)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.harbour.example/news/swing-bridge-2026",
        "http://www.harbour.example/news/swing-bridge-2026/",
        "harbour.example/news/swing-bridge-2026?utm_source=mail&fbclid=1",
        "https:/www.harbour.example/news/swing-bridge-2026",
        "https://www.harbour.example/news/swing-bridge-2026#comments",
        "https://www.harbour.example/old-section/swing-bridge-2026",
    ],
)
async def test_lookup_accepts_any_usual_spelling_of_a_url(
    client: httpx.AsyncClient, bridge: str, spelling: str
) -> None:
    response = await client.get(f"/url/{spelling}")
    assert response.headers["location"] == f"/article/{bridge}"
    assert (await client.get("/search", params={"q": spelling})).headers["location"] == f"/article/{bridge}"


async def test_an_id_in_a_url_of_another_site_finds_nothing(client: httpx.AsyncClient, bridge: str) -> None:
    assert (await client.get("/url/https://elsewhere.example/news/swing-bridge-2026")).status_code == 404
