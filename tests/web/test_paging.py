"""Lists by pages, in both directions, with how many entries there are in all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import httpx
import pytest

from newscrawl.store import Store, takedowns
from newscrawl.store.reader import Batch, ChangeEntry, ListFilter, Reader
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


async def test_a_search_is_walked_in_both_directions(client: httpx.AsyncClient, press: Press) -> None:
    keys = await publish_many(press)

    there = await walked(client, "/search?q=vehicles&in=added", "next")
    back = await walked(client, there[-1][0], "prev")

    assert [len(found) for _, found in there] == [20, 20, 20, 5]
    assert sorted(key for _, found in there for key in found) == sorted(keys)
    assert [found for _, found in reversed(back)] == [found for _, found in there]


@pytest.mark.parametrize(("text", "scope"), [("crane", "wordings"), ("vehicles", "added")])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_of_a_search_are_the_same_from_either_side(
    reader: Reader, press: Press, text: str, scope: str, limit: int
) -> None:
    await publish_many(press, 11)
    search = partial(reader.changes.search, text, scope, ListFilter(), limit=limit)
    pages = [await search()]
    while pages[-1].after:
        pages.append(await search(after=pages[-1].after))
    back = [pages[-1]]
    while back[-1].before:
        back.append(await search(before=back[-1].before))

    def found(batches: Sequence[Batch[ChangeEntry]]) -> list[tuple[str, int]]:
        return [(entry.line.article_id, entry.line.number) for batch in batches for entry in batch.items]

    assert len(found(pages)) == len(set(found(pages))) == (22 if scope == "wordings" else 11)
    assert found(back[::-1]) == found(pages)
    assert len(back) == len(pages)


async def test_a_search_backwards_keeps_its_span_and_what_is_withheld(
    client: httpx.AsyncClient, store: Store, press: Press
) -> None:
    keys = await publish_many(press)
    for key in keys[5:30]:
        await takedowns.hide(store.db, key, None, reason="order", by="editor", at=NOW)
    start = "/search?q=vehicles&in=added&since=2026-01-01&until=2035-01-01"

    there = await walked(client, start, "next")
    back = await walked(client, there[-1][0], "prev")

    assert sorted(key for _, found in there for key in found) == sorted({*keys[:5], *keys[30:]})
    assert [found for _, found in reversed(back)] == [found for _, found in there]


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


async def test_a_part_of_an_address_cannot_be_left_out(client: httpx.AsyncClient) -> None:
    refused = await client.get("/article/nonsense")
    assert refused.status_code == 400
    assert "“nonsense” names nothing here; search for the article, or choose a source" in refused.text
