"""Row 15: ten processes with pid and network namespaces of their own, as on ten machines, request the same hosts.

Their clocks differ by seconds, and some of them are killed. What counts is what the server sees.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from tests.conftest import missing

from .clock import WallClock, library
from .host_client import Orders
from .waiting import until

pytestmark = pytest.mark.slow

CLIENTS, KILLED = 10, 3
PER_HOUR = 10  # of every third host
PAUSE_SECONDS = 2
HOSTS = [f"host{number}.example" for number in range(200)]
DELAYS = {host: (0.1, 0.4, 0.8, 1.6)[number % 4] for number, host in enumerate(HOSTS)}
BUDGETS = {host: PER_HOUR if number % 3 == 0 else 0 for number, host in enumerate(HOSTS)}
UNSHARE = ["unshare", "--net", "--pid", "--mount-proc", "--fork", "--kill-child"]
OFFSETS_SECONDS = (0, 3, -3, 7, -7, 20, -20, 1, -1, 0)


@dataclass(slots=True)
class Seen:
    """One request, as the server saw it; times are by its monotonic clock."""

    client: str
    at: float
    answered_at: float = 0.0
    is_refused: bool = False  # with Retry-After


@dataclass
class Server:
    """All hosts, on one socket in the file system; every seventh request to a host is answered with a 429."""

    path: Path
    seen: defaultdict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(line.split(": ") for line in head.split("\r\n")[1:] if line)
            requests = self.seen[headers["Host"]]
            request = Seen(headers["X-Client"], time.monotonic(), is_refused=len(requests) % 7 == 6)
            requests.append(request)
            await asyncio.sleep(random.uniform(0, 0.05))
            request.answered_at = time.monotonic()
            status = f"429 Wait\r\nRetry-After: {PAUSE_SECONDS}" if request.is_refused else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client was killed
        finally:
            writer.close()

    def count(self, client: str) -> int:
        return sum(
            request.client == client or not client for seen in list(self.seen.values()) for request in list(seen)
        )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "hosts.sock")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(asyncio.start_unix_server(server.serve, server.path), loop).result()
    yield server
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def namespaces() -> list[str]:
    """Words before a command that runs it in pid and network namespaces of its own."""
    for words in (UNSHARE, [*UNSHARE, "--user", "--map-root-user"]):
        if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
            return words
    missing("pid and network namespaces cannot be made here (unshare)")
    raise AssertionError("missing() returned")


@pytest.fixture
def clients(
    namespaces: list[str], server: Server, config: Config, tmp_path: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Ten running processes; the clock of each differs by seconds."""
    if library() is None:
        missing("libfaketime is not installed")
    started: dict[str, subprocess.Popen[bytes]] = {}
    with (tmp_path / "clients.err").open("wb") as errors:
        for number, offset in enumerate(OFFSETS_SECONDS[:CLIENTS]):
            clock = WallClock(tmp_path / f"clock{number}")
            clock.step(timedelta(seconds=offset))
            orders = Orders(
                f"client{number}", config.mongo_uri or "", config.mongo_database, str(server.path), DELAYS, BUDGETS
            )
            started[orders.name] = subprocess.Popen(
                [*namespaces, sys.executable, "-m", "tests.faults.host_client", orders.written()],
                cwd=PROJECT_ROOT, env={**os.environ, **clock.environ()}, stderr=errors, start_new_session=True,
            )  # fmt: skip
    yield started
    for client in started.values():
        kill(client)


def kill(client: subprocess.Popen[bytes]) -> None:
    """Kill -9 a client with its namespace."""
    if client.poll() is None:
        os.killpg(client.pid, signal.SIGKILL)
    client.wait()


def test_no_host_gets_an_early_request_or_one_above_its_budget_from_ten_processes_of_which_three_are_killed(
    clients: dict[str, subprocess.Popen[bytes]], server: Server, tmp_path: Path
) -> None:
    began = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    until(lambda: all(server.count(name) for name in clients), "every client is to get a host", every_seconds=0.1)
    until(lambda: max(budgeted(server).values()) >= PER_HOUR, "a budget is to be used up", every_seconds=0.1)
    until(lambda: all(server.seen[host] for host in HOSTS), "every host is to get a request", every_seconds=0.1)
    killed = random.sample(sorted(clients), KILLED)
    for name in killed:
        count = server.count(name)
        until(lambda name=name, count=count: server.count(name) > count, f"{name} is to have a host")
        kill(clients[name])
    left = {host for host in HOSTS if not BUDGETS[host] and server.seen[host][-1].client in killed}
    assert left
    until(lambda: not any(server.seen[host][-1].client in killed for host in left), "heirs are to take all over")
    for client in clients.values():
        assert client.poll() in {None, -signal.SIGKILL}, (tmp_path / "clients.err").read_text()
        kill(client)
    hours = (datetime.now(UTC) - began) // timedelta(hours=1) + 1
    assert early_requests(server) == []
    assert {host: count for host, count in budgeted(server).items() if count > hours * PER_HOUR} == {}


def budgeted(server: Server) -> dict[str, int]:
    """Return the requests to each host that has a budget."""
    return {host: len(seen) for host, seen in list(server.seen.items()) if BUDGETS[host]}


def early_requests(server: Server) -> list[str]:
    """Return the requests that came before the delay, the pause or the answer to the one before was over."""
    found = []
    for host, seen in server.seen.items():
        for earlier, later in pairwise(seen):
            opens_at = max(earlier.at + DELAYS[host], earlier.answered_at)
            if earlier.is_refused:
                opens_at = max(opens_at, earlier.answered_at + PAUSE_SECONDS)
            if later.at < opens_at:
                found.append(f"{host}: {opens_at - later.at:.3f} s, {earlier.client} and {later.client}")
    return found
