"""Exit codes of a crawl: what cron, systemd and Kubernetes see, and what the run record says (promise P7)."""

from __future__ import annotations

from newscrawl.items import Outcome
from newscrawl.jobs.totals import CrawlTotals

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


def exit_code(reason: str, totals: CrawlTotals, *, fail_on: int, fail_on_drift: bool = False) -> int:
    """Return the code for a finish reason and a totals.

    `fail_on` is the number of failed pages from which on a crawl counts as failed; 0: never. Exceptions in our own
    code always count: nobody asked to tolerate them. An alarm counts where `fail_on_drift` asks for it, and then tells
    more than that pages failed too.
    """
    if reason not in REASONS:
        return INTERNAL
    if REASONS[reason] != GOOD:
        return REASONS[reason]
    if totals.defects:
        return FAILED
    if fail_on_drift and totals.alarms:
        return ALARM
    return FAILED if fail_on and totals.outcomes.get(Outcome.ERROR.value, 0) >= fail_on else GOOD
