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
EXTRACTION = Extraction(
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


def normalised(extraction: Extraction = EXTRACTION) -> Article:
    return article(extraction, CAPTURE, SOURCE, guid="a", rules_stamp="abc")


def test_an_extraction_becomes_typed_values() -> None:
    result = normalised()
    assert result.headline == "Ferry late"
    assert result.paragraphs == ("One.", "Two.")
    assert result.author == ("Jane Doe",)
    assert result.in_language == "en-GB"
    assert result.date_published is not None
    assert result.date_published.value == datetime(2026, 2, 28, 10, tzinfo=UTC)


def test_the_stamp_names_rules_normaliser_and_readers() -> None:
    assert normalised().stamp == f"abc-n{NORMALIZER}-{EXTRACTION.readers}"


@pytest.mark.parametrize("field", ["headline", "paragraphs"])
def test_an_article_without_headline_or_text_is_refused(field: str) -> None:
    empty: dict[str, str | tuple[str, ...]] = {"headline": " ", "paragraphs": (" ", "\u200b")}
    with pytest.raises(ExtractionError):
        normalised(replace(EXTRACTION, **{field: empty[field]}))  # type: ignore[arg-type]


def test_dates_and_bylines_are_not_part_of_the_wording() -> None:
    other = replace(EXTRACTION, byline="By John Roe", author=("John Roe",), date_published=("2026-02-28T11:00:00Z",))
    assert normalised(other).wording_digest == normalised().wording_digest
    assert normalised(other).display_digest == normalised().display_digest


def test_the_stated_url_is_used_only_on_the_same_site() -> None:
    assert normalised().url == "https://www.courier.example/a"
    elsewhere = replace(EXTRACTION, url="https://evil.example/a")
    assert normalised(elsewhere).url == "https://www.courier.example/a"


def test_an_impossible_date_is_none() -> None:
    assert normalised(replace(EXTRACTION, date_published=("2026-02-30", "0000-00-00"))).date_published is None
