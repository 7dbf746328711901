"""Dates that a page states for programs: placeholders pass on, and the stated zone counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract.stated_dates import is_day, is_placeholder
from newscrawl.extract.structured import page_node
from newscrawl.items import Capture, Precision, Source
from newscrawl.reading import PageReader

PROSE = "<p>" + "The ferry will stay in the harbour until the autumn, the council said after the meeting. " * 4 + "</p>"
URL = "https://courier.example/ferry"
PLACEHOLDERS = [
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00+00:00",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "1970-01-01T00:00:00Z",
    "1970-01-01T01:00:00+01:00",
    "1969-12-31T19:00:00-05:00",
    "1900-01-01",
    "1899-12-30T00:00:00",
    "9999-12-31T23:59:59Z",
    "01/01/1970",
    "1/1/0001 12:00:00 AM",
    "31.12.1969",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "January 1, 1970",
    "-62135596800",
    "-0001-11-30T00:00:00+00:00",
    "0",
]


def published(head: str, body: str = "", timezone: str = "Europe/Berlin") -> str | None:
    html = f"<html><head>{head}</head><body><h1>Ferry stays in the harbour</h1>{body}{PROSE}</body></html>"
    source = Source("courier", "The Courier", ("courier.example",), ("en",), timezone)
    capture = Capture(URL, URL, 200, (), html.encode(), datetime(2026, 11, 1, tzinfo=UTC))
    article = PageReader.of(source).read(capture, guid="1").article
    assert article is not None
    instant = article.date_published
    if instant is None:
        return None
    return f"{instant.value:%Y-%m-%d}" if instant.precision is Precision.DAY else f"{instant.value:%Y-%m-%dT%H:%M}"


def ld(value: str, type_: str = "NewsArticle", more: str = "") -> str:
    return f'<script type="application/ld+json">{{"@type":"{type_}","datePublished":"{value}"{more}}}</script>'


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_passes_on_to_the_printed_date(placeholder: str) -> None:
    assert published(ld(placeholder), "<p>12 March 2026, 14:05 GMT</p>") == "2026-03-12T14:05"


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_passes_on_to_meta(placeholder: str) -> None:
    head = (
        f'<meta property="article:published_time" content="{placeholder}">'
        '<meta name="parsely-pub-date" content="2026-03-12T14:05:00Z">'
    )
    assert published(ld(placeholder) + head) == "2026-03-12T14:05"


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "1.1.2026",
        "2000-01-01T00:00:00Z",
        "00:15, 12 March 2026",
        "01.01.19 10:00",
        "1970-01-02T08:00:00Z",
    ],
)
def test_a_day_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


def test_a_day_that_no_calendar_has_passes_on_to_the_printed_date() -> None:
    assert not is_day("2026-13-45T00:00:00Z")
    assert published(ld("2026-13-45T00:00:00Z"), "<p>12 March 2026</p>") == "2026-03-12"


def test_a_page_that_states_only_placeholders_has_no_date() -> None:
    assert published(ld("0001-01-01T00:00:00")) is None


def test_the_same_time_is_read_with_its_zone_where_one_states_it() -> None:
    head = ld("2026-03-12 14:05:00.000000") + '<meta name="published_at" content="2026-03-12T14:05:00-05:00">'
    assert published(head) == "2026-03-12T19:05"


def test_another_time_with_a_zone_does_not_replace_the_first() -> None:
    head = ld("2026-03-12 14:05:00") + '<meta name="published_at" content="2026-03-12T16:05:00-05:00">'
    assert published(head) == "2026-03-12T13:05"


def test_the_node_of_the_page_states_its_date_where_there_is_no_article() -> None:
    node = ld("2026-03-12T14:05:00+00:00", "WebPage", f',"url":"{URL}"')
    assert published(node + '<meta property="article:published_time" content="2026-03-12">') == "2026-03-12T14:05"


def test_the_node_of_another_page_is_not_the_pages_own() -> None:
    node = {"@type": "WebPage", "url": "https://courier.example/", "datePublished": "2026-03-12T14:05:00+00:00"}
    assert page_node([node], [URL]) == {}


@pytest.mark.parametrize("name", ["OriginalPublicationDate", "published_at", "publication_date", "dcterms.issued"])
def test_names_of_content_systems_are_known(name: str) -> None:
    assert published(f'<meta name="{name}" content="2026/03/12 14:05:00">', timezone="UTC") == "2026-03-12T14:05"
