"""Any bytes give a result or a named problem. A thousand inputs here; `make fuzz` tries a hundred thousand others.

NEWSCRAWL_FUZZ is the number of inputs of each format. With it they are others each time, and Hypothesis prints and
keeps those that fail.
"""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.discover import listing
from newscrawl.discover.addresses import is_http_url, resolved
from newscrawl.errors import RecordingError
from newscrawl.fetch.decoding import decode
from newscrawl.fetch.failures import BadEncoding, TooLarge, Truncated
from newscrawl.fetch.robots import Robots, Rule
from newscrawl.fetch.warc_reader import Damage, Record, scan
from newscrawl.items import Capture, Instant, Source
from newscrawl.normalize import canonical_url, display, fold, guid_of, instant, is_article_url, request_url, spellings
from newscrawl.reading import PageReader
from tests.conftest import FUZZ

from . import fuzzed_bytes as fuzzed

SOURCE = Source("paper", "The Paper", ("paper.example",), article_pattern="/20", guid_pattern=r"-(\d+)$")
READER = PageReader.of(SOURCE)
URL = "https://paper.example/2026/03/quarry-9"
AT = datetime(2026, 3, 2, tzinfo=UTC)
LONG_PATH = "/" + "q" * 9000
MAX_BYTES = 1 << 20
CONTENT_TYPES = st.sampled_from(
    ("", "text/html", "text/html; charset=utf-7", "text/xml; charset=shift_jis", "x; charset=")
)
CODINGS = st.lists(st.sampled_from(("gzip", "deflate", "br", "zstd", "x-gzip", "rot13")), max_size=4)


def tried(*inputs: Any) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Decorate a test of generated inputs. A page is read in milliseconds: no limit is set on single ones."""
    checks = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    return lambda test: settings(max_examples=FUZZ or 130, deadline=None, suppress_health_check=checks)(
        given(*inputs)(test)
    )


def assert_storable(*texts: str | None) -> None:
    """Raise AssertionError for a text that MongoDB or a feed cannot hold."""
    for text in filter(None, texts):
        text.encode("utf-8")
        assert "\0" not in text


@tried(fuzzed.bytes_of(fuzzed.FEED), CONTENT_TYPES)
def test_listing_names_addresses_or_has_a_problem(body: bytes, content_type: str) -> None:
    found = listing(body, url=URL, content_type=content_type)
    assert found.candidates or found.sitemaps or found.problems
    for each in found.candidates:
        assert is_http_url(each.url)
        assert_storable(each.url, each.guid, each.headline, each.published, each.modified)
    assert all(map(is_http_url, found.sitemaps))


@tried(fuzzed.bytes_of(fuzzed.ROBOTS), fuzzed.text_of(fuzzed.URLS, 10))
def test_robots_allow_or_forbid(body: bytes, path: str) -> None:
    robots = Robots.parse(body, "newscrawl")
    assert robots.allows(f"https://paper.example/{quote(path)}") is allowed_by_the_longest(robots.rules, quote(path))
    # A rule that is longer than all others decides, wherever the group of this crawler stands.
    own = f"User-agent: newscrawl\nDisallow: {LONG_PATH}\n".encode()
    assert forbids_the_long_path(own + body)
    if not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert forbids_the_long_path(body + b"\n" + own)


def forbids_the_long_path(body: bytes) -> bool:
    return not Robots.parse(body, "newscrawl").allows(f"https://paper.example{LONG_PATH}")


def allowed_by_the_longest(rules: Iterable[Rule], path: str) -> bool:
    """Return what the longest matching rule says, an `allow` of two (RFC 9309, 2.2.2), by trying all places of `*`."""
    found = [(len(rule.pattern), rule.is_allow) for rule in rules if matches(rule.pattern, f"/{path}")]
    return max(found, default=(0, True))[1]


def matches(pattern: str, path: str) -> bool:
    reached = {0}
    for at, sign in enumerate(pattern):
        if sign == "*":
            reached = set(range(min(reached), len(path) + 1))
        elif sign == "$" and at == len(pattern) - 1:
            return len(path) in reached
        else:
            reached = {place + 1 for place in reached if path[place : place + 1] == sign}
        if not reached:
            return False
    return True


@tried(fuzzed.bytes_of(fuzzed.HTML, 80), CONTENT_TYPES)
def test_page_has_a_kind_and_an_article_or_a_problem(body: bytes, content_type: str) -> None:
    read(body, content_type)


@tried(fuzzed.text_of(fuzzed.JSON_LD))
def test_page_with_any_json_ld_is_read(data: str) -> None:
    prose = "<p>Words of a sentence that is long enough to count as prose, and then some more of them.</p>" * 9
    page = f'<h1>A ferry</h1><script type="application/ld+json">{data}</script><article>{prose}</article>'
    read(page.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8")


def read(body: bytes, content_type: str) -> None:
    capture = Capture(URL, URL, 200, (("content-type", content_type),), body, AT)
    reading = READER.read(capture, guid="9")
    assert (reading.article is None) == bool(reading.problem)
    if (article := reading.article) is not None:
        assert_storable(article.headline, article.url, article.byline, article.description, *article.paragraphs)
        assert_storable(*article.author, article.article_section, *article.alternative_headlines)
        assert is_http_url(article.url)


@tried(fuzzed.text_of(fuzzed.DATES, 12))
def test_date_is_an_instant_or_none(text: str) -> None:
    found = instant(text, source=SOURCE, captured_at=AT)
    assert found is None or (isinstance(found, Instant) and found.value.tzinfo is not None)


@tried(fuzzed.text_of(fuzzed.URLS, 12))
def test_url_is_resolved_or_refused(link: str) -> None:
    address = resolved(URL, link)
    if is_http_url(address) and is_article_url(address, SOURCE):  # as of a listing: others are never requested
        assert_storable(canonical_url(address), request_url(address), *spellings(address, SOURCE))
        assert guid_of(address, SOURCE)


@tried(st.text() | fuzzed.text_of(fuzzed.HTML))
def test_text_is_displayed_and_compared(text: str) -> None:
    assert_storable(display(text))
    assert display(display(text)) == display(text)
    assert fold(fold(text)) == fold(text)


@tried(st.sampled_from(fuzzed.WARC).flatmap(fuzzed.damaged) | st.binary(max_size=300))
def test_recording_has_records_and_damage(body: bytes) -> None:
    damage: list[Damage] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fuzzed.warc")
        path.write_bytes(body)
        assert all(isinstance(record, Record) for record in scan(path, damage.append))
        try:
            list(scan(path))
        except RecordingError:
            assert damage


@tried(fuzzed.bytes_of(fuzzed.HTML, 20), CODINGS)
def test_body_is_decoded_or_refused_by_name(body: bytes, codings: list[str]) -> None:
    with suppress(BadEncoding, TooLarge, Truncated):
        assert len(decode(body, codings, max_bytes=MAX_BYTES)) <= max(MAX_BYTES, len(body))
