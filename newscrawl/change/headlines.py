"""Recognise alternating headlines: an A/B test shows one article under two titles and is not a series of edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newscrawl.change.facts import plain

MIN_RETURNS = 2  # A→B→A may be a reversal; A→B→A→B is a test


@dataclass(frozen=True, slots=True)
class HeadlinePeriod:
    """Consecutive versions under one headline, or under several that alternate.

    `first` and `last` are indices in the given sequence. `headlines` holds each headline once, in order of appearance.
    """

    first: int
    last: int
    headlines: tuple[str, ...]
    is_oscillating: bool = False
    returns: int = 0  # how often an earlier headline came back


def headline_periods(headlines: Sequence[str]) -> tuple[HeadlinePeriod, ...]:
    """Return the periods of a series of headlines (one per version, oldest first); alternating ones are one period."""
    runs = _runs(headlines)
    periods: list[HeadlinePeriod] = []
    at = 0
    while at < len(runs):
        end = _oscillation_end(runs, at)
        together = runs[at:end]
        wordings = tuple(dict.fromkeys(headline for run in together for headline in run.headlines))
        returns = len(together) - len(wordings)
        periods.append(HeadlinePeriod(together[0].first, together[-1].last, wordings, len(wordings) > 1, returns))
        at = end
    return tuple(periods)


def _runs(headlines: Sequence[str]) -> list[HeadlinePeriod]:
    """Return the runs of equal headlines; headlines that differ by typography only are equal."""
    runs: list[HeadlinePeriod] = []
    first_form: dict[str, str] = {}
    for index, headline in enumerate(headlines):
        same = first_form.setdefault(plain(headline), headline)
        if runs and runs[-1].headlines[0] == same:
            runs[-1] = HeadlinePeriod(runs[-1].first, index, (same,))
        else:
            runs.append(HeadlinePeriod(index, index, (same,)))
    return runs


def _oscillation_end(runs: Sequence[HeadlinePeriod], start: int) -> int:
    """Return the end of the longest series of runs from `start` whose headlines keep coming back, or `start` + 1."""
    seen: set[str] = set()
    returns = 0
    best = start + 1
    for at in range(start, len(runs)):
        headline = runs[at].headlines[0]
        if headline in seen:
            returns += 1
            # The first headline of the series must come back too: a title before the test is a period of its own.
            comes_back = any(run.headlines == runs[start].headlines for run in runs[start + 1 : at + 1])
            if returns >= MIN_RETURNS and comes_back:
                best = at + 1
        seen.add(headline)
        if len(seen) > 2 * returns + 3:
            break  # many new headlines are not a test
    return best
