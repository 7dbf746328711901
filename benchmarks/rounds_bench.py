"""Measure the CPU of an idle source-round: `python -m benchmarks.rounds_bench [--sources 66 500] [--rounds 2]`.

An idle round reads a source's robots.txt, if it is an hour old, and its listing; all listed articles are known, and
none is due. The invented sources answer on loopback addresses, one address each, from a process of their own; their
articles are written into an embedded MongoDB. `newscrawl worker` crawls all sources once to warm up, which is not
counted, and then for some rounds; its CPU is that of the supervisor, its fork server and its worker processes. Beside
it, in the same run, some of the sources are crawled by `newscrawl crawl NAME`, a process each. Neither includes mongod,
whose CPU is printed apart.

Target: the resident worker takes at most a tenth of the CPU of a process per source; a fiftieth is hoped for.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.claim_bench import TEMPLATE
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.items import article_id
from newscrawl.store import Store, embedded

T = TypeVar("T")
LISTED = 40  # articles in each feed
PATIENCE_SECONDS = 1800
SPIDER = """
from newscrawl.spider import NewsSpider


class {kind}(NewsSpider):
    name = "{name}"
    domains = ("{host}",)
    feeds = ("http://{host}:{port}/feed.xml",)
    article_pattern = r"/news/report-\\d+$"
    guid_pattern = r"-(\\d+)$"
"""
ITEM = "<item><title>Report {n} of the harbour board</title><link>http://{host}/news/report-{n}</link></item>"


def host_of(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Invented sources: their spiders stand in a copy of the project, their articles in the archive."""

    root: Path
    config: Config
    port: int
    count: int

    @property
    def names(self) -> list[str]:
        return [f"quay{number}" for number in range(self.count)]

    def environ(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("NEWSCRAWL_")}
        hosts = ",".join(f"{host_of(number)}:{self.port}" for number in range(self.count))
        ours = {
            "HOME": str(self.config.home), "DELAY_SECONDS": "0", "EGRESS_ALLOW": hosts, "LOG_LEVEL": "WARNING",
            "MONGO_DATABASE": self.config.mongo_database,
        }  # fmt: skip
        return {
            **inherited,
            "PYTHONPATH": str(self.root),
            **{f"NEWSCRAWL_{name}": value for name, value in ours.items()},
        }

    async def write_articles(self, store: Store) -> None:
        now = datetime.now(UTC)
        later = now + timedelta(days=30)
        for number, name in enumerate(self.names):
            await store.db.articles.insert_many(
                {
                    **TEMPLATE,
                    "_id": article_id(name, str(n)),
                    "source": name,
                    "guid": str(n),
                    "url": f"http://{host_of(number)}:{self.port}/news/report-{n}",
                    "next_check_at": later,
                    "claim_at": later,
                }
                for n in range(1, LISTED + 1)
            )


def write_spiders(root: Path, names: Sequence[str], port: int) -> None:
    """Write the spiders of sources in the place of those of a copied project."""
    folder = root / "spiders"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "__init__.py").touch()
    for number, name in enumerate(names):
        text = SPIDER.format(kind=name.capitalize(), name=name, host=host_of(number), port=port)
        (folder / f"{name}.py").write_text(text)


def serve(connection: Connection, count: int) -> None:
    """Answer on the hosts of all sources, at one port: a feed whose articles are on the host asked, else 404."""

    def response(path: str, host: str, _: str) -> bytes:
        body = feed(host) if path == "/feed.xml" else b""
        status = "200 OK" if body else "404 Not Found"
        headers = f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}"
        return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body

    serve_hosts(connection, count, response)


def serve_hosts(
    connection: Connection, count: int, response: Callable[[str, str, str], bytes], seconds: float = 0.0
) -> None:
    """Answer on the hosts of all sources, at one port that is sent first, each time after some seconds.

    `response` is called with the path, the host and the whole head of a request.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                await asyncio.sleep(seconds)
                host = next(line[6:] for line in head.split("\r\n") if line.lower().startswith("host: "))
                writer.write(response(head.split(" ", 2)[1], host, head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        first = await asyncio.start_server(answer, host_of(0), 0)
        port = first.sockets[0].getsockname()[1]
        others = await asyncio.start_server(answer, [host_of(number) for number in range(1, count)], port)
        connection.send(port)
        await asyncio.gather(first.serve_forever(), others.serve_forever())

    asyncio.run(main())


def feed(host: str) -> bytes:
    items = "".join(ITEM.format(n=n, host=host) for n in range(1, LISTED + 1))
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


@contextmanager
def sites(count: int) -> Any:
    """Serve the sites of so many sources in a process of their own; yields their port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, count), daemon=True)
    process.start()
    theirs.close()  # so that a process that dies is noticed
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


