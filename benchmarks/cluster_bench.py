"""Measure a cluster: `python -m benchmarks.cluster_bench [--sources 48] [--articles 10] [--tasks 1000] [--full]`.

A redis-server and a mongod of its own, invented sources on loopback addresses, whose server answers after 200 ms.

1. CPU of a task: published, received and acknowledged by one process; then with the marks that the store keeps of it.
2. Checks answered with 304 by one worker and by two, each with one process of four crawls: CPU of the workers a check
   (supervisors, engine and processes of crawls, without mongod and Redis), and checks a second. Ratios are of one run.

Targets: 5 ms a task; two workers at most 1.1 times the CPU a check of one, and at least 1.8 times its rate.
`--full` runs the test of a struck cluster with 300 sources instead (tests/faults/test_cluster_chaos.py).
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.rounds_bench import PATIENCE_SECONDS, cpu_seconds, host_of, project, serve_hosts, write_spiders
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.jobs.deliveries import CRAWL, Delivery
from newscrawl.jobs.engine import Engine
from newscrawl.secret_text import SecretUri
from newscrawl.store import Store, embedded
from newscrawl.store.check_log import find_lines
from newscrawl.store.source_schedule import Taker

ANSWER_SECONDS = 0.2
AT_ONCE = 4
PAGE = (
    "<!doctype html><html lang=en><title>Report {n}</title><body><article><h1>Report {n} of the harbour board</h1>"
    "{text}</article></body></html>"
)
TEXT = "".join(
    f"<p>The board of the harbour met on day {day} and heard how many of the boats had come in with the tide.</p>"
    for day in range(12)
)


@contextmanager
def redis_server() -> Iterator[str]:
    """A redis-server with an append-only file; yields its URI."""
    with socket.socket() as found, tempfile.TemporaryDirectory(prefix="nc") as folder:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes"]
        process = subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL)
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()
            process.wait()


# The cost of a task


async def task_cost(uri: str, count: int, store: Store | None) -> float:
    """Return the CPU milliseconds of this process a task; with a store, with its marks too."""
    arrived: asyncio.Queue[Delivery] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def receive(delivery: Delivery) -> None:
        loop.call_soon_threadsafe(arrived.put_nowait, delivery)

    engine = Engine(SecretUri(uri), f"bench-{store is None}", 16, receive)
    await engine.start()
    names = [f"quay{number}" for number in range(count)]
    if store is not None:
        await store.make_sources_due(names, datetime.now(UTC))
    began = time.process_time()
    for at in range(0, count, 16):
        await _one_turn(engine, names[at : at + 16], arrived, store)
    spent = time.process_time() - began
    await engine.close()
    return 1000 * spent / count


async def _one_turn(engine: Engine, names: list[str], arrived: asyncio.Queue[Delivery], store: Store | None) -> None:
    now = datetime.now(UTC)
    if store is not None:
        await store.due_sources(now, limit=16, is_unqueued=True)
        names = [name for name in names if await store.queue_source(name, now, "bench")]
    await engine.waiting()
    await engine.publish(CRAWL, names)
    for _ in names:
        delivery = await arrived.get()
        if store is not None:
            await store.take_source(delivery.name, now, Taker("bench"))
            await store.plan_source(delivery.name, now, listings_at=now + timedelta(days=1), by="bench")
        delivery.release()


# One worker and two


def serve(connection: Connection, count: int, articles: int) -> None:
    """Answer on the hosts of all sources after a while: a feed, its articles, 304 to whoever has them."""
    items = "<item><title>Report {n}</title><link>http://{host}/news/report-{n}</link></item>"

    def response(path: str, host: str, head: str) -> bytes:
        if path == "/feed.xml":
            listed = "".join(items.format(n=n, host=host) for n in range(1, articles + 1))
            body = f'<rss version="2.0"><channel><title>News</title>{listed}</channel></rss>'
            return _answer("200 OK", "application/rss+xml", body)
        if not path.startswith("/news/"):
            return _answer("404 Not Found", "text/plain", "")
        if "if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return _answer("200 OK", "text/html", PAGE.format(n=path.rpartition("-")[2], text=TEXT))

    serve_hosts(connection, count, response, ANSWER_SECONDS)


def _answer(status: str, kind: str, body: str) -> bytes:
    return (
        f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nETag: "1"\r\nContent-Length: {len(body)}\r\n\r\n{body}'
    ).encode()


@contextmanager
def sites(count: int, articles: int) -> Iterator[int]:
    """Serve all sources from a process of their own; yields their port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, count, articles), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


