"""Decide the next check after a failure, after a page is gone, and after an article is retired."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.humanize import short_duration
from newscrawl.items import MAX_RETRY_AFTER, CheckHistory, NextCheck

FIRST_RETRY = timedelta(minutes=5)
MAX_RETRY = timedelta(hours=12)
CONFIRM_GONE = timedelta(minutes=20)
# A gone article is checked this long after it was last read, because editors do restore pages.
GONE_CHECKS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
# A page that costs seconds of CPU time is tried again this long after the first time, doubling.
FIRST_COSTLY_RETRY, MAX_COSTLY_RETRY = timedelta(days=1), timedelta(days=32)
# Late deletions are found by two audits of retired articles.
AUDITS = (timedelta(days=180), timedelta(days=365))
SKIP_WITHIN = timedelta(hours=12)  # one of these checks that would come so soon after another check is skipped


def recheck_after_failure(check_history: CheckHistory, now: datetime, *, retry_at: datetime | None = None) -> NextCheck:
    """Return the next try after a failed check: doubling from five minutes to twelve hours, never before `retry_at`.

    `interval` stays None, so that an outage does not change what the policy knows of the article.
    """
    now = now.astimezone(UTC)
    doublings = min(max(check_history.failures - 1, 0), 16)
    pause = min(FIRST_RETRY * 2**doublings, MAX_RETRY)
    at, reason = now + pause, f"failed {max(check_history.failures, 1)} in a row: again in {short_duration(pause)}"
    if retry_at is not None and retry_at > at:
        at = min(retry_at, now + MAX_RETRY_AFTER)
        reason = f"the server asked for a pause of {short_duration(retry_at - now)}"
        if at < retry_at:
            reason += f", honoured for {short_duration(MAX_RETRY_AFTER)}"
    return NextCheck(at=at, interval=None, reason=reason, priority=0.0)


def costly_pause(times: int) -> timedelta:
    """Return how long a page is left alone after its reading cost too much so many times in a row."""
    doublings = min(max(times - 1, 0), 16)
    return min(FIRST_COSTLY_RETRY * (1 << doublings), MAX_COSTLY_RETRY)


def recheck_after_too_costly(check_history: CheckHistory, now: datetime) -> NextCheck:
    """Return the next try of a page whose reading cost too much: after days, whatever its bytes are then."""
    pause = costly_pause(check_history.failures)
    return NextCheck(
        at=now.astimezone(UTC) + pause,
        interval=None,
        reason=f"reading it cost too much: again in {short_duration(pause)}",
    )


def recheck_after_first_gone(check_history: CheckHistory, now: datetime) -> NextCheck:
    """Return the second check that confirms or denies a first 404, 410 or 451."""
    return NextCheck(
        at=now + CONFIRM_GONE,
        interval=None,
        reason=f"the page was not there: a second check in {short_duration(CONFIRM_GONE)} confirms or denies it",
        priority=1.0,
    )


def recheck_after_gone(check_history: CheckHistory, now: datetime) -> NextCheck:
    """Return the next check of an article known to be gone: rare, and none after a year."""
    last_read = check_history.last_checked_at or check_history.first_seen_at
    return _next_rare_check(last_read, now, (*GONE_CHECKS, *AUDITS), "gone: a check whether it came back")


def retire(check_history: CheckHistory, now: datetime, why: str) -> NextCheck:
    """Return the decision that ends regular checks: the next audit, or no check after the last one."""
    first_seen_at = min(check_history.first_seen_at, now)
    reason = f"retired, {why}: a rare check whether the page is still there"
    return _next_rare_check(first_seen_at, now, AUDITS, reason, retired=why)


def not_before(decision: NextCheck, opens_at: datetime | None) -> NextCheck:
    """Return a decision postponed to `opens_at`, when its host may be requested again; None: it may be now."""
    if opens_at is None or decision.at is None or decision.at >= opens_at:
        return decision
    reason = f"{decision.reason}; no request to the host before {opens_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return replace(decision, at=opens_at, reason=reason)


def _next_rare_check(
    since: datetime, now: datetime, days: tuple[timedelta, ...], reason: str, *, retired: str | None = None
) -> NextCheck:
    for day in days:
        if since + day > now + SKIP_WITHIN:
            return NextCheck(at=since + day, interval=None, reason=reason, is_retired=retired is not None)
    return NextCheck(at=None, interval=None, reason=retired or "gone for a year", is_retired=retired is not None)
