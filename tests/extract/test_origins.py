"""Which rule gave which field: shown to whoever repairs rules, not part of the extraction's value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from newscrawl.extract import Page, Rules, extract
from newscrawl.items import Capture, Source
from newscrawl.store.page_documents import extraction, extraction_document

SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))
TEXT = "".join(
    f"<p>The harbour board met on day {day} and said that the ferry would sail again.</p>" for day in range(9)
)
HEAD = (
    '<meta property="og:title" content="Ferry sails"><meta name="author" content="Ann Lee">'
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-01-01"}</script>'
)
BODY = (
    '<h1 class="title">Ferry sails again</h1><time itemprop="datePublished" datetime="2026-01-01T10:00:00Z"></time>'
    f'<div class="story">{TEXT}</div>'
)


def capture() -> Capture:
    page = f"<html lang=en><head><title>T</title>{HEAD}</head><body>{BODY}</body></html>".encode()
    return Capture("https://example.org/a", "https://example.org/a", 200, (), page, datetime(2026, 1, 2, tzinfo=UTC))


class Layout2024(Rules):
    headline = ("h1.missing", "h1.title")
    body = ("div.gone", "div.story")

    def read_author(self, page: Page) -> tuple[str, ...]:
        return tuple(name.upper() for name in super().read_author(page))

    def read_section(self, page: Page) -> str | None:
        return "Harbour"


def test_origin_is_the_alternative_that_found_text_not_the_first() -> None:
    origins = dict(extract(capture(), [Layout2024], SOURCE).origins)
    assert origins["headline"] == "h1.title"
    assert origins["paragraphs"] == "div.story"
    assert origins["in_language"] == "/html/@lang"


def test_every_selector_that_gave_a_candidate_date_is_named() -> None:
    origins = dict(extract(capture(), [Layout2024], SOURCE).origins)
    assert origins["date_published"] == "ld:datePublished; [itemprop=datePublished]::attr(datetime)"


def test_method_of_a_layout_is_named_before_the_selector_it_used() -> None:
    origins = dict(extract(capture(), [Layout2024], SOURCE).origins)
    assert origins["author"] == "Layout2024.read_author: meta:author,parsely-author,sailthru.author,byl,dc.creator"
    assert origins["article_section"] == "Layout2024.read_section"


def test_field_that_nothing_gave_has_no_origin() -> None:
    read = extract(capture(), [Layout2024], SOURCE)
    assert read.guid is None
    assert "guid" not in dict(read.origins)


def test_page_without_layout_is_read_by_weights_and_default_headline() -> None:
    origins = dict(extract(capture(), [], SOURCE).origins)
    assert origins["paragraphs"] in ("Generic.read_paragraphs: weights", "Generic.read_paragraphs: trafilatura")
    assert origins["headline"] == "h1"


def test_origins_are_neither_compared_nor_stored() -> None:
    read = extract(capture(), [Layout2024], SOURCE)
    assert read.origins
    assert replace(read, origins=()) == read
    document = extraction_document(read)
    assert "origins" not in document
    assert extraction(document) == read
    assert extraction(document).origins == ()
