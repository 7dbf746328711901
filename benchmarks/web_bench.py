"""Measure response times of the reader on a large archive: `python -m benchmarks.web_bench --articles 100000`.

Generates articles with four versions each into the embedded MongoDB (kept between runs in --home) and serves them as
`newscrawl serve` does, with two workers on loopback. Clients, workers and database share the cores of the machine.

Target: for every page at most 50 ms of server time at the median and 150 ms at p95 with 20 concurrent clients, whatever
the size of the archive. Definitions:

- *Server time* is the time from the application's receipt of a request until its compressed response is ready:
  database, layout, compression, and waits for a core. The server sends it in the header Server-Timing. *Waited* is what
  the client measures: server time, the wait until a worker accepts the request, and the transport.
- *20 concurrent clients* are 20 open connections. Each pauses before its next request: --think seconds on average (by
  default 1, exponentially distributed, so that requests arrive in bursts, as in practice). That is about 20 pages per
  second. People pause for longer, so this corresponds to a few hundred of them.

The same clients without pauses measure throughput, which is printed below. Then 20 requests are always in progress, so
by Little's law the time of each is 20 divided by the responses per second.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from benchmarks.generated_archive import END, SOURCES, TYPES, VERSIONS, Words, documents, fill
from newscrawl import diff
from newscrawl.config import Config
from newscrawl.items import Article, PageKind
from newscrawl.store import Store
from newscrawl.web import create_app

CLIENTS = 20
REPEATED = 400  # requests of one round
UNCHANGED = ("latest changes", "article", "diff", "version", "feed")


def pages(count: int, words: Words) -> dict[str, list[str]]:
    """Return paths by kind of page; each client picks among them at random."""
    rng = random.Random(3)
    generated = [(document["_id"], document["url"]) for document, _, _ in documents(min(count, 2_000), Words())]
    sample = rng.sample(generated, 300)
    days = [(END - timedelta(days=rng.randrange(900))).date().isoformat() for _ in range(50)]
    return {
        "latest changes": ["/"],
        "changes, filtered": [
            f"/?source={rng.choice(SOURCES)}&kind={rng.choice(TYPES)}&least={rng.choice((25, 50, 75))}"
            for _ in range(50)
        ],
        "changes of a day": [f"/?day={day}" for day in days],
        "first sightings": ["/first", *(f"/first?source={source}" for source in SOURCES)],
        "article": [f"/article/{key}" for key, _ in sample],
        "diff": [f"/article/{key}/{n}/{n + 1}" for key, _ in sample for n in (1, 2, 3)],
        "version": [f"/article/{key}/{n}" for key, _ in sample for n in (1, 2, 3, 4)],
        "source": [f"/source/{source}" for source in SOURCES],
        "search, common word": [f"/search?q={words.common()}" for _ in range(20)],
        "search, rare word": [f"/search?q={words.rare()}" for _ in range(50)],
        "search, two words": [f"/search?q={words.common()}+{words.rare()}" for _ in range(50)],
        "search in added": [f"/search?q={words.common()}&in=added" for _ in range(50)],
        "look-up": [f"/url/{url}?utm_source=x" for _, url in sample],
        "feed": ["/changes.atom", *(f"/changes.atom?source={source}" for source in SOURCES)],
        "API changes": ["/api/v1/changes", *(f"/api/v1/changes?source={source}" for source in SOURCES)],
        "API version": [f"/api/v1/articles/{key}/versions/2" for key, _ in sample],
    }


def serve(config: Config, listener: socket.socket) -> None:
    server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="error", access_log=False))
    server.run(sockets=[listener])


class Connection:
    """A client's open connection. An HTTP library would use as much CPU of the shared cores as a page does."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def get(self, path: str, tag: str = "") -> tuple[int, float, str]:
        """Request a page and read it to its end; returns (status, server time in milliseconds, ETag)."""
        if self._reader.at_eof():  # the server closes connections that are idle for long
            self.close()
            await self.open()
        condition = f"if-none-match: {tag}\r\n" if tag else ""
        request = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n{condition}\r\n"
        self._writer.write(request.encode())
        status_line, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        await self._reader.readexactly(int(headers.get("content-length", 0)))
        server_time = float(headers["server-timing"].partition("dur=")[2])
        return int(status_line.split()[1]), server_time, headers.get("etag", "")

    def close(self) -> None:
        self._writer.close()


