"""Kinds of alarms in the order of their severity, and what to do about each (newscrawl/items/alarm_advice.py)."""

from __future__ import annotations

from newscrawl.items import Alarm, AlarmKind
from newscrawl.items.alarm_advice import CAUSES, cause, first_command, runbook

__all__ = ["CAUSES", "NEWSCRAWL", "SEVERITY", "cause", "first_command", "runbook", "severity"]

NEWSCRAWL = "newscrawl"  # the source of alarms that are about no source
SEVERITY = {kind: rank for rank, kind in enumerate(AlarmKind)}


def severity(alarm: Alarm) -> tuple[int, str]:
    """Return a sort key that puts the most serious alarm first."""
    return SEVERITY[AlarmKind.of(alarm.kind)], alarm.kind
