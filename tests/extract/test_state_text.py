"""What a page says in attributes, roles and scripts, where its tree shows nothing or something vague."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.extract import Page, extract
from newscrawl.items import Capture, Extraction, Source
from newscrawl.reading import PageReader
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
OTHERS = [
    {"text": f"Storm warning number {n} issued for the whole of the coast by the harbour office."} for n in range(9)
]


def capture(body: str, head: str = "", url: str = URL) -> Capture:
    html = f"<html lang=en><head><title>{HEADLINE}</title>{head}</head><body>{body}</body></html>"
    return Capture(url, url, 200, (), html.encode(), datetime(2026, 11, 25, tzinfo=UTC))


def with_state(state: Any, tree: str = "<div id=root></div>") -> Extraction:
    script = f"<script type='application/json' id=__NEXT_DATA__>{json.dumps(state)}</script>"
    return extract(capture(tree + script, f"<meta property=og:title content='{HEADLINE}'>"), (), SOURCE)


def text() -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)


@pytest.mark.parametrize(
    "story",
    [
        {"body": [{"type": "paragraph", "text": paragraph} for paragraph in TEXT]},
        {"blocks": [{"__typename": "CoreParagraph", "attributes": {"content": paragraph}} for paragraph in TEXT]},
        {"blocks": [{"kind": "html", "data": {"html": f"<p>{paragraph}</p>"}} for paragraph in TEXT]},
        {"paragraphs": list(TEXT)},
        {"bodyHtml": text()},
    ],
)
def test_text_that_only_scripts_draw_is_read_from_their_state(story: dict[str, Any]) -> None:
    extraction = with_state({"props": {"pageProps": {"story": story, "comments": OTHERS, "related": OTHERS}}})
    assert extraction.paragraphs == TEXT
    assert extraction.body_origin == "structured"


@pytest.mark.parametrize(
    "state",
    [
        {"comments": OTHERS},
        {"latest": {"items": OTHERS}},
        {"items": [{"text": each["text"], "url": "/a"} for each in OTHERS]},
        {"labels": ["Share", "Print", "Save", "Close"]},
    ],
)
def test_state_of_other_pages_is_no_text(state: dict[str, Any]) -> None:
    assert with_state(state).paragraphs == ()


def test_a_brief_that_the_tree_shows_is_not_replaced_by_a_state_without_it() -> None:
    brief = (
        "<article><h1>Harbour road closed</h1><p>The road is closed.</p><p>Nobody was hurt, police said.</p></article>"
    )
    assert with_state({"settings": {"notes": OTHERS}}, brief).paragraphs == (
        "The road is closed.",
        "Nobody was hurt, police said.",
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<abbr class=published title='2026-03-12T14:05:00Z'>8 months ago</abbr>", "2026-03-12T14:05"),
        ("<span data-publish-date='2026-03-12T14:05:00+01:00'>Thursday</span>", "2026-03-12T13:05"),
        ("<span class=stamp data-timestamp='1773324309'>March 12</span>", "2026-03-12T14:05"),
        ("<relative-time datetime='2026-03-12T14:05:00Z'>long ago</relative-time>", "2026-03-12T14:05"),
        (
            "<p><time class=updated datetime='2026-03-13T09:10:00Z'>yesterday</time> "
            "<time class=published datetime='2026-03-12T14:05:00Z'>before</time></p>",
            "2026-03-12T14:05",
        ),
        ("<p>Gauge <b data-width='1773324309'>4.2</b></p>", None),
    ],
)
def test_instants_in_attributes_beside_the_headline_are_the_publication(line: str, expected: str | None) -> None:
    body = f"<article><h1>{HEADLINE}</h1>{line}{text()}</article>"
    article = PageReader.of(SOURCE).read(capture(body), guid="1").article
    assert article is not None
    found = article.date_published
    assert (f"{found.value:%Y-%m-%dT%H:%M}" if found else None) == expected


def test_author_and_date_in_rdfa_are_read() -> None:
    body = (
        f"<div typeof=NewsArticle><h1>{HEADLINE}</h1><span property=author>Ada Lind</span>"
        f"<time property=datePublished datetime='2026-03-12T14:05:00+01:00'>Thursday</time>{text()}</div>"
    )
    article = PageReader.of(SOURCE).read(capture(body), guid="1").article
    assert article is not None
    assert article.author == ("Ada Lind",)
    assert article.date_published is not None
    assert article.date_published.value == datetime(2026, 3, 12, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/notizie/25-03-2026/levee", "2026-03-25"), ("/notizie/05-03-2026/levee", None), ("/a/25-13-2026/levee", None)],
)
def test_a_day_that_comes_first_in_an_address_is_read_if_it_can_be_no_month(url: str, expected: str | None) -> None:
    page = capture(f"<article><h1>{HEADLINE}</h1>{text()}</article>", url=f"https://courier.example{url}")
    assert extract(page, (), SOURCE).date_published == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("<base href='https://courier.example/'>", "https://courier.example/news/levee"),
        ("<base href='/archive/'>", "https://courier.example/archive/news/levee"),
        ("<base target=_blank>", "https://courier.example/2026/03/news/levee"),
        ("<base href='http://[broken'>", "https://courier.example/2026/03/news/levee"),
    ],
)
def test_a_relative_canonical_address_is_relative_to_the_base(base: str, expected: str) -> None:
    page = capture(f"<h1>{HEADLINE}</h1>{text()}", f"{base}<link rel=canonical href='news/levee'>")
    assert extract(page, (), SOURCE).url == expected


@pytest.mark.parametrize("tag", ["div", "h2", "p"])
def test_what_is_read_out_as_the_heading_of_the_page_is_its_headline(tag: str) -> None:
    heading = f"<{tag} role=heading aria-level=1>{HEADLINE}</{tag}>"
    head = "<meta property=og:title content='A levee to rise'>"
    page = Page(capture(f"<div role=heading aria-level=2>More news</div>{heading}{text()}", head))
    extraction = extract(page.capture, (), SOURCE, page=page)
    assert extraction.headline == HEADLINE
    assert "A levee to rise" in extraction.alternative_headlines
