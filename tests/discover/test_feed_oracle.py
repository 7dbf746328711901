"""feedparser's own test files: each is read without an exception, and each other answer than feedparser's is argued."""

from __future__ import annotations

import tarfile
import time
import warnings
from collections.abc import Iterator
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import feedparser
import pytest

from newscrawl.discover import feeds_and_sitemaps, listing, plain_words, xml_repair
from newscrawl.discover.addresses import is_http_url
from newscrawl.discover.characters import decoded

BASE = "http://127.0.0.1:8097/tests/"
MAX_CPU_SECONDS = 2.0  # of the issue; the slowest file takes .1 s
# Pattern of files → why the other answer is right.
ADDRESSES = {
    "wellformed/atom*/entry_link_no_href_link_priority.xml": "an enclosure is no page: RFC 4287, 4.2.7.2",
    "wellformed/atom*/entry_link_rel_enclosure_no_href.xml": "an enclosure is no page: RFC 4287, 4.2.7.2",
    "wellformed/atom10/entry_id_with_attributes.xml": "a relative id is no IRI (RFC 4287, 4.2.6), hence no address",
    "wellformed/base/http_entry_id_base_*.xml": "a relative id is no IRI (RFC 4287, 4.2.6), hence no address",
    "wellformed/node_precedence/atom10_id.xml": "a relative id is no IRI (RFC 4287, 4.2.6), hence no address",
    "wellformed/lang/http_content_language_entry_title_inherit_2.xml": "a relative id is no address",
    "*/rdf*.xml": "RSS 1.0, 5.5: rdf:about identifies the item by its link; feedparser takes it for an id only",
    "encoding.rss": "feedburner:origLink is the article's own address, `link` that of the feed's proxy",
    "feedburner.atom": "feedburner:origLink is the article's own address, `link` that of the feed's proxy",
    "many-links.rss": "feedburner:origLink is the article's own address, `link` that of the feed's proxy",
    "craigslist.rss": "headlines are plain words: references and tags of the title are resolved",
    "json/*.json": "JSON Feed: feedparser 6.0 does not read it",
    "unrecognized.rss": "a page, not a feed: its links are read as those of a section page",
}
HEADLINES = {
    "*_base64*.xml": "Atom 0.3 had base64; RFC 4287 has not, and no newspaper was seen with it",
    "illformed/chardet/*.xml": "no encoding is declared: it is detected here, feedparser takes Latin-1",
    "wellformed/cdf/item_lastmod*.xml": "an item without address and title",
    "wellformed/rss/item_category_image.xml": "the title is that of an image in the item",
}


def files(fixtures: Path) -> Iterator[tuple[str, bytes]]:
    for name in ("feedparser-tests.tar.xz", "rss-parser-inputs.tar.xz"):
        with tarfile.open(fixtures / "feeds" / name) as archive:
            for member in archive:
                if (stream := archive.extractfile(member)) is not None:
                    yield member.name.removeprefix("./"), stream.read()


def reference(name: str, body: bytes) -> list[dict[str, str]]:
    kind = "application/feed+json" if name.endswith(".json") else "application/xml"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parsed = feedparser.parse(
            BytesIO(body),
            response_headers={"content-location": BASE + name, "content-type": kind},
            sanitize_html=False,
        )
    return list(parsed.entries)


def reference_headline(entry: dict[str, object]) -> str | None:
    title, detail = entry.get("title"), entry.get("title_detail")
    assert title is None or isinstance(title, str)
    is_plain = isinstance(detail, dict) and detail.get("type") == "text/plain"
    return plain_words.plain(title) if is_plain else plain_words.of_html(title)


def argued(name: str, reasons: dict[str, str]) -> str | None:
    return next((pattern for pattern in reasons if fnmatch(name, pattern)), None)


@pytest.fixture(scope="module")
def bodies(fixtures: Path) -> dict[str, bytes]:
    found = dict(files(fixtures))
    assert len(found) > 2100
    return found


def test_every_file_is_read_within_its_time(bodies: dict[str, bytes]) -> None:
    for name, body in bodies.items():
        began = time.process_time()
        parsed = listing(body, url=BASE + name)
        assert time.process_time() - began <= MAX_CPU_SECONDS, name
        assert parsed.candidates or parsed.problems, name


def test_each_other_address_than_feedparsers_is_argued(bodies: dict[str, bytes]) -> None:
    different = set()
    for name, body in bodies.items():
        expected: dict[str, str | None] = {}
        for entry in reference(name, body):
            title = entry.get("title")
            if is_http_url(entry.get("link", "")):
                expected.setdefault(entry["link"], " ".join(title.split()) if title else None)
        found = {candidate.url: candidate.headline for candidate in listing(body, url=BASE + name).candidates}
        if list(found.items()) != list(expected.items()):
            different.add(argued(name, ADDRESSES) or f"{name}: {found} is not argued against {expected}")
    assert different <= set(ADDRESSES), different - set(ADDRESSES)


def test_each_other_headline_than_feedparsers_is_argued(bodies: dict[str, bytes]) -> None:
    different = set()
    for name, body in bodies.items():
        text = decoded(body)
        root = xml_repair.root_of(text)
        if root is None:
            continue
        try:
            candidates, *_ = feeds_and_sitemaps.read(text, root, BASE + name)
        except feeds_and_sitemaps.Unreadable:
            candidates = []
        found = [candidate.headline for candidate in candidates]
        expected = [reference_headline(entry) for entry in reference(name, body)]
        if found != expected:
            different.add(argued(name, HEADLINES) or f"{name}: {found} is not argued against {expected}")
    assert different <= set(HEADLINES), different - set(HEADLINES)
