"""Raise alarms for a crawl that found much less than the source's runs usually do; learn the baselines from each run.

A source that was redesigned, or that blocks us politely, seldom answers with an error: it answers 200, and fewer pages
or fields can be read.
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
# Weight of the newest run in the baselines. An alarming run weighs less, but a lasting change becomes the new baseline.
WEIGHT, ALARMED_WEIGHT = 0.2, 0.05
MIN_VOLUME = 0.5  # share of the usual number of listed articles
MIN_USUAL_LISTED = 5  # listed articles; a source that usually lists fewer is not checked for volume
MAX_LOST = 0.20  # how far a share may lie below its baseline
MIN_PAGES = 5  # a share of fewer pages is not compared
STANDARD_ERRORS = 2.0
MAX_QUARANTINED, MIN_QUARANTINED = 0.05, 3
FIELD = "newscrawl/field/"  # prefix of the stats in which the normalize stage counts what articles have


@dataclass(frozen=True, slots=True)
class RunHealth:
    """Counts of what one crawl of a source found."""

    listed: int
    is_whole: bool  # every listing and every due article was requested
    read: int  # pages of which an article was read
    quarantined: int
    fields: Mapping[str, int]  # field → number of read pages that have it


@dataclass(frozen=True, slots=True)
class Baselines:
    """What a source's runs usually find; `readable`, `quarantined` and `fields` are shares from 0 to 1."""

    runs: int = 0
    listed: float = 0.0
    readable: float = 1.0
    quarantined: float = 0.0
    fields: Mapping[str, float] | None = None

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Baselines:
        return cls(**{name: state[name] for name in cls.__slots__ if name in state})

    def as_state(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def run_health(outcomes: Mapping[str, int], stats: Mapping[str, Any], *, listed: int, is_whole: bool) -> RunHealth:
    """Return what a crawl found, from its outcome counts and its Scrapy stats."""
    return RunHealth(
        listed=listed,
        is_whole=is_whole,
        read=sum(count for outcome, count in outcomes.items() if Outcome(outcome).is_read),
        quarantined=outcomes.get(Outcome.QUARANTINED.value, 0),
        fields={name.removeprefix(FIELD): count for name, count in stats.items() if name.startswith(FIELD)},
    )


def alarms(run: RunHealth, usual: Baselines) -> list[str]:
    """Return one sentence for each alarm of a run."""
    return _volume_alarms(run, usual) + _drift_alarms(run, usual) + _quarantine_alarms(run) + _field_alarms(run, usual)


def _volume_alarms(run: RunHealth, usual: Baselines) -> list[str]:
    if usual.runs < WARM_UP_RUNS or not run.is_whole or usual.listed < MIN_USUAL_LISTED:
        return []
    if run.listed >= MIN_VOLUME * usual.listed:
        return []
    return [f"volume: {run.listed} articles are listed, usually {usual.listed:.0f}"]


def _drift_alarms(run: RunHealth, usual: Baselines) -> list[str]:
    pages = run.read + run.quarantined
    if usual.runs < WARM_UP_RUNS or not _is_low(run.read, pages, usual.readable):
        return []
    return [f"drift: {_percent(run.read, pages)} of the pages can be read, usually {usual.readable:.0%}"]


def _quarantine_alarms(run: RunHealth) -> list[str]:
    pages = run.read + run.quarantined
    if run.quarantined < MIN_QUARANTINED or run.quarantined <= MAX_QUARANTINED * pages:
        return []
    return [f"quarantine: {run.quarantined} of {pages} pages are doubtful"]


def _field_alarms(run: RunHealth, usual: Baselines) -> list[str]:
    if usual.runs < WARM_UP_RUNS:
        return []
    return [
        f"drift: {_percent(run.fields.get(name, 0), run.read)} of the articles have {name}, usually {share:.0%}"
        for name, share in sorted((usual.fields or {}).items())
        if _is_low(run.fields.get(name, 0), run.read, share)
    ]


def learnt(usual: Baselines, run: RunHealth, *, is_alarming: bool) -> Baselines:
    """Return the baselines after a run: an exponentially weighted mean, of the first runs a plain mean."""
    weight = ALARMED_WEIGHT if is_alarming else max(WEIGHT, 1 / (usual.runs + 1))
    pages = run.read + run.quarantined
    after = replace(usual, runs=usual.runs + 1)
    if run.is_whole and run.listed:
        after = replace(after, listed=_weighted_mean(usual.listed, run.listed, weight))
    if pages:
        after = replace(
            after,
            readable=_weighted_mean(usual.readable, run.read / pages, weight),
            quarantined=_weighted_mean(usual.quarantined, run.quarantined / pages, weight),
        )
    if run.read:
        before = usual.fields or {}
        shares = {name: run.fields.get(name, 0) / run.read for name in {*before, *run.fields}}
        fields = {name: _weighted_mean(before.get(name, share), share, weight) for name, share in shares.items()}
        after = replace(after, fields=fields)
    return after


class HealthMonitor:
    """Scrapy extension: compares a crawl with the source's baselines, and updates them."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def check(
        self, store: Store, source: str, outcomes: Mapping[str, int], *, listed: int, is_whole: bool
    ) -> list[str]:
        """Return one sentence for each alarm.

        There are none in a replay, since its records need not hold all that a source lists.
        """
        if records_of(self._crawler) is not None:
            return []
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        run = run_health(outcomes, stats, listed=listed, is_whole=is_whole)
        return await check_health(store, source, run)


async def check_health(store: Store, source: str, run: RunHealth) -> list[str]:
    """Log and return the alarms of a run, and save the baselines that follow from it."""
    usual = Baselines.of((await store.source_state(source)).baselines)
    sentences = alarms(run, usual)
    for sentence in sentences:
        logger.warning("alarm source=%s %s", source, sentence)
    state = SourceState(source=source, baselines=learnt(usual, run, is_alarming=bool(sentences)).as_state())
    await store.save_source_state(state, only=("baselines",))
    return sentences


def _is_low(count: int, pages: int, usual: float) -> bool:
    """Return whether a share lies below the usual one by more than MAX_LOST and by more than chance explains."""
    if pages < MIN_PAGES:
        return False
    chance = STANDARD_ERRORS * math.sqrt(usual * (1 - usual) / pages)
    return usual - count / pages > max(MAX_LOST, chance)


def _percent(count: int, pages: int) -> str:
    return f"{count / pages:.0%}" if pages else "none"


def _weighted_mean(usual: float, value: float, weight: float) -> float:
    return round(usual + weight * (value - usual), 4)
