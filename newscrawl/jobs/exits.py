"""Exit codes of a crawl: what cron, systemd and Kubernetes see, and what the run record says (promise P7)."""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawl.items import Outcome

GOOD, FAILED, USAGE, LEASE_HELD, STORE, SCHEMA, ALARM, INTERRUPTED, INTERNAL = 0, 1, 2, 3, 4, 5, 6, 7, 70

# Reasons that a crawl of ours may finish with, beside Scrapy's own.
REASONS = {
    "finished": GOOD,
    "lease_held": LEASE_HELD,
    "store_unavailable": STORE,
    "schema_mismatch": SCHEMA,
    "shutdown": INTERRUPTED,
    "usage": USAGE,
}


@dataclass(slots=True)
class Tally:
    """What one crawl came to, in the words of Outcome."""

    discovered: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)  # distinct message → how often; the first 20
    defects: int = 0  # exceptions in our own code
    unasked: int = 0  # requests that were not made, since their host had no room for them
    alarms: int = 0  # drift and volume

    @property
    def checked(self) -> int:
        return sum(self.outcomes.values())

    def add_error(self, message: str) -> None:
        if message in self.errors or len(self.errors) < 20:
            self.errors[message] = self.errors.get(message, 0) + 1


def exit_code(reason: str, tally: Tally, *, fail_on: int, fail_on_drift: bool = False) -> int:
    """Return the code for a finish reason and a tally.

    `fail_on` is the number of failed pages from which on a crawl counts as failed; 0: never. Exceptions in our own
    code always count: nobody asked to tolerate them. An alarm counts where `fail_on_drift` asks for it, and then tells
    more than that pages failed too.
    """
    if reason not in REASONS:
        return INTERNAL
    if REASONS[reason] != GOOD:
        return REASONS[reason]
    if tally.defects:
        return FAILED
    if fail_on_drift and tally.alarms:
        return ALARM
    return FAILED if fail_on and tally.outcomes.get(Outcome.ERROR.value, 0) >= fail_on else GOOD
