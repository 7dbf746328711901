"""Pages that offer something are no article; one in a variable of a script is, and so are sections with pictures."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, PageKind, Source
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
OFFERED = "<p>Thirteen photographs of the levee by our own photographers, on heavy paper and with room for notes.</p>"
OG = f'<meta property="og:type" content="article"><meta property="og:title" content="{HEADLINE}">'


def read(body: str, title: str = HEADLINE, head: str = "", url: str = URL) -> Extraction:
    menu = "<div><a href='/'>Home</a></div>"
    page = f"<html lang=en><head><title>{title}</title>{head}</head><body>{menu}{body}</body></html>"
    return extract(Capture(url, url, 200, (), page.encode(), datetime(2026, 3, 12, tzinfo=UTC)), (), SOURCE)


@pytest.mark.parametrize(
    "price", ["£14.99", "12,50 €", "EUR 12.50", "R$ 49,90", "1 299 kr", "ab 9,- €", "￥1,200", "79 zł"]
)
def test_price_below_the_headline_is_of_an_offer(price: str) -> None:
    body = f"<div><h1>Wall calendar 2027</h1><div>{price.replace('￥', '¥')}</div>{OFFERED}</div>"
    assert read(body, "Wall calendar 2027").kind is PageKind.SERVICE


@pytest.mark.parametrize(
    "control",
    [
        "Add to basket",
        "In den Warenkorb",
        "Ajouter au panier",
        "Buy tickets",
        "Apply now",
        "Jetzt bewerben",
        "В корзину",
    ],
)
def test_control_to_order_by_is_of_an_offer(control: str) -> None:
    body = f"<div class=x1><h1>Wall calendar 2027</h1>{OFFERED}<button>{control}</button></div>"
    assert read(body, "Wall calendar 2027").kind is PageKind.SERVICE


def test_promotion_beside_a_brief_article_is_no_offer() -> None:
    own = f"<div class=x1><h1>{HEADLINE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>"
    shop = f"<div class=x2>Wall calendar<div>£14.99</div>{OFFERED}<button>Add to basket</button></div>"
    assert read(own + shop).kind is PageKind.ARTICLE
    assert read(f"<div><h1>{HEADLINE}</h1><div>£14.99</div><p>{TEXT[0]}</p></div>", head=OG).kind is PageKind.ARTICLE


def test_brief_article_with_a_control_in_its_element_is_no_offer() -> None:
    promotion = "<div>Our cruise to the northern islands <a href='/cruise'>Book now</a></div>"
    assert read(f"<div class=x1><h1>{HEADLINE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p>{promotion}</div>").kind is (
        PageKind.ARTICLE
    )


def test_each_value_of_the_weather_in_an_element_of_its_own_is_data() -> None:
    days = "".join(
        f"<div><i>{day}</i> <b>{n}°</b> <u>{n - 5}°</u> <s>Rain</s></div>" for n, day in enumerate(("Mon", "Tue") * 5)
    )
    assert read(f"<h1>Weather for Marsh End</h1>{days}", "Weather for Marsh End").kind is PageKind.SERVICE


def test_clocks_of_their_own_are_entries_of_a_live_blog() -> None:
    entries = "".join(
        f"<div><div>{n}:15</div><div>{TEXT[n % 4]} It is {n} degrees warm on the wall.</div></div>"
        for n in range(9, 21)
    )
    title = "Storm live: levee holds"
    assert read(f"<h1>{title}</h1>{entries}", title, url="https://courier.example/live/storm").kind is PageKind.LIVE


@pytest.mark.parametrize(
    "script",
    [
        "window.__STATE__ = {};",
        "window['pageData']={}",
        "var config = {{a: 1}}; const article = {};",
        "self.boot = JSON.parse({});",
    ],
)
def test_article_in_the_variable_of_a_script_is_read(script: str) -> None:
    state = json.dumps({"doc": {"title": HEADLINE, "parts": [{"kind": "p", "text": text} for text in TEXT]}})
    value = json.dumps(state) if "parse" in script else state
    found = read(f"<div id=app>Loading…</div><script>{script.format(value)}</script>", head=OG)
    assert (found.headline, found.paragraphs) == (HEADLINE, TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "<p><b>ZOBACZ: <a href='/x'>Autobusy pojadą inną trasą</a></b></p>",
        "<p>MORE ON THIS: <a href='/x'>Ferry sinks in the old harbour</a></p>",
        "<p>김하늘 기자 sky@haneul.example</p>",
        "<p>[서울=뉴스] 김하늘 기자</p>",
        "<p>Lena Park, lena@courier.example</p>",
    ],
)
def test_link_behind_a_label_and_reporter_with_an_address_are_no_paragraphs(line: str) -> None:
    before, after = ("".join(f"<p>{text}</p>" for text in texts) for texts in (TEXT[:2], TEXT[2:]))
    between = f"{before}{line}{after}" if "@" not in line and "기자" not in line else f"{before}{after}{line}"
    assert read(f"<h1>{HEADLINE}</h1><div class=x3>{between}</div>", head=OG).paragraphs == TEXT


@pytest.mark.parametrize(
    "sentence",
    [
        "<p>The report: <a href='/x'>the sand has moved by forty yards since the war</a></p>",
        "<p>NATO: <a href='/x'>the alliance will not pay for walls against the sea.</a></p>",
    ],
)
def test_sentence_with_a_colon_and_a_link_is_a_paragraph(sentence: str) -> None:
    before, after = ("".join(f"<p>{text}</p>" for text in texts) for texts in (TEXT[:2], TEXT[2:]))
    assert len(read(f"<h1>{HEADLINE}</h1><div class=x3>{before}{sentence}{after}</div>", head=OG).paragraphs) == 5


def test_headline_set_in_bold_is_read_without_the_site_name() -> None:
    body = f"<table><tr><td><b>{HEADLINE}</b></td></tr></table><div>{''.join(f'<p>{text}</p>' for text in TEXT)}</div>"
    assert read(body, f"{HEADLINE} - Marsh End Messenger").headline == HEADLINE


def test_sections_with_pictures_keep_their_headings_and_what_introduces_them() -> None:
    heads = ("1. The wall", "2. The engineers", "3. The road", "4. The farmers")
    sections = "".join(
        f"<div class=x5><h3>{head}</h3><img src='/a.jpg'><div class=x6>Photo: L. Park</div><div>{text}</div></div>"
        for head, text in zip(heads, TEXT, strict=True)
    )
    lead = (
        "Four things are known about the levee since the council met, and one of them is that nobody will pay for it."
    )
    expected = (lead, *(text for pair in zip(heads, TEXT, strict=True) for text in pair))
    assert read(f"<div class=x1><h1>{HEADLINE}</h1><div class=x2>{lead}</div>{sections}</div>").paragraphs == expected
