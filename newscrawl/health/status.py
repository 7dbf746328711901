"""The condition of every source, worst first: alarms, failed runs, overdue articles, and the command to begin with."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newscrawl.health.kinds import first_command, severity
from newscrawl.humanize import counted, short_duration
from newscrawl.items import Alarm, AlarmState, RunRecord, SourceState
from newscrawl.recheck import active_hours, sleeps_until
from newscrawl.store.claims import Backlog
from newscrawl.store.session import Store

MAX_LAG = timedelta(hours=1)  # due articles wait for a round and for their host's budget, but not this long
MAX_MISSED_INTERVALS = 2  # of `discovery_every_seconds`
NOT_FAILED = (0, 3, 6, 7)  # exit codes: success, lease held by another run, alarm, interrupted


class Condition(StrEnum):
    """The condition of a source in one word, worst first."""

    ALARM = "alarm"
    FAILED = "failed"  # its newest run
    LATE = "late"  # no run for too long, or articles due for too long
    ACKNOWLEDGED = "acknowledged"
    NEVER = "never"  # crawled
    PAUSED = "paused"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the store has about one source."""

    state: SourceState
    alarms: tuple[Alarm, ...] = ()  # open and acknowledged, most serious first
    backlog: Backlog | None = None
    last_run: RunRecord | None = None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One line of the overview; `readable` is None before a run has requested articles."""

    source: str
    condition: Condition
    last_good_check_at: datetime | None
    readable: float | None  # share of article pages that the newest run with any could read
    due: int  # articles
    lag: timedelta  # since the first of them became due
    cause: str
    command: str
    alarms: tuple[Alarm, ...] = field(default=())

    @property
    def is_alarming(self) -> bool:
        return self.condition is Condition.ALARM


async def overview(
    store: Store,
    names: Iterable[str],
    now: datetime,
    *,
    every_seconds: float,
    periods: Mapping[str, timedelta] | None = None,
) -> list[SourceStatus]:
    """Return the status of the named sources and of all others with alarms; four queries, however many there are.

    `every_seconds` is the interval at which listings should be read, `periods` those of sources that state another.
    """
    states, backlogs, runs = await store.source_states(), await store.backlogs(now), await store.last_runs()
    alarms: dict[str, list[Alarm]] = {}
    for alarm in await store.alarms():
        alarms.setdefault(alarm.source, []).append(alarm)
    statuses = [
        source_status(
            SourceFacts(
                state=states.get(name, SourceState(source=name)),
                alarms=tuple(sorted(alarms.get(name, ()), key=severity)),
                backlog=backlogs.get(name),
                last_run=runs.get(name),
            ),
            now,
            max_silence=MAX_MISSED_INTERVALS * (periods or {}).get(name, timedelta(seconds=every_seconds)),
        )
        for name in {*names, *alarms}
    ]
    return sorted(statuses, key=_rank)


def source_status(facts: SourceFacts, now: datetime, *, max_silence: timedelta) -> SourceStatus:
    """Return the status of one source, which is late after `max_silence` without a run."""
    state, backlog = facts.state, facts.backlog
    lag = _awake_for(state, backlog.since, now) if backlog else timedelta(0)
    condition, cause, command = _condition(facts, now, lag, max_silence)
    return SourceStatus(
        source=state.source,
        condition=condition,
        last_good_check_at=state.last_good_check_at,
        readable=state.pages_read / state.pages_asked if state.pages_asked else None,
        due=backlog.due if backlog else 0,
        lag=lag,
        cause=cause,
        command=command,
        alarms=facts.alarms,
    )


def _condition(facts: SourceFacts, now: datetime, lag: timedelta, max_silence: timedelta) -> tuple[Condition, str, str]:
    """Return the condition of a source, its cause for a person, and the command to begin with."""
    name, run = shlex.quote(facts.state.source), facts.last_run
    open_alarms = [alarm for alarm in facts.alarms if alarm.state is AlarmState.OPEN]
    if facts.state.is_paused:
        return Condition.PAUSED, facts.state.paused_reason, f"newscrawl unpause {name}"
    if open_alarms:
        return Condition.ALARM, _sentences(open_alarms), first_command(open_alarms[0])
    is_failed = run is not None and run.ended_at is not None and run.exit_code not in NOT_FAILED
    if facts.alarms and (run is None or not is_failed or run.exit_code == 1):
        return Condition.ACKNOWLEDGED, _sentences(facts.alarms), first_command(facts.alarms[0])
    if run is None:
        return Condition.NEVER, "never crawled", f"newscrawl crawl {name}"
    if is_failed:
        return Condition.FAILED, _ending(run), f"newscrawl runs {name}"
    if lag > MAX_LAG and facts.backlog is not None:
        cause = f"{counted(facts.backlog.due, 'article')} due, the first for {short_duration(lag)}"
        return Condition.LATE, cause, f"newscrawl crawl {name}"
    silence = _awake_for(facts.state, run.heartbeat_at or run.started_at, now)
    if silence > max_silence:
        return Condition.LATE, f"the last run was {short_duration(silence)} ago", "newscrawl crawl --due"
    opening = sleeps_until(facts.state, now)
    return Condition.GOOD, f"sleeps until {opening:%Y-%m-%d %H:%M} UTC" if opening else "", ""


def _awake_for(state: SourceState, since: datetime, now: datetime) -> timedelta:
    """Return for how long something may have been requested: the hours in which a source sleeps do not count."""
    hours = active_hours(state)
    return now - since if hours is None else hours.open_between(since, now)


def _sentences(alarms: Sequence[Alarm]) -> str:
    return "; ".join(alarm.sentence for alarm in alarms)


def _ending(run: RunRecord) -> str:
    code = "" if run.exit_code is None else f" ({run.exit_code})"
    error = f": {run.errors[0][0]}" if run.errors else ""
    return f"the last run ended with {run.reason or 'no reason'}{code}{error}"


RANKS: Mapping[Condition, int] = {condition: rank for rank, condition in enumerate(Condition)}


def _rank(status: SourceStatus) -> tuple[int, tuple[int, str], timedelta, str]:
    worst = severity(status.alarms[0]) if status.alarms else (0, "")
    return RANKS[status.condition], worst, -status.lag, status.source
