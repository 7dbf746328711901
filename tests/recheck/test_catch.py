"""The price that is learnt from the share of wordings that one wants to catch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, PageKind
from newscrawl.policy_spec import PolicySpec, with_catch
from newscrawl.recheck import policy
from newscrawl.recheck.catch import MAX_PRICE, MIN_PRICE, LearntPrice
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.statistics import SourceStatistics

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EDITED_ONCE = CheckHistory(
    source="courier",
    first_seen_at=NOW - timedelta(hours=5),
    last_checked_at=NOW,
    last_changed_at=NOW - timedelta(hours=1),
    changes=1,
    checks=5,
)


def hazard(catch: float = 0.9, **options: float) -> Hazard:
    return Hazard(prior=shipped_prior(), catch=catch, **options)


def test_a_higher_catch_begins_with_a_lower_price() -> None:
    assert hazard(0.95).price < hazard(0.9).price < hazard(0.8).price


def test_an_edit_found_after_a_long_interval_lowers_the_price_and_one_found_at_once_raises_it() -> None:
    late, soon = hazard(), hazard()
    late.learn(EDITED_ONCE, NOW + timedelta(hours=6), edited=True)
    soon.learn(EDITED_ONCE, NOW + timedelta(minutes=5), edited=True)
    assert late.price < hazard().price < soon.price


def test_an_edit_found_right_after_its_signal_was_hardly_lost_however_long_the_interval() -> None:
    rates = hazard().rates
    found_at = NOW + timedelta(hours=6)
    signalled = replace(EDITED_ONCE, signal_at=found_at - timedelta(minutes=2))
    assert rates.caught_share(signalled, found_at) > 0.9 > rates.caught_share(EDITED_ONCE, found_at)


def test_checks_without_an_edit_and_live_blogs_leave_the_price_alone() -> None:
    learner = hazard()
    learner.learn(EDITED_ONCE, NOW + timedelta(hours=6), edited=False)
    learner.learn(replace(EDITED_ONCE, kind=PageKind.LIVE), NOW + timedelta(hours=6), edited=True)
    assert learner.price == hazard().price


def test_a_given_price_is_kept() -> None:
    learner = hazard(price=0.07)
    learner.learn(EDITED_ONCE, NOW + timedelta(hours=6), edited=True)
    assert learner.price == 0.07
    assert learner.rates.statistics.price == [0.0, 0.0]


def test_steps_grow_smaller() -> None:
    price = LearntPrice(0.9, SourceStatistics())
    moved = []
    for _ in range(40):
        before = price.price
        price.learn(0.8)
        moved.append(before / price.price)
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > 1.1 > moved[-1] > 1.0


@pytest.mark.parametrize("caught", [0.0, 1.0])
def test_the_price_stays_within_its_bounds_and_returns_from_them(caught: float) -> None:
    price = LearntPrice(0.9, SourceStatistics())
    for _ in range(20_000):
        price.learn(caught)
    assert price.price == pytest.approx(MAX_PRICE if caught else MIN_PRICE)
    at_the_bound = price.price
    for _ in range(300):
        price.learn(1.0 - caught)
    assert price.price != at_the_bound


@pytest.mark.parametrize("text", ["hazard:catch=1", "hazard:catch=0.2", "hazard:catch=most"])
def test_a_catch_that_cannot_be_had_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="catch"):
        PolicySpec.of(text)


def test_the_catch_of_the_configuration_holds_unless_options_name_one() -> None:
    by_option = policy(with_catch("hazard:catch=0.8", 0.95))
    by_configuration = policy(with_catch("hazard", 0.95))
    assert isinstance(by_option, Hazard)
    assert isinstance(by_configuration, Hazard)
    assert (by_option.price, by_configuration.price) == (hazard(0.8).price, hazard(0.95).price)
    assert (with_catch("hazard:price=0.1", 0.95), with_catch("sniffer", 0.95)) == ("hazard:price=0.1", "sniffer")
