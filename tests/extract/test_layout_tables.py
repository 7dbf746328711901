"""Articles in tables of the layout, lists of terms, and short sentences beside long ones: every paragraph is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Source
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
LONG = " ".join(TEXT)  # more than a cell of figures holds
HEAD = "<table><tr><td><a href='/'>Home</a></td><td><a href='/n'>News</a></td><td><a href='/c'>Us</a></td></tr></table>"


def read(body: str) -> tuple[str, ...]:
    page = f"<html lang=en><head><title>{HEADLINE}</title></head><body>{HEAD}{body}</body></html>"
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 12, tzinfo=UTC))
    return extract(capture, (), SOURCE).paragraphs


@pytest.mark.parametrize(
    "row",
    ["<tr><td>{}</td></tr>", "<tr><td><img src='/s.gif'></td><td>{}</td></tr>", "<tr><td>{}</td><td>&nbsp;</td></tr>"],
)
def test_rows_of_one_paragraph_are_read_alike_however_long_they_are(row: str) -> None:
    texts = (LONG, *TEXT[1:], LONG.upper())
    assert read(f"<h1>{HEADLINE}</h1><table>{''.join(map(row.format, texts))}</table>") == texts


def test_a_brief_article_in_a_table_has_no_bars() -> None:
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in (HEADLINE, *TEXT[:2]))
    assert read(f"<table>{rows}</table><table><tr><td>Webmaster</td></tr></table>") == TEXT[:2]


def test_questions_of_an_interview_are_read_with_the_answers() -> None:
    questions = ("Why so late?", "Who told the council?", "When does it begin?", "And the other bank?")
    pairs = [text for pair in zip(questions, TEXT, strict=True) for text in pair]
    markup = "".join(f"<dt>{question}</dt><dd>{answer}</dd>" for question, answer in zip(questions, TEXT, strict=True))
    assert read(f"<h1>{HEADLINE}</h1><dl class=x3>{markup}</dl>") == tuple(pairs)


def test_facts_in_a_list_of_terms_among_the_paragraphs_are_read() -> None:
    facts = "<dl><dt>Begun</dt><dd>1911</dd><dt>Builder</dt><dd>Ernest Tolley</dd><dt>Height</dt><dd>4.2 m</dd></dl>"
    before, after = ("".join(f"<p>{text}</p>" for text in texts) for texts in (TEXT[:2], TEXT[2:]))
    expected = (*TEXT[:2], "Begun", "1911", "Builder", "Ernest Tolley", "Height", "4.2 m", *TEXT[2:])
    assert read(f"<h1>{HEADLINE}</h1><div class=x4>{before}{facts}{after}</div>") == expected


def test_short_sentences_beside_a_single_long_paragraph_are_read() -> None:
    texts = ("The wall is too low.", "That is known.", LONG, "The council disagrees.", "It meets on Monday.")
    assert (
        read(f"<h1>{HEADLINE}</h1><div class=x1>{''.join(f'<div class=x2>{text}</div>' for text in texts)}</div>")
        == texts
    )


@pytest.mark.parametrize(
    "quotation",
    [
        "„Wir haben drei Jahre lang davor gewarnt“, sagte der Fischer. „Gekommen ist von der Stadt niemand.“",
        "« Nous avons appris la nouvelle par un message », raconte la gardienne. « Les parents sont furieux. »",
        "»Wir haben drei Jahre lang davor gewarnt«, sagte der Fischer. »Gekommen ist von der Stadt niemand.«",
        "Բնակիչները երեք տարի շարունակ նախազգուշացրել են, բայց քաղաքապետարանից ոչ ոք չի եկել կամուրջը տեսնելու։",
    ],
)
def test_quotation_at_the_end_ends_a_sentence(quotation: str) -> None:
    answers = (quotation, *TEXT[1:3])
    markup = "".join(f"<dt>{text[:9]}?</dt><dd><p>{text}</p></dd>" for text in answers)
    expected = tuple(part for text in answers for part in (f"{text[:9]}?", text))
    assert read(f"<h1>{HEADLINE}</h1><dl class=x3>{markup}</dl>") == expected


def test_row_of_a_table_behind_that_of_the_text_is_not_text() -> None:
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in TEXT)
    address = "<table><tr><td>Council of Marsh End, 1 Market Place, first floor</td></tr></table>"
    assert read(f"<h1>{HEADLINE}</h1><table>{rows}</table>{address}") == TEXT
