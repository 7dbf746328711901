"""One entry with a URL that cannot be parsed hides no other entry."""

from __future__ import annotations

import json

import pytest

from newscrawl.discover import listing

GOOD = "https://paper.example/2026/03/story-1"
BAD = "http://[broken/2026/03/story-2"


def test_feed_entry_with_an_invalid_url_hides_no_other() -> None:
    feed = f"<rss><channel><item><link>{BAD}</link></item><item><link>{GOOD}</link></item></channel></rss>"
    parsed = listing(feed.encode(), url="https://paper.example/feed.xml", content_type="application/rss+xml")
    assert [candidate.url for candidate in parsed.candidates] == [GOOD]


def test_json_feed_entry_with_an_invalid_url_hides_no_other() -> None:
    feed = json.dumps({"items": [{"url": BAD}, {"url": GOOD}]})
    parsed = listing(feed.encode(), url="https://paper.example/feed.json", content_type="application/feed+json")
    assert [candidate.url for candidate in parsed.candidates] == [GOOD]


def test_entry_without_a_url_does_not_get_the_url_of_the_feed() -> None:
    feed = "<rss><channel><item><title>An entry without a URL</title></item></channel></rss>"
    parsed = listing(feed.encode(), url="https://paper.example/feed.xml", content_type="application/rss+xml")
    assert parsed.candidates == ()


@pytest.mark.parametrize("ampersand", ["&amp;amp;", "&amp;#038;", "&amp;#x26;"])
def test_an_ampersand_that_is_escaped_twice_is_one(ampersand: str) -> None:
    feed = f"<rss><channel><item><link>https://paper.example/read?id=1{ampersand}x=2</link></item></channel></rss>"
    parsed = listing(feed.encode(), url="https://paper.example/feed.xml", content_type="application/rss+xml")
    assert [candidate.url for candidate in parsed.candidates] == ["https://paper.example/read?id=1&x=2"]
