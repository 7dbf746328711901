from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.errors import ExtractionError
from newscrawl.items import Article, Capture, Extraction, PageKind, Source
from newscrawl.normalize import NORMALIZER, article

SOURCE = Source("courier", "The Tidewick Courier", ("courier.example",), ("en-GB",), "Europe/London", "DMY")
CAPTURE = Capture(
    target_uri="https://www.courier.example/a?utm_source=feed",
    final_uri="https://www.courier.example/a?utm_source=feed",
    status=200,
    headers=(),
    body=b"",
    fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
)
READING = Extraction(
    rules="Layout2024",
    kind=PageKind.ARTICLE,
    url="http://www.courier.example/a",
    headline=" Ferry\xa0late ",
    alternative_headlines=("Ferry late, again",),
    byline="By Jane Doe",
    author=("Jane Doe",),
    date_published=("2026-02-28T10:00:00Z",),
    in_language="en_gb",
    paragraphs=("One.", "\u200b", "Two."),
)


def made(extraction: Extraction = READING) -> Article:
    return article(extraction, CAPTURE, SOURCE, guid="a", rules_stamp="abc")


def test_a_reading_becomes_typed_values() -> None:
    found = made()
    assert found.headline == "Ferry late"
    assert found.paragraphs == ("One.", "Two.")
    assert found.author == ("Jane Doe",)
    assert found.in_language == "en-GB"
    assert found.date_published is not None
    assert found.date_published.value == datetime(2026, 2, 28, 10, tzinfo=UTC)


def test_the_stamp_names_rules_and_normaliser() -> None:
    assert made().stamp == f"abc-n{NORMALIZER}"


@pytest.mark.parametrize("field", ["headline", "paragraphs"])
def test_a_story_without_headline_or_text_is_refused(field: str) -> None:
    empty: dict[str, str | tuple[str, ...]] = {"headline": " ", "paragraphs": (" ", "\u200b")}
    with pytest.raises(ExtractionError):
        made(replace(READING, **{field: empty[field]}))  # type: ignore[arg-type]


def test_dates_and_bylines_are_no_part_of_the_wording() -> None:
    other = replace(READING, byline="By John Roe", author=("John Roe",), date_published=("2026-02-28T11:00:00Z",))
    assert made(other).wording_digest == made().wording_digest
    assert made(other).display_digest == made().display_digest


def test_the_stated_address_counts_only_on_the_same_site() -> None:
    assert made().url == "https://www.courier.example/a"
    elsewhere = replace(READING, url="https://evil.example/a")
    assert made(elsewhere).url == "https://www.courier.example/a"


def test_an_impossible_date_is_left_unsaid() -> None:
    assert made(replace(READING, date_published=("2026-02-30", "0000-00-00"))).date_published is None
