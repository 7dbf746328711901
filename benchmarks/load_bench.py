"""Measure the reader under an open load beside a crawling worker: `python -m benchmarks.load_bench [--rate 50]`.

A generated archive in the embedded MongoDB is served by `newscrawl serve`'s processes, while `newscrawl worker` checks
invented sources on loopback whose articles stand in the same archive: nine answer 304, every tenth has changed, so that
pages that are kept are made anew. Rounds of the worker alone and rounds under load take turns in one run.

*Open load*: requests come at random times of their own (exponentially distributed), whether or not earlier ones have
been answered, from a process of its own. Half are pollers of feeds, which send the last ETag, half are readers, who ask
for pages at random. A request's time counts from when it was to be sent, so that one that waits for a slow one before
it is slow too. Lost is what is answered by none of 200, 303 and 304.

Targets: p95 below 300 ms, none lost, and the worker's CPU a check at most 1.1 times that of its rounds alone.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import Any

from benchmarks.cluster_bench import TEXT, Workers
from benchmarks.generated_archive import SOURCES, Words, fill
from benchmarks.rounds_bench import PATIENCE_SECONDS, project, serve_hosts, write_spiders
from benchmarks.web_bench import Connection, pages, percentiles
from newscrawl.config import Config
from newscrawl.store import embedded

ANSWERED = {200, 303, 304}
CHANGES_EVERY_SECONDS = 10
PAGE = (
    "<!doctype html><html lang=en><title>Report {n}</title><body><article><h1>Report {n} of the harbour board</h1>"
    "{text}<p>On the last count of the morning the board had seen {count} boats come in.</p></article></body></html>"
)


def serve_sources(connection: Pipe, count: int, articles: int) -> None:
    """Answer on the hosts of all sources: a feed and its articles, every tenth with news each time."""
    items = "<item><title>Report {n}</title><link>http://{host}/news/report-{n}</link></item>"

    def response(path: str, host: str, head: str) -> bytes:
        if path == "/feed.xml":
            listed = "".join(items.format(n=n, host=host) for n in range(1, articles + 1))
            return _answer("application/rss+xml", f'<rss version="2.0"><channel>{listed}</channel></rss>', "feed")
        if not path.startswith("/news/"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(path.rpartition("-")[2])
        boats = 200 + int(time.time()) // CHANGES_EVERY_SECONDS % 1000 if number % 10 == 0 else 12
        if f'if-none-match: "{boats}"' in head.lower():
            return f'HTTP/1.1 304 Not Modified\r\nETag: "{boats}"\r\n\r\n'.encode()
        return _answer("text/html", PAGE.format(n=number, text=TEXT, count=boats), str(boats))

    serve_hosts(connection, count, response, 0.02)


def _answer(kind: str, body: str, tag: str) -> bytes:
    headers = f'Content-Type: {kind}\r\nETag: "{tag}"\r\nContent-Length: {len(body.encode())}'
    return f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}".encode()


@contextmanager
def child(target: Any, *arguments: Any) -> Iterator[Pipe]:
    """Run a function in a process of its own that ends with the block; yields its connection."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


