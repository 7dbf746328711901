"""What a source's runs usually find, learnt from each run. Pure.

A run every 15 minutes requests few articles, and a share of few pages means little: pages stay in `pending_pages` until
there are enough to compare and to learn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from newscrawl.health.page_counts import PageCounts, PartCounts
from newscrawl.items import Alarm, AlarmKind, AlarmState

WARM_UP_RUNS = 3
MIN_PAGES = 5  # a share of fewer pages is not compared
# Weight of the newest sample. What an open alarm is about is not learnt: it would become the baseline and resolve the
# alarm before anybody has seen it. Once it is acknowledged, it is how the source is now.
WEIGHT, ACKNOWLEDGED_WEIGHT = 0.2, 0.05
MAX_GAP = 4.0  # times the usual one, that a gap counts at most
READ = "read"  # key for the number of read articles among the counts of fields


@dataclass(frozen=True, slots=True)
class RunHealth:
    """What one crawl of a source found."""

    pages: PageCounts
    listed: int = 0
    is_whole: bool = False  # every listing and every due article was requested: `listed` can be compared
    fields: Mapping[str, int] = field(default_factory=dict)  # field → number of read pages that have it
    lacking: Mapping[str, str] = field(default_factory=dict)  # field → URL of an article without it
    # None: certificates were verified. Else why those of hosts were not valid, which their source accepts all the same.
    certificate_faults: Mapping[str, str] | None = None

    @property
    def has_succeeded(self) -> bool:
        return not self.pages.is_nothing_read and (self.pages.articles.is_seen or self.pages.listings.is_seen)


@dataclass(frozen=True, slots=True)
class Baselines:
    """What a source's runs usually find; `readable`, `quarantined` and `fields` are shares from 0 to 1."""

    runs: int = 0
    listed: float = 0.0
    readable: float = 1.0
    quarantined: float = 0.0
    fields: Mapping[str, float] | None = None
    samples: int = 0  # of pages, from which shares were learnt
    field_samples: int = 0
    pending_pages: Mapping[str, int] | None = None  # result → number of pages
    pending_fields: Mapping[str, int] | None = None
    newest_fields: Mapping[str, int] | None = None  # of the newest sample that was compared
    succeeded_at: datetime | None = None  # the end of the newest run that read something
    gaps: int = 0  # between such runs, from which `gap_seconds` was learnt
    gap_seconds: float = 0.0

    @property
    def usual_gap(self) -> timedelta | None:
        """The usual time between two runs that read something; None before it is known."""
        return timedelta(seconds=self.gap_seconds) if self.gaps >= WARM_UP_RUNS else None

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Baselines:
        """Return stored baselines."""
        return cls(**{name: state[name] for name in cls.__slots__ if name in state})

    def as_state(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Samples:
    """The pages of a run, with the pending ones of runs before it."""

    pages: PartCounts
    fields: Mapping[str, int]  # with the number of read articles as READ

    @classmethod
    def of(cls, run: RunHealth, usual: Baselines) -> Samples:
        """Return the samples after a run. One that read nothing has an alarm for that, and adds to no sample."""
        articles = run.pages.articles
        if articles.is_unread:
            return cls(PartCounts(), {})
        pages = PartCounts(Counter(usual.pending_pages or {}) + articles.results, articles.reasons, articles.examples)
        fields = Counter({**run.fields, READ: articles.read})
        return cls(pages, Counter(usual.pending_fields or {}) + fields)

    @property
    def has_pages(self) -> bool:
        """Whether the sample of pages is large enough."""
        return self.pages.answered >= MIN_PAGES

    @property
    def read(self) -> int:
        return self.fields.get(READ, 0)

    @property
    def has_fields(self) -> bool:
        """Whether the sample of fields is large enough."""
        return self.read >= MIN_PAGES


def learnt(usual: Baselines, run: RunHealth, alarms: Mapping[str, Alarm]) -> Baselines:
    """Return the baselines after a run: exponentially weighted means, of the first samples plain means.

    `alarms` are those that are not resolved after the run, by kind.
    """
    after = replace(usual, runs=usual.runs + 1)
    if run.is_whole and run.listed:
        weight = _weight(usual.runs, alarms, AlarmKind.VOLUME)
        after = replace(after, listed=_weighted_mean(usual.listed, run.listed, weight))
    if run.pages.articles.is_unread:
        return after
    samples = Samples.of(run, usual)
    return _with_fields(_with_pages(after, samples, alarms), samples, alarms)


def with_success(usual: Baselines, at: datetime) -> Baselines:
    """Return the baselines after a run that read something; after a failure the gap counts as a few usual ones."""
    after = replace(usual, succeeded_at=at)
    if usual.succeeded_at is None:
        return after
    gap = max(0.0, (at - usual.succeeded_at).total_seconds())
    if usual.gaps >= WARM_UP_RUNS:
        gap = min(gap, MAX_GAP * usual.gap_seconds)
    weight = max(WEIGHT, 1 / (usual.gaps + 1))
    return replace(after, gaps=usual.gaps + 1, gap_seconds=_weighted_mean(usual.gap_seconds, gap, weight))


def _with_pages(usual: Baselines, samples: Samples, alarms: Mapping[str, Alarm]) -> Baselines:
    pages = samples.pages
    if not samples.has_pages:
        return replace(usual, pending_pages=dict(pages.results))
    weight = _weight(usual.samples, alarms, AlarmKind.UNREADABLE)
    return replace(
        usual,
        samples=usual.samples + 1,
        readable=_weighted_mean(usual.readable, pages.complete / pages.answered, weight),
        quarantined=_weighted_mean(usual.quarantined, pages.quarantined / pages.answered, weight),
        pending_pages=None,
    )


def _with_fields(usual: Baselines, samples: Samples, alarms: Mapping[str, Alarm]) -> Baselines:
    if not samples.has_fields:
        return replace(usual, pending_fields=dict(samples.fields))
    before = usual.fields or {}
    fields = dict(before)
    for name in {*before, *samples.fields} - {READ}:
        share = samples.fields.get(name, 0) / samples.read
        weight = _weight(usual.field_samples, alarms, f"{AlarmKind.DRIFT}:{name}")
        fields[name] = _weighted_mean(before.get(name, share), share, weight)
    return replace(
        usual,
        field_samples=usual.field_samples + 1,
        fields=fields,
        pending_fields=None,
        newest_fields=dict(samples.fields),
    )


def _weight(samples: int, alarms: Mapping[str, Alarm], kind: str) -> float:
    alarm = alarms.get(kind)
    if alarm is None:
        return max(WEIGHT, 1 / (samples + 1))
    return ACKNOWLEDGED_WEIGHT if alarm.state is AlarmState.ACKNOWLEDGED else 0.0


def _weighted_mean(usual: float, value: float, weight: float) -> float:
    return round(usual + weight * (value - usual), 4)
