"""Pages and listings that would cost minutes, or lose the page: measured in CPU time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.discover import listing
from newscrawl.giant_tags import without_giant_tags
from newscrawl.items import Capture, Source
from newscrawl.normalize import display
from newscrawl.reading import PageReader, PageReading

URL = "https://example.org/2026/ferry"
SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))
PROSE = "".join(f"<p>Sentence number {n} says something that is long enough to count as prose.</p>" for n in range(12))
MAX_SECONDS = 5.0  # of CPU: the limit of one page


def ld_of(**fields: Any) -> str:
    article = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "A ferry of towns", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def read(*, body: str = "", head: str = "") -> PageReading:
    page = f"<html><head>{head}</head><body><article><h1>A ferry of towns</h1>{PROSE}{body}</article></body></html>"
    return read_bytes(page.encode())


def read_bytes(page: bytes) -> PageReading:
    return PageReader.of(SOURCE).read(capture_of(page), guid=URL)


def capture_of(page: bytes) -> Capture:
    headers = (("content-type", "text/html; charset=utf-8"),)
    fetched = datetime(2026, 1, 1, tzinfo=UTC)
    return Capture(target_uri=URL, final_uri=URL, status=200, headers=headers, body=page, fetched_at=fetched)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("depth", [100, 600, 900, 5000, 100_000])
def test_json_ld_of_any_depth_keeps_the_page(depth: int) -> None:
    lists = '{"@type": "NewsArticle", "headline": "A ferry of towns", "about": ' + "[" * depth + "]" * depth + "}"
    reading = read(head=f'<script type="application/ld+json">{lists}</script>')
    assert reading.article is not None
    assert len(reading.article.paragraphs) == 12


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"body": "<p>Text of this paragraph [A" + "1" * 100_000 + " end)</p>"}, id="wire number"),
        pytest.param({"head": ld_of(url="https://example.org" + "/" * 100_000 + "x")}, id="slashes"),
    ],
)
def test_page_is_read_in_time(part: dict[str, str]) -> None:
    assert seconds_of(lambda: read(**part)) < MAX_SECONDS
    assert read(**part).article is not None


def test_section_page_with_giant_tags_is_read_in_time() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(200_000))
    page = f"<!doctype html><html><body><a {attributes} href=/1>x</a><a href=/2>y</a></body></html>".encode()
    assert seconds_of(lambda: listing(page, url=URL, content_type="text/html")) < MAX_SECONDS
    found = listing(page, url=URL, content_type="text/html")
    assert [candidate.url for candidate in found.candidates] == ["https://example.org/2"]


@pytest.mark.parametrize("attribute", ["a{}", "a{}=1", "a{}='<'", "a{}='>'", 'a{}="<p>"', "a{}/b{}"])
@pytest.mark.parametrize("name", ["a", "p", "body"])
def test_page_with_giant_tags_is_read_in_time(attribute: str, name: str) -> None:
    tag = f"<{name} " + " ".join(attribute.format(n, n) for n in range(150_000)) + ">"
    reading: list[PageReading] = []
    assert seconds_of(lambda: reading.append(read(body=f"{tag}x</{name}>"))) < MAX_SECONDS
    assert reading[0].article is not None


def test_text_between_stray_quotes_is_no_tag() -> None:
    page = f"<p it's>{'Words of a long text that say nothing. ' * 4000}</p><p don't class='x'>More.</p>"
    assert without_giant_tags(page) == page
    script = f"<script>if (a<b) {{{'x = 1; ' * 40_000}}}</script><!-- <a {'b ' * 40_000} --><p>Text.</p>"
    assert without_giant_tags(script) == script


def test_page_of_which_only_a_second_parser_reads_the_text_is_read_in_time() -> None:
    marks = "e" + "\u0f71\u0f72" * 100_000
    for hostile in (marks, marks.encode("ascii", "xmlcharrefreplace").decode()):
        page = f"<body><div>{'Line of a text<br>' * 5}{hostile}</div></body>".encode()
        assert seconds_of(lambda page=page: read_bytes(page)) < MAX_SECONDS  # type: ignore[misc]


def test_listing_with_millions_of_children_has_a_problem() -> None:
    feed = b"<rss><channel><item>" + b"<a/>" * 3_900_000 + b"</item></channel></rss>"
    found = listing(feed, url=URL)
    assert not found.candidates
    assert "more than 2000000 tags" in found.problems[0]


@pytest.mark.parametrize("marks", ["\u0f71\u0f72", "\u0316\U0001d165", "\u05bf\u05c1"])
def test_marks_of_any_script_are_normalised_in_time(marks: str) -> None:
    assert seconds_of(lambda: display("e" + marks * 500_000)) < MAX_SECONDS


def test_marks_of_any_script_are_cut_at_eight() -> None:
    assert len(display("e" + "\u0f71\u0f72" * 1000)) == 9
