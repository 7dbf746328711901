"""Measure whether checks keep their times: `python -m benchmarks.drain_bench [--rate 40] [--seconds 600]`.

Of 100,000 watched articles of 500 sources on loopback addresses so many fall due as the rate and the time say, evenly
and in random order over the sources. `newscrawl worker` runs with its defaults, but for `--at-once`. Before, a worker
without delays crawls the articles that will fall due, so that their heads, pages and validators are real ones; the
others are written into the archive and are due in a month.

Pages are those of line_bench, of about 30 KB. Of twenty due articles fifteen answer 304, three have other teasers and
tokens around the same text, and two have another text.

The server writes down when each article is requested. Printed are how late the first request for each was (seconds
since it was due), how many were more than a minute late, CPU milliseconds a check of the worker's processes and of
mongod, and the most memory that they had together (proportional set size, of which mongod's cache is a part). It exits
with 1 if an article was later than a minute, which says something about newscrawl only where nothing else keeps the
processors busy.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from pymongo import UpdateOne

from benchmarks.claim_bench import TEMPLATE
from benchmarks.line_bench import Served, page
from benchmarks.rounds_bench import PATIENCE_SECONDS, cpu_seconds, host_of, project, serve_hosts, write_spiders
from newscrawl.config import Config
from newscrawl.items import article_id
from newscrawl.store import Store, embedded

MOST_LATE_SECONDS = 60.0
LEAD = timedelta(seconds=30)  # in which the worker starts
SAMPLE_SECONDS = 5.0
CHANGED, OTHER_SURROUNDINGS, OF = 2, 3, 20
DATABASE = "drain"


def serve(connection: Connection, count: int, due: int, requests: str) -> None:
    """Answer on the hosts of all sources: a feed of the articles that will be due, and these; note their requests."""
    items = "<item><title>Report {n}</title><link>http://{host}/news/report-{n}</link></item>"
    with Path(requests).open("w", buffering=1) as log:

        def response(path: str, host: str, head: str) -> bytes:
            if path == "/feed.xml":
                listed = "".join(items.format(n=n, host=host) for n in range(1, due + 1))
                body = f'<rss version="2.0"><channel>{listed}</channel></rss>'.encode()
                return answer("application/rss+xml", body, "feed", head)
            if not path.startswith("/news/"):
                return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            number = int(path.rpartition("-")[2])
            is_known = "if-none-match:" in head.lower()
            log.write(f"{time.time():.3f} {host.partition(':')[0]} {number} {is_known:d}\n")
            kind = number % OF if is_known else OF
            edition, surroundings = int(kind < CHANGED), int(kind < CHANGED + OTHER_SURROUNDINGS)
            served = Served(edition, surroundings)
            return answer("text/html; charset=utf-8", page(number, served), f"{edition}{surroundings}", head)

        serve_hosts(connection, count, response)


def answer(kind: str, body: bytes, tag: str, head: str) -> bytes:
    """Return a response, 304 to whoever has the tag."""
    if f'if-none-match: "{tag}"' in head.lower():
        return f'HTTP/1.1 304 Not Modified\r\nETag: "{tag}"\r\n\r\n'.encode()
    headers = f'Content-Type: {kind}\r\nETag: "{tag}"\r\nContent-Length: {len(body)}'
    return f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; an article is named by the number of its source and its own."""

    sources: int
    articles: int
    rate: float
    seconds: float

    @property
    def due(self) -> int:
        """How many articles of each source fall due."""
        return round(self.rate * self.seconds / self.sources)

    @property
    def names(self) -> list[str]:
        return [f"quay{number}" for number in range(self.sources)]

    def order(self) -> list[tuple[int, int]]:
        """Return the articles in the order in which they fall due."""
        found = [(source, number) for source in range(self.sources) for number in range(1, self.due + 1)]
        random.Random(13).shuffle(found)
        return found


