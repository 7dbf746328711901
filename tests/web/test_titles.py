"""Titles of changes: what was replaced by what, bounded in length."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

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


@pytest.mark.parametrize(
    ("headline", "old", "new", "arrow"),
    [
        ("جسر قديم", "كان الجسر مفتوحا أمس.", "كان الجسر مغلقا أمس.", "←"),
        ("جسر قديم", "كلفته 4.1 مليون.", "كلفته 5.6 مليون.", "←"),
        ("Aljazeera", "كان الجسر مفتوحا أمس.", "كان الجسر مغلقا أمس.", "←"),
        ("גשר ישן", "It is open today.", "It is shut today.", "→"),
        ("A bridge", "Costs are 4.1 million.", "Costs are 5.6 million.", "→"),
    ],
)
async def test_an_arrow_points_from_the_old_words_to_the_new_ones(
    client: httpx.AsyncClient, press: Press, headline: str, old: str, new: str, arrow: str
) -> None:
    await press.publish("arrow", [Draft(0, headline, [LEDE, old]), Draft(1, headline, [LEDE, new])])
    item = (await client.get("/changes.json")).json()["items"][0]
    assert f"” {arrow} “" in item["title"]
    assert f"</del> {'→' if old.isascii() else '←'} <ins>" in item["content_html"]


async def test_a_changed_headline_has_its_arrow(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish("head", [Draft(0, "الجسر مفتوح", [LEDE]), Draft(1, "الجسر مغلق", [LEDE])])
    assert (await client.get("/changes.json")).json()["items"][0]["title"] == "Headline: “الجسر مفتوح” ← “الجسر مغلق”"


async def test_numbers_of_versions_are_read_as_the_page_is(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("numbers", [Draft(0, "الجسر مفتوح", [LEDE]), Draft(1, "الجسر مغلق", [LEDE])])
    for language, label in (("en", "1 → 2"), ("ar", "1 \u200f←\u200f 2")):
        page = html.fromstring((await client.get(f"/article/{key}/1/2?lang={language}")).text)
        assert [link.text_content() for link in page.cssselect("ol.sizes a")] == [label]
        assert page.findtext(".//title").startswith("1 ← 2: الجسر مغلق")  # the title has the direction of its letters


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
