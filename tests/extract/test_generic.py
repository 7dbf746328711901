"""Generic reading: what carries news is read in order, whatever element it is in; what is beside the text is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, Source
from newscrawl.normalize import article

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
URL = "https://courier.example/2026/03/levee"
HEADLINE = "Council votes for a higher levee"
BEFORE = (
    "The council of Marsh End voted by eleven to four on Tuesday to raise the levee along the northern bank.",
    "Engineers had warned since the flood of 2019 that the old wall would not hold back another spring tide.",
)
AFTER = (
    "Work begins in April, and the road behind the wall will be closed to lorries until the autumn of next year.",
    "Farmers on the southern bank fear that the water will now come to them, and have asked for a survey of their own.",
)
MENU = "<nav><ul>" + "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(8)) + "</ul></nav>"
ROWS = (("Bank", "Height"), ("North", "4.2 m"), ("South", "3.1 m"))
TABLE = "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS) + "</table>"


def read(between: str, *, head: str = "", after: str = "", style: str = "") -> Extraction:
    def text(paragraphs: tuple[str, ...]) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)

    body = f"<div class=copy {style}>{text(BEFORE)}{between}{text(AFTER)}</div>"
    page = (
        f"<html lang=en><head><title>{HEADLINE}</title>{head}</head><body>{MENU}<main><article><h1>{HEADLINE}</h1>"
        f"{body}</article></main>{after}</body></html>"
    )
    return extract(Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), SOURCE)


def digest(extraction: Extraction) -> str:
    capture = Capture(URL, URL, 200, (), b"", datetime(2026, 3, 2, tzinfo=UTC))
    return article(extraction, capture, SOURCE, guid="1", rules_stamp="s").wording_digest


FACTS = "<ul><li>Height: 4.2 m</li><li>Length: 3.1 km</li><li>Cost: 9 million</li></ul>"


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        (TABLE, tuple(" ".join(row) for row in ROWS)),
        (f"<figure>{TABLE}<figcaption>Levees</figcaption></figure>", tuple(" ".join(row) for row in ROWS)),
        (f"<div class=scroll>{TABLE}</div>", tuple(" ".join(row) for row in ROWS)),
        (FACTS, ("Height: 4.2 m", "Length: 3.1 km", "Cost: 9 million")),
        ("<h2>What it costs</h2>", ("What it costs",)),
        ("<h3>Four against</h3>", ("Four against",)),
        ("<p><strong>What happens next</strong></p>", ("What happens next",)),
        (
            "<blockquote><p>We have waited seven years for this wall, said the mayor.</p></blockquote>",
            ("We have waited seven years for this wall, said the mayor.",),
        ),
    ],
)
def test_what_stands_among_the_paragraphs_is_read_in_order(between: str, expected: tuple[str, ...]) -> None:
    assert read(between).paragraphs == (*BEFORE, *expected, *AFTER)


@pytest.mark.parametrize("block", [TABLE, FACTS])
def test_changed_figure_beside_the_paragraphs_is_another_wording(block: str) -> None:
    assert digest(read(block)) != digest(read(block.replace("4.2", "4.4")))
    assert digest(read(block)) == digest(read(block.replace("<table>", "<table class=wide>")))


@pytest.mark.parametrize(
    "between",
    [
        "<ul><li><a href=/a>Mayor resigns</a></li><li><a href=/b>Storm warning</a></li></ul>",
        "<h3><a href=/a>Also today: mayor resigns</a></h3>",
        "<p><strong>Read more: the flood of 2019</strong></p>",
        f"<blockquote><p>{BEFORE[1][:70]}</p></blockquote>",
        "<figure><img src=a.jpg><figcaption>The wall in March. Photo: A. Lind</figcaption></figure>",
        "<p>________________</p>",
    ],
)
def test_promotion_captions_and_repeated_quotations_are_left_out(between: str) -> None:
    assert read(between).paragraphs == (*BEFORE, *AFTER)


def test_loose_text_before_the_first_paragraph_is_read() -> None:
    lead = "The levee along the northern bank of the river will be raised by a metre before the end of next year."
    text = "".join(f"<p>{paragraph}" for paragraph in (*BEFORE, *AFTER))
    page = (
        f"<html><title>{HEADLINE}</title><table><tr><td><font><b>{lead}</b>{text}</font></td><td>Menu</td></tr></table>"
    )
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC))
    assert extract(capture, (), SOURCE).paragraphs == (lead, *BEFORE, *AFTER)


def test_wrapped_paragraphs_are_read_the_same() -> None:
    between = "<h2>What it costs</h2>" + FACTS
    wrapped = between.replace("<h2>", "<div><h2>").replace("</h2>", "</h2></div>")
    expected = (*BEFORE, "What it costs", "Height: 4.2 m", "Length: 3.1 km", "Cost: 9 million", *AFTER)
    assert read(wrapped).paragraphs == read(between).paragraphs == expected


def test_further_article_on_the_page_is_left_out() -> None:
    other = "<article><h1>Storm warning</h1><div class=copy>" + "".join(
        f"<p>The harbour office expects wind of force {n} on Thursday, and has closed the outer basin to boats.</p>"
        for n in range(8, 12)
    )
    assert read("", after=other + "</div></article>").paragraphs == (*BEFORE, *AFTER)


def stated(text: str) -> str:
    linked = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": text}
    return f"<script type='application/ld+json'>{json.dumps(linked)}</script>"


def test_structured_text_without_breaks_takes_those_of_the_tree() -> None:
    text = " ".join((*BEFORE, *AFTER))
    extraction = read("", head=stated(text), style="hidden")
    assert extraction.paragraphs == (*BEFORE, *AFTER)
    assert extraction.body_origin == "structured"


def test_structured_text_with_markup_is_read_as_markup() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in (*BEFORE, *AFTER, *BEFORE[::-1]))
    page = f"<html><head><title>{HEADLINE}</title>{stated(text)}</head><body><h1>{HEADLINE}</h1></body></html>"
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC))
    assert extract(capture, (), SOURCE).paragraphs == (*BEFORE, *AFTER, *BEFORE[::-1])
