"""Titles of changes: what was replaced by what, bounded in length."""

from __future__ import annotations

import httpx
import pytest

from newscrawl.web.text import cut
from tests.web.press import COST, LEDE, Draft, Press

LONG = " ".join(f"word{number}" for number in range(4000))


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        (COST, COST.replace("4.1", "5.6"), "A bridge: “4.1” → “5.6”"),
        (COST, f"{COST} It rained in the evening.", "A bridge: added “It rained in the evening.”"),
        (f"{COST} It rained in the evening.", COST, "A bridge: removed “It rained in the evening.”"),
    ],
)
async def test_a_title_has_the_words_that_changed(
    client: httpx.AsyncClient, press: Press, old: str, new: str, title: str
) -> None:
    await press.publish("words", [Draft(0, "A bridge", [LEDE, old]), Draft(1, "A bridge", [LEDE, new])])
    assert [item["title"] for item in (await client.get("/changes.json")).json()["items"]] == [title]


async def test_titles_and_texts_of_feeds_are_bounded(client: httpx.AsyncClient, press: Press) -> None:
    many = [f"{number} {LONG[:3000]}" for number in range(100)]
    await press.publish("long", [Draft(0, LONG, [LEDE]), Draft(1, LONG[:-1] + "?", [LEDE, *many])])
    item = (await client.get("/changes.json")).json()["items"][0]
    assert len(item["title"]) < 400
    assert len(item["content_html"]) < 80_000
    assert "60 changed passages more" in item["content_html"]


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    assert cut("short", 20) == "short"
    assert cut("a" * 30 + "z" * 30, 20) == "aaaaaaaa … zzzzzzzz"
