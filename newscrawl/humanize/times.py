"""Times and the intervals of changes as text, in UTC and with the year."""

from __future__ import annotations

from datetime import datetime


def moment(when: datetime) -> str:
    """Return a date and time: '6 January 2026, 14:05 UTC'."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def day(when: datetime) -> str:
    return f"{when:%A}, {when.day} {when:%B %Y}"


def clock(when: datetime) -> str:
    return f"{when:%H:%M}"


def change_interval(not_before: datetime | None, seen_at: datetime) -> str:
    """Return the interval in which a change happened: after `not_before`, by `seen_at`."""
    if not_before is None:
        return f"by {moment(seen_at)}"
    if not_before.date() == seen_at.date():
        return f"between {clock(not_before)} and {clock(seen_at)} UTC on {seen_at.day} {seen_at:%B %Y}"
    return f"between {moment(not_before)} and {moment(seen_at)}"