class Workers:
    """Some workers of the cluster on some sources."""

    def __init__(self, root: Path, config: Config, uri: str, port: int, names: list[str]) -> None:
        self.root, self.config, self.names = root, config, names
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("NEWSCRAWL_")}
        hosts = ",".join(f"{host_of(number)}:{port}" for number in range(len(names)))
        self.environ = {
            **inherited, "PYTHONPATH": str(root), "NEWSCRAWL_HOME": str(config.home), "NEWSCRAWL_DELAY_SECONDS": "0",
            "NEWSCRAWL_EGRESS_ALLOW": hosts, "NEWSCRAWL_LOG_LEVEL": "WARNING", "NEWSCRAWL_CLUSTER_URI": uri,
            "NEWSCRAWL_MONGO_DATABASE": config.mongo_database, "NEWSCRAWL_HOST_REQUESTS_PER_HOUR": "0",
        }  # fmt: skip
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, count: int) -> None:
        command = [sys.executable, "-m", "newscrawl", "worker", "--processes", "1", "--at-once", str(AT_ONCE)]
        self.processes = [subprocess.Popen(command, cwd=self.root, env=self.environ) for _ in range(count)]

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait()

    def cpu_seconds(self) -> float:
        found = [process.pid for process in self.processes]
        for pid in found:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        return sum(map(cpu_seconds, found))

    def round(self, checks: int) -> tuple[float, float]:
        """Let all articles be checked once more; return CPU milliseconds a check and checks a second."""
        began_at, cpu = datetime.now(UTC), self.cpu_seconds()
        asyncio.run(self._make_due(began_at))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (times := asyncio.run(self._checks(began_at)))[2] < checks:
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise RuntimeError(f"{times[2]} checks of {checks}")
            time.sleep(1)
        first, last, count = times
        return 1000 * (self.cpu_seconds() - cpu) / count, (count - 1) / (last - first).total_seconds()

    async def _make_due(self, now: datetime) -> None:
        store = await Store.open(self.config)
        past = now - timedelta(minutes=1)
        await store.db.articles.update_many({}, {"$set": {"next_check_at": past, "claim_at": past}})
        await store.make_sources_due(self.names, now)
        await store.close()

    async def _checks(self, since: datetime) -> tuple[Any, Any, int]:
        """Return the times of first and last check, and how many there were in runs that have ended."""
        store = await Store.open(self.config)
        try:
            is_open = await store.db.runs.count_documents({"ended_at": None})
            lines = await find_lines(store.db, {"outcome": {"$ne": "error"}})
            found = sorted(line["at"] for line in lines if line["at"] >= since)
            return (found[0], found[-1], 0 if is_open else len(found)) if found else (since, since, 0)
        finally:
            await store.close()


def measure(uri: str, root: Path, sources: int, articles: int) -> None:
    config = Config(home=root.parent / "home", mongo_database="cluster")
    mongod = embedded.join(config.home)
    names = [f"quay{number}" for number in range(sources)]
    try:
        with sites(sources, articles) as port:
            write_spiders(root, names, port)
            workers = Workers(root, config, uri, port, names)
            results = []
            for count in (1, 2):
                workers.start(count)
                workers.round(sources * articles)  # not counted: the pages are new, or the workers just started
                results.append(workers.round(sources * articles))
                workers.stop()
                cpu, rate = results[-1]
                print(
                    f"{count} worker{'s' * (count > 1)}: {cpu:.1f} ms of CPU a check, {rate:.1f} checks a second",
                    flush=True,
                )
            (cpu_1, rate_1), (cpu_2, rate_2) = results
            print(f"two beside one: CPU a check {cpu_2 / cpu_1:.2f} (at most 1.1)")
            print(f"two beside one: rate {rate_2 / rate_1:.2f} (at least 1.8)")
    finally:
        mongod.leave()


def measure_tasks(uri: str, home: Path, count: int) -> None:
    """Each in a process of its own, as workers have one engine."""
    for has_marks in (False, True):
        process = multiprocessing.get_context("spawn").Process(target=_print_cost, args=(uri, home, count, has_marks))
        process.start()
        process.join()


def _print_cost(uri: str, home: Path, count: int, has_marks: bool) -> None:
    if not has_marks:
        print(f"a task: {asyncio.run(task_cost(uri, count, None)):.2f} ms of CPU in the engine", flush=True)
        return
    mongod = embedded.join(home)
    try:
        cost = asyncio.run(_cost_with_marks(uri, home, count))
        print(f"a task with its marks: {cost:.2f} ms of CPU (at most 5)", flush=True)
    finally:
        mongod.leave()


async def _cost_with_marks(uri: str, home: Path, count: int) -> float:
    store = await Store.open(Config(home=home, mongo_database="tasks"))
    try:
        return await task_cost(uri, count, store)
    finally:
        await store.close()


def run_full_test() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--durations=1", "tests/faults/test_cluster_chaos.py"]
    return subprocess.run(command, cwd=PROJECT_ROOT, env={**os.environ, "CHAOS_SOURCES": "300"}, check=False).returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=48)
    parser.add_argument("--articles", type=int, default=10)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    if options.full:
        sys.exit(run_full_test())
    with redis_server() as uri, project() as root:
        measure_tasks(uri, root.parent / "tasks", options.tasks)
        measure(uri, root, options.sources, options.articles)


if __name__ == "__main__":
    main()
