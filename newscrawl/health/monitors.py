"""Alarms: a crawl that found much less of a source than its runs usually do. Baselines are learnt, run by run.

A site that was redesigned, or blocks us politely, seldom fails: it answers 200 and there is less to read.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from scrapy.crawler import Crawler

from newscrawl.fetch import records_of
from newscrawl.items import Outcome, SourceState
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

WARM_UP_RUNS = 3
WEIGHT, ALARMED_WEIGHT = 0.2, 0.05  # of the newest run; what is wrong for long enough is how the site is now
MIN_VOLUME = 0.5  # of the usual number of listed stories
MIN_USUAL = 5  # listed stories; fewer say nothing
MAX_LOST = 0.20  # of pages, against the usual share
MIN_PAGES = 5
STANDARD_ERRORS = 2.0
MAX_QUARANTINED, MIN_QUARANTINED = 0.05, 3
FIELD = "newscrawl/field/"  # prefix of the stats in which the normalize stage counts what articles have


@dataclass(frozen=True, slots=True)
class RunHealth:
    """What one crawl found of a source, in counts."""

    listed: int
    is_whole: bool  # every listing and story was asked for
    read: int  # pages of which an article was read
    quarantined: int
    fields: Mapping[str, int]  # how many of the read pages have a field


@dataclass(frozen=True, slots=True)
class Baselines:
    """What a source's runs usually find; shares from 0 to 1."""

    runs: int = 0
    listed: float = 0.0
    readable: float = 1.0
    quarantined: float = 0.0
    fields: Mapping[str, float] | None = None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Baselines:
        return cls(**{name: found[name] for name in cls.__slots__ if name in found})

    def as_state(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def run_health(outcomes: Mapping[str, int], stats: Mapping[str, Any], *, listed: int, is_whole: bool) -> RunHealth:
    """Return what a crawl found, by its outcome counts and its Scrapy stats."""
    return RunHealth(
        listed=listed,
        is_whole=is_whole,
        read=sum(count for word, count in outcomes.items() if Outcome(word).is_read),
        quarantined=outcomes.get(Outcome.QUARANTINED.value, 0),
        fields={name.removeprefix(FIELD): count for name, count in stats.items() if name.startswith(FIELD)},
    )


def alarms(found: RunHealth, usual: Baselines) -> list[str]:
    """Return what is alarming about a run, a sentence each."""
    told: list[str] = []
    is_warm = usual.runs >= WARM_UP_RUNS
    if is_warm and found.is_whole and usual.listed >= MIN_USUAL and found.listed < MIN_VOLUME * usual.listed:
        told.append(f"volume: {found.listed} stories are listed, usually {usual.listed:.0f}")
    pages = found.read + found.quarantined
    if is_warm and _is_low(found.read, pages, usual.readable):
        told.append(f"drift: {_share(found.read, pages)} of the pages can be read, usually {usual.readable:.0%}")
    if found.quarantined >= MIN_QUARANTINED and found.quarantined > MAX_QUARANTINED * pages:
        told.append(f"quarantine: {found.quarantined} of {pages} pages are doubtful")
    for name, share in sorted((usual.fields or {}).items()):
        count = found.fields.get(name, 0)
        if is_warm and _is_low(count, found.read, share):
            told.append(f"drift: {_share(count, found.read)} of the articles have {name}, usually {share:.0%}")
    return told


def learnt(usual: Baselines, found: RunHealth, *, is_alarming: bool) -> Baselines:
    """Return the baselines after a run: exponentially weighted, the first runs evenly."""
    weight = ALARMED_WEIGHT if is_alarming else max(WEIGHT, 1 / (usual.runs + 1))
    pages = found.read + found.quarantined
    after = replace(usual, runs=usual.runs + 1)
    if found.is_whole and found.listed:
        after = replace(after, listed=_towards(usual.listed, found.listed, weight))
    if pages:
        after = replace(
            after,
            readable=_towards(usual.readable, found.read / pages, weight),
            quarantined=_towards(usual.quarantined, found.quarantined / pages, weight),
        )
    if found.read:
        before = usual.fields or {}
        shares = {name: found.fields.get(name, 0) / found.read for name in {*before, *found.fields}}
        fields = {name: _towards(before.get(name, share), share, weight) for name, share in shares.items()}
        after = replace(after, fields=fields)
    return after


class HealthMonitor:
    """Scrapy extension: compares what a crawl found with the source's baselines, and learns from it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def check(
        self, store: Store, source: str, outcomes: Mapping[str, int], *, listed: int, is_whole: bool
    ) -> list[str]:
        """Return what is alarming, a sentence each; nothing in a replay, which says nothing of what a source lists."""
        if records_of(self._crawler) is not None:
            return []
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        found = run_health(outcomes, stats, listed=listed, is_whole=is_whole)
        return await check_health(store, source, found)


async def check_health(store: Store, source: str, found: RunHealth) -> list[str]:
    """Log and return what is alarming about a run of a source, and learn from it for the next."""
    usual = Baselines.of((await store.source_state(source)).baselines)
    told = alarms(found, usual)
    for alarm in told:
        logger.warning("alarm source=%s %s", source, alarm)
    state = SourceState(source=source, baselines=learnt(usual, found, is_alarming=bool(told)).as_state())
    await store.save_source_state(state, only=("baselines",))
    return told


def _is_low(count: int, pages: int, usual: float) -> bool:
    """Tell whether a share lies under the usual one by more than a few pages' chance and by what counts as drift."""
    if pages < MIN_PAGES:
        return False
    chance = STANDARD_ERRORS * math.sqrt(usual * (1 - usual) / pages)
    return usual - count / pages > max(MAX_LOST, chance)


def _share(count: int, pages: int) -> str:
    return f"{count / pages:.0%}" if pages else "none"


def _towards(usual: float, found: float, weight: float) -> float:
    return round(usual + weight * (found - usual), 4)
