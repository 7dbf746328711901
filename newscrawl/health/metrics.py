"""What an archive shows of its sources and hosts as metrics: one snapshot of the store, in Prometheus' families.

All of it is read from the store, so that every worker and every run of `newscrawl metrics` says the same, and nothing
begins anew with a process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from newscrawl.items import Alarm, RunRecord, SourceState
from newscrawl.store.claims import Backlog
from newscrawl.store.outbox import Waiting
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What metrics are made of; sources without an entry have none due, no run, no alarm."""

    at: datetime
    states: Mapping[str, SourceState] = field(default_factory=dict)
    backlogs: Mapping[str, Backlog] = field(default_factory=dict)
    last_runs: Mapping[str, RunRecord] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    blocked_hosts: Mapping[str, datetime] = field(default_factory=dict)  # until when
    outbox: Waiting = Waiting()


async def archive_state(store: Store, now: datetime) -> ArchiveState:
    """Read the state of all sources and hosts; eight queries, however many there are."""
    return ArchiveState(
        at=now,
        states=await store.source_states(),
        backlogs=await store.backlogs(now),
        last_runs=await store.last_runs(),
        alarms=tuple(await store.alarms()),
        blocked_hosts=await store.blocked_hosts(now),
        outbox=await store.outbox_waiting(now),
    )


class ArchiveCollector(Collector):
    """Collects from the newest snapshot; before the first one, and after one that failed, only that it is missing."""

    def __init__(self) -> None:
        self.state: ArchiveState | None = None

    def collect(self) -> Iterator[Metric]:
        up = 0 if self.state is None else 1
        yield GaugeMetricFamily("newscrawl_db_up", "Whether MongoDB answered when last asked (1) or not (0).", up)
        if self.state is not None:
            yield from families(self.state)


def families(state: ArchiveState) -> Iterator[Metric]:
    """Yield all metric families of an archive."""
    names = sorted({*state.states, *state.backlogs, *state.last_runs})
    yield from _totals(state, names)
    yield from _due(state, names)
    yield from _runs(state)
    yield from _coverage(state)
    yield from _outbox(state)
    yield _alarms(state.alarms)
    blocked = GaugeMetricFamily(
        "newscrawl_host_blocked_until_timestamp_seconds",
        "When a host is requested again that asked for a pause or failed.",
        labels=["host"],
    )
    for host, until in sorted(state.blocked_hosts.items()):
        blocked.add_metric([host], until.timestamp())
    yield blocked


def _totals(state: ArchiveState, names: Iterable[str]) -> Iterator[Metric]:
    checks = CounterMetricFamily("newscrawl_checks", "Checks of articles by result.", labels=["source", "result"])
    versions = CounterMetricFamily("newscrawl_versions", "Versions that checks added to histories.", labels=["source"])
    runs = CounterMetricFamily("newscrawl_runs", "Runs by exit code.", labels=["source", "exit_code"])
    seconds = CounterMetricFamily("newscrawl_run_seconds", "Time that runs took.", labels=["source"])
    for name in names:
        totals = state.states[name].totals if name in state.states else {}
        for outcome, count in sorted(totals.get("checks", {}).items()):
            checks.add_metric([name, outcome], count)
        versions.add_metric([name], totals.get("versions", 0))
        for exit_code, count in sorted(totals.get("runs", {}).items()):
            runs.add_metric([name, exit_code], count)
        seconds.add_metric([name], totals.get("seconds", 0.0))
    yield from (checks, versions, runs, seconds)


def _due(state: ArchiveState, names: Iterable[str]) -> Iterator[Metric]:
    due = GaugeMetricFamily("newscrawl_due_articles", "Articles that are due for a check.", labels=["source"])
    lag = GaugeMetricFamily(
        "newscrawl_due_lag_seconds", "How long the article has been due that waits longest.", labels=["source"]
    )
    for name in names:
        backlog = state.backlogs.get(name)
        due.add_metric([name], backlog.due if backlog else 0)
        lag.add_metric([name], max(0.0, (state.at - backlog.since).total_seconds()) if backlog else 0.0)
    yield from (due, lag)


def _outbox(state: ArchiveState) -> Iterator[Metric]:
    waiting = state.outbox
    age = (state.at - waiting.overdue_since).total_seconds() if waiting.overdue_since else 0.0
    yield GaugeMetricFamily("newscrawl_outbox_pending", "Announcements that are to be sent.", waiting.queued)
    yield GaugeMetricFamily(
        "newscrawl_outbox_age_seconds", "How long the announcement has waited that should have been sent first.", age
    )
    yield GaugeMetricFamily("newscrawl_dead_letters", "Announcements that could not be sent for days.", waiting.dead)


def _runs(state: ArchiveState) -> Iterator[Metric]:
    success = GaugeMetricFamily(
        "newscrawl_last_success_timestamp_seconds", "End of the newest run that read an article.", labels=["source"]
    )
    started = GaugeMetricFamily(
        "newscrawl_last_run_timestamp_seconds", "When the newest run started.", labels=["source"]
    )
    code = GaugeMetricFamily(
        "newscrawl_last_run_exit_code", "Exit code of the newest run that has ended.", labels=["source"]
    )
    for name, each in sorted(state.states.items()):
        if each.last_good_check_at is not None:
            success.add_metric([name], each.last_good_check_at.timestamp())
    for name, run in sorted(state.last_runs.items()):
        started.add_metric([name], run.started_at.timestamp())
        if run.exit_code is not None:
            code.add_metric([name], run.exit_code)
    yield from (success, started, code)


def _coverage(state: ArchiveState) -> Iterator[Metric]:
    coverage = GaugeMetricFamily(
        "newscrawl_extract_coverage", "Usual share of read pages that have a field.", labels=["source", "field"]
    )
    for name, each in sorted(state.states.items()):
        fields = each.baselines.get("fields")
        for field_name, share in sorted(fields.items()) if isinstance(fields, Mapping) else ():
            coverage.add_metric([name, field_name], share)
    yield coverage


def _alarms(alarms: Iterable[Alarm]) -> Metric:
    family = GaugeMetricFamily(
        "newscrawl_alarm", "1 for each alarm that is open or acknowledged.", labels=["source", "kind", "state"]
    )
    for alarm in alarms:
        family.add_metric([alarm.source, alarm.kind, alarm.state.value], 1)
    return family
