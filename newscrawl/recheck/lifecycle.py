"""What follows a look that is not an ordinary one: a failure, a page that is gone, a story given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.humanize import short_duration
from newscrawl.items import MAX_RETRY_AFTER, CheckHistory, NextCheck

FIRST_RETRY = timedelta(minutes=5)
MAX_RETRY = timedelta(hours=12)
CONFIRM_GONE = timedelta(minutes=20)
# A gone story is looked at on these days after it was last read, then no more: editors do restore pages.
GONE_LOOKS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
# Late deletions are found by two rare looks at stories that were given up.
SOON = timedelta(hours=12)
AUDITS = (timedelta(days=180), timedelta(days=365))


def recheck_after_failure(check_history: CheckHistory, now: datetime, *, retry_at: datetime | None = None) -> NextCheck:
    """Return the next try after a failed look: doubling from five minutes to twelve hours, never before `retry_at`.

    `period` stays None, so that an outage teaches the policy nothing about the story.
    """
    now = now.astimezone(UTC)
    doublings = min(max(check_history.failures - 1, 0), 16)
    pause = min(FIRST_RETRY * 2**doublings, MAX_RETRY)
    at, why = now + pause, f"failed {max(check_history.failures, 1)} in a row: again in {short_duration(pause)}"
    if retry_at is not None and retry_at > at:
        at = min(retry_at, now + MAX_RETRY_AFTER)
        why = f"the server asked for a pause of {short_duration(retry_at - now)}"
        if at < retry_at:
            why += f", honoured for {short_duration(MAX_RETRY_AFTER)}"
    return NextCheck(at=at, interval=None, reason=why, priority=0.0)


def recheck_after_first_gone(check_history: CheckHistory, now: datetime) -> NextCheck:
    """Return the second look that a first 404, 410 or 451 asks for before it is believed."""
    return NextCheck(
        at=now + CONFIRM_GONE,
        interval=None,
        reason=f"the page was not there: a second look in {short_duration(CONFIRM_GONE)} confirms or denies it",
        priority=1.0,
    )


def recheck_after_gone(check_history: CheckHistory, now: datetime) -> NextCheck:
    """Return the next look at a story known to be gone: rare, and not for ever."""
    last_read = check_history.last_checked_at or check_history.first_seen_at
    return _later_look(last_read, now, (*GONE_LOOKS, *AUDITS), "gone: a look whether it came back")


def retire(check_history: CheckHistory, now: datetime, why: str) -> NextCheck:
    """Return the end of regular checks: the audit that is still to come, or none."""
    born = min(check_history.first_seen_at, now)
    return _later_look(born, now, AUDITS, f"retired, {why}: a rare look whether it still stands", retired=why)


def not_before(decision: NextCheck, opens_at: datetime | None) -> NextCheck:
    """Return a decision as its host allows it: never earlier than the host's window opens."""
    if opens_at is None or decision.at is None or decision.at >= opens_at:
        return decision
    reason = f"{decision.reason}; the host is left alone until {opens_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return replace(decision, at=opens_at, reason=reason)


def _later_look(
    since: datetime, now: datetime, days: tuple[timedelta, ...], reason: str, *, retired: str | None = None
) -> NextCheck:
    for day in days:
        if since + day > now + SOON:  # what was just looked at needs no further look at once
            return NextCheck(at=since + day, interval=None, reason=reason, is_retired=retired is not None)
    return NextCheck(at=None, interval=None, reason=retired or "gone for a year", is_retired=retired is not None)
