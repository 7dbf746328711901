from __future__ import annotations

import pytest

from newscrawl.cli.schedule import spread


@pytest.mark.parametrize(
    ("due", "coming", "per_hour", "hours"),
    [
        (0, [3, 0, 1], 0, [3, 0, 1]),
        (5, [3, 0, 1], 0, [8, 0, 1]),
        (25, [0, 0, 3], 10, [10, 10, 8]),
        (40, [1, 1], 10, [10, 10]),
    ],
)
def test_what_the_budget_has_no_room_for_moves_to_the_next_hour(
    due: int, coming: list[int], per_hour: int, hours: list[int]
) -> None:
    assert spread(due, coming, per_hour) == hours
