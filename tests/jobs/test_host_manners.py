"""Hosts that several sources share are requested as the slowest of them wishes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.items import FULL_CHECK_SHARE, CheckHistory
from newscrawl.jobs.host_manners import Manners, manners_of, stated_manners
from newscrawl.spider import NewsSpider


class Morning(NewsSpider):
    name = "morning"
    domains = ("paper.example",)
    feeds = ("https://feeds.example/morning.xml",)
    delay = 5
    budget = 100


class Evening(NewsSpider):
    name = "evening"
    domains = ("paper.example",)
    delay = 2.5
    budget = 60


class Weekly(NewsSpider):
    name = "weekly"
    domains = ("paper.example",)


STATED = stated_manners([Morning, Evening, Weekly])


@pytest.mark.parametrize(
    ("host", "own", "manners"),
    [
        ("paper.example", Manners(), Manners(5, 60)),
        ("www.paper.example", Manners(1, 1200), Manners(5, 60)),
        ("paper.example", Manners(30, 10), Manners(30, 10)),
        ("feeds.example", Manners(1, 1200), Manners(5, 100)),
        ("other.example", Manners(1, 1200), Manners(1, 1200)),
        ("newspaper.example", Manners(), Manners()),
    ],
)
def test_the_longest_delay_and_the_smallest_budget_count(host: str, own: Manners, manners: Manners) -> None:
    assert manners_of(host, STATED, own) == manners
    assert manners_of(host, STATED[::-1], own) == manners


@pytest.mark.parametrize(("share", "full"), [(1, 40), (0.5, 20), (0.3, 12), (FULL_CHECK_SHARE, 5), (0.025, 1)])
def test_full_checks_are_spread_evenly(share: float, full: int) -> None:
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    checks = [CheckHistory("quay", begun, checks=number).is_in_share_next(share) for number in range(40)]
    assert sum(checks) == full
    halves = sum(checks[:20]), sum(checks[20:])
    assert abs(halves[0] - halves[1]) <= 1


def test_every_eighth_check_is_a_full_one_by_default() -> None:
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    full = [number for number in range(24) if CheckHistory("quay", begun, checks=number).is_full_check_next]
    assert full == [7, 15, 23]
