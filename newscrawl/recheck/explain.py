"""Why a story is looked at when it is: the reasoning of a policy in words and numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.items import NextCheck, Track
from newscrawl.recheck.base import ROW_NAMES
from newscrawl.recheck.hazard import LEAST, MOST, Hazard, counted
from newscrawl.recheck.policy import Policy
from newscrawl.recheck.rates import FRESHNESS
from newscrawl.recheck.words import span


def explain(
    track: Track,
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
    lines = [_past(track, now)]
    if track.failures:
        lines.append(f"The last {track.failures} looks failed; they have their own back-off and taught nothing.")
    if track.signal_at is not None:
        lines.append(f"A listing claimed a change at {_time(track.signal_at)} that no look has answered yet.")
    since = track.last_checked_at or now
    decision = decided or policy.next_check(track, now if track.signal_at is not None else since)
    if isinstance(policy, Hazard):
        lines += _reckoning(policy, track, since)
    lines.append(_conclusion(policy, decision))
    if opens_at is not None and decision.at is not None and opens_at > decision.at:
        lines.append(f"The host is left alone until {_time(opens_at)}, so not before then.")
    return lines


def _past(track: Track, now: datetime) -> str:
    born = min(track.published_at or track.first_seen_at, track.first_seen_at)
    told = f"{span(max(now - born, timedelta(0)))} old, {counted(track.changes)} in {track.checks} checks"
    if track.last_changed_at is not None:
        told += f", the newest seen {_time(track.last_changed_at)}"
    if track.last_checked_at is not None:
        told += f"; last checked {_time(track.last_checked_at)}, unchanged {track.quiet} times in a row"
    return told + "."


def _reckoning(policy: Hazard, track: Track, since: datetime) -> list[str]:
    rates = policy.rates
    outlook = rates.outlook(track, since)
    wait, damage = policy.wait(outlook)
    day = rates.edits(outlook, 24.0)
    lines = [
        f"Stories with {ROW_NAMES[outlook.row]} edits, quiet for {span(timedelta(hours=outlook.quiet))}, times "
        f"{outlook.factor:.2f} for this source, story and age: {day:.3f} new wordings expected in the next 24 h.",
        f"The story alone is reckoned {rates.article_factor(track):.2f} times as lively as its like "
        f"({counted(track.changes)} against {track.expected:.2f} expected).",
    ]
    if outlook.silent < 1.0:
        lines.append(
            f"It is listed and the listing is silent: only the {outlook.silent:.0%} of edits that come without a "
            f"signal count; {rates.tally.precision:.0%} of this source's signals stood for an edit."
        )
    lines.append(
        f"Waiting {span(timedelta(hours=wait))} risks {rates.edits(outlook, wait):.4f} wordings, each lost with a "
        f"chance of {rates.overwritten(outlook, wait / 2):.0%}; with {FRESHNESS} an hour for delay that is "
        f"{damage:.4f} against the price of a look, {policy.price:g} (bounds {span(LEAST)} and {span(MOST)})."
    )
    return lines


def _conclusion(policy: Policy, decision: NextCheck) -> str:
    if decision.at is None:
        return f"By the policy {policy.name} it is no longer checked: {decision.reason}."
    return f"By the policy {policy.name} the next check is at {_time(decision.at)}: {decision.reason}."


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
