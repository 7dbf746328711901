"""Pages and listings of others read in another process: the same result, and a verdict on what costs too much."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl import bounds
from newscrawl.bounded_reading import read_listing, read_page, scraped
from newscrawl.bounds import Limits
from newscrawl.discover import listing
from newscrawl.extract import Page, Rules
from newscrawl.items import Capture, PageKind, Source
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.golden_pages import golden_pages

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/quarry-9"
PROSE = "It had been shut since the rain of last winter had filled the quarry with water. " * 6
FEED = b"<rss><channel><item><link>/1</link></item><item><link>/2</link></item></channel></rss>"
RULES = """\
from newscrawl.extract import Rules


class Edited(Rules):
    match = "body"
    body = "{body}"
"""


class Burning(Rules):
    """Reads pages that say so for ever."""

    match = "body"
    body = "p"

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        while page.has("p.burn"):
            pass
        return super().read_paragraphs(page)


@pytest.fixture(autouse=True)
def _pool_with_these_modules() -> Iterator[None]:
    yield
    bounds.close()


def page(*paragraphs: str) -> Capture:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    body = f"<html><body><h1>The quarry</h1>{text}</body></html>".encode()
    return Capture(URL, URL, 200, (("content-type", "text/html"),), body, datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("source", ["demo", "guardian"])
async def test_a_page_is_read_as_in_this_process(source: str) -> None:
    reader = load_spider(source)().reader
    for capture in (page(PROSE), *(golden.capture for golden in golden_pages(source))):
        assert await read_page(reader, capture, guid="9") == reader.read(capture, guid="9")


async def test_a_listing_is_read_as_in_this_process_with_its_first_candidates() -> None:
    found = await read_listing("paper", 1, FEED, url=URL, content_type="")
    assert found.candidates == listing(FEED, url=URL).candidates[:1]


@pytest.mark.usefixtures("short_limits")
async def test_a_page_that_costs_too_much_has_that_kind_and_keeps_its_bytes() -> None:
    reader = PageReader.of(SOURCE, [Burning])
    capture = page('</p><p class="burn">')
    item = await scraped(reader, capture, None, lambda extraction: "9")
    assert (item.extraction.kind, item.guid, item.capture) == (PageKind.TOO_COSTLY, "9", capture)
    assert item.extraction.evidence == ("more than 0.3 s of CPU time",)
    assert (await scraped(reader, page(PROSE), None, lambda extraction: "9")).extraction.kind.is_readable


@pytest.mark.usefixtures("short_limits")
async def test_a_listing_that_costs_too_much_has_that_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds.close()
    monkeypatch.setattr("newscrawl.bounded_reading.listing", _burn)
    bounds.prepare(Limits(cpu_seconds=0.3))
    found = await read_listing("paper", 10, FEED, url=URL, content_type="")
    assert found.problems == (f"{URL}: too_costly: more than 0.3 s of CPU time",)


def _burn(*_: object, **__: object) -> None:
    while True:
        pass


async def test_rules_that_were_edited_are_used_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    texts = []
    for body in ("p.old", "p"):
        (tmp_path / "edited_rules.py").write_text(RULES.format(body=body))
        sys.modules.pop("edited_rules", None)
        importlib.invalidate_caches()
        reader = PageReader.of(SOURCE, [importlib.import_module("edited_rules").Edited])
        reading = await read_page(reader, page("New text."), guid="9")
        texts.append(reading.extraction.paragraphs)
        assert reading.extraction == reader.extract(page("New text."))
    assert texts[1] == ("New text.",)
    sys.modules.pop("edited_rules")


async def test_rules_that_no_other_process_can_import_are_used_here_and_said_to_be(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Local(Rules):
        match = "body"
        body = "p"

    with caplog.at_level(logging.WARNING):
        reading = await read_page(PageReader.of(SOURCE, [Local]), page("Some text."), guid="9")
    assert reading.extraction.paragraphs == ("Some text.",)
    assert "decision=unbounded source=paper" in caplog.text
