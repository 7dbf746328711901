"""Every example of the rules vocabulary gives what the manual says, and every attribute has one."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from typing import Any

import pytest

from docs.reference import rules
from docs.reference.layout_examples import LAYOUTS, SELECTORS, LayoutExample
from docs.reference.source_examples import NO_FAULT, SOURCES, SourceExample
from newscrawl.errors import SpiderFileError
from newscrawl.extract import Rules
from newscrawl.items import Capture
from newscrawl.reading import PageReader
from newscrawl.source_definition import source_of
from newscrawl.spider import NewsSpider

TEXT = (
    "<p>The ferry to the island sails again from Monday, the harbour board said after a meeting in the town hall.</p>"
    "<p>Nine weeks in dry dock have ended, and the winter timetable holds until the clocks change in March.</p>"
)
SPIDER = {"name": 'name = "courier"', "domains": 'domains = ("courier.example",)'}
FEED = 'feeds = ("https://courier.example/feed.xml",)'


def layout_of(example: LayoutExample) -> type[Rules]:
    lines = example.rules if "body" in example.rules else example.rules + '\nbody = "div.text"'
    scope: dict[str, Any] = {"Rules": Rules}
    exec(f"class Layout2026(Rules):\n{textwrap.indent(lines, '    ')}\n", scope)  # noqa: S102  our own examples
    layout: type[Rules] = scope["Layout2026"]
    return layout


def read(example: LayoutExample) -> Any:
    body = example.page + ("" if example.is_whole else f"<div class='text'>{TEXT}</div>")
    page = f"<html><head>{example.head}</head><body>{body}</body></html>".encode()
    url = "https://courier.example/news/ferry-77"
    capture = Capture(url, url, 200, (), page, datetime(2026, 3, 12, tzinfo=UTC))
    layouts = (layout_of(example),)
    return PageReader.of(source_of(spider_of(SOURCES["name"])), layouts).extract(capture)


def spider_of(example: SourceExample) -> type[NewsSpider]:
    stated = example.states.partition(" ")[0]
    lines = [line for name, line in SPIDER.items() if name != stated] + [example.states]
    lines += [] if stated == "feeds" else [FEED]
    scope: dict[str, Any] = {"NewsSpider": NewsSpider, "__name__": "spiders.courier"}
    exec("class CourierSpider(NewsSpider):\n" + textwrap.indent("\n".join(lines), "    ") + "\n", scope)  # noqa: S102
    spider: type[NewsSpider] = scope["CourierSpider"]
    return spider


@pytest.mark.parametrize("name", LAYOUTS)
def test_example_of_a_layout_reads_what_the_manual_says(name: str) -> None:
    assert name in LAYOUTS[name].rules
    assert_reads(LAYOUTS[name])


@pytest.mark.parametrize("example", [example for _, example in SELECTORS], ids=[title for title, _ in SELECTORS])
def test_example_of_a_selector_reads_what_the_manual_says(example: LayoutExample) -> None:
    assert_reads(example)


def assert_reads(example: LayoutExample) -> None:
    extraction = read(example)
    assert extraction.rules == "Layout2026"
    for field, expected in example.reads.items():
        value = getattr(extraction, field)
        assert (list(value) if isinstance(value, tuple) else value) == expected


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in {"example", "match", "body"}])
def test_example_of_a_layout_needs_its_attribute(name: str) -> None:
    """Without the line the page is read otherwise, or the example would show nothing."""
    example = LAYOUTS[name]
    others = "\n".join(line for line in example.rules.split("\n") if not line.startswith(f"{name} "))
    without = read(
        LayoutExample(example.meaning, others or "drop_links = False", example.page, {}, example.head, example.is_whole)
    )
    with_it = read(example)
    assert [getattr(without, field) for field in example.reads] != [getattr(with_it, field) for field in example.reads]


@pytest.mark.parametrize("name", SOURCES)
def test_example_of_a_spider_gives_what_the_manual_says(name: str) -> None:
    example = SOURCES[name]
    assert example.states.startswith(f"{name} = ")
    if example.ask:
        assert repr(eval(example.ask, {"spider": spider_of(example)()})) == example.answer  # noqa: S307  our own
    elif example.answer == NO_FAULT:
        spider_of(example)
    else:
        with pytest.raises(SpiderFileError) as raised:
            spider_of(example)
        assert str(raised.value).endswith(example.answer)


def test_every_attribute_is_described_and_none_that_there_is_not() -> None:
    assert set(SOURCES) == {name for name, _ in rules.source_attributes()}
    assert set(LAYOUTS) == {name for name, _ in rules.layout_attributes()}
