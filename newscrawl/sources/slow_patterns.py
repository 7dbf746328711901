"""Patterns of spiders that take more than linear time on a URL or line that somebody may send.

They are tried on texts made from their own repetitions, as long as what they are searched in may be. Measured in CPU
time of this process: a linear pattern takes a hundredth of the limit.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from newscrawl.sources.worst_cases import worst_cases

SLOW_SECONDS = 0.005  # on the longest text; 2,000 URLs of a listing would take ten seconds
MIN_GROWTH = 3.0  # of the time, when the text doubles: linear patterns have 2, quadratic ones 4
GIVEN_UP_SECONDS = 1.0  # an exponential one would never end


class TooLong(Exception):
    pass


def slow_text(pattern: re.Pattern[str], method: str, max_length: int) -> str | None:
    """Return the beginning of a text on which a pattern is slow, None if none was found; in the main thread only."""
    search: Callable[[str], object] = getattr(pattern, method)
    for index, text in enumerate(worst_cases(pattern.pattern, pattern.flags, max_length - 2)):  # and what ends it
        seconds = _seconds(search, text[:max_length])
        if seconds < SLOW_SECONDS:
            continue
        half = next(islice(worst_cases(pattern.pattern, pattern.flags, max_length // 2 - 2), index, None))
        if seconds >= GIVEN_UP_SECONDS or seconds > MIN_GROWTH * _seconds(search, half):
            return text[:40]
    return None


def _seconds(search: Callable[[str], object], text: str) -> float:
    """Return the CPU time of a search, the smaller of two: the first may have met a cold cache."""
    return min(_once(search, text) for _ in range(2))


def _once(search: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    try:
        with cpu_limit(GIVEN_UP_SECONDS):
            search(text)
    except TooLong:
        return float("inf")
    return time.process_time() - start


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TooLong after so much CPU time; the matcher of `re` looks for signals now and then."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