@dataclass
class Answers:
    """Milliseconds of the requests that were answered, by kind, and what became of the others."""

    times: dict[str, list[float]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


class OpenLoad:
    """Requests that come at their own times."""

    def __init__(self, port: int, rate: float, articles: int) -> None:
        self._port, self._rate = port, rate
        self._random = random.Random(11)
        self._pages = pages(articles, Words())
        self._feeds = ["/changes.atom", *(f"/changes.atom?source={source}" for source in SOURCES)]
        self._tags: dict[str, str] = {}
        self._idle: list[Connection] = []
        self.answers = Answers()

    async def run(self, stopped: Pipe) -> None:
        """Send requests until something arrives by the connection; returns when all have been answered."""
        tasks: set[asyncio.Task[None]] = set()
        due = time.perf_counter()
        while not stopped.poll():
            due += self._random.expovariate(self._rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.add(asyncio.create_task(self._request(due)))
            tasks = {task for task in tasks if not task.done()}
        await asyncio.gather(*tasks)

    async def _request(self, due: float) -> None:
        is_poll = self._random.random() < 0.5
        name = "feed poll" if is_poll else self._random.choice(list(self._pages))
        path = self._random.choice(self._feeds if is_poll else self._pages[name])
        try:
            connection = self._idle.pop() if self._idle else await self._opened()
            status, _, tag = await connection.get(path, self._tags.get(path, "") if is_poll else "")
        except (
            OSError,
            asyncio.IncompleteReadError,
            KeyError,
        ) as error:  # KeyError: an answer that is not the reader's
            self.answers.lost.append(f"{path}: {error!r}")
            return
        self._idle.append(connection)
        if is_poll:
            self._tags[path] = tag
        if status not in ANSWERED:
            self.answers.lost.append(f"{path}: {status}")
        else:
            self.answers.times.setdefault(name, []).append((time.perf_counter() - due) * 1000)

    async def _opened(self) -> Connection:
        connection = Connection(self._port)
        await connection.open()
        return connection


def send(connection: Pipe, port: int, rate: float, articles: int) -> None:
    """Send an open load each time that the connection says so, until it says so again; then send the answers."""
    while connection.recv():
        load = OpenLoad(port, rate, articles)
        asyncio.run(load.run(connection))
        connection.recv()
        connection.send(load.answers)


@contextmanager
def reader(config: Config, port: int, processes: int) -> Iterator[None]:
    """`newscrawl serve` on the archive, until the block ends; the block begins when it answers."""
    settings = {
        "HOME": str(config.home), "MONGO_DATABASE": config.mongo_database, "SERVE_PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    environ = {**os.environ, **{f"NEWSCRAWL_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "newscrawl", "serve", "--workers", str(processes)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the reader did not start")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def report(alone: list[float], loaded: list[float], answers: Answers) -> None:
    times = [milliseconds for kind in answers.times.values() for milliseconds in kind]
    print(f"\n{'page':<22} {'count':>6}   ms: p50     p95")
    for name, found in sorted(answers.times.items()):
        print(f"{name:<22} {len(found):>6} {percentiles(found)}")
    print(f"{'all':<22} {len(times):>6} {percentiles(times)}   (target: p95 below 300)")
    print(f"lost: {len(answers.lost)} (target: none)", *answers.lost[:5], sep="\n  ")
    ratios = [with_load / without for without, with_load in zip(alone, loaded, strict=True)]
    print(
        f"worker's CPU a check: alone {statistics.median(alone):.1f} ms, under load {statistics.median(loaded):.1f} ms,"
        f" ratio of pairs {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}; target: at most 1.1)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of rounds: the worker alone, then under load")
    parser.add_argument("--sources", type=int, default=24)
    parser.add_argument("--articles", type=int, default=20, help="articles of each source")
    parser.add_argument("--archive", type=int, default=10_000, help="generated articles in the archive")
    parser.add_argument("--processes", type=int, default=2, help="processes of the reader")
    options = parser.parse_args()
    names, checks = [f"quay{number}" for number in range(options.sources)], options.sources * options.articles
    with project() as root, child(serve_sources, options.sources, options.articles) as sites:
        config = Config(home=root.parent / "home", mongo_database="load")
        mongod = embedded.join(config.home)
        try:
            asyncio.run(fill(config, options.archive))
            source_port, port = sites.recv(), free_port()
            write_spiders(root, names, source_port)
            workers = Workers(root, config, "", source_port, names)
            with reader(config, port, options.processes), child(send, port, options.rate, options.archive) as load:
                workers.start(1)
                alone, loaded, answers = [], [], Answers()
                try:
                    workers.round(checks)  # not counted: the pages are new
                    for _ in range(options.rounds):
                        alone.append(workers.round(checks)[0])
                        load.send(True)
                        loaded.append(workers.round(checks)[0])
                        load.send(False)
                        found: Answers = load.recv()
                        answers.lost += found.lost
                        for name, times in found.times.items():
                            answers.times.setdefault(name, []).extend(times)
                        print(f"alone {alone[-1]:.1f} ms a check, under load {loaded[-1]:.1f} ms", flush=True)
                finally:
                    workers.stop()
                report(alone, loaded, answers)
        finally:
            mongod.leave()


if __name__ == "__main__":
    main()
