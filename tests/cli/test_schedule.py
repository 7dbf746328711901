from __future__ import annotations

import pytest

from newscrawl.cli.schedule import spread


@pytest.mark.parametrize(
    ("due", "planned", "per_hour", "checks_by_hour"),
    [
        (0, [3, 0, 1], 0, [3, 0, 1]),
        (5, [3, 0, 1], 0, [8, 0, 1]),
        (25, [0, 0, 3], 10, [10, 10, 8]),
        (40, [1, 1], 10, [10, 10]),
    ],
)
def test_checks_that_exceed_the_budget_move_to_the_next_hour(
    due: int, planned: list[int], per_hour: int, checks_by_hour: list[int]
) -> None:
    assert spread(due, planned, per_hour) == checks_by_hour
