"""Exit codes of a crawl, for cron, systemd and Kubernetes; the run record has the same code (promise P7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from newscrawl.jobs.totals import CrawlTotals

SUCCESS, FAILED, USAGE, LEASE_HELD, STORE, SCHEMA, ALARM, INTERRUPTED, INTERNAL = 0, 1, 2, 3, 4, 5, 6, 7, 70

YIELDED, STALLED = "yielded", "stalled"  # see newscrawl.jobs.turn_limits
SHUTDOWN = "shutdown"  # by a signal

# Finish reasons of our crawls, and their codes. Any other reason is an internal error.
REASONS = {
    "finished": SUCCESS,
    YIELDED: SUCCESS,
    STALLED: FAILED,
    "lease_held": LEASE_HELD,
    "store_unavailable": STORE,
    "schema_mismatch": SCHEMA,
    SHUTDOWN: INTERRUPTED,
    "usage": USAGE,
}


def exit_code(reason: str, totals: CrawlTotals, *, fail_on: int, fail_on_drift: bool = False) -> int:
    """Return the exit code of a crawl by its finish reason and its totals.

    A crawl failed if at least `fail_on` pages failed (0: never). Whatever `fail_on` is, it failed if pages were
    requested and none could be read, or if our own code raised an exception. With `fail_on_drift` an open alarm decides
    the code before failed pages do, since it says more.
    """
    if reason not in REASONS:
        return INTERNAL
    if REASONS[reason] != SUCCESS:
        return REASONS[reason]
    if totals.defects:
        return FAILED
    if fail_on_drift and totals.alarms:
        return ALARM
    if totals.pages.is_nothing_read:
        return FAILED
    return FAILED if fail_on and totals.failed >= fail_on else SUCCESS


def excuse(code: int, totals: CrawlTotals, *, fail_on: int, is_paused: bool, known_parts: Collection[str]) -> str:
    """Return why a crawl's code does not count in a round, or nothing: somebody knows of all that led to it.

    `known_parts` are the parts of the source of which an acknowledged alarm says that they cannot be read.
    """
    if code not in {FAILED, ALARM} or totals.defects:
        return ""
    if is_paused:
        return "paused"
    parts = totals.pages.parts
    unknown = [name for name, part in parts.items() if part.is_unread and name not in known_parts]
    failed = totals.failed - sum(part.failed for name, part in parts.items() if name in known_parts)
    if code == ALARM or not known_parts or unknown or (fail_on and failed >= fail_on):
        return ""
    return "acknowledged"


def round_code(runs: Iterable[tuple[int, str]]) -> int:
    """Return the exit code of a round, from exit code and excuse of each of its runs: the highest without an excuse.

    That another process crawls a source is no failure of the round.
    """
    return max((code for code, excused in runs if not excused and code != LEASE_HELD), default=SUCCESS)
