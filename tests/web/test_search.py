"""Search pages, search feeds, and the lookup of articles by URL."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

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
        ("q=ferrymen&since=2026-03-02T08:00&until=2026-03-03", True),
        ("q=ferrymen&until=2026-03-02", False),
        ("q=ferr*", True),
        ("q=ferr*+zeppelin", False),
        ("q=zeppelin+OR+ferr*", True),
        ("q=zeppelin+OR+%22smaller+of+the+two%22", True),
        ("q=zeppelin+OR+airship", False),
        ("q=night+OR+tale&in=added&kind=headline", True),
        ("q=bridge&in=added&least=75", False),
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
    for letter in ("橋", "月", "始", "閉"):
        assert key in (await client.get("/search", params={"q": letter})).text
    assert key not in (await client.get("/search", params={"q": "船"})).text


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


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=4.1+million&in=removed", [2]),
        ("q=5.6+million&in=added", [2]),
        ("q=%224.1+million+crowns%22&in=removed", [2]),
        ("q=million&in=removed", []),  # kept: no word of it changed
        ("q=zeppelin+4.1&in=removed", []),
    ],
)
async def test_words_are_found_in_the_whole_sentence_that_changed(
    client: httpx.AsyncClient, bridge: str, query: str, numbers: list[int]
) -> None:
    found = (await client.get(f"/api/v1/search?{query}")).json()["items"]
    assert [entry["line"]["number"] for entry in found] == numbers


async def test_a_hit_shows_the_change_in_its_sentence_with_the_words_marked(
    client: httpx.AsyncClient, bridge: str
) -> None:
    for scope in ("removed", "wordings"):
        page = html.fromstring((await client.get(f"/search?q=4.1+million&in={scope}")).text)
        hit = page.cssselect(".entry")[0]
        if scope == "removed":
            assert hit.cssselect("h2 a")[0].get("href") == f"/article/{bridge}/1/2"
            assert [mark.text_content() for mark in hit.cssselect("del mark")] == ["4", "1"]
            assert "5.6" in hit.cssselect("ins")[0].text_content()
        assert "million" in [mark.text for mark in hit.cssselect("mark")]


async def test_passages_of_an_older_newscrawl_are_found_by_the_words_that_changed(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    for name in ("added", "removed"):
        await press.store.db[name].update_many({}, [{"$unset": "changed"}])
    await press.store.db.removed.update_one({"_id": f"{bridge}:2"}, {"$set": {"text": ["4.1"], "terms": ["4", "1"]}})
    await press.store.db.versions.update_many(
        {}, {"$unset": {"passages.old_sentences": 1, "passages.new_sentences": 1}}
    )
    page = (await client.get("/search?q=4.1&in=removed")).text
    assert f"/article/{bridge}/1/2" in page
    assert "Nothing found" in (await client.get("/search?q=4.1+million&in=removed")).text


@pytest.mark.parametrize(
    ("query", "says"),
    [("OR+council", "OR stands between two words"), ("i*", "needs 2 letters"), ("+".join("abcdefghijklm"), "12 words")],
)
async def test_a_search_that_cannot_be_meant_is_an_error_that_says_why(
    client: httpx.AsyncClient, bridge: str, query: str, says: str
) -> None:
    for path in ("/search", "/search.atom", "/api/v1/search"):
        response = await client.get(f"{path}?q={query}")
        assert response.status_code == 400
        assert says in response.text


async def test_a_beginning_of_too_many_words_is_an_error(client: httpx.AsyncClient, press: Press) -> None:
    words = " ".join(f"zep{number}" for number in range(100))
    key = await press.publish("zeppelins", [Draft(0, "Many", [f"{words}."])])
    response = await client.get("/api/v1/search?q=zep*")
    assert response.status_code == 400
    assert "60 words begin with" in response.json()["detail"]
    assert key in (await client.get("/api/v1/search?q=zep1*")).text


async def test_a_search_by_weight_has_the_weightiest_first(client: httpx.AsyncClient, bridge: str) -> None:
    async def weights(**parameters: str) -> list[float]:
        response = await client.get("/api/v1/search", params={"q": "bridge", **parameters})
        return [entry["line"]["change"]["significance"] for entry in response.json()["items"]]

    assert await weights(sort="weight") == sorted(await weights(), reverse=True)
    assert await weights(sort="weight", limit="1") == [max(await weights())]
    assert "weightiest of the newest" in (await client.get("/search?q=bridge&sort=weight")).text
    refused = await client.get(f"/api/v1/search?q=bridge&sort=weight&after=0-{bridge}-1")
    assert (refused.status_code, "no further page" in refused.json()["detail"]) == (400, True)
