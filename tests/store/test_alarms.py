"""Alarms as states: opened once an episode, acknowledged by a person, resolved with their cause."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from newscrawl.items import AlarmState, Finding
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON

WALLED = Finding("walled", "20 pages requested, none could be read", {"run_id": "a", "reasons": {"a.$": 1}})


async def test_an_alarm_that_is_found_again_is_the_same_episode_with_the_newest_evidence(store: Store) -> None:
    first = await store.open_alarm("courier", WALLED, at=NOON)
    again = await store.open_alarm("courier", Finding("walled", "18 pages", {"run_id": "b"}), at=NOON + HOUR)
    assert (first.alarm_id, first.count, first.evidence) == (again.alarm_id, 1, {"run_id": "a", "reasons": {"a.$": 1}})
    assert (again.opened_at, again.last_seen_at, again.count) == (NOON, NOON + HOUR, 2)
    assert (again.message, again.evidence, again.state) == ("18 pages", {"run_id": "b"}, AlarmState.OPEN)
    assert await store.alarms() == [again]


async def test_sources_and_kinds_have_alarms_of_their_own(store: Store) -> None:
    for source, kind in (("courier", "walled"), ("courier", "drift:author"), ("gazette", "walled")):
        await store.open_alarm(source, Finding(kind, "told"), at=NOON)
    assert [(a.source, a.kind) for a in await store.alarms("courier")] == [
        ("courier", "drift:author"),
        ("courier", "walled"),
    ]
    assert len({alarm.alarm_id for alarm in await store.alarms()}) == 3


async def test_an_acknowledged_alarm_stays_so_while_its_cause_lasts(store: Store) -> None:
    alarm = await store.open_alarm("courier", WALLED, at=NOON)
    assert await store.acknowledge_alarm(alarm.alarm_id, by="ada", at=NOON + HOUR)
    assert not await store.acknowledge_alarm(alarm.alarm_id, by="bob", at=NOON + HOUR), "it is not open any more"
    again = await store.open_alarm("courier", WALLED, at=NOON + 2 * HOUR)
    assert (again.state, again.acknowledged_by, again.acknowledged_at) == (AlarmState.ACKNOWLEDGED, "ada", NOON + HOUR)
    assert again.count == 2


async def test_a_fault_that_returns_after_it_was_resolved_is_a_new_episode_and_open(store: Store) -> None:
    alarm = await store.open_alarm("courier", WALLED, at=NOON)
    await store.acknowledge_alarm(alarm.alarm_id, by="ada", at=NOON)
    assert await store.resolve_alarm("courier", "walled", at=NOON + HOUR)
    assert not await store.resolve_alarm("courier", "walled", at=NOON + HOUR)
    assert await store.alarms() == []
    after = await store.open_alarm("courier", WALLED, at=NOON + 2 * HOUR)
    assert (after.state, after.count, after.acknowledged_by) == (AlarmState.OPEN, 1, None)
    past = await store.past_alarms("courier")
    assert [(a.alarm_id, a.state) for a in past] == [
        (after.alarm_id, AlarmState.OPEN),
        (alarm.alarm_id, AlarmState.RESOLVED),
    ]
    assert await store.alarm(alarm.alarm_id) == past[1]
    assert past[1].resolved_at == NOON + HOUR


async def test_of_many_that_find_a_fault_at_once_one_opens_and_all_are_counted(store: Store) -> None:
    found = await asyncio.gather(*(store.open_alarm("courier", WALLED, at=NOON) for _ in range(16)))
    assert len({alarm.alarm_id for alarm in found}) == 1
    assert [alarm.count for alarm in await store.alarms()] == [16]


async def test_a_call_whose_answer_was_lost_counts_once(store: Store) -> None:
    first = await store._open_alarm("courier", WALLED, NOON, "this call")
    assert await store._open_alarm("courier", WALLED, NOON, "this call") == first
    assert first.count == 1


async def test_alarms_are_found_by_indexes_and_only_resolved_ones_expire(store: Store) -> None:
    await store.open_alarm("courier", WALLED, at=NOON - timedelta(days=4000))
    for query in ({"stands": True}, {"stands": True, "source": "courier"}):
        plan = await store.db.alarms.find(query).sort([("source", 1), ("kind", 1)]).explain()
        stages = str(plan["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in stages
        assert "'SORT'" not in stages
    expiring = [i for i in (await store.db.alarms.index_information()).values() if "expireAfterSeconds" in i]
    assert [list(index["key"]) for index in expiring] == [[("resolved_at", 1)]]
