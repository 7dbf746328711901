"""Explain in sentences and numbers why an article is checked when it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.humanize import counted, short_duration
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck.hazard import Hazard, min_interval
from newscrawl.recheck.policy import Policy
from newscrawl.recheck.prior import LIVE_ROW, ROW_NAMES
from newscrawl.recheck.rates import FRESHNESS, MAX_INTERVAL


def explain(
    past: CheckHistory,
    now: datetime,
    policy: Policy,
    *,
    decided: NextCheck | None = None,
    opens_at: datetime | None = None,
) -> list[str]:
    """Return sentences on an article's past checks, how the policy computes its next check, and when that is.

    `decided` is the stored decision, if there is one. `opens_at` is when the host may be requested again, if it may
    not be requested now.
    """
    lines = [_past(past, now)]
    if past.failures:
        lines.append(f"The last {counted(past.failures, 'check')} failed; failures only lengthen the back-off.")
    if past.signal_at is not None:
        lines.append(f"A listing showed a change at {_time(past.signal_at)}; no check has confirmed or denied it yet.")
        if isinstance(policy, Hazard):
            lines.append(f"{policy.rates.statistics.precision:.0%} of this source's signals were right.")
    since = past.last_checked_at or now
    decision = decided or policy.next_check(past, now if past.signal_at is not None else since)
    if isinstance(policy, Hazard):
        lines += _computation(policy, past, since)
    lines.append(_conclusion(policy, decision))
    if opens_at is not None and decision.at is not None and opens_at > decision.at:
        lines.append(f"The host may not be requested before {_time(opens_at)}; the check waits until then.")
    return lines


def _past(past: CheckHistory, now: datetime) -> str:
    appeared_at = min(past.published_at or past.first_seen_at, past.first_seen_at)
    age = short_duration(max(now - appeared_at, timedelta(0)))
    line = f"{age} old, {counted(past.changes, 'edit')} in {counted(past.checks, 'check')}"
    if past.last_changed_at is not None:
        line += f", the newest edit seen {_time(past.last_changed_at)}"
    if past.last_checked_at is not None:
        line += f"; last checked {_time(past.last_checked_at)}, unchanged {past.unchanged_streak} times in a row"
    return line + "."


def _computation(policy: Hazard, past: CheckHistory, since: datetime) -> list[str]:
    rates = policy.rates
    forecast = rates.forecast(past, since)
    wait, damage = policy.wait(forecast)
    edits_per_day = rates.edits(forecast, 24.0)
    quiet = short_duration(timedelta(hours=forecast.quiet_hours))
    articles = "live blogs" if forecast.row == LIVE_ROW else f"articles with {ROW_NAMES[forecast.row]}"
    lines = [
        f"The general rate for {articles}, unchanged for {quiet}, multiplied by {forecast.factor:.2f} for "
        f"this source, article and age: {edits_per_day:.3f} new wordings expected in the next 24 h.",
        f"This article is estimated to change {rates.article_factor(past):.2f} times as often as similar ones "
        f"({counted(past.changes, 'edit')} against {past.expected_edits:.2f} expected).",
    ]
    if forecast.unannounced < 1.0:
        lines.append(
            f"A listing names the article and shows no change, so only the {forecast.unannounced:.0%} of edits that "
            "come without a signal are expected."
        )
    lines.append(
        f"Waiting {short_duration(timedelta(hours=wait))} risks {rates.edits(forecast, wait):.4f} wordings, each "
        f"overwritten unseen with a probability of {rates.overwrite_probability(forecast, wait / 2):.0%}; with "
        f"{FRESHNESS} per hour of delay the damage is {damage:.4f}, and the price of a check is {policy.price:.3g}"
        f"{policy.aim} (interval from {short_duration(min_interval(past))} to {short_duration(MAX_INTERVAL)})."
    )
    return lines


def _conclusion(policy: Policy, decision: NextCheck) -> str:
    if decision.at is None:
        return f"By the policy {policy.name} there is no further check: {decision.reason}."
    return f"By the policy {policy.name} the next check is at {_time(decision.at)}: {decision.reason}."


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