@contextmanager
def project() -> Any:
    """A copy of this checkout's code in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        root = Path(folder) / "project"
        for name in ("newscrawl", "pipelines"):
            shutil.copytree(PROJECT_ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("scrapy.cfg", "pyproject.toml"):
            shutil.copy(PROJECT_ROOT / name, root / name)
        yield root


@contextmanager
def prepared(root: Path, port: int, count: int) -> Any:
    """Sources whose articles are all known; yields them with the mongod that holds their archive."""
    config = Config(home=root.parent / "home", mongo_database=f"rounds-{count}")
    mongod = embedded.join(config.home)
    try:
        sources = Sources(root, config, port, count)
        write_spiders(root, sources.names, port)
        ask(sources, sources.write_articles)
        yield sources, mongod.pid
    finally:
        mongod.leave()


def ask(sources: Sources, question: Callable[[Store], Awaitable[T]]) -> T:
    async def asked() -> T:
        store = await Store.open(sources.config)
        try:
            return await question(store)
        finally:
            await store.close()

    return asyncio.run(asked())


class ResidentWorker:
    """`newscrawl worker` on the sources; rounds are begun by making every source due.

    `environ` are further variables of its process.
    """

    def __init__(self, sources: Sources, **environ: str) -> None:
        self._sources = sources
        self.rounds = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newscrawl", "worker"],
            cwd=sources.root,
            env=sources.environ() | environ,
            stdout=subprocess.DEVNULL,
        )

    def round(self) -> None:
        """Crawl every source once more."""
        self.rounds += 1
        if self.rounds > 1:  # the first time all are due because they are new
            ask(self._sources, lambda store: store.make_sources_due(self._sources.names, datetime.now(UTC)))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (ended := ask(self._sources, self._ended)) < self.rounds * self._sources.count:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the worker crawled {ended} sources in {self.rounds} rounds and no more")
            time.sleep(0.5)

    async def _ended(self, store: Store) -> int:
        bad = await store.db.runs.find_one({"ended_at": {"$ne": None}, "exit_code": {"$ne": 0}})
        if bad is not None:
            raise RuntimeError(f"{bad['source']}: {bad['reason']}, exit code {bad['exit_code']}, {bad['errors']}")
        return await store.db.runs.count_documents({"ended_at": {"$ne": None}})

    def processes(self) -> list[int]:
        """Return the pids of the supervisor and everything that it started."""
        found = [self._process.pid]
        for pid in found:
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        return sum(cpu_seconds(pid) for pid in self.processes())

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process used so far, with that of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def process_per_source(sources: Sources, names: list[str]) -> float:
    """Crawl sources in a process each; return the CPU seconds of one."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for name in names:
        command = [sys.executable, "-m", "newscrawl", "crawl", name, "--json"]
        done = subprocess.run(command, cwd=sources.root, env=sources.environ(), check=True, stdout=subprocess.PIPE)
        report = json.loads(done.stdout)
        assert (report["checked"], report["discovered"]) == (0, LISTED), report
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / len(names)


def resident(sources: Sources, mongod: int, rounds: int) -> tuple[float, float]:
    """Return the CPU seconds of one source in one round: of the worker's processes, and of mongod."""
    worker = ResidentWorker(sources)
    try:
        worker.round()
        before, mongod_before = worker.cpu_seconds(), cpu_seconds(mongod)
        for _ in range(rounds):
            worker.round()
        times = rounds * sources.count
        return (worker.cpu_seconds() - before) / times, (cpu_seconds(mongod) - mongod_before) / times
    finally:
        worker.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sources", type=int, nargs="+", default=[66, 500])
    parser.add_argument("--rounds", type=int, default=2, help="rounds of the worker that are counted")
    parser.add_argument("--processes", type=int, default=6, help="sources that are crawled in a process each")
    chosen = parser.parse_args()
    with project() as root, sites(max(chosen.sources)) as port:
        for count in chosen.sources:
            with prepared(root, port, count) as (sources, mongod):
                shared, mongod_share = resident(sources, mongod, chosen.rounds)
                alone = process_per_source(sources, sources.names[: chosen.processes])
            print(
                f"{count:4} sources  resident {shared * 1000:7.1f} ms of CPU per source-round"
                f"  (mongod {mongod_share * 1000:.1f} ms)  process per source {alone * 1000:7,.0f} ms"
                f"  ratio {shared / alone:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
