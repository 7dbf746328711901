"""A resident worker announces by itself, and ends at once when it is stopped; a round announces at its end."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.jobs.announcing import Announcer, announce
from newscrawl.store import Store
from newscrawl.store.outbox import RowState
from tests.notify.receivers import PATIENCE_SECONDS, Receiver, edited, subscription


async def test_a_worker_announces_what_a_crawl_has_found_and_stops_in_the_middle_of_an_attempt(
    store: Store, config: Config, receiver: Receiver
) -> None:
    now = datetime.now(UTC)
    await store.add_subscription(subscription("quay", receiver.channel, now - timedelta(hours=2)))
    announcer = Announcer(replace(config, egress_allow=(receiver.host,)))
    running = asyncio.create_task(announcer.run())
    is_released = threading.Event()
    try:
        await edited(store, "quay", now)
        announcer.crawl_ended()
        assert await asyncio.to_thread(receiver.arrived.wait, PATIENCE_SECONDS)
        while (await store.outbox_counts()).get(RowState.SENT) != 1:
            await asyncio.sleep(0.05)
        receiver.arrived.clear()
        receiver.on_request = lambda request: is_released.wait(PATIENCE_SECONDS) and None
        await edited(store, "pier", now)
        announcer.crawl_ended()
        assert await asyncio.to_thread(receiver.arrived.wait, PATIENCE_SECONDS)
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()
    finally:
        is_released.set()
        running.cancel()
    assert await store.outbox_counts() == {RowState.SENT: 1, RowState.QUEUED: 1}
    taken = await store.take_lane("quay", datetime.now(UTC))
    assert taken is not None, "the lane was given back"


async def test_a_round_plans_delivers_and_raises_alarms(store: Store, config: Config, receiver: Receiver) -> None:
    now = datetime.now(UTC)
    await store.add_subscription(subscription("quay", receiver.channel, now - timedelta(hours=2)))
    await edited(store, "quay", now)
    assert (await announce(store, replace(config, egress_allow=(receiver.host,)))).sent == 1
    assert await store.alarms() == []
