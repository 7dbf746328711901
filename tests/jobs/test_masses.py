from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.items import Outcome, Recorded
from newscrawl.jobs.masses import Masses

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def masses(changed: int, quiet: int, gap: timedelta = timedelta(minutes=30)) -> Masses:
    found = Masses()
    for number in range(changed + quiet):
        outcome = Outcome.CHANGED if number < changed else Outcome.UNCHANGED
        at = NOW + timedelta(seconds=number)
        found.add(Recorded("paper", "id", "u", outcome, "", at, gap_seconds=gap.total_seconds()))
    return found


@pytest.mark.parametrize(("changed", "quiet"), [(0, 30), (9, 0), (10, 11), (5, 100)])
def test_ordinary_crawls_are_not_suspicious(changed: int, quiet: int) -> None:
    assert masses(changed, quiet).suspicion is None


def test_crawl_in_which_most_stories_change_is_suspicious() -> None:
    found = masses(12, 3)
    assert found.suspicion is not None
    assert found.suspicion.startswith("12 of 15 stories changed")
    assert found.since == NOW


def test_edits_that_piled_up_over_days_are_not() -> None:
    assert masses(12, 3, gap=timedelta(days=3)).suspicion is None
