"""A selector is skipped if the page lacks its ids and classes: that must never change what it finds."""

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
        "i, b, p", "p.story, #top > p, .lead b", "div > [rel]", "body p.story", "DIV .story", "div p[rel=author]",
        "p::attr(class)",
        "body > p", "[data-qa='byline author'] > b", "p + p", ".story ~ b", "p:nth-child(2)", ".nowhere + b",
    ],
)  # fmt: skip
def test_selector_finds_what_its_full_translation_finds(page: Page, selector: str) -> None:
    translated = etree.XPath(HTMLTranslator().css_to_xpath(selector), smart_strings=False)
    assert page.select(selector) == translated(page.tree)


def test_branch_needs_its_ids_and_classes_in_the_page(page: Page) -> None:
    (branch,) = branches("#top .nowhere")
    assert set(branch.needs) == {("id", "top"), ("class", "nowhere")}
    assert not page.index.contains("class", "nowhere")
    assert page.index.contains("class", "story")


def test_each_branch_of_a_selector_has_needs_of_its_own() -> None:
    assert [branch.needs for branch in branches(".a, b")] == [(("class", "a"),), ()]
