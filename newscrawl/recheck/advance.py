"""Update an article's check history after one check."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newscrawl.items import CheckHistory, Outcome, PageKind


def advance(
    check_history: CheckHistory,
    outcome: Outcome,
    at: datetime,
    *,
    kind: PageKind | None = None,
    edited: bool = False,
    expected: float = 0.0,
) -> CheckHistory:
    """Return the check history after one check that ended with `outcome` at `at`.

    Only complete checks count. A failed, blocked or doubtful one is added to `failures` and changes nothing else that
    a policy uses. `edited`: a restored article came back with another wording. `expected`: how many edits the policy
    expected since the last check.
    """
    if not outcome.is_complete_check:
        return replace(check_history, failures=check_history.failures + 1)
    is_edit = outcome.is_edit or edited
    return replace(
        check_history,
        last_checked_at=at,
        last_changed_at=at if is_edit else check_history.last_changed_at,
        changes=check_history.changes + is_edit,
        expected_edits=check_history.expected_edits + expected,
        checks=check_history.checks + 1,
        unchanged_streak=0 if is_edit or outcome is Outcome.NEW else check_history.unchanged_streak + 1,
        failures=0,
        signal_at=None,
        kind=kind or check_history.kind,
    )
