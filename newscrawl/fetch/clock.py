"""Which clock a crawl lives by."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from newscrawl.clock import Clock, SystemClock

_clocks: WeakKeyDictionary[Crawler, Clock] = WeakKeyDictionary()


def clock_of(crawler: Crawler) -> Clock:
    """Return the one clock that all components of a crawl share: NEWSCRAWL_CLOCK, else the system's."""
    clock = _clocks.get(crawler)
    if clock is None:
        clock = _clocks[crawler] = crawler.settings.get("NEWSCRAWL_CLOCK") or SystemClock()
    return clock
