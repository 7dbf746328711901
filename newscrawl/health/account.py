"""The whole account of one source for the operator: its runs, alarms, hosts, quarantine, drift and listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from newscrawl.health.drift import FieldDrift, drift
from newscrawl.health.kinds import severity
from newscrawl.health.status import MAX_MISSED_INTERVALS, SourceFacts, SourceStatus, source_status
from newscrawl.items import RunRecord, SourceState
from newscrawl.store.host_conditions import HostCondition
from newscrawl.store.session import Store
from newscrawl.store.source_schedule import Turn
from newscrawl.store.takedowns import Row

RUNS = 5


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """What the spider of a source states; of one whose file is gone or broken, nothing but its name."""

    source: str
    domains: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    problem: str = ""  # why its file cannot be loaded


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """The newest article that a check read; texts are None where they were taken down."""

    article_id: str
    number: int
    at: datetime
    readers: str
    headline: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """All that the store has about one source, newest or most serious first."""

    stated: StatedFacts
    status: SourceStatus
    state: SourceState
    turn: Turn
    runs: tuple[RunRecord, ...] = ()
    hosts: tuple[HostCondition, ...] = ()
    drift: tuple[FieldDrift, ...] = ()
    quarantine: Mapping[str, int] = field(default_factory=dict)  # reason → open entries
    newest_doubtful: Mapping[str, Any] | None = None  # entry of the quarantine
    last_read: ReadArticle | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is stored about such a source: no run, no alarm, no plan, no page."""
        is_planned = self.turn.due_at or self.status.due or self.state.baselines
        return not (self.runs or self.status.alarms or is_planned or self.quarantine)

    @property
    def listings(self) -> dict[str, Mapping[str, Any]]:
        """The last answers of the listings that the spider states; of one that was not requested yet an empty one."""
        if not self.stated.listings:
            return dict(self.state.listings)
        return {url: self.state.listings.get(url, {}) for url in self.stated.listings}


async def account(store: Store, stated: StatedFacts, now: datetime, *, every_seconds: float) -> Account:
    """Return the account of a source; a dozen queries, each answered from an index."""
    name = stated.source
    state = await store.source_state(name)
    runs = await store.runs(name, RUNS)
    facts = SourceFacts(
        state=state,
        alarms=tuple(sorted(await store.alarms(name), key=severity)),
        backlog=await store.backlog(name, now),
        last_run=runs[0] if runs else None,
    )
    max_silence = MAX_MISSED_INTERVALS * timedelta(seconds=every_seconds)
    newest = await store.quarantined(source=name, limit=1)
    return Account(
        stated=stated,
        status=source_status(facts, now, max_silence=max_silence),
        state=state,
        turn=await store.source_turn(name),
        runs=tuple(runs),
        hosts=tuple(await store.hosts_of(stated.domains, _hosts(stated, state))),
        drift=tuple(drift(state)),
        quarantine=await store.quarantine_counts(name),
        newest_doubtful=newest[0] if newest else None,
        last_read=await _last_read(store, state),
    )


def _hosts(stated: StatedFacts, state: SourceState) -> set[str]:
    """Return the hosts of the listings, which may be elsewhere than the source's domains."""
    return {(urlsplit(url).hostname or "").lower() for url in (*stated.listings, *state.listings)}


async def _last_read(store: Store, state: SourceState) -> ReadArticle | None:
    """Return the newest article read, with its texts as they may be shown."""
    read = state.last_read
    if not read:
        return None
    article = ReadArticle(read["article_id"], read["number"], read["at"], read["readers"])
    version = await store.version(article.article_id, article.number)
    if version is None:
        return article
    texts = {"headline": version.article.headline, "url": version.article.url}
    (shown,) = await store.all_as_shown([Row(article.article_id, texts, number=article.number)])
    return article if shown is None else ReadArticle(**{**_values(article), **shown})


def _values(article: ReadArticle) -> dict[str, Any]:
    return {name: getattr(article, name) for name in ReadArticle.__slots__}
