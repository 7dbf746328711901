"""What follows from a listing that names an article: a check now, an earlier one, or a note. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newscrawl.frontier.listing_signals import track_after_listing
from newscrawl.items import Candidate, CheckHistory, Head, NextCheck, Source, State
from newscrawl.recheck import Policy

LISTING_NOTE_INTERVAL = timedelta(minutes=30)  # minimum between two notes that a listing still names an article


@dataclass(frozen=True, slots=True)
class Listed:
    """A candidate under its article's id, with the article's head if it is known."""

    candidate: Candidate
    key: str
    head: Head | None
    further: tuple[Candidate, ...] = ()  # entries of the same listing that mean the same article


@dataclass(frozen=True, slots=True)
class Decision(Listed):
    """What to do about a listed article."""

    is_to_check: bool = False
    note: tuple[Head, CheckHistory] | None = None  # what to store of the listing
    rescheduled: Head | None = None  # with an earlier check


def decision(listed: Listed, source: Source, policy: Policy, now: datetime, *, is_replay: bool) -> Decision:
    """Return what to do about an article: check it if it is unknown, due or signalled; in a replay always."""
    candidate, key, head = listed.candidate, listed.key, listed.head
    if head is None:
        return Decision(candidate, key, None, is_to_check=True)
    if head.state is State.HIDDEN:
        return Decision(candidate, key, head)
    check_history = head.check_history
    for each in (candidate, *listed.further):
        check_history = track_after_listing(each, replace(head, check_history=check_history), source, now)
    is_signalled = check_history.signal_at != head.check_history.signal_at and check_history.signal_at is not None
    planned = policy.next_check(check_history, now) if is_signalled else None
    is_listed_again = head.state is State.GONE and is_signalled  # check at once
    note = (head, check_history) if is_worth_noting(head.check_history, check_history, now) else None
    if is_replay or is_listed_again or _is_due(head.next_check_at, now) or (planned and _is_due(planned.at, now)):
        return Decision(candidate, key, head, is_to_check=True, note=note)
    if planned is None or not _is_earlier(planned, head.next_check_at):
        return Decision(candidate, key, head, note=note)
    rescheduled = replace(head, check_history=check_history, next_check_at=planned.at, next_check_reason=planned.reason)
    return Decision(candidate, key, head, rescheduled=rescheduled)


def is_worth_noting(before: CheckHistory, after: CheckHistory, now: datetime) -> bool:
    """Return whether to store a note: of a new signal or headline at once, of a mere listing at most twice per hour."""
    if (after.signal_at, after.seen_headline_keys) != (before.signal_at, before.seen_headline_keys):
        return True
    return before.listed_at is None or abs(now - before.listed_at) >= LISTING_NOTE_INTERVAL


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _is_earlier(planned: NextCheck, current: datetime | None) -> bool:
    return planned.at is not None and (current is None or planned.at < current)
