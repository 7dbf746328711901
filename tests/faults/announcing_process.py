"""The process of the kill tests: it appends, plans and delivers, and kills itself at one named command to MongoDB."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

from pymongo import monitoring

from newscrawl.config import Config
from newscrawl.notify.delivery import Deliverer
from newscrawl.notify.planning import plan
from newscrawl.store import Store
from tests.notify.receivers import edited

HANDSHAKES = {"hello", "ping", "saslStart", "endSessions"}


@dataclass(frozen=True)
class KillPoint:
    """The command, counted from 1, and whether the kill comes before it is sent or after it was answered."""

    number: int
    is_before: bool


class Killer(monitoring.CommandListener):
    def __init__(self, point: KillPoint | None) -> None:
        self._point = point
        self.names: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name not in HANDSHAKES:
            self.names.append(event.command_name)
            self._kill(is_before=True)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if event.command_name not in HANDSHAKES:
            self._kill(is_before=False)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """A refused command is an answer too."""

    def _kill(self, *, is_before: bool) -> None:
        if self._point is not None and self._point.is_before == is_before and self._point.number == len(self.names):
            os.kill(os.getpid(), signal.SIGKILL)


def main(config: Config, round_number: int, point: KillPoint | None, count: int, commands: Connection) -> None:
    """Append `count` articles with an edit each, plan and deliver; half an hour of the outbox later each round.

    What was asked of MongoDB is sent through `commands`.
    """
    killer = Killer(point)
    monitoring.register(killer)
    asyncio.run(_run(config, round_number, count))
    commands.send(killer.names)


async def _run(config: Config, round_number: int, count: int) -> None:
    store = await Store.open(config)
    now = datetime.now(UTC)
    later = now + round_number * timedelta(minutes=30)  # leases of those who were killed have ended
    try:
        for number in range(count):
            await edited(store, f"quay-{round_number}-{number}", now)
        await plan(store, later)
        await Deliverer(store, config, now=lambda: later).deliver()
    finally:
        await store.close()
