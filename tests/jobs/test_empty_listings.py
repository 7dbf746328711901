"""A listing that lists no article of its source is a problem of the run, whatever it answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

FRONT = '<!doctype html><nav><a href="/">Home</a><a href="/sport">Sport</a></nav><div id="app"></div>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<rss><channel><title>Gazette</title></channel></rss>", "the listing has no entries"),
        (FRONT, "none of its 2 addresses is an article of this source"),
        ('<div id="app"></div><script src="/app.js"></script>', "a script may draw them"),
        ("", "the listing is empty"),
    ],
)
def test_a_feed_that_lists_no_article_is_an_error_of_the_run(
    gazette_driver: CrawlDriver, gazette: Gazette, text: str, words: str
) -> None:
    gazette.overrides["/feed.xml"] = lambda headers: (200, {"Content-Type": "text/html"}, text)
    report = gazette_driver.crawl()
    assert report.outcomes == {"error": 1}, "the empty news sitemap beside it is none"
    assert report.exit_code == 1
    assert any(words in error for error in report.errors), report.errors
