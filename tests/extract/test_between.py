"""What a body selector does not name and is the article's all the same, by where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page, Rules
from newscrawl.items import Capture

FIRST = "The ferry between the two islands sailed for the last time on Tuesday evening, with 212 people aboard."
SECOND = "Its owner said that the engines were forty years old and could not be repaired for a reasonable price."
THIRD = "A bridge is to open in the spring of next year, six years later than the two councils had promised."
NEWS = "The county will pay for 14 buses a day until the bridge opens, at a price of 3.2 million a year."


class ByParagraph(Rules):
    body = ".story p.text"


class ByColumn(Rules):
    body = ".column"
    drop = ".left-out"


def paragraphs(layout: type[Rules], body: str) -> tuple[str, ...]:
    html = f"<html><body>{body}</body></html>".encode()
    page = Page(Capture("https://a.example/1", "https://a.example/1", 200, (), html, datetime(2026, 1, 1, tzinfo=UTC)))
    return layout().read_paragraphs(page)


def story(between: str) -> str:
    return f"<div class='story'><p class='text'>{FIRST}</p>{between}<p class='text'>{SECOND}</p></div>"


@pytest.mark.parametrize(
    ("between", "texts"),
    [
        (f"<p>{NEWS}</p>", (NEWS,)),
        (f"<p class='other'>{NEWS}</p>", (NEWS,)),
        (f"<div><p>{NEWS}</p></div>", (NEWS,)),
        ("<h2>Buses instead</h2>", ("Buses instead",)),
        (f"<blockquote><p>{NEWS}</p></blockquote>", (NEWS,)),
        ("<ul><li>14 buses</li><li>3.2 million</li></ul>", ("14 buses", "3.2 million")),
    ],
)
def test_text_between_two_selected_paragraphs_is_read(between: str, texts: tuple[str, ...]) -> None:
    assert paragraphs(ByParagraph, story(between)) == (FIRST, *texts, SECOND)


@pytest.mark.parametrize(
    "between",
    [
        "<p>Photo: A. Writer</p>",
        f"<p><a href='/b'>{NEWS}</a></p>",
        f"<div class='newsletter'><p>{NEWS}</p></div>",
        f"<div><h3>Related</h3><p>{NEWS}</p></div>",
        f"<div>Advertisement<p>{NEWS}</p></div>",
        f"<p hidden>{NEWS}</p>",
        "<h3>More from the islands</h3><ul><li><a href='/b'>Bridge is late</a></li></ul>",
    ],
)
def test_other_things_between_two_selected_paragraphs_are_not(between: str) -> None:
    assert paragraphs(ByParagraph, story(between)) == (FIRST, SECOND)


@pytest.mark.parametrize("kind", ["", " class='t'"])
def test_paragraphs_directly_beside_their_container_are_read_with_it(kind: str) -> None:
    column = f"<div class='column'><p{kind}>{SECOND}</p></div>"
    body = f"<h1>Last ferry</h1><p{kind}>{FIRST}</p>{column}<script>1</script><p{kind}>{THIRD}</p><div>Menu</div>"
    assert paragraphs(ByColumn, body) == (FIRST, SECOND, THIRD)


@pytest.mark.parametrize(
    "lead",
    [f"<p class='standfirst'>{FIRST}</p>", f"<p>{FIRST}</p><div>Share</div>", f"<p class='left-out'>{FIRST}</p>"],
)
def test_paragraphs_of_another_kind_or_apart_are_not(lead: str) -> None:
    assert paragraphs(ByColumn, f"{lead}<div class='column'><p>{SECOND}</p></div>") == (SECOND,)


def test_prose_in_a_plain_element_between_two_columns_is_read() -> None:
    columns = [f"<div class='column'><p>{text}</p></div>" for text in (FIRST, THIRD)]
    bare = f"<div><p>{SECOND}</p><p>{NEWS}</p></div>"
    assert paragraphs(ByColumn, bare.join(columns)) == (FIRST, SECOND, NEWS, THIRD)
    box = f"<div class='promo'><p>{SECOND}</p></div><div><p>{NEWS}</p><form></form></div>"
    assert paragraphs(ByColumn, box.join(columns)) == (FIRST, THIRD)
