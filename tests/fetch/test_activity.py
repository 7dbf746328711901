"""No more pages are asked for than are read: those that a command never reports as judged do not count for ever."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys

import pytest

from newscrawl.fetch.activity import MAX_OPEN, Activity
from tests.faults.waiting import PATIENCE_SECONDS

from .conftest import ROOT, Wire, environment, page

ARTICLES = [f"/2026/03/pier-{number}" for number in range(1, 3 * MAX_OPEN)]
PAGE = """<html><body class="classic"><h1>The pier of {path}</h1><div class="story-body">
<p>The pier was shut in the night of the storm, and it will be open again before the summer, said the harbour.</p>
</div></body></html>"""


def test_parse_follows_a_listing_to_more_pages_than_may_be_open(wire: Wire) -> None:
    links = "".join(f"<item><title>Pier</title><link>{wire.url(path)}</link></item>" for path in ARTICLES)
    feed = f"<rss><channel>{links}</channel></rss>".encode()
    wire.answers = {path: page(PAGE.format(path=path).encode()) for path in ARTICLES}
    wire.answers |= {"/feed.xml": page(feed, kind="application/rss+xml")}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "parse", wire.url("/feed.xml"), "--spider", "demo", "-d", "2", "--nocolour"],
        env=environment(NEWSCRAWL_EGRESS_ALLOW=wire.authority),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(path for path in wire.paths() if path in ARTICLES) == sorted(ARTICLES)
    assert [f"The pier of {path}" in done.stdout for path in ARTICLES] == [True] * len(ARTICLES)


class Page:
    """A response, of which the weak references of `Activity` are made."""


async def test_further_requests_wait_until_a_page_is_judged_or_nobody_holds_it() -> None:
    activity = Activity()
    pages = [Page() for _ in range(MAX_OPEN + 1)]
    for each in pages:
        with activity.judging(each):
            pass
    waiting = asyncio.ensure_future(activity.until_pages_are_judged())
    await asyncio.sleep(0)
    activity.judged(pages[0])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done(), "as many are open as may be"
    del each
    pages.pop()
    gc.collect()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await waiting


async def test_a_page_that_cannot_be_read_is_open_no_more() -> None:
    activity = Activity()
    pages = [Page() for _ in range(MAX_OPEN)]
    for each in pages:
        with pytest.raises(ValueError, match="unreadable"), activity.judging(each):
            raise ValueError("unreadable")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await activity.until_pages_are_judged()
