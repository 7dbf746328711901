"""Alarms: a fault of a source as a state that opens, may be acknowledged, and is resolved when its cause is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlarmKind(StrEnum):
    """Kinds of fault, most serious first; some are followed by what they are about: `drift:author`, `disk:db1`."""

    DISK = "disk"
    WORKER_RESTARTS = "worker_restarts"
    CLOCK = "clock"
    SET_ASIDE = "set_aside"
    WORKER_DIED = "worker_died"
    WALLED = "walled"
    FAILING = "failing"
    NO_SUCCESS = "no_success"
    STALLED = "stalled"
    UNREADABLE = "unreadable"
    MASS_CHANGE = "mass_change"
    LAYOUT_LOST = "layout_lost"
    CONTAINERS_MISSED = "containers_missed"
    VOLUME = "volume"
    DRIFT = "drift"
    QUARANTINE = "quarantine"
    DUE_LAG = "due_lag"
    HOST_RESTING = "host_resting"
    CERTIFICATE_OPT_OUT = "certificate_opt_out"
    OUTBOX_STUCK = "outbox_stuck"  # followed by a subscription's name: of a channel, not of a source

    @classmethod
    def of(cls, kind: str) -> AlarmKind:
        """Return the kind without the field: `drift` of `drift:author`."""
        return cls(kind.partition(":")[0])


class AlarmState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # somebody knows of it; it no longer changes exit codes
    RESOLVED = "resolved"  # its cause is gone


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a source, as a run or the supervisor of runs found it."""

    kind: str
    message: str  # for a person, with the relevant numbers
    evidence: Mapping[str, object] = field(default_factory=dict)  # counts, example URLs, the run's id

    def __post_init__(self) -> None:
        AlarmKind.of(self.kind)  # raises ValueError: every kind has a severity, a cause and a first command

    @property
    def sentence(self) -> str:
        """The message with its kind, as logs and run records have it."""
        return f"{self.kind.partition(':')[0]}: {self.message}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One episode of a fault; `message` and `evidence` are those of the newest finding."""

    alarm_id: str
    source: str
    kind: str
    state: AlarmState
    message: str
    opened_at: datetime
    last_seen_at: datetime
    count: int = 1  # of findings
    evidence: Mapping[str, object] = field(default_factory=dict)
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """The message with its kind, as logs and run records have it."""
        return Finding(self.kind, self.message).sentence
