"""Lists by pages, in both directions, with how many entries there are in all."""

from __future__ import annotations

import re

import httpx
import pytest

from newscrawl.store import Store, takedowns
from tests.web.press import COST, HISTORY, LEDE, NOW, TRAFFIC, Draft, Press

COUNT = 65  # three pages of thirty


async def publish_many(press: Press, count: int = COUNT) -> list[str]:
    """Publish articles with one edit each, some of them at the same moment; returns their ids."""
    return [
        await press.publish(
            f"crane-{number}",
            [
                Draft(0, f"Crane {number} is to be sold", [LEDE, COST]),
                Draft(1 + number // 4, f"Crane {number} is sold", [LEDE, HISTORY, TRAFFIC]),
            ],
        )
        for number in range(count)
    ]


def linked(page: str, rel: str) -> str | None:
    found = re.search(rf'<a href="([^"]+)" rel="{rel}">', page)
    return found[1].replace("&amp;", "&") if found else None


def entries(page: str) -> list[str]:
    found = re.findall(r'href="/article/([a-z2-7]{16})', page.partition("<main")[2])
    return list(dict.fromkeys(found))


async def walked(client: httpx.AsyncClient, start: str, rel: str) -> list[tuple[str, list[str]]]:
    """Follow links of one kind from a page to the end; returns addresses and entries."""
    found, path = [], start
    while path is not None:
        page = (await client.get(path)).text
        found.append((path, entries(page)))
        path = linked(page, rel)
        assert len(found) < 20
    return found


@pytest.mark.parametrize("path", ["/newest", "/headlines", "/first", "/newest?source=harbour"])
async def test_a_list_is_walked_in_both_directions(client: httpx.AsyncClient, press: Press, path: str) -> None:
    keys = await publish_many(press)

    there = await walked(client, path, "next")
    back = await walked(client, there[-1][0], "prev")

    assert [len(found) for _, found in there] == [30, 30, 5]
    assert sorted(key for _, found in there for key in found) == sorted(keys)
    assert [found for _, found in reversed(back)] == [found for _, found in there]
    assert f"{COUNT} in all" in (await client.get(path)).text


async def test_the_way_back_ends_at_a_whole_first_page(client: httpx.AsyncClient, press: Press) -> None:
    await publish_many(press)
    second = linked((await client.get("/newest")).text, "next")
    assert second is not None
    newest = (await client.get("/newest")).text
    # Of what has come since, the page before is no longer full of what it was full of.
    for number in range(3):
        await press.publish(
            f"tug-{number}", [Draft(2, "A tug", [LEDE]), Draft(40 + number, "A tug is lost", [LEDE, COST])]
        )

    third = (await walked(client, second, "prev"))[-1]

    assert len(third[1]) == 30
    assert third[1][3:] == entries(newest)[:27]


async def test_what_is_withheld_is_on_no_page(client: httpx.AsyncClient, store: Store, press: Press) -> None:
    keys = await publish_many(press)
    for key in keys[10:50]:
        await takedowns.hide(store.db, key, None, reason="order", by="editor", at=NOW)

    there = await walked(client, "/newest", "next")
    back = await walked(client, there[-1][0], "prev")

    assert sorted(key for _, found in there for key in found) == sorted({*keys[:10], *keys[50:]})
    assert {key for _, found in back for key in found} <= {*keys[:10], *keys[50:]}


async def test_deleted_articles_have_pages(client: httpx.AsyncClient, press: Press, store: Store) -> None:
    keys = await publish_many(press)
    await store.db.articles.update_many({}, {"$set": {"state": "gone"}, "$currentDate": {"state_since": True}})

    there = await walked(client, "/deleted", "next")

    assert [len(found) for _, found in there] == [50, 15]
    assert sorted(key for _, found in there for key in found) == sorted(keys)
    assert linked((await client.get(there[1][0])).text, "prev") == "/deleted"


async def test_a_cursor_that_is_none_is_refused(client: httpx.AsyncClient) -> None:
    refused = await client.get("/newest?before=nonsense")
    assert refused.status_code == 400
    assert "before: “nonsense” is no value that it can have; leave it out" in refused.text
