"""Recognise headlines that go to and fro: A/B tests are one story's title in two dresses, not edits of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newscrawl.change.facts import plain

MIN_RETURNS = 2  # A→B→A may be a reversal; from A→B→A→B on somebody is testing


@dataclass(frozen=True, slots=True)
class HeadlineSpell:
    """A stretch of versions under one headline, or under several that alternate.

    `first` and `last` are places in the sequence given; `headlines` holds each wording once, in order of appearance.
    """

    first: int
    last: int
    headlines: tuple[str, ...]
    is_oscillating: bool = False
    returns: int = 0  # how often a headline came back that had stood before


def spells(headlines: Sequence[str]) -> tuple[HeadlineSpell, ...]:
    """Fold a history of headlines (one a version, oldest first) into spells; alternating ones become a single spell."""
    runs = _runs(headlines)
    folded: list[HeadlineSpell] = []
    at = 0
    while at < len(runs):
        end = _oscillation_end(runs, at)
        together = runs[at:end]
        wordings = tuple(dict.fromkeys(headline for run in together for headline in run.headlines))
        returns = len(together) - len(wordings)
        folded.append(HeadlineSpell(together[0].first, together[-1].last, wordings, len(wordings) > 1, returns))
        at = end
    return tuple(folded)


def _runs(headlines: Sequence[str]) -> list[HeadlineSpell]:
    """Return the stretches of equal headlines; typography alone makes no other headline."""
    runs: list[HeadlineSpell] = []
    shown: dict[str, str] = {}
    for place, headline in enumerate(headlines):
        same = shown.setdefault(plain(headline), headline)
        if runs and runs[-1].headlines[0] == same:
            runs[-1] = HeadlineSpell(runs[-1].first, place, (same,))
        else:
            runs.append(HeadlineSpell(place, place, (same,)))
    return runs


def _oscillation_end(runs: Sequence[HeadlineSpell], start: int) -> int:
    """Return the end of the longest stretch from `start` whose headlines keep coming back, or one run."""
    seen: set[str] = set()
    returns = 0
    best = start + 1
    for at in range(start, len(runs)):
        headline = runs[at].headlines[0]
        if headline in seen:
            returns += 1
            # The first headline of the stretch must be one that came back: a title before the test stays alone.
            comes_back = any(run.headlines == runs[start].headlines for run in runs[start + 1 : at + 1])
            if returns >= MIN_RETURNS and comes_back:
                best = at + 1
        seen.add(headline)
        if len(seen) > 2 * returns + 3:
            break  # a row of new headlines is no test
    return best
