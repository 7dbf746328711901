"""Killed at any point, nothing that is to be announced is lost, and what is repeated has the same key (promise P2)."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.items import Every, Schedule
from newscrawl.store import Store
from newscrawl.store.outbox import RowState
from newscrawl.store.repair import NEWEST_ARTICLES, insert_missing_articles
from newscrawl.store.verify import verify
from tests.faults.announcing_process import KillPoint, main
from tests.notify.receivers import PATIENCE_SECONDS, Receiver, Request, receiving, subscription
from tests.store.samples import SOURCE

pytestmark = pytest.mark.slow

KILLS = 50
ROUNDS = 2 * KILLS  # at most
CONTEXT = multiprocessing.get_context("forkserver")


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    with receiving() as at_once, receiving() as digests:
        yield at_once, digests


def run(config: Config, round_number: int, point: KillPoint | None, count: int) -> tuple[int | None, list[str]]:
    """Run a round in a process of its own; return its exit code, and what it asked of MongoDB if it came to its end."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=main, args=(config, round_number, point, count, theirs))
    process.start()
    theirs.close()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode is not None, "it ends"
    return process.exitcode, ours.recv() if process.exitcode == 0 else []


def with_store(config: Config, action: object) -> object:
    async def call() -> object:
        store = await Store.open(config)
        try:
            return await action(store)  # type: ignore[operator]
        finally:
            await store.close()

    return asyncio.run(call())


def test_of_fifty_kills_none_loses_an_announcement_and_what_is_repeated_has_its_key(
    config: Config, receivers: tuple[Receiver, Receiver]
) -> None:
    at_once, digests = receivers
    config = replace(config, egress_allow=(at_once.host, digests.host))
    CONTEXT.set_forkserver_preload(["tests.faults.announcing_process"])
    began = datetime.now(UTC) - timedelta(minutes=5)

    async def subscribe(store: Store) -> None:
        await store.add_subscription(subscription("at-once", at_once.channel, began))
        daily = Schedule(Every.DAY)
        await store.add_subscription(subscription("digests", digests.channel, began, schedule=daily))

    with_store(config, subscribe)
    code, commands = run(config, 0, None, 1)
    assert code == 0
    # Spread evenly over all that a round asks of MongoDB, before a command is sent or after it was answered. Rounds
    # that find nothing left over ask less: these come to their end, and another one is killed.
    exits: list[int | None] = []
    while exits.count(-signal.SIGKILL) < KILLS:
        n = len(exits)
        point = KillPoint(1 + n * len(commands) // KILLS % len(commands), is_before=n % 2 == 0)
        exits.append(run(config, n + 1, point, 1)[0])
        assert set(exits) <= {0, -signal.SIGKILL}
        assert len(exits) < 2 * KILLS
    pids = []

    def kill_at_receipt(request: Request) -> None:
        for child in multiprocessing.active_children():
            pids.append(child.pid)
            os.kill(child.pid or 0, signal.SIGKILL)

    for receiver in receivers:  # taken by the receiver, and not yet marked as sent
        receiver.on_request = kill_at_receipt
    run(config, ROUNDS, None, 2)
    assert pids
    for receiver in receivers:
        receiver.on_request = lambda request: None
    assert run(config, ROUNDS + 60, None, 0)[0] == 0

    async def repair(store: Store) -> list[str]:
        await insert_missing_articles(store.db, SOURCE)
        keys = [document["_id"] async for document in store.db.articles.find({}, {"_id": 1})]
        for key in keys:
            await store.head(key)
        return (await verify(store)).problems  # type: ignore[return-value]

    assert NEWEST_ARTICLES > ROUNDS
    assert with_store(config, repair) == ()
    for more in (60, 120):  # what the repair completed is planned, and digested a day later
        assert run(config, ROUNDS + 60 + more, None, 0)[0] == 0

    async def stored(store: Store) -> tuple[set[str], dict[str, int], list[object]]:
        edits = {document["_id"] async for document in store.db.versions.find({"cause": "edit"}, {"_id": 1})}
        return edits, await store.outbox_counts(), list(await store.announcement_marks())

    edits, counts, marks = with_store(config, stored)  # type: ignore[misc]
    assert len(edits) > KILLS // 3
    assert (counts, marks) == ({RowState.SENT: 2 * len(edits)}, [])
    for receiver in receivers:
        assert_all_received(receiver, edits)


def assert_all_received(receiver: Receiver, edits: set[str]) -> None:
    """Fail unless each edit arrived, and always under one key."""
    keys = defaultdict(set)
    for request in receiver.requests:
        data = json.loads(request.body)["data"]
        assert data["id"] == request.headers["webhook-id"]
        for item in data["items"]:
            keys[f"{item['article_id']}:{item['version']}"].add(data["id"])
    assert set(keys) == edits
    assert [each for each, found in keys.items() if len(found) != 1] == []
