"""After a run: open alarms for what it found, resolve those whose cause is gone, learn the baselines."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler

from newscrawl.fetch import CERTIFICATE_FAULT, records_of
from newscrawl.health.baselines import Baselines, RunHealth, learnt, with_success
from newscrawl.health.findings import CRASHES, Judgement, judge, unread_parts
from newscrawl.health.page_counts import PageCounts
from newscrawl.items import Alarm, AlarmKind, AlarmState, Finding, SourceState
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

FIELD = "newscrawl/field/"  # prefix of the stats in which the normalize stage counts what articles have
LACKING = "newscrawl/lacking/"  # prefix of its stats with the URL of an article that lacks a field


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The alarms that a run found, new or again, and whether its source is paused."""

    alarms: tuple[Alarm, ...] = ()
    is_paused: bool = False

    @property
    def open_alarms(self) -> tuple[Alarm, ...]:
        return tuple(alarm for alarm in self.alarms if alarm.state is AlarmState.OPEN)

    @property
    def known_parts(self) -> set[str]:
        """The parts of the source of which, by an acknowledged alarm, no page can be read."""
        known = (alarm for alarm in self.alarms if alarm.state is AlarmState.ACKNOWLEDGED)
        return {part for alarm in known for part in unread_parts(alarm)}


class HealthMonitor:
    """Scrapy extension: compares a crawl with the source's baselines, and updates them.

    Alarms use the system's clock, also in a replay: people of today acknowledge them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def check(
        self, store: Store, run_id: str, source: str, pages: PageCounts, *, listed: int, is_whole: bool
    ) -> SourceHealth:
        """Open, update and resolve alarms after a run; `is_whole`: every listing and due article was requested."""
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        is_replay = records_of(self._crawler) is not None
        run = run_health(pages, stats, listed=listed, is_whole=is_whole and not is_replay)
        if getattr(self._crawler.spider, "accepts_invalid_certificates", False):
            run = replace(run, certificate_faults=_named(stats, CERTIFICATE_FAULT))
        return await check_health(store, source, run, run_id=run_id, at=datetime.now(UTC), is_replay=is_replay)


def run_health(pages: PageCounts, stats: Mapping[str, Any], *, listed: int, is_whole: bool) -> RunHealth:
    """Return what a crawl found, from its page counts and its Scrapy stats."""
    return RunHealth(
        pages=pages,
        listed=listed,
        is_whole=is_whole,
        fields=_named(stats, FIELD),
        lacking=_named(stats, LACKING),
    )


def _named(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)}


async def check_health(
    store: Store, source: str, run: RunHealth, *, run_id: str, at: datetime, is_replay: bool = False
) -> SourceHealth:
    """Judge a run, change the source's alarms accordingly, and save the baselines that follow from it.

    The pages of a replay may be years old: it raises alarms for them, but the baselines stay.
    """
    state = await store.source_state(source)
    usual = Baselines.of(state.baselines)
    unresolved = {alarm.kind: alarm for alarm in await store.alarms(source)}
    judgement = judge(run, usual)
    alarms = [await _open(store, source, finding, run_id, at) for finding in judgement.findings]
    unresolved |= {alarm.kind: alarm for alarm in alarms}
    for kind in await _resolve(store, unresolved.values(), judgement, at, is_replay=is_replay):
        del unresolved[kind]
    if not is_replay:
        if state.set_aside_reason:
            await store.bring_source_back(source)
            logger.info("source=%s is crawled in rounds again: a crawl of it ended", source)
        after = learnt(usual, run, unresolved)
        await _save(store, state, with_success(after, at) if run.has_succeeded else after, run.pages, at)
    return SourceHealth(tuple(alarms), state.is_paused)


async def _open(store: Store, source: str, finding: Finding, run_id: str, at: datetime) -> Alarm:
    finding = replace(finding, evidence={**finding.evidence, "run_id": run_id})
    alarm = await store.open_alarm(source, finding, at=at)
    level = logging.INFO if alarm.state is AlarmState.ACKNOWLEDGED else logging.WARNING
    logger.log(level, "alarm source=%s %s", source, finding.sentence)
    return alarm


async def _resolve(
    store: Store, alarms: Iterable[Alarm], judgement: Judgement, at: datetime, *, is_replay: bool
) -> list[str]:
    """Resolve the alarms whose cause is gone, and return their kinds. A crawl that reached its end did not crash."""
    resolved = []
    for alarm in alarms:
        has_survived = AlarmKind.of(alarm.kind) in CRASHES and not is_replay
        if has_survived or judgement.resolves(alarm):
            await store.resolve_alarm(alarm.source, alarm.kind, at=at)
            logger.info("alarm=resolved source=%s kind=%s", alarm.source, alarm.kind)
            resolved.append(alarm.kind)
    return resolved


async def _save(store: Store, state: SourceState, usual: Baselines, pages: PageCounts, at: datetime) -> None:
    """Save the baselines, and for the overview what the run read of the articles, if it requested any."""
    articles = pages.articles
    only = ["baselines"]
    if articles.answered:
        state = replace(state, pages_asked=articles.answered, pages_read=articles.complete)
        only += ["pages_asked", "pages_read"]
    if articles.is_seen:
        state = replace(state, last_good_check_at=at)
        only += ["last_good_check_at"]
    await store.save_source_state(replace(state, baselines=usual.as_state()), only=only)
