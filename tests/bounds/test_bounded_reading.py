"""Pages and listings of others read in another process: the same result, and a verdict on what costs too much."""

from __future__ import annotations

import importlib
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
from newscrawl.items import Capture, IdenticalPage, PageKind, ScrapedArticle, Source
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.golden_pages import golden_pages
from tests.store.samples import article, first_version, head_of

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/quarry-9"
PROSE = "It had been shut since the rain of last winter had filled the quarry with water. " * 6
HEAD = head_of(first_version(article()), lease=7)
FEED = b"<rss><channel><item><link>/1</link></item><item><link>/2</link></item></channel></rss>"
RULES = """\
from newscrawl.extract import Rules


class Edited(Rules):
    match = "body"
    body = "{body}"
"""


class Layout(Rules):
    match = "h1"
    headline = "h1"
    body = "article p"


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
    body = f"<html><body><h1>The quarry</h1><article>{text}</article></body></html>".encode()
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


@pytest.mark.usefixtures("short_limits")
async def test_rules_that_no_other_process_can_import_are_used_within_bounds() -> None:
    class Local(Burning):
        pass

    reader = PageReader.of(SOURCE, [Local])
    reading = await read_page(reader, page("Some text."), guid="9")
    assert reading.extraction == reader.extract(page("Some text."))
    assert reading.extraction.paragraphs == ("Some text.",)
    costly = await read_page(reader, page('</p><p class="burn">'), guid="9")
    assert costly.extraction.kind is PageKind.TOO_COSTLY


async def test_page_with_the_containers_of_the_head_is_identical_and_any_other_is_read() -> None:
    reader = PageReader.of(SOURCE, [Layout])
    first = await scraped(reader, page(PROSE), None, lambda extraction: "9")
    assert isinstance(first, ScrapedArticle)
    known = first.extraction.containers
    assert known
    again = await scraped(reader, page(PROSE), HEAD, str, known)
    assert isinstance(again, IdenticalPage)
    assert (again.article_id, again.containers) == (HEAD.article_id, known)
    for containers, text in (("", PROSE), (known, "Another text.")):
        read = await scraped(reader, page(text), HEAD, str, containers)
        assert isinstance(read, ScrapedArticle)
        assert (read.article_id, read.lease, read.known_urls) == (HEAD.article_id, HEAD.lease, (HEAD.url,))
