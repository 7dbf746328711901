"""Digests and quiet hours as subscribers have them: what waits is sent together, once, when its time has come."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from newscrawl.config import Config
from newscrawl.items import Every, Extra, QuietHours, Schedule, Wanted
from newscrawl.notify.delivery import Deliverer
from newscrawl.notify.planning import plan
from newscrawl.store import Store
from tests.notify.receivers import PATIENCE_SECONDS, Receiver, edited, subscription

DAY = timedelta(days=1)
OSLO = ZoneInfo("Europe/Oslo")
WANTED = Wanted(include=frozenset({Extra.LATE}))  # noon may be long ago


@pytest.fixture
def noon() -> datetime:
    """Noon in Oslo."""
    return datetime(2026, 5, 4, 12, tzinfo=OSLO).astimezone(UTC)


async def pass_at(store: Store, config: Config, receiver: Receiver, now: datetime) -> list[int]:
    """Plan and deliver at a moment; return how many items each of the requests had."""
    before = len(receiver.requests)
    await plan(store, now)
    allowed = replace(config, egress_allow=(receiver.host,))
    lanes = Deliverer(store, allowed, now=lambda: now, share=lambda: 0.5, deadline_seconds=PATIENCE_SECONDS)
    await lanes.deliver()
    return [len(json.loads(request.body)["data"]["items"]) for request in receiver.requests[before:]]


async def test_a_daily_digest_has_all_of_the_day_and_comes_once(
    store: Store, config: Config, receiver: Receiver, noon: datetime
) -> None:
    daily = Schedule(Every.DAY, time(18), zone="Europe/Oslo")
    await store.add_subscription(subscription("quay", receiver.channel, noon - DAY, wanted=WANTED, schedule=daily))
    for number in range(3):
        await edited(store, f"quay-{number}", noon)
        assert await pass_at(store, config, receiver, noon) == []
    evening = noon.astimezone(OSLO).replace(hour=18).astimezone(UTC)
    assert await pass_at(store, config, receiver, evening - timedelta(minutes=1)) == []
    assert await pass_at(store, config, receiver, evening) == [3]
    assert await pass_at(store, config, receiver, evening + DAY) == []
    body = json.loads(receiver.requests[0].body)
    assert (body["type"], body["data"]["count"]) == ("newscrawl.digest", 3)


async def test_a_digest_whose_sending_failed_stays_the_same_digest(
    store: Store, config: Config, receiver: Receiver, noon: datetime
) -> None:
    daily = Schedule(Every.DAY, time(18), zone="Europe/Oslo")
    await store.add_subscription(subscription("quay", receiver.channel, noon - DAY, wanted=WANTED, schedule=daily))
    await edited(store, "quay-0", noon)
    await edited(store, "quay-1", noon)
    await plan(store, noon)
    evening = noon.astimezone(OSLO).replace(hour=18).astimezone(UTC)
    receiver.status = 502
    assert await pass_at(store, config, receiver, evening) == [2]
    await edited(store, "quay-2", noon)
    await plan(store, evening - timedelta(minutes=1))  # the same evening's digest, planned by a slow planner
    receiver.status = 200
    assert await pass_at(store, config, receiver, evening + timedelta(hours=1)) == [1, 2]
    first, *later = receiver.requests
    assert first.body in [request.body for request in later]
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 2


async def test_what_comes_in_quiet_hours_is_sent_after_them_as_one_digest(
    store: Store, config: Config, receiver: Receiver, noon: datetime
) -> None:
    quiet = QuietHours(time(11), time(14), "Europe/Oslo")
    await store.add_subscription(subscription("quay", receiver.channel, noon - DAY, wanted=WANTED, quiet=quiet))
    for number in range(2):
        await edited(store, f"quay-{number}", noon)
        assert await pass_at(store, config, receiver, noon) == []
    assert await pass_at(store, config, receiver, noon + timedelta(hours=1, minutes=59)) == []
    assert await pass_at(store, config, receiver, noon + timedelta(hours=2)) == [2]


async def test_what_failed_before_quiet_hours_is_not_tried_in_them(
    store: Store, config: Config, receiver: Receiver, noon: datetime
) -> None:
    quiet = QuietHours(time(13), time(15), "Europe/Oslo")
    await store.add_subscription(subscription("quay", receiver.channel, noon - DAY, wanted=WANTED, quiet=quiet))
    await edited(store, "quay", noon)
    receiver.status = 500
    assert await pass_at(store, config, receiver, noon) == [1]
    receiver.status = 200
    assert await pass_at(store, config, receiver, noon + timedelta(hours=2)) == []
    assert await pass_at(store, config, receiver, noon + timedelta(hours=3)) == [1]
