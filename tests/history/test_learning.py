"""What a check shows is learnt before the next one is planned, and what two crawls learn adds up."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from newscrawl.errors import StaleHead
from newscrawl.frontier import SourcePolicy
from newscrawl.items import CheckHistory, Outcome
from newscrawl.recheck import policy
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.statistics import EDITED, SourceStatistics
from newscrawl.store.session import Store
from tests.store.samples import HOUR, NOON

EDITED_ONCE = CheckHistory(
    source="paper",
    first_seen_at=NOON - 5 * HOUR,
    last_checked_at=NOON,
    last_changed_at=NOON - HOUR,
    changes=1,
    checks=5,
)


def statistics_of(source_policy: SourcePolicy) -> SourceStatistics:
    assert isinstance(source_policy.policy, Hazard)
    return source_policy.policy.rates.statistics


def learn(source_policy: SourcePolicy, checks: int, *, edited: bool = True) -> None:
    for _ in range(checks):
        with source_policy.learning(EDITED_ONCE, Outcome.CHANGED if edited else Outcome.UNCHANGED, NOON + HOUR):
            pass


async def opened(store: Store) -> SourcePolicy:
    return await SourcePolicy.open(store, "paper", "hazard")


async def stored(store: Store) -> SourceStatistics:
    return SourceStatistics.of((await store.source_state("paper")).rates)


def test_a_check_is_learnt_before_its_next_check_is_planned() -> None:
    source_policy = SourcePolicy("paper", policy("hazard"))
    twin = Hazard(prior=policy("hazard").rates._prior)  # type: ignore[attr-defined]
    twin.learn(EDITED_ONCE, NOON + HOUR, edited=True)
    with source_policy.learning(EDITED_ONCE, Outcome.CHANGED, NOON + HOUR):
        planned = source_policy.policy.next_check(EDITED_ONCE, NOON + HOUR)
    assert planned == twin.next_check(EDITED_ONCE, NOON + HOUR)
    assert planned != policy("hazard").next_check(EDITED_ONCE, NOON + HOUR)


def test_a_check_that_is_not_stored_is_not_learnt() -> None:
    source_policy = SourcePolicy("paper", policy("hazard"))
    learning = source_policy.learning(EDITED_ONCE, Outcome.CHANGED, NOON + HOUR)
    learning.__enter__()
    assert statistics_of(source_policy).seen[EDITED] > 0
    error = StaleHead("another crawl was first")
    assert not learning.__exit__(StaleHead, error, None)
    assert statistics_of(source_policy) == SourceStatistics()


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.ERROR, Outcome.QUARANTINED])
def test_first_and_failed_checks_teach_nothing(outcome: Outcome) -> None:
    source_policy = SourcePolicy("paper", policy("hazard"))
    with source_policy.learning(EDITED_ONCE, outcome, NOON + HOUR):
        pass
    assert statistics_of(source_policy) == SourceStatistics()


async def test_what_two_crawls_learn_at_once_adds_up(store: Store) -> None:
    first, second, alone = await opened(store), await opened(store), await opened(store)
    learn(first, 30)
    learn(second, 50, edited=False)
    await asyncio.gather(first.merge(store, at_least=1), second.merge(store, at_least=1))
    learn(alone, 30)
    learn(alone, 50, edited=False)
    both, one = await stored(store), statistics_of(alone)
    assert both.seen[EDITED] == pytest.approx(one.seen[EDITED], rel=0.1)  # an edit counts by what was expected then
    assert both.expected == pytest.approx(one.expected, rel=0.01)  # by each one's hours of the day
    assert both.price[1] == 30


async def test_a_merge_takes_over_what_the_other_crawl_learnt_and_sends_nothing_twice(store: Store) -> None:
    first, second = await opened(store), await opened(store)
    learn(first, 20)
    await first.merge(store, at_least=1)
    learn(second, 5)
    for _ in range(3):
        await second.merge(store, at_least=1)
    assert statistics_of(second).price[1] == 25
    assert (await stored(store)).price[1] == 25
    learn(first, 1)
    await first.merge(store, at_least=1)
    assert statistics_of(first).price[1] == (await stored(store)).price[1] == 26


async def test_few_checks_wait_for_the_next_merge(store: Store) -> None:
    source_policy = await opened(store)
    learn(source_policy, 99)
    await source_policy.merge(store)
    assert (await stored(store)) == SourceStatistics()
    learn(source_policy, 1)
    await source_policy.merge(store)
    assert (await stored(store)).price[1] == 100


async def test_counts_that_an_earlier_version_stored_as_pairs_are_added_to(store: Store) -> None:
    pairs = [["seen", [3.0, 2.0, 1.0]], ["expected", [4.0, 4.0, 4.0]]]
    await store.db.sources.insert_one({"_id": "paper", "rates": pairs})
    source_policy = await opened(store)
    assert statistics_of(source_policy).seen == [3.0, 2.0, 1.0, 0.0]
    learn(source_policy, 1)
    await source_policy.merge(store, at_least=1)
    assert (await stored(store)).seen == pytest.approx(statistics_of(source_policy).seen)
    assert (await stored(store)).seen[0] == 3.0


async def test_rates_that_are_fitted_replace_no_price_and_no_signals(store: Store) -> None:
    source_policy = await opened(store)
    with source_policy.learning(
        CheckHistory("paper", NOON - HOUR, last_checked_at=NOON, signal_at=NOON), Outcome.CHANGED, NOON + timedelta(1)
    ):
        pass
    await source_policy.merge(store, at_least=1)
    await store.save_rates("paper", {"seen": [7.0, 0.0, 0.0, 0.0]})
    rates = await stored(store)
    assert (rates.seen[0], rates.signals, rates.price[1]) == (7.0, [1.0, 0.0], 1.0)
