"""What no run can find: sources that are silent, articles that wait, hosts at rest, and the state of the machine.

Examined by a worker each minute and at the end of a round. Alarms about no source have the source NEWSCRAWL.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from newscrawl.config import Config
from newscrawl.health.kinds import NEWSCRAWL
from newscrawl.health.machine import DEATHS_WITHIN, MACHINE_KINDS, machine_findings
from newscrawl.health.metrics import ArchiveState, archive_state
from newscrawl.health.silence import OpenTime, Silence
from newscrawl.humanize import short_duration
from newscrawl.items import Alarm, AlarmKind, AlarmState, Finding, SourceState
from newscrawl.store.session import Store

MIN_REST = timedelta(hours=1)  # of a host; shorter ones are how crawls go on
SEEN_AGAIN_AFTER = timedelta(minutes=10)  # an alarm that stays is not written each minute
FORGOTTEN_AFTER = timedelta(days=1)  # a machine that is gone does not resolve its alarms

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examiner:
    """Who examines: the sources it crawls, since when, and the worker processes that died in the last hour."""

    sources: Collection[str]
    since: datetime | None = None  # None: a round, which crawled all that was due
    deaths: Sequence[tuple[datetime, str]] = ()
    open_times: Callable[[str], OpenTime] | None = None


async def examine(store: Store, config: Config, examiner: Examiner, now: datetime | None = None) -> list[Alarm]:
    """Open and resolve alarms by the state of the archive, its hosts and this machine; return those that are open."""
    now = now or datetime.now(UTC)
    state = await archive_state(store, now)
    standing = {(alarm.source, alarm.kind): alarm for alarm in state.alarms}
    found, over = _silences(state, config, examiner)
    found |= {(NEWSCRAWL, finding.kind): finding for finding in _resting(state)}
    over |= {key for key, alarm in standing.items() if _is_host_awake(alarm, state)}
    clock_error = await _clock_error(store)
    machine = socket.gethostname()
    faults = machine_findings(machine, (config.home,), clock_error, examiner.deaths)
    found |= {(NEWSCRAWL, finding.kind): finding for finding in faults}
    over |= {key for key, alarm in standing.items() if _is_machine_over(alarm, machine, now)}
    opened = [await _open(store, source, finding, standing, now) for (source, _), finding in found.items()]
    for source, kind in over - found.keys():
        if (source, kind) in standing:
            await store.resolve_alarm(source, kind, at=now)
            logger.info("alarm=resolved source=%s kind=%s", source, kind)
    return [alarm for alarm in opened if alarm.state is AlarmState.OPEN]


async def _clock_error(store: Store) -> timedelta:
    """Return by how much this machine's clock is ahead of the store's; half of what the answer took is left out."""
    before = datetime.now(UTC)
    stored = await store.now()
    return before + (datetime.now(UTC) - before) / 2 - stored


Key = tuple[str, str]  # source, kind


def _silences(state: ArchiveState, config: Config, examiner: Examiner) -> tuple[dict[Key, Finding], set[Key]]:
    found: dict[Key, Finding] = {}
    over: set[Key] = set()
    for name in examiner.sources:
        kept = state.states.get(name, SourceState(source=name))
        if kept.is_paused or kept.set_aside_reason:
            continue
        silence = Silence(
            kept,
            state.backlogs.get(name),
            timedelta(seconds=config.discovery_every_seconds),
            state.at,
            examiner.since,
            *((examiner.open_times(name),) if examiner.open_times else ()),
        )
        findings, gone = silence.findings()
        found |= {(name, finding.kind): finding for finding in findings}
        over |= {(name, kind) for kind in gone}
    return found, over


def _resting(state: ArchiveState) -> Iterable[Finding]:
    for host, until in state.blocked_hosts.items():
        if until - state.at >= MIN_REST:
            message = f"{host} is not requested for {short_duration(until - state.at)}: it asked for that, or it failed"
            evidence = {"until": until, "examples": [_example(host, state.alarms)]}
            yield Finding(f"{AlarmKind.HOST_RESTING}:{host}", message, evidence)


def _example(host: str, alarms: Iterable[Alarm]) -> str:
    """Return a URL of a host that could not be read, as an alarm of a source names it, else that of its front page."""
    examples = (alarm.evidence.get("examples") for alarm in alarms if alarm.source != NEWSCRAWL)
    urls = (str(url) for named in examples if isinstance(named, (list, tuple)) for url in named)
    return next((url for url in urls if urlsplit(url).hostname == host), f"https://{host}/")


def _is_host_awake(alarm: Alarm, state: ArchiveState) -> bool:
    kind, _, host = alarm.kind.partition(":")
    return kind == AlarmKind.HOST_RESTING and host not in state.blocked_hosts


def _is_machine_over(alarm: Alarm, machine: str, now: datetime) -> bool:
    """Return whether an alarm about a machine ends if nothing is found: by this one itself, or as it is gone.

    Of processes that died only their own supervisor knows, and one that was started anew does not: that ends with time.
    """
    kind, _, whose = alarm.kind.partition(":")
    if kind == AlarmKind.WORKER_RESTARTS:
        return now - alarm.last_seen_at >= DEATHS_WITHIN
    return kind in MACHINE_KINDS and (whose == machine or now - alarm.last_seen_at > FORGOTTEN_AFTER)


async def _open(store: Store, source: str, finding: Finding, standing: Mapping[Key, Alarm], now: datetime) -> Alarm:
    known = standing.get((source, finding.kind))
    if known is not None and now - known.last_seen_at < SEEN_AGAIN_AFTER:
        return known
    alarm = await store.open_alarm(source, finding, at=now)
    if known is None:
        logger.warning("alarm source=%s %s", source, finding.sentence)
    return alarm
