"""What one host permits, kept in memory by the process that owns it: budget, pause, back-off, pace. Pure.

Whoever calls it knows both times: `now` by the clock that all owners of the host have in common, and `at` in seconds by
the monotonic clock of this process.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from newscrawl.items import MAX_RETRY_AFTER, Resource

WINDOW = timedelta(hours=1)
FAILURES = 5  # in a row; then the back-off begins
MIN_BACKOFF, MAX_BACKOFF = timedelta(minutes=5), timedelta(hours=6)
FORGOTTEN_AFTER = timedelta(days=1)  # a failure that no request repeated for so long does not outlive a lesser answer
PROBE_TERM = timedelta(minutes=2)  # after this, a probe without an answer counts as lost: its crawl was abandoned


@dataclass(frozen=True, slots=True)
class HostState:
    """What is stored about a host."""

    host: str
    window: datetime | None = None  # start of the hour that `count` belongs to
    count: int = 0  # what an owner has drawn of the budget counts until it gives the rest back
    paused_until: datetime | None = None  # the host's own wish: Retry-After
    backoff_until: datetime | None = None  # our conclusion from its failures
    backoff: timedelta = timedelta()  # how long the last one was
    failures: int = 0  # in a row
    failing: Resource | None = None  # the highest that failed
    failed_at: datetime | None = None
    last_failure: str = ""

    def is_paused(self, now: datetime) -> bool:
        """Return whether a pause lasts; one that is longer than any can be was stored by a wrong clock."""
        return _is_ahead(self.paused_until, now, MAX_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str  # "pause", "rest" (back-off) or "budget"
    opens_at: datetime


@dataclass(slots=True)
class Budget:
    """The part of an hour's budget that was drawn: `unspent` requests of it are left."""

    window: datetime | None = None
    unspent: int = 0
    unstored: int = 0  # requests without a limit: counted here, and not yet in the store
    is_used_up: bool = False  # nothing was left to draw

    def begin(self, now: datetime) -> None:
        """Begin a new hour if the present one is over.

        Another owner's clock may have been a little ahead: its hour is used. An hour further ahead was stored by a
        clock that has been set back since.
        """
        start = now.replace(minute=0, second=0, microsecond=0)
        if self.window is None or not start <= self.window <= start + WINDOW:
            self.window, self.unspent, self.unstored, self.is_used_up = start, 0, 0, False

    def draw(self, window: datetime, number: int) -> None:
        """Take note of `number` further requests of an hour; 0 means that its budget is used up."""
        if window != self.window:
            self.window, self.unspent, self.unstored = window, 0, 0
        self.unspent += number
        self.is_used_up = number == 0

    def spend(self, *, is_limited: bool) -> None:
        if is_limited:
            self.unspent -= 1
        else:
            self.unstored += 1


@dataclass(slots=True)
class Pace:
    """When the next request may leave, by the monotonic clock."""

    last: float = -math.inf  # the beginning or, once that is known, the end of the latest exchange
    delay_seconds: float = 0.0  # the longest that was asked for, by this owner
    free_at: float = -math.inf  # by the delay of the owner before

    def place(self, at: float, delay_seconds: float) -> float:
        """Return how many seconds a request has to wait, and count it from then on."""
        self.delay_seconds = max(self.delay_seconds, delay_seconds)
        begins = max(at, self.free_at, self.last + delay_seconds)
        self.last = begins
        return begins - at

    def exchanged(self, at: float) -> None:
        """Count the delay from the end of an exchange on.

        From its beginning on, a server that answers after a varying time may see two requests come closer together than
        they left here.
        """
        self.last = max(self.last, at)

    @classmethod
    def after(cls, last: float, delay_seconds: float) -> Self:
        """Return the pace of a new owner, after the latest exchange of the one before and by its delay."""
        return cls(last=last, free_at=last + delay_seconds)


@dataclass(slots=True)
class HostAllowance:
    state: HostState
    budget: Budget = field(default_factory=Budget)
    pace: Pace = field(default_factory=Pace)
    probe_until: datetime | None = None
    is_changed: bool = False  # failures that are not stored yet

    def refusal(self, now: datetime, *, is_limited: bool) -> Refusal | None:
        """Return why and until when a request is refused; None also where more of the budget must be drawn first."""
        state = self.state
        self.budget.begin(now)
        if state.paused_until and state.is_paused(now):
            return Refusal("pause", state.paused_until)
        if state.backoff_until and _is_ahead(state.backoff_until, now, MAX_BACKOFF):
            return Refusal("rest", state.backoff_until)
        if state.failures >= FAILURES and _is_ahead(self.probe_until, now, PROBE_TERM):
            return Refusal("rest", now + MIN_BACKOFF)  # the one request after a back-off is unanswered
        if is_limited and self.budget.is_used_up and not self.budget.unspent and self.budget.window:
            return Refusal("budget", self.budget.window + WINDOW)
        return None

    def count(self, now: datetime, *, is_limited: bool) -> None:
        """Count a request that is not refused."""
        self.budget.spend(is_limited=is_limited)
        self.probe_until = now + PROBE_TERM

    def pause(self, until: datetime, now: datetime) -> None:
        """Begin the pause that the host asked for; a shorter one does not end a longer one."""
        known = self.state.paused_until
        if known is None or not self.state.is_paused(now) or known < until:
            self.state = replace(self.state, paused_until=until)

    def failed(self, now: datetime, reason: str, resource: Resource) -> bool:
        """Count a failure; with the fifth in a row the back-off begins, and each failed probe after that doubles it.

        Returns whether a back-off has begun. Requests that were under way when it began do not make it longer.
        """
        state = self.state
        failing = max(resource, state.failing or resource) if state.failures else resource
        failures = state.failures + 1
        begins = failures >= FAILURES and not _is_ahead(state.backoff_until, now, MAX_BACKOFF)
        backoff = min(max(2 * state.backoff, MIN_BACKOFF), MAX_BACKOFF) if begins else state.backoff
        self.state = replace(
            state,
            failures=failures,
            failing=failing,
            failed_at=now,
            last_failure=reason,
            backoff=backoff,
            backoff_until=now + backoff if begins else state.backoff_until,
        )
        self.probe_until = None
        self.is_changed = True
        return begins

    def answered(self, now: datetime, resource: Resource) -> bool:
        """Clear the failures and the back-off of a host that answers again; returns whether a back-off has ended.

        Where articles fail, an answer to robots.txt or a listing clears nothing; the next request is the probe then.
        """
        state = self.state
        self.probe_until = None
        is_forgotten = state.failed_at is not None and state.failed_at < now - FORGOTTEN_AFTER
        if not state.failures or not (resource >= (state.failing or resource) or is_forgotten):
            return False
        self.state = replace(state, failures=0, failing=None, backoff=timedelta(), backoff_until=None)
        self.is_changed = True
        return state.failures >= FAILURES


def _is_ahead(moment: datetime | None, now: datetime, maximum: timedelta) -> bool:
    """Return whether a moment is to come; beyond `maximum` it was stored by a wrong clock."""
    return moment is not None and now < moment <= now + maximum