async def load(
    port: int, paths: dict[str, list[str]], seconds: float, clients: int, think: float
) -> dict[str, list[tuple[float, float]]]:
    """Run the clients for a while; return (server time, waited) in milliseconds by kind of page."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}
    deadline = time.monotonic() + seconds

    async def client(seed: int) -> None:
        rng = random.Random(seed)
        connection = Connection(port)
        await connection.open()
        while True:
            if think:
                await asyncio.sleep(rng.expovariate(1 / think))
            if time.monotonic() > deadline:
                break
            name = rng.choice(list(paths))
            path = rng.choice(paths[name])
            started = time.perf_counter()
            status, server_time, _ = await connection.get(path)
            waited = (time.perf_counter() - started) * 1000
            if status == 503:  # the server gave up at its time limit: printed, and not counted
                print(f"  503: {path}", flush=True)
                continue
            assert status in {200, 303}, (path, status)
            times[name].append((server_time, waited))
        connection.close()

    await asyncio.gather(*(client(seed) for seed in range(clients)))
    return times


async def database_seconds(config: Config) -> float:
    """Return the CPU time that the database has used."""
    store = await Store.open(config)
    try:
        usage = (await store.db.command("serverStatus"))["extra_info"]
        return float(usage["user_time_us"] + usage["system_time_us"]) / 1e6
    finally:
        await store.close()


def cpu_seconds(config: Config, workers: list[multiprocessing.Process]) -> tuple[float, float]:
    """Return the CPU time used so far by the workers, and by the database."""
    ticks = [Path(f"/proc/{worker.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for worker in workers]
    reader = sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")
    return reader, asyncio.run(database_seconds(config))


def live_blog_seconds() -> float:
    """Return the time of a diff between two versions of a live blog with 2,000 paragraphs."""
    words = Words()
    old = [words.pool[words.random.randrange(4000)] + f" {n}" for n in range(2000)]
    new = [text.replace("a", "o", 3) if n % 9 == 0 else text for n, text in enumerate(old)]
    new[:0] = [f"New entry {n}: {words.pool[n]}" for n in range(60)]

    def live_blog(paragraphs: list[str]) -> Article:
        return Article("s", "g", "https://a.example/", "Live", tuple(paragraphs), "w", "t", "s", PageKind.LIVE, "r")

    started = time.perf_counter()
    diff.compare(live_blog(old), live_blog(new))
    return time.perf_counter() - started


def percentiles(values: Sequence[float]) -> str:
    """Return the median and the 95th percentile for the table."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):7.1f} {ordered[int(len(ordered) * 0.95)]:7.1f}"


@dataclass(frozen=True)
class Server:
    """The served archive."""

    config: Config
    workers: list[multiprocessing.Process]
    port: int


def measure(
    title: str, server: Server, paths: dict[str, list[str]], options: argparse.Namespace, *, think: float
) -> None:
    """Run the clients, and print response times and CPU time."""
    before = cpu_seconds(server.config, server.workers)
    times_by_page = asyncio.run(load(server.port, paths, options.seconds, options.readers, think))
    after = cpu_seconds(server.config, server.workers)
    total = sum(len(times) for times in times_by_page.values())
    print(f"\n{title}: {total:,} responses in {options.seconds:.0f} s, {total / options.seconds:.0f} per second")
    if not total:
        return
    reader_ms, database_ms = ((end - start) * 1000 / total for start, end in zip(before, after, strict=True))
    print(f"CPU time per response: {reader_ms:.1f} ms in the reader, {database_ms:.1f} ms in the database")
    print(f"{'page':<22} {'count':>6}   server ms: p50     p95   waited ms: p50     p95")
    all_times = [pair for times in times_by_page.values() for pair in times]
    for name, times in [*times_by_page.items(), ("all pages", all_times)]:
        if times:
            server_times, waits = zip(*times, strict=True)
            print(f"{name:<22} {len(times):>6} {'':9}{percentiles(server_times)} {'':10}{percentiles(waits)}")


def unchanged(server: Server, paths: dict[str, list[str]]) -> None:
    """Print what a page costs the reader that has not changed, beside /healthz in the same rounds: CPU, best of five.

    The best round is the one that others disturbed least. A request that has the page's ETag is answered by 304.
    """
    named = {"/healthz": "/healthz", **{name: paths[name][0] for name in UNCHANGED}}
    costs: dict[str, list[float]] = {}
    for _ in range(5):
        for name, path in named.items():
            for with_tag in (False, True) if name != "/healthz" else (False,):
                before = cpu_seconds(server.config, server.workers)
                asyncio.run(repeat(server.port, path, with_tag=with_tag))
                reader = cpu_seconds(server.config, server.workers)[0] - before[0]
                costs.setdefault(f"{name}{', 304' if with_tag else ''}", []).append(1000 * reader / REPEATED)
    base = min(costs["/healthz"])
    print("\nCPU time of an unchanged page in the reader (target: at most 3 x /healthz)")
    for name, milliseconds in costs.items():
        print(f"{name:<24} {min(milliseconds):6.2f} ms {min(milliseconds) / base:6.2f} x /healthz")


async def repeat(port: int, path: str, *, with_tag: bool) -> None:
    """Request a page REPEATED times over one connection, and once before that."""
    connection = Connection(port)
    await connection.open()
    tag = (await connection.get(path))[2]
    for _ in range(REPEATED):
        status, _, _ = await connection.get(path, tag if with_tag else "")
        assert status == (304 if with_tag else 200), (path, status)
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--readers", type=int, default=CLIENTS, help="number of concurrent clients")
    parser.add_argument("--think", type=float, default=1.0, help="average seconds between two requests of a client")
    parser.add_argument("--warm", type=float, default=10.0, help="seconds of requests before the measurement")
    parser.add_argument("--home", type=Path, default=Path(".newscrawl") / "bench")
    options = parser.parse_args()
    config = Config(home=options.home.absolute(), mongo_database=f"bench_{options.articles}")
    asyncio.run(fill(config, options.articles))
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    workers = [multiprocessing.Process(target=serve, args=(config, listener)) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        server = Server(config, workers, port)
        paths = pages(options.articles, Words())
        asyncio.run(load(port, paths, options.warm, options.readers, 0))
        print(f"{options.articles:,} articles, {options.articles * VERSIONS:,} versions, {options.readers} clients")
        unchanged(server, paths)
        measure(f"one page per client every {options.think:g} s", server, paths, options, think=options.think)
        measure("without pauses", server, paths, options, think=0)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    print(f"\ndiff of a live blog with 2,000 paragraphs: {live_blog_seconds():.2f} s (target: less than 1 s)")


if __name__ == "__main__":
    main()