@dataclass(frozen=True, slots=True)
class Worker:
    """`newscrawl worker` in a project."""

    root: Path
    environ: dict[str, str]
    options: tuple[str, ...] = ()

    @contextmanager
    def run(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        environ = {**self.environ, **{f"NEWSCRAWL_{name}": value for name, value in settings.items()}}
        command = [sys.executable, "-m", "newscrawl", "worker", *self.options]
        process = subprocess.Popen(command, cwd=self.root, env=environ)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def environment(root: Path, config: Config, port: int, plan: Plan) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    hosts = ",".join(f"{host_of(number)}:{port}" for number in range(plan.sources))
    ours = {
        "HOME": str(config.home), "MONGO_DATABASE": DATABASE, "EGRESS_ALLOW": hosts, "LOG_LEVEL": "WARNING",
        "POLICY": "fixed:minutes=1440",
    }  # fmt: skip
    return {**inherited, "PYTHONPATH": str(root), **{f"NEWSCRAWL_{name}": value for name, value in ours.items()}}


async def write_others(config: Config, plan: Plan, port: int) -> None:
    """Write the articles that are due in a month."""
    store = await Store.open(config)
    later = datetime.now(UTC) + timedelta(days=30)
    try:
        for source, name in enumerate(plan.names):
            await store.db.articles.insert_many(
                {
                    **TEMPLATE, "_id": article_id(name, str(n)), "source": name, "guid": str(n),
                    "url": f"http://{host_of(source)}:{port}/news/report-{n}",
                    "next_check_at": later, "claim_at": later, "state": "watched",
                }
                for n in range(plan.due + 1, plan.articles // plan.sources + 1)
            )  # fmt: skip
    finally:
        await store.close()


async def recorded(config: Config) -> int:
    """Return how many articles have a version, once no run is under way."""
    store = await Store.open(config)
    try:
        is_busy = await store.db.runs.count_documents({"ended_at": None})
        return 0 if is_busy else await store.db.versions.count_documents({})
    finally:
        await store.close()


async def make_due(config: Config, plan: Plan, began_at: datetime) -> None:
    """Let the articles fall due one after the other from that moment on."""
    store = await Store.open(config)
    try:
        updates = []
        for place, (source, number) in enumerate(plan.order()):
            at = began_at + timedelta(seconds=place / plan.rate)
            key = article_id(plan.names[source], str(number))
            updates.append(UpdateOne({"_id": key}, {"$set": {"next_check_at": at, "claim_at": at, "state": "watched"}}))
        result = await store.db.articles.bulk_write(updates, ordered=False)
        if result.matched_count != len(updates):
            raise RuntimeError(f"{result.matched_count} of {len(updates)} articles are known")
        now = datetime.now(UTC)
        for name in plan.names:
            await store.plan_source(name, now, listings_at=now + timedelta(hours=1))
    finally:
        await store.close()


def family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for parent in found:
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has ended meanwhile
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def mebibytes(pid: int) -> float:
    """Return the proportional set size of a process; none is left of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


class Usage:
    """CPU and memory of the worker's processes and of mongod."""

    def __init__(self, worker: int, mongod: int) -> None:
        self._worker, self._mongod = worker, mongod
        self._before = self._seconds()
        self.most_mebibytes = 0.0

    def _seconds(self) -> tuple[float, float]:
        """The worker's processes that ended are counted by those that started them."""
        seconds = 0.0
        for pid in family(self._worker):
            with suppress(FileNotFoundError, ProcessLookupError):
                seconds += cpu_seconds(pid)
        return seconds, cpu_seconds(self._mongod)

    def sample(self) -> None:
        self.most_mebibytes = max(self.most_mebibytes, sum(map(mebibytes, [*family(self._worker), self._mongod])))

    def milliseconds(self, checks: int) -> tuple[float, float]:
        """Return the CPU of the worker and of mongod, a check."""
        worker, mongod = (after - before for before, after in zip(self._before, self._seconds(), strict=True))
        return 1000 * worker / checks, 1000 * mongod / checks


def lateness(requests: Path, plan: Plan, began_at: datetime) -> list[float]:
    """Return the seconds from when each article was due until it was requested, in order."""
    due_at = {
        (host_of(source), str(number)): began_at.timestamp() + place / plan.rate
        for place, (source, number) in enumerate(plan.order())
    }
    late: dict[tuple[str, str], float] = {}
    for line in requests.read_text().splitlines():
        at, host, number, is_known = line.split()
        if is_known == "1":
            late.setdefault((host, number), float(at) - due_at[host, number])
    return sorted(late.values())


def warm_up(worker: Worker, config: Config, wanted: int) -> None:
    with worker.run(DELAY_SECONDS="0", HOST_REQUESTS_PER_HOUR="0") as process:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (count := asyncio.run(recorded(config))) < wanted:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{count} of {wanted} articles were recorded")
            time.sleep(SAMPLE_SECONDS)


def drain(worker: Worker, plan: Plan, config: Config, mongod: int, requests: Path) -> bool:
    """Let the articles fall due while a worker runs; print what became of them, and return whether none was late."""
    wanted = plan.due * plan.sources
    began_at = datetime.now(UTC) + LEAD
    asyncio.run(make_due(config, plan, began_at))
    with worker.run() as process:
        usage = Usage(process.pid, mongod)
        end = began_at.timestamp() + plan.seconds + 5 * MOST_LATE_SECONDS
        while len(late := lateness(requests, plan, began_at)) < wanted and time.time() < end:
            usage.sample()
            time.sleep(SAMPLE_SECONDS)
        cpu, mongod_cpu = usage.milliseconds(max(1, len(late)))
    print(f"{len(late):,} of {wanted:,} due articles of {plan.articles:,} were checked, {plan.rate:g} a second")
    too_late = wanted - sum(seconds <= MOST_LATE_SECONDS for seconds in late)
    if late:
        median, most, last = late[len(late) // 2], late[len(late) * 95 // 100], late[-1]
        print(f"late by: median {median:.1f} s, 95 % {most:.1f} s, last {last:.1f} s; earliest {late[0]:.1f} s")
    print(f"more than a minute late: {too_late}")
    print(f"CPU ms a check: {cpu:.1f}, mongod {mongod_cpu:.1f}; most memory together {usage.most_mebibytes:,.0f} MiB")
    return too_late == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rate", type=float, default=40.0, help="articles that fall due a second")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--articles", type=int, default=100_000, help="watched articles of all sources")
    parser.add_argument("--at-once", type=int, help="crawls that each process of the worker runs side by side")
    chosen = parser.parse_args()
    options = ("--at-once", str(chosen.at_once)) if chosen.at_once else ()
    plan = Plan(chosen.sources, chosen.articles, chosen.rate, chosen.seconds)
    with project() as root:
        config = Config(home=root.parent / "home", mongo_database=DATABASE)
        requests = root.parent / "requests"
        ours, theirs = multiprocessing.Pipe()
        arguments = (theirs, plan.sources, plan.due, str(requests))
        server = multiprocessing.get_context("spawn").Process(target=serve, args=arguments, daemon=True)
        server.start()
        theirs.close()
        mongod = embedded.join(config.home)
        try:
            port = ours.recv()
            write_spiders(root, plan.names, port)
            worker = Worker(root, environment(root, config, port, plan), options)
            warm_up(worker, config, plan.due * plan.sources)
            print(f"{plan.due * plan.sources:,} articles are known", flush=True)
            asyncio.run(write_others(config, plan, port))
            return 0 if drain(worker, plan, config, mongod.pid, requests) else 1
        finally:
            mongod.leave()
            server.kill()
            server.join()


if __name__ == "__main__":
    sys.exit(main())
