"""Why a story is looked at when it is: the reasoning of a policy in words and numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.humanize import short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.hazard import MIN_INTERVAL, Hazard, counted
from newscrawl.recheck.policy import Policy
from newscrawl.recheck.prior import ROW_NAMES
from newscrawl.recheck.rates import FRESHNESS, MAX_INTERVAL


def explain(
    past: CheckHistory,
    now: datetime,
    policy: Policy,
    *,
    decided: NextCheck | None = None,
    opens_at: datetime | None = None,
) -> list[str]:
    """Return lines that tell what is known of a story's checks, what the policy makes of it, and what follows.

    `decided` is the decision that stands, where one is stored; `opens_at` when the host's window opens, where it is
    shut.
    """
    lines = [_past(past, now)]
    if past.failures:
        lines.append(f"The last {past.failures} looks failed; they have their own back-off and taught nothing.")
    if past.signal_at is not None:
        lines.append(f"A listing claimed a change at {_time(past.signal_at)} that no look has answered yet.")
    since = past.last_checked_at or now
    decision = decided or policy.next_check(past, now if past.signal_at is not None else since)
    if isinstance(policy, Hazard):
        lines += _reckoning(policy, past, since)
    lines.append(_conclusion(policy, decision))
    if opens_at is not None and decision.at is not None and opens_at > decision.at:
        lines.append(f"The host is left alone until {_time(opens_at)}, so not before then.")
    return lines


def _past(past: CheckHistory, now: datetime) -> str:
    born = min(past.published_at or past.first_seen_at, past.first_seen_at)
    told = f"{short_duration(max(now - born, timedelta(0)))} old, {counted(past.changes)} in {past.checks} checks"
    if past.last_changed_at is not None:
        told += f", the newest seen {_time(past.last_changed_at)}"
    if past.last_checked_at is not None:
        told += f"; last checked {_time(past.last_checked_at)}, unchanged {past.unchanged_streak} times in a row"
    return told + "."


def _reckoning(policy: Hazard, past: CheckHistory, since: datetime) -> list[str]:
    rates = policy.rates
    forecast = rates.forecast(past, since)
    wait, damage = policy.wait(forecast)
    day = rates.edits(forecast, 24.0)
    quiet = short_duration(timedelta(hours=forecast.quiet))
    waiting = short_duration(timedelta(hours=wait))
    lines = [
        f"Stories with {ROW_NAMES[forecast.row]} edits, quiet for {quiet}, times "
        f"{forecast.factor:.2f} for this source, story and age: {day:.3f} new wordings expected in the next 24 h.",
        f"The story alone is reckoned {rates.article_factor(past):.2f} times as lively as its like "
        f"({counted(past.changes)} against {past.expected_edits:.2f} expected).",
    ]
    if forecast.silent < 1.0:
        lines.append(
            f"It is listed and the listing is silent: only the {forecast.silent:.0%} of edits that come without a "
            f"signal count; {rates.statistics.precision:.0%} of this source's signals stood for an edit."
        )
    lines.append(
        f"Waiting {waiting} risks {rates.edits(forecast, wait):.4f} wordings, each lost with a "
        f"chance of {rates.overwritten(forecast, wait / 2):.0%}; with {FRESHNESS} an hour for delay that is "
        f"{damage:.4f} against the price of a check, {policy.price:g} "
        f"(bounds {short_duration(MIN_INTERVAL)} and {short_duration(MAX_INTERVAL)})."
    )
    return lines


def _conclusion(policy: Policy, decision: NextCheck) -> str:
    if decision.at is None:
        return f"By the policy {policy.name} it is no longer checked: {decision.reason}."
    return f"By the policy {policy.name} the next check is at {_time(decision.at)}: {decision.reason}."


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
