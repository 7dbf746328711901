"""The clock of a crawl: the configured one, else in a replay one that follows the records, else the system's."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from newscrawl.clock import Clock, SteppingClock, SystemClock
from newscrawl.fetch.replay import records_of

_clocks: WeakKeyDictionary[Crawler, Clock] = WeakKeyDictionary()


def clock_of(crawler: Crawler) -> Clock:
    """Return the clock that all components of a crawl share; in a replay it starts at the oldest record's date.

    Raises RecordingError if NEWSCRAWL_REPLAY cannot be read.
    """
    if crawler not in _clocks:
        records = records_of(crawler)
        configured: Clock | None = crawler.settings.get("NEWSCRAWL_CLOCK")
        if records is None:
            _clocks[crawler] = configured or SystemClock()
        else:
            clock = configured if isinstance(configured, SteppingClock) else SteppingClock(records.first_date)
            clock.advance_to(records.first_date)
            _clocks[crawler] = clock
    return _clocks[crawler]
