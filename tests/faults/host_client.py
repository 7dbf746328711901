"""A process that requests many hosts as crawls do, without the crawls: `python -m tests.faults.host_client JSON`.

It runs where there is no network: the server of the hosts and MongoDB are reached by sockets in the file system.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from scrapy.http import Headers, Response

from newscrawl.clock import SystemClock
from newscrawl.config import Config
from newscrawl.fetch.failures import FetchFailed
from newscrawl.fetch.host_limiter import OutcomeReport, wait_for_turn
from newscrawl.fetch.politeness import Politeness
from newscrawl.fetch.scope import FetchScope
from newscrawl.items import Resource
from newscrawl.jobs.host_limits import StoreHostLimiter
from newscrawl.store import Store
from newscrawl.store.host_lease import Terms
from newscrawl.store.owned_hosts import OwnedHosts

# As long as in use, divided by ten and more: a test cannot wait for minutes.
TERMS = Terms(term=timedelta(seconds=6), margin=timedelta(seconds=1), wishes_seconds=0.5, share_seconds=1.5)
AT_ONCE = 12


@dataclass(frozen=True, slots=True)
class Orders:
    name: str
    mongo_uri: str
    database: str
    server: str  # path of its socket
    delays: dict[str, float]  # by host
    per_hour: dict[str, int]

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        return cls(**json.loads(text))


class Client:
    def __init__(self, orders: Orders, store: Store) -> None:
        async def opened() -> Store:
            return store

        self._orders = orders
        self._clock = SystemClock()
        self._hosts = OwnedHosts(opened, TERMS)
        self._politeness = Politeness(self._clock, FetchScope(), max_wait_seconds=60)

    async def request_for_ever(self) -> None:
        hosts = list(self._orders.delays)
        while True:
            host = random.choice(hosts)
            try:
                await self._request(host)
            except FetchFailed:  # the budget of the hour is used up, or the host is in back-off
                await asyncio.sleep(0.1)

    async def _request(self, host: str) -> None:
        url = f"http://{host}/"
        limiter = StoreHostLimiter(self._hosts, self._clock, per_hour=self._orders.per_hour[host])
        async with self._politeness.place_in_queue(url), limiter.turn(host) as turn:
            await wait_for_turn(turn, self._politeness, self._clock, url, self._orders.delays[host])
            async with OutcomeReport(limiter, host, Resource.ARTICLE, self._clock) as report:
                response = await self._exchange(host, url)
                report.received(response)
            if wait := self._politeness.observe(response):
                await limiter.pause(host, wait, self._clock.now())

    async def _exchange(self, host: str, url: str) -> Response:
        reader, writer = await asyncio.open_unix_connection(self._orders.server)
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nX-Client: {self._orders.name}\r\n\r\n".encode())
        head = (await reader.read()).decode().split("\r\n")
        writer.close()
        status = int(head[0].split()[1])
        pairs = (line.partition(":") for line in head[1:] if ":" in line)
        return Response(url, status=status, headers=Headers({name: value.strip() for name, _, value in pairs}))


async def main(orders: Orders) -> None:
    config = Config(mongo_uri=orders.mongo_uri, mongo_database=orders.database, home=Path("/nonexistent"))
    store = await Store.open(config)
    client = Client(orders, store)
    await asyncio.gather(*(client.request_for_ever() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(Orders.read(sys.argv[1])))
