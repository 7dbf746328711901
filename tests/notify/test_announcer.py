"""A resident worker announces by itself, and ends at once when it is stopped; a round announces at its end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.config import Config
from newscrawl.jobs.announcing import Announcer, announce, announce_after
from newscrawl.store import Store
from newscrawl.store.outbox import RowState
from tests.notify.receivers import PATIENCE_SECONDS, Receiver, Request, edited, subscription


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
        async with asyncio.timeout(PATIENCE_SECONDS):
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


def test_a_signal_ends_what_follows_a_round_and_leaves_the_rest_for_the_next_time(
    config: Config, receiver: Receiver
) -> None:
    """As the code of the command is that of its crawls, so is its end."""

    async def prepare() -> None:
        store = await Store.open(config)
        now = datetime.now(UTC)
        await store.add_subscription(subscription("quay", receiver.channel, now - timedelta(hours=2)))
        await edited(store, "quay", now)
        await store.close()

    async def counts() -> dict[str, int]:
        store = await Store.open(config)
        try:
            return await store.outbox_counts()
        finally:
            await store.close()

    asyncio.run(prepare())
    is_released = threading.Event()

    def stop(request: Request) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        is_released.wait(PATIENCE_SECONDS)

    receiver.on_request = stop
    try:
        announce_after(replace(config, egress_allow=(receiver.host,)))
    finally:
        is_released.set()
    assert len(receiver.requests) == 1
    assert asyncio.run(counts()) == {RowState.QUEUED: 1}


async def test_a_round_plans_delivers_and_raises_alarms(store: Store, config: Config, receiver: Receiver) -> None:
    now = datetime.now(UTC)
    await store.add_subscription(subscription("quay", receiver.channel, now - timedelta(hours=2)))
    await edited(store, "quay", now)
    assert (await announce(store, replace(config, egress_allow=(receiver.host,)))).sent == 1
    assert await store.alarms() == []
