"""A layout that reads only a part of an article does not stand for it; other prose of the page does not replace it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newscrawl.extract import Rules, extract
from newscrawl.items import Capture, Extraction, Readers, Source

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",), languages=("en",))
TEXTS = [
    f"The council of district {n} voted {n + 9} to {n + 2} for the plan on Monday, after {n + 3} hours of debate."
    for n in range(1, 13)
]
OTHERS = [
    f"Another newspaper reports that {n} ships have left the harbour since the strike of the pilots began last week."
    for n in range(1, 13)
]


class Narrow2026(Rules):
    body = ".teaser"


class Old2010(Rules):
    body = ".page"


def markup(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(body: str, *layouts: type[Rules], head: str = "", readers: Readers | None = None) -> Extraction:
    html = f"<html><head><title>Vote</title>{head}</head><body><main><h1>Districts vote</h1>{body}</main></body></html>"
    url = "https://paper.example/1"
    headers = (("content-type", "text/html; charset=utf-8"),)
    return extract(
        Capture(url, url, 200, headers, html.encode(), datetime(2026, 1, 1, tzinfo=UTC)), layouts, SOURCE, readers
    )


SPLIT = f"<div class='teaser'>{markup(TEXTS[:4])}</div><div>{markup(TEXTS[4:])}</div>"


def test_article_of_which_a_layout_reads_the_teaser_is_read_generically() -> None:
    extraction = read(SPLIT, Narrow2026)
    assert (extraction.rules, list(extraction.paragraphs)) == ("generic", TEXTS)


def test_article_of_which_a_layout_reads_the_teaser_is_read_by_the_next_layout_that_reads_all() -> None:
    extraction = read(f"<div class='page'>{SPLIT}</div>", Narrow2026, Old2010)
    assert (extraction.rules, list(extraction.paragraphs)) == ("Old2010", TEXTS)


def test_named_readers_read_what_they_read() -> None:
    extraction = read(SPLIT, Narrow2026, readers=Readers("Narrow2026"))
    assert (extraction.rules, list(extraction.paragraphs)) == ("Narrow2026", TEXTS[:4])


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside>{markup(OTHERS)}</aside>",
        f"<div class='comments'>{markup(OTHERS)}</div>",
        "<ul>" + "".join(f"<li><p>{text}</p></li>" for text in OTHERS) + "</ul>",
        f"<article><h1>Ships leave</h1>{markup(OTHERS)}</article>",
    ],
)
def test_other_prose_of_a_page_does_not_take_an_article_from_its_layout(beside: str) -> None:
    extraction = read(f"<article class='teaser'>{markup(TEXTS)}</article>{beside}", Narrow2026)
    assert (extraction.rules, list(extraction.paragraphs)) == ("Narrow2026", TEXTS)


def test_text_that_the_metadata_state_in_full_is_not_cut_to_the_teaser() -> None:
    node = {"@type": "NewsArticle", "headline": "Districts vote", "articleBody": "\n".join(TEXTS)}
    head = f"<script type='application/ld+json'>{json.dumps(node)}</script>"
    extraction = read(f"<div class='teaser'>{markup(TEXTS[:4])}</div>", Narrow2026, head=head)
    assert (extraction.rules, list(extraction.paragraphs)) == ("generic", TEXTS)


def test_headline_inside_the_body_is_no_paragraph() -> None:
    texts = [*TEXTS[:6]]
    extraction = read(f"<div class='page'><p>Districts vote</p>{markup(texts)}</div>", Old2010)
    assert list(extraction.paragraphs) == texts
