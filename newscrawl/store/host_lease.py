"""A lease on one host: what its owner keeps in memory, and what the store is to know of it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newscrawl.store.documents import Document
from newscrawl.store.host_allowance import Budget, HostAllowance, Pace
from newscrawl.store.hosts import TERM, Held, state_of


@dataclass(frozen=True, slots=True)
class Terms:
    """How long leases last, and how often their owner turns to the store."""

    term: timedelta = TERM
    # Before the term ends, no request leaves any more: what was sent is to have arrived by then, and the clocks of two
    # primaries of a replica set may differ.
    margin: timedelta = timedelta(seconds=5)
    wishes_seconds: float = 10.0  # until a process that waits is noticed; every second time leases are renewed
    share_seconds: float = 15.0  # that an owner may keep a host which others wait for

    @property
    def safe_seconds(self) -> float:
        return (self.term - self.margin).total_seconds()


@dataclass(slots=True, eq=False)
class HostLease:
    """One lease. Times are by the monotonic clock; a lease that was lost or given back never holds again."""

    host: str
    token: int
    allowance: HostAllowance
    valid_until: float
    stored_delay_seconds: float
    is_wanted: bool = False
    is_leaving: bool = False  # no further request is admitted
    in_use: int = 0  # requests that were admitted and have not ended
    answers_seen: int = -1  # of the store, when the last request was admitted
    taken_at: float = field(default_factory=time.monotonic)
    used_at: float = field(default_factory=time.monotonic)

    @property
    def holds(self) -> bool:
        return time.monotonic() < self.valid_until

    @property
    def is_idle(self) -> bool:
        return self.in_use == 0

    def idle_seconds(self) -> float:
        return 0.0 if self.in_use else time.monotonic() - self.used_at

    def held(self) -> Held:
        """Return what the store is to know."""
        allowance = self.allowance
        return Held(
            host=self.host,
            token=self.token,
            delay_seconds=max(allowance.pace.delay_seconds, self.stored_delay_seconds),
            window=allowance.budget.window,
            counted=allowance.budget.unstored,
            failures=allowance.state if allowance.is_changed else None,
        )

    def released(self) -> Held:
        """Return the same for a lease that ends: the rest of the drawn block is given back."""
        budget, pace = self.allowance.budget, self.allowance.pace
        return replace(
            self.held(),
            delay_seconds=pace.delay_seconds or self.stored_delay_seconds,
            counted=budget.unstored - budget.unspent,
            last_seconds_ago=None if math.isinf(pace.last) else time.monotonic() - pace.last,
        )


def lease_of(host: str, document: Document, *, valid_until: float) -> HostLease:
    state = state_of(host, document)
    delay_seconds = document["delay_ms"] / 1000
    last_at: datetime | None = document["last_at"]
    last = -math.inf if last_at is None else time.monotonic() - (document["at"] - last_at).total_seconds()
    allowance = HostAllowance(
        state, Budget(window=state.window, unspent=document["drawn"]), Pace.after(last, delay_seconds)
    )
    return HostLease(
        host, document["token"], allowance, valid_until, delay_seconds, is_wanted=bool(document.get("wanted"))
    )
