"""The day of an article whose structured data states none: printed lines, the address, scripts, htmldate last."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extract_bench import entries, scorer
from newscrawl.cli.extract_pages import read_page
from newscrawl.extract import Page
from newscrawl.extract.printed_dates import day_in_url, printed_dates
from newscrawl.items import Capture, Precision, Source
from newscrawl.reading import PageReader

PROSE = "<p>" + "The ferry will stay in the harbour until the autumn, the council said after the meeting. " * 4 + "</p>"
HEADLINE = "<h1>Ferry stays in the harbour until the autumn</h1>"
STATED = re.compile(
    rb"<script\b[^>]*ld\+json.*?</script\s*>|<meta\b(?![^>]*charset)[^>]*>|</?time\b[^>]*>", re.DOTALL | re.I
)
MIN_RIGHT, MAX_WRONG = 85.0, 4.0  # percent of the pages


def capture(body: str, url: str = "https://courier.example/ferry") -> Capture:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Capture(url, url, 200, (), f"<html><body>{body}</body></html>".encode(), now)


def published(
    body: str, *, url: str = "https://courier.example/ferry", language: str = "en"
) -> tuple[date, Precision] | None:
    source = Source("courier", "The Courier", ("courier.example",), (language,), "Europe/London")
    article = PageReader.of(source).read(capture(body, url), guid="1").article
    assert article is not None
    instant = article.date_published
    return (instant.value.date(), instant.precision) if instant else None


@pytest.mark.parametrize(
    ("line", "language", "precision"),
    [
        ("12 March 2026", "en", Precision.DAY),
        ("Published: March 12, 2026, 2:05 p.m.", "en", Precision.MINUTE),
        ("By Eva Kern | Thu 12 Mar 2026 | 14:05 GMT", "en", Precision.MINUTE),
        ("12.03.2026, 14:05 Uhr", "de", Precision.MINUTE),
        ("12. 03. 2026, 14:05 Uhr Lesedauer: 4 Minuten", "de", Precision.MINUTE),
        ("Le 12 mars 2026 à 14h05", "fr", Precision.MINUTE),
        ("12 de marzo de 2026", "es", Precision.DAY),
        ("2026年3月12日", "ja", Precision.DAY),
        ("Thứ năm, 12/3/2026, 14:05 (GMT+7)", "vi", Precision.MINUTE),
    ],
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_dated_line_beside_the_headline_gives_the_day(
    line: str, language: str, precision: Precision, place: str
) -> None:
    printed = f'<div class="info">{line}</div>'
    head = f"{printed}{HEADLINE}" if place == "above" else f"{HEADLINE}{printed}"
    assert published(f"<article>{head}{PROSE * 3}</article>", language=language) == (date(2026, 3, 12), precision)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://courier.example/2026/03/12/ferry", "2026-03-12"),
        ("https://courier.example/news/2026-3-2-ferry.html", "2026-03-02"),
        ("https://courier.example/news/ferry-20260312.html", "2026-03-12"),
        ("https://courier.example/politics/2026/mar/02/ferry", "2026-03-02"),
        ("https://courier.example/2026/03/ferry", None),
        ("https://courier.example/magazine/2026/03/12/ferry", None),
        ("https://courier.example/ferry-99126031299", None),
        ("https://courier.example/2026/13/45/ferry", None),
        ("https://courier.example/ferry?day=2026-03-12", None),
    ],
)
def test_the_day_in_an_address(url: str, day: str | None) -> None:
    assert day_in_url(url) == day


def test_a_line_adds_its_clock_time_to_the_day_of_the_address() -> None:
    body = f"<article>{HEADLINE}<p>12/03/26 14:05</p>{PROSE * 3}</article>"
    read = published(body, url="https://courier.example/2026/03/12/ferry")
    assert read == (date(2026, 3, 12), Precision.MINUTE)


def test_dates_of_teasers_comments_captions_and_imprints_are_not_the_articles() -> None:
    beside = (
        '<figure><figcaption>Pier, 1 May 2020</figcaption></figure><div class="comments">2 May 2020</div>'
        "<ul><li><h3>Harbour sold</h3><span>3 May 2020</span></li></ul><footer>4 May 2020</footer>"
    )
    assert printed_dates(Page(capture(f"<article>{HEADLINE}{beside}{PROSE * 3}</article>"))) == ()
    dated = f"<article>{HEADLINE}{beside}<p>12 March 2026</p>{PROSE * 3}</article>"
    assert published(dated) == (date(2026, 3, 12), Precision.DAY)


def test_the_date_of_an_update_counts_only_if_there_is_no_other() -> None:
    updated = "<p>Updated: 14 March 2026</p>"
    assert published(f"<article>{HEADLINE}{updated}{PROSE * 3}</article>") == (date(2026, 3, 14), Precision.DAY)
    both = f"<article>{HEADLINE}{updated}<p>12 March 2026</p>{PROSE * 3}</article>"
    assert published(both) == (date(2026, 3, 12), Precision.DAY)


def test_what_structured_data_states_is_never_replaced() -> None:
    stated = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-10"}</script>'
    body = f"{stated}<article>{HEADLINE}<p>12 March 2026</p>{PROSE * 3}</article>"
    assert published(body) == (date(2026, 3, 10), Precision.DAY)


def test_the_origin_of_a_printed_date_is_named() -> None:
    body = f"<article>{HEADLINE}<p>12 March 2026</p>{PROSE * 3}</article>"
    extraction = PageReader.of(Source("courier", "Courier", ("courier.example",))).extract(capture(body))
    assert dict(extraction.origins)["date_published"] == "printed dates"


def _read_days(corpus: Path, *, is_stripped: bool) -> tuple[float, float]:
    """Return which percentage of the corpus' pages has the right day, and which a wrong one."""
    score = scorer(corpus)
    right, wrong, pages = 0, 0, 0
    for entry in entries(corpus):
        expected: dict[str, Any] = entry["expected"]
        if entry.get("variant_of") or entry["kind"] in ("invalid", "live") or not expected.get("published"):
            continue
        body = gzip.decompress((corpus / entry["html"]).read_bytes())
        read = read_page(entry, STATED.sub(b" ", body) if is_stripped else body).get("published")
        _, day = score.date_scores(
            expected["published"], expected.get("published_precision"), read, expected.get("published_offset")
        )
        right, wrong, pages = right + (day == 1), wrong + bool(read and day != 1), pages + 1
    assert pages > 300
    return 100 * right / pages, 100 * wrong / pages


@pytest.mark.slow
@pytest.mark.corpus
def test_most_days_are_right_without_structured_data(corpus: Path) -> None:
    right, wrong = _read_days(corpus, is_stripped=True)
    assert right >= MIN_RIGHT
    assert wrong <= MAX_WRONG


@pytest.mark.slow
@pytest.mark.corpus
def test_days_are_right_with_structured_data(corpus: Path) -> None:
    right, wrong = _read_days(corpus, is_stripped=False)
    assert right >= 98.5
    assert wrong <= 0.6


@pytest.mark.parametrize("sign", ["\f", "\v", "\x01", "\x1f", "\ufffe", "&#1;", "&#x1f;", "&#xfffe;"])
def test_a_control_character_behind_a_script_hides_no_article(sign: str) -> None:
    assert published(f"{HEADLINE}<script>x</script>{sign}{PROSE}<style></style>{sign}{PROSE}") is None
