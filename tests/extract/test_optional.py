"""What stands among paragraphs and is none of them is kept beside them; correction notes are paragraphs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import Rules, extract
from newscrawl.extract.optional import type_of_line
from newscrawl.items import Capture, Extraction, OptionalType, Source
from newscrawl.normalize import article

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/lido-4"
TEXT = (
    "The lido at Harrow Point will open on the first of May, two weeks later than last year, the council said.",
    "Painters found cracks in the floor of the deep end in February, and the tiles had to be ordered from Genoa.",
    "Season tickets cost sixty crowns as before; swimmers over seventy pay half, and schools swim free until noon.",
    "The café keeps its lease for three more years, though its owner had asked for five, the minutes show.",
    "Mayor Odile Brandt called the delay a nuisance and not a scandal, and promised to be the first in the water.",
)


class Layout(Rules):
    body = "div.text"
    drop = (".teaser",)
    drop_lines = ("Listen to this article*",)


def page(*inside: str, after: str = "") -> Capture:
    blocks = [f"<p>{text}</p>" for text in TEXT]
    for number, extra in enumerate(inside, 1):
        blocks.insert(2 * number, extra)
    body = (
        "<!doctype html><html lang=en><head><title>Lido opens late</title></head><body><article>"
        "<h1>Lido opens late</h1>"
        f"<div class=text>{''.join(blocks)}</div>{after}</article></body></html>"
    )
    return Capture(URL, URL, 200, (), body.encode(), datetime(2026, 3, 2, tzinfo=UTC))


def read(capture: Capture, *layouts: type[Rules]) -> Extraction:
    return extract(capture, layouts, SOURCE)


LINES = {
    "Additional reporting by Ines Moreau in Lyon; editing by Tom Rask": OptionalType.CREDIT,
    "(Reporting by Ines Moreau, writing by Tom Rask)": OptionalType.CREDIT,
    "— With assistance from Ines Moreau": OptionalType.CREDIT,
    "Photograph: Ines Moreau/The Paper": OptionalType.CREDIT,
    "Foto: Ines Moreau": OptionalType.CREDIT,
    "Propos recueillis par Ines Moreau": OptionalType.CREDIT,
    "Con información de Efe": OptionalType.CREDIT,
    "AFP, dpa": OptionalType.CREDIT,
    "Ines Moreau contributed to this report.": OptionalType.CONTRIBUTOR,
    "The Associated Press contributed reporting.": OptionalType.CONTRIBUTOR,
    "Moreau reported from Lyon and Rask from Oslo.": OptionalType.CONTRIBUTOR,
    "Updated 2 March 2026 at 5.40pm": OptionalType.TIMESTAMP,
    "Stand: 2. März 2026, 17:40 Uhr": OptionalType.TIMESTAMP,
    "3 hours ago": OptionalType.TIMESTAMP,
    "4 min read": OptionalType.TIMESTAMP,
    "[Read: Why the lido closed in 1987]": OptionalType.PROMOTION,
    "Lesen Sie auch: Warum das Freibad schloss": OptionalType.PROMOTION,
    "Sign up for our morning newsletter": OptionalType.PROMOTION,
    "Want the day in five minutes delivered straight to your inbox? Sign up here.": OptionalType.PROMOTION,
    "Please support our journalism with a gift of any size.": OptionalType.PROMOTION,
    "Your contribution helps us to keep our reporting free for all.": OptionalType.PROMOTION,
    "You can support us from two crowns a month.": OptionalType.PROMOTION,
    "Follow Ines Moreau on Twitter": OptionalType.PROMOTION,
    "This article first appeared in The Paper on Sunday.": OptionalType.HOUSE_LINE,
    "© 2026 The Paper": OptionalType.HOUSE_LINE,
    "news@paper.example": OptionalType.HOUSE_LINE,
    "pic.twitter.com/a1B2c3": OptionalType.EMBED,
    "By Ines Moreau and Tom Rask": OptionalType.BYLINE,
}


@pytest.mark.parametrize("line", LINES)
def test_line_that_says_nothing_of_the_news_is_optional(line: str) -> None:
    assert type_of_line(line) is LINES[line]


@pytest.mark.parametrize(
    "line",
    [
        "The neighbours also helped.",
        "Cholera was reported from Dakar.",
        "Published in 2019 by Knopf, the novel won two prizes.",
        "Updated figures show 3 dead in the crash.",
        "By noon the square was empty.",
        "Source of the fire: a heater.",
        "Photographs of the dam were shown to the jury.",
        "The story was first told in 1911.",
        "Read his lips.",
        "Every vote helps, the candidate said.",
        "Support for the government fell to 30 per cent.",
        "The law allows you to vote by post.",
        "Three hours ago the bells began to ring.",
        "Reporters asked her about the strike.",
        "Correction: The lido opens on 1 May, not on 1 June. Reporting by Ines Moreau.",
        "This story was first published on 2 March 2026. It was updated on 3 March to correct the price of a ticket.",
    ],
)
def test_news_is_never_optional(line: str) -> None:
    assert type_of_line(line) is None


BOXES = {
    "<figure><img src=/a.jpg><figcaption>Tiles from Genoa on the quay.</figcaption></figure>": "caption",
    "<blockquote class='twitter-tweet'><p>Cold water, warm hearts: see you in May!</p>"
    "— Harrow Lido (@harrowlido) <a href=/x>March 2, 2026</a></blockquote>": "embed",
    "<aside class='pull-quote'>A nuisance and not a scandal</aside>": "pull_quote",
    "<div class='related'><a href='/x'>Why the lido closed in 1987</a></div>": "promotion",
}


@pytest.mark.parametrize("layouts", [(Layout,), ()], ids=["rules", "generic"])
@pytest.mark.parametrize("box", BOXES, ids=lambda box: BOXES[box])
def test_box_among_the_paragraphs_is_kept_beside_them(box: str, layouts: tuple[type[Rules], ...]) -> None:
    with_box, plain = read(page(box), *layouts), read(page(), *layouts)
    assert with_box.paragraphs == plain.paragraphs == TEXT
    assert plain.optional == ()
    assert BOXES[box] in [each.type for each in with_box.optional]


@pytest.mark.parametrize("code", ['[cartoon id="a20484"]', "[gallery ids='1,2']", "[caption id=“a1” align=“left”]"])
@pytest.mark.parametrize("layouts", [(Layout,), ()], ids=["rules", "generic"])
def test_codes_of_the_publishing_system_are_no_text(code: str, layouts: tuple[type[Rules], ...]) -> None:
    body = page().body.decode().replace(TEXT[1], f"{TEXT[1]} {code}").encode()
    assert read(Capture(URL, URL, 200, (), body, datetime(2026, 3, 2, tzinfo=UTC)), *layouts).paragraphs == TEXT


def test_what_rules_drop_is_kept() -> None:
    dropped = read(
        page("<div class=teaser>Ten lakes to swim in</div>", "<p>Listen to this article (3 min)</p>"), Layout
    )
    assert [each.text for each in dropped.optional] == ["Ten lakes to swim in", "Listen to this article (3 min)"]
    assert dropped.paragraphs == TEXT


@pytest.mark.parametrize("layouts", [(Layout,), ()], ids=["rules", "generic"])
def test_optional_texts_do_not_change_the_wording(layouts: tuple[type[Rules], ...]) -> None:
    digests = set()
    for extra in ((), ("<p>Additional reporting by Tom Rask</p>",), ("<p>Updated 3 March 2026</p>", *list(BOXES)[:1])):
        capture = page(*extra)
        normalised = article(read(capture, *layouts), capture, SOURCE, guid="4", rules_stamp="r")
        digests.add(normalised.wording_digest)
    assert len(digests) == 1


NOTE = "Correction, 3 March: An earlier version of this article gave the price of a ticket as ninety crowns."


@pytest.mark.parametrize("layouts", [(Layout,), ()], ids=["rules", "generic"])
@pytest.mark.parametrize(
    "capture",
    [
        page(f"<aside class='promo'><p>{NOTE}</p></aside>"),
        page(after=f"<footer><p>{NOTE}</p></footer>"),
        page(after=f"<div class='note box'><em>{NOTE}</em></div>"),
        page(f"<p><i>{NOTE}</i></p>"),
    ],
    ids=["box", "footer", "behind", "within"],
)
def test_correction_note_is_a_paragraph_wherever_it_stands(capture: Capture, layouts: tuple[type[Rules], ...]) -> None:
    assert NOTE in read(capture, *layouts).paragraphs
    assert set(TEXT) <= set(read(capture, *layouts).paragraphs)


@pytest.mark.parametrize("language", ["de", "fr", "es", "sv"])
def test_correction_notes_of_other_languages_are_found(language: str) -> None:
    note = {
        "de": "Berichtigung: In einer früheren Fassung hieß es, eine Karte koste neunzig Kronen. Es sind sechzig.",
        "fr": "Rectificatif : le prix d'un billet est de soixante couronnes, et non de quatre-vingt-dix.",
        "es": "Fe de errores: el precio de una entrada es de sesenta coronas y no de noventa, como se dijo.",
        "sv": "Rättelse: En biljett kostar sextio kronor och inte nittio, som det stod i en tidigare version.",
    }[language]
    body = page(after=f"<footer><p>{note}</p></footer>").body.replace(b"lang=en", f"lang={language}".encode())
    capture = Capture(
        URL, URL, 200, (("content-type", "text/html; charset=utf-8"),), body, datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert read(capture, Layout).paragraphs[-1] == note


def test_correction_of_another_article_is_none_of_this_one() -> None:
    listed = f"<nav><ul><li><a href=/x>{NOTE}</a></li></ul></nav>"
    assert read(page(after=listed), Layout).paragraphs == TEXT


@pytest.mark.parametrize("quotation", ["<p>{}</p>", "<div><p>{}</p></div>", "<div><div><p>{}</p></div></div>"])
def test_pull_quote_is_one_however_its_paragraph_is_wrapped(quotation: str) -> None:
    text = "A nuisance and not a scandal, and the first in the water on the first of May will be me."
    box = f"<div class='inset inset--pullquote'><blockquote>{quotation.format(text)}</blockquote></div>"
    extraction = read(page(box), Layout)
    assert extraction.paragraphs == TEXT
    assert [(each.type, each.text) for each in extraction.optional] == [(OptionalType.PULL_QUOTE, text)]
