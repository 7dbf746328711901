"""A box that a template puts between paragraphs, or takes away, is no edit: with rules and without (promise P8)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from benchmarks.optional_blocks import BLOCKS, measured
from newscrawl.extract import Rules
from newscrawl.extract.small_boxes import is_small_box
from newscrawl.items import Capture, Source
from newscrawl.reading import PageReader

URL = "https://courier.example/ferry"
SOURCE = Source("courier", "The Courier", ("courier.example",))
PARAGRAPHS = [
    "The harbour ferry will not sail on Friday because of a cracked rudder, the port office said in a statement.",
    "Passengers who hold a ticket may use the bus over the causeway, which leaves every twenty minutes.",
    "Mara Linden, who runs the ferry, said that a diver had found the crack during a check on Tuesday evening.",
    "The repair is expected to take nine days and will cost about 40,000 crowns, most of it paid by the insurer.",
    "It is the third time this year that the ferry has been taken out of service, and the council wants a second boat.",
    "A decision on that is due in the spring, when the budget of the town for the next two years is drawn up.",
]
MAX_CHANGED = {"generic": 1.5, "rules": 1.0}  # percent of the variations of real pages


class Layout2026(Rules):
    """Paragraphs in div.story."""

    match = "div.story"
    body = "div.story"


READERS = {"rules": PageReader.of(SOURCE, [Layout2026]), "generic": PageReader.of(SOURCE)}


def wording(reader: PageReader, box: str = "", position: int = 0) -> str:
    parts = [f"<p>{text}</p>" for text in PARAGRAPHS]
    parts.insert(position, box)
    page = f"<html lang='en'><body><article><h1>Ferry stays in port</h1><div class='story'>{''.join(parts)}</div>"
    capture = Capture(URL, URL, 200, (), f"{page}</article></body></html>".encode(), datetime(2026, 11, 1, tzinfo=UTC))
    article = reader.read(capture, guid="1").article
    assert article is not None
    return article.wording_digest


@pytest.mark.parametrize("reading", READERS)
@pytest.mark.parametrize(("kind", "number"), [*itertools.product(BLOCKS, range(2))])
def test_a_box_between_paragraphs_is_no_edit(kind: str, number: int, reading: str) -> None:
    reader = READERS[reading]
    assert {wording(reader, BLOCKS[kind][number], position) for position in (1, 3, 5)} == {wording(reader)}


@pytest.mark.parametrize(
    "markup",
    [
        "<div><p>The diver found the crack on Tuesday.</p></div>",
        "<ul><li>Fares rise by 4 percent.</li><li>The night line keeps its 12 stops.</li></ul>",
        "<div><p>Read <a href='/a'>the report</a> and <a href='/b'>the answer</a> of the port office.</p></div>",
        f"<div><img src='/a.jpg'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div>",
        "<div><h3>The quay</h3><img src='/quay.jpg'><p>Built in 1911, it was the first of its kind.</p></div>",
        f"<form id='aspnetForm'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</form>",
    ],
)
def test_what_says_something_is_no_small_box(markup: str) -> None:
    assert not is_small_box(html.fragment_fromstring(markup))


def test_a_sentence_that_is_a_link_is_a_paragraph() -> None:
    sentence = "<p><a href='/report'>The port office published the diver's report on Wednesday.</a></p>"
    assert wording(READERS["generic"], sentence, 3) != wording(READERS["generic"])


@pytest.mark.corpus
@pytest.mark.slow
def test_real_pages_with_a_block_more_or_less_are_read_as_before(corpus: Path) -> None:
    counts, changed = measured(corpus, 20, 5)
    shares = {name: 100 * sum(line.startswith(name) for line in changed) / counts[name] for name in MAX_CHANGED}
    assert {name: share for name, share in shares.items() if share > MAX_CHANGED[name]} == {}, changed


def test_a_wrapped_paragraph_with_a_picture_among_its_words_is_text() -> None:
    wrapped = "<div><p><img src='/a.jpg'>The council met in the old town hall, as it has since the fire.</p></div>"
    captioned = "<div><img src='/a.jpg'><p>The council in the old town hall.</p></div>"
    assert not is_small_box(html.fromstring(wrapped))
    assert is_small_box(html.fromstring(captioned))
