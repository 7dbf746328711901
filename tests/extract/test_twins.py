"""Generic reading of two templates: what one sets like the paragraphs is text, what it puts between them is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Source

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
URL = "https://courier.example/2026/03/levee"
HEADLINE = "Council votes for a higher levee"
STANDFIRST = "Marsh End will spend nine million on a wall that half of its farmers do not want."
BEFORE = (
    "The council of Marsh End voted by eleven to four on Tuesday to raise the levee along the northern bank.",
    "Engineers had warned since the flood of 2019 that the old wall would not hold back another spring tide.",
    "The wall was built in 1931 by the grandfathers of those who now own the fields behind it, and never raised since.",
)
AFTER = (
    "Work begins in April, and the road behind the wall will be closed to lorries until the autumn of next year.",
    "Farmers on the southern bank fear that the water will now come to them, and have asked for a survey of their own.",
)


def read(between: str = "", *, above: str = "", below: str = "", last: str = "", head: str = "") -> tuple[str, ...]:
    text = "".join(f"<p class=copy>{paragraph}</p>" for paragraph in BEFORE) + between
    text += "".join(f"<p class=copy>{paragraph}</p>" for paragraph in AFTER) + last
    page = (
        f"<html lang=en><head><title>{HEADLINE}</title>{head}</head><body><main><article><header><h1>{HEADLINE}</h1>"
        f"{above}</header><div class=x7>{text}</div>{below}</article></main></body></html>"
    )
    return extract(Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), SOURCE).paragraphs


@pytest.mark.parametrize("line", ["The vote was close.", "Costs", "The mayor, a farmer herself, put it this way:"])
def test_short_paragraph_that_is_set_like_the_others_is_text(line: str) -> None:
    assert read(f"<p class=copy>{line}</p>") == (*BEFORE, line, *AFTER)


def test_short_last_sentence_is_text_but_a_label_there_is_not() -> None:
    assert read(last="<p class=copy>It opens in June.</p>") == (*BEFORE, *AFTER, "It opens in June.")
    for line in ("Also", "12 March 2026, 2:05 p.m.", "By Eva Kern and Jan Roe, Marsh End."):
        assert read(last=f"<p class=copy>{line}</p>") == (*BEFORE, *AFTER)


@pytest.mark.parametrize(
    "subhead",
    [
        "<div class=subhead>What it costs</div>",
        "<p class=crosshead>What it costs</p>",
        "<h3><a name=costs>What it costs</a></h3>",
    ],
)
def test_subhead_in_any_element_is_text(subhead: str) -> None:
    assert read(subhead) == (*BEFORE, "What it costs", *AFTER)


def test_subhead_beside_the_element_of_the_paragraphs_is_text() -> None:
    def section(title: str, texts: tuple[str, ...]) -> str:
        text = "".join(f"<p class=copy>{paragraph}</p>" for paragraph in texts)
        return f"<section><h3>{title}</h3><div class=x7>{text}</div></section>"

    sections = section("The vote", BEFORE) + section("The works", (*AFTER, *AFTER[::-1]))
    page = f"<html><title>{HEADLINE}</title><body><article><h1>{HEADLINE}</h1>{sections}</article></body></html>"
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC))
    assert "The works" in extract(capture, (), SOURCE).paragraphs


LONG = "The reporters who cover the river have lived beside it for years, and several of them have been flooded out."


@pytest.mark.parametrize(
    "box",
    [
        f"<div class=post-boilerplate>{LONG}</div>",
        f"<div class=video-transcript><div>0:00</div><p class=module-text>{LONG}</p></div>",
        f"<div><div class=player><h2>The mayor on the levee</h2><h4>{LONG}</h4></div>"
        f"<dl><dd><p class=said>{LONG}</p></dd></dl></div>",
        f"<div class=inline-photo>{LONG}</div>",
        "<p class=copy><a href=/mayor>MAYOR OF MARSH END ACCUSED OF SELLING FLOODED FIELDS</a></p>",
        f"<blockquote class=twitter-tweet><p>{LONG}</p>— Marsh End (@marshend) March 2, 2026</blockquote>",
    ],
)
def test_box_between_the_paragraphs_is_no_text(box: str) -> None:
    assert read(box) == read() == (*BEFORE, *AFTER)


def test_comments_of_readers_are_no_text() -> None:
    comments = "".join(f"<div class=comment-body><p class=copy>{text}</p></div>" for text in (LONG, *BEFORE))
    assert read(below=f"<section id=comments>{comments}</section>") == (*BEFORE, *AFTER)


@pytest.mark.parametrize(
    "above",
    [
        f"<p class=standfirst>{STANDFIRST}</p>",
        f"<h2 class=dek>{STANDFIRST}</h2>",
        f"<div>{STANDFIRST}</div>",
        f"<p>{STANDFIRST}</p>",
        f"<ul><li>{STANDFIRST}</li><li>Work begins in April.</li></ul>",
    ],
)
@pytest.mark.parametrize("head", ["", f'<meta name=description content="{STANDFIRST}">'])
def test_standfirst_makes_no_difference_whatever_a_template_makes_of_it(above: str, head: str) -> None:
    assert read(above=above, head=head) == (*BEFORE, *AFTER)


def test_first_paragraph_that_is_also_the_description_is_text() -> None:
    assert read(head=f'<meta name=description content="{BEFORE[0]}">') == (*BEFORE, *AFTER)
