"""One entry with an address that cannot be parsed hides no other entry."""

from __future__ import annotations

import json

from newscrawl.discover import listing

GOOD = "https://paper.example/2026/03/story-1"
BAD = "http://[broken/2026/03/story-2"


def test_feed_entry_with_an_unreadable_address_hides_no_other() -> None:
    feed = f"<rss><channel><item><link>{BAD}</link></item><item><link>{GOOD}</link></item></channel></rss>"
    found = listing(feed.encode(), url="https://paper.example/feed.xml", content_type="application/rss+xml")
    assert [candidate.url for candidate in found.candidates] == [GOOD]


def test_json_feed_entry_with_an_unreadable_address_hides_no_other() -> None:
    feed = json.dumps({"items": [{"url": BAD}, {"url": GOOD}]})
    found = listing(feed.encode(), url="https://paper.example/feed.json", content_type="application/feed+json")
    assert [candidate.url for candidate in found.candidates] == [GOOD]


def test_entry_without_an_address_is_not_taken_for_the_feed_itself() -> None:
    feed = "<rss><channel><item><title>An entry without an address</title></item></channel></rss>"
    found = listing(feed.encode(), url="https://paper.example/feed.xml", content_type="application/rss+xml")
    assert found.candidates == ()
