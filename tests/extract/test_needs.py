"""Selectors are asked of the page's words first: that must never change what they find."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newscrawl.extract import Page
from newscrawl.extract.selectors import branches
from newscrawl.items import Capture

MARKUP = (
    '<div class="Story  lead\tbig" id=top data-qa="byline author"><p class="st&#111;ry">One</p>'
    '<p itemprop="author name" rel=author>Two</p><i lang=de TYPE=Text>Three</i><b>Four</b></div>'
)


@pytest.fixture
def page() -> Page:
    body = f"<html><body>{MARKUP}</body></html>".encode()
    return Page(
        Capture("https://example.org/a", "https://example.org/a", 200, (), body, datetime(2026, 1, 1, tzinfo=UTC))
    )


@pytest.mark.parametrize(
    "selector",
    [
        ".lead p", ".lead.big > p", "#top .story", ".story", ".Story", "[class*=tor]", "[class^=St]", "[class$=big]",
        "[class=story]", "[class~=big]", "p:not(.story)", "p:not(.nowhere)", "b, .nowhere", ".nowhere, #top",
        "[itemprop~=author]", "[rel=author]::text", "[data-qa*='line au']", "[itemprop!=x]", "[rel]", "[class='']",
        "[lang|=de]", "[type=text]", "[ID=top]", "[id=TOP i]", "div :is(.story, .nowhere)", "div:has(.story)",
        "p + p", ".story ~ b", "p:nth-child(2)", ".nowhere + b",
    ],
)  # fmt: skip
def test_selector_finds_what_its_whole_translation_finds(page: Page, selector: str) -> None:
    whole = etree.XPath(HTMLTranslator().css_to_xpath(selector), smart_strings=False)
    assert page.select(selector) == whole(page.tree)


def test_branch_without_its_words_is_not_walked(page: Page) -> None:
    (needed,) = branches("#top .nowhere")
    assert set(needed.needs) == {("id", "top"), ("class", "nowhere")}
    assert not page.holds("class", "nowhere")
    assert page.holds("class", "story")


def test_selector_of_two_branches_needs_one() -> None:
    assert [one.needs for one in branches(".a, b")] == [(("class", "a"),), ()]
