"""What one check adds to what is known of a story's checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from newscrawl.items import Outcome, PageKind, Track

EDITS = {Outcome.CHANGED, Outcome.REVERTED}
LOOKS = EDITS | {
    Outcome.NEW,
    Outcome.RESTORED,
    Outcome.MOVED,
    Outcome.REBASED,
    Outcome.TRIVIAL,
    Outcome.UNCHANGED,
    Outcome.NOT_MODIFIED,
}


def advance(
    track: Track,
    outcome: Outcome,
    at: datetime,
    *,
    kind: PageKind | None = None,
    edited: bool = False,
    expected: float = 0.0,
) -> Track:
    """Return the track after one check that ended with `outcome` at `at`.

    Only complete looks count as checks. A failed, blocked or doubtful one adds to `failures` and leaves all that a
    policy reasons with untouched. `edited` says that a restored story came back with another text, `expected` how
    many edits the policy had foreseen since the last look.
    """
    if outcome not in LOOKS:
        return replace(track, failures=track.failures + 1)
    is_edit = outcome in EDITS or edited
    return replace(
        track,
        last_checked_at=at,
        last_changed_at=at if is_edit else track.last_changed_at,
        changes=track.changes + is_edit,
        expected=track.expected + expected,
        checks=track.checks + 1,
        quiet=0 if is_edit or outcome is Outcome.NEW else track.quiet + 1,
        failures=0,
        signal_at=None,
        kind=kind or track.kind,
    )
