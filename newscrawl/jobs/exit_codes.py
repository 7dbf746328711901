"""Exit codes of a crawl, for cron, systemd and Kubernetes; the run record has the same code (promise P7)."""

from __future__ import annotations

from newscrawl.items import Outcome
from newscrawl.jobs.totals import CrawlTotals

SUCCESS, FAILED, USAGE, LEASE_HELD, STORE, SCHEMA, ALARM, INTERRUPTED, INTERNAL = 0, 1, 2, 3, 4, 5, 6, 7, 70

# Finish reasons of our crawls, and their codes. Any other reason is an internal error.
REASONS = {
    "finished": SUCCESS,
    "lease_held": LEASE_HELD,
    "store_unavailable": STORE,
    "schema_mismatch": SCHEMA,
    "shutdown": INTERRUPTED,
    "usage": USAGE,
}


def exit_code(reason: str, totals: CrawlTotals, *, fail_on: int, fail_on_drift: bool = False) -> int:
    """Return the exit code of a crawl by its finish reason and its totals.

    A crawl failed if at least `fail_on` pages failed (0: never), or if our own code raised an exception, whatever
    `fail_on` is. With `fail_on_drift` an alarm decides the code before failed pages do, since it says more.
    """
    if reason not in REASONS:
        return INTERNAL
    if REASONS[reason] != SUCCESS:
        return REASONS[reason]
    if totals.defects:
        return FAILED
    if fail_on_drift and totals.alarms:
        return ALARM
    return FAILED if fail_on and totals.outcomes.get(Outcome.ERROR.value, 0) >= fail_on else SUCCESS
