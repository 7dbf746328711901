"""How fast the reader answers on a large generated history: `python -m benchmarks.web_bench --articles 100000`.

Generates articles with four versions each into the embedded MongoDB (kept between runs under --home) and serves them
as `newscrawl serve` does, with two workers on loopback. Readers, workers and database share the machine's cores.

Asked: every page under 50 ms of server time at the median and 150 ms at p95 with 20 concurrent readers, whatever the
size of the history. What these words mean here:

- *Server time* runs from the moment the application has a request until its compressed answer stands ready: database,
  layout, compression, and every wait for a core on the way. The server states it in the header Server-Timing. *Waited*
  is what the reader sees: the same, and the wait for the worker to take up the request, and the transport.
- *20 concurrent readers* are 20 open connections whose owners look at a page before they ask for the next: --think
  seconds on average (1 by default, drawn from an exponential distribution, so that requests fall together as they do in
  life). That is some 20 pages a second. People take longer, so it stands for a few hundred of them.

The same readers without pause measure something else, printed below it: throughput. There 20 requests are always in
the machine, so by Little's law the time of each is 20 divided by the answers a second, however it is spent.
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
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo
import uvicorn

from newscrawl import diff
from newscrawl.config import Config
from newscrawl.items import Article, PageKind, article_id
from newscrawl.store import Store
from newscrawl.store.reader_indexes import READER_INDEXES
from newscrawl.store.terms import terms
from newscrawl.web import create_app

VERSIONS = 4
SOURCES = [f"paper{n:02d}" for n in range(12)]
TYPES = ("headline", "numbers", "names", "quotes", "hedging", "correction", "added", "removed", "typo")
END = datetime(2026, 6, 1, tzinfo=UTC)
YEARS = timedelta(days=1000)
READERS = 20


class Words:
    """A pool of paragraphs in an invented language whose words are as unequal as real ones."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "en", "or")]
        self.words = [
            "".join(self.random.choices(syllables, k=self.random.choice((1, 2, 2, 3)))) for _ in range(20_000)
        ]
        weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.pool = [" ".join(self.random.choices(self.words, weights, k=40)).capitalize() + "." for _ in range(4_000)]
        self.terms = [set(terms((text,))) for text in self.pool]

    def common(self) -> str:
        return self.words[self.random.randrange(30)]

    def rare(self) -> str:
        return self.words[self.random.randrange(5_000, 20_000)]


def documents(count: int, words: Words) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]]:
    """Make articles with their versions and added passages."""
    rng = words.random
    for n in range(count):
        source = rng.choice(SOURCES)
        guid = f"{n:08d}"
        key = article_id(source, guid)
        url = f"https://www.{source}.example/story/{guid}"
        first = END - YEARS * rng.random()
        picked = rng.sample(range(len(words.pool)), 8)
        headline = " ".join(rng.sample(words.words[:5000], 6)).capitalize()
        found: list[dict[str, Any]] = []
        added: list[dict[str, Any]] = []
        seen_at = first
        for number in range(1, VERSIONS + 1):
            new = None
            if number > 1:
                seen_at += timedelta(hours=rng.expovariate(0.2))
                new = rng.randrange(len(words.pool))
                picked = [*picked]
                picked[rng.randrange(8)] = new
                if rng.random() < 0.3:
                    headline = headline.rsplit(" ", 1)[0] + " " + words.rare()
            document = version(key, source, url, guid, number, seen_at, headline, picked, words)
            found.append(document)
            if new is not None:
                added.append(
                    {k: document[k] for k in ("_id", "article_id", "number", "source", "seen_at")}
                    | {"types": document["change"]["types"], "text": [words.pool[new]], "terms": list(words.terms[new])}
                )
        yield article(found, first), found, added


def version(
    key: str,
    source: str,
    url: str,
    guid: str,
    number: int,
    at: datetime,
    headline: str,
    picked: list[int],
    words: Words,
) -> dict[str, Any]:
    rng = words.random
    significance = rng.betavariate(1, 3)
    change: dict[str, Any] = {"types": [], "significance": 0.0, "summary": ""}
    if number > 1:
        change = {
            "types": rng.sample(TYPES, rng.choice((1, 1, 2, 3))), "words_added": 38, "words_removed": 37,
            "paragraphs_added": 0, "paragraphs_removed": 0, "paragraphs_edited": 1, "paragraphs_moved": 0,
            "significance": significance, "reasons": ["numbers: 2 changed (+0.10)"], "summary": "rewritten",
            "reverts_to": None, "silent": rng.random() < 0.1,
        }  # fmt: skip
    document = {
        "_id": f"{key}:{number}", "article_id": key, "number": number, "source": source, "seen_at": at,
        "not_before": at - timedelta(minutes=20) if number > 1 else None, "cause": "edit" if number > 1 else "first",
        "stamp": "bench",
        "wording": f"{key}{number}", "text": f"{key}{number}", "chain": f"{key}{number}",
        "payload": "0" * 64,
        "url": url, "guid": guid, "headline": headline, "alternative_headlines": [], "byline": "By Ada Quill",
        "author": ["Ada Quill"], "date_published": None, "date_modified": None, "section": "News", "language": "en",
        "description": None, "is_accessible_for_free": None, "kind": "article", "rules": "Bench",
        "paragraphs": [words.pool[i] for i in picked], "capture": None, "change": change,
        "terms": list(set().union(*(words.terms[i] for i in picked), terms((headline,)))),
    }  # fmt: skip
    if number > 1:
        document["level"] = int(significance * 4)
    return document


def article(found: list[dict[str, Any]], first: datetime) -> dict[str, Any]:
    last = found[-1]
    return {
        "_id": last["article_id"], "source": last["source"], "guid": last["guid"], "url": last["url"], "aliases": [],
        "headline": last["headline"], "section": "News", "language": "en", "date_published": None,
        "first_seen_at": first, "versions": len(found), "edits": len(found) - 1, "publisher": last["source"].title(),
        "last_changed_at": last["seen_at"], "last_checked_at": last["seen_at"], "next_check_at": END, "value": 0.1,
        "next_check_reason": "", "state": "watched", "state_reason": "", "state_since": None, "gone_seen_at": None,
        "head": {"number": last["number"]}, "track": {}, "validators": {}, "claims": 0,
    }  # fmt: skip


async def fill(config: Config, count: int) -> None:
    """Generate the history, unless it is there; the index of words is made last, which is many times faster."""
    store = await Store.open(config)
    try:
        if await store.db.meta.find_one({"_id": f"bench-{count}"}):
            return
        with pymongo.timeout(7200):
            for name in ("articles", "versions", "added"):
                await store.db[name].delete_many({})
            for name in ("versions", "added"):
                await store.db[name].drop_index("found")
            await _insert(store, count)
            for name in ("versions", "added"):
                await store.db[name].create_indexes([m for m in READER_INDEXES[name] if m.document["name"] == "found"])
            await store.db.meta.insert_one({"_id": f"bench-{count}"})
    finally:
        await store.close()


async def _insert(store: Store, count: int) -> None:
    began = time.monotonic()
    batch: tuple[list[dict[str, Any]], ...] = ([], [], [])
    for n, (one, versions, added) in enumerate(documents(count, Words()), start=1):
        batch[0].append(one)
        batch[1].extend(versions)
        batch[2].extend(added)
        if n % 250 == 0 or n == count:
            for name, rows in zip(("articles", "versions", "added"), batch, strict=True):
                await store.db[name].insert_many(rows, ordered=False)
                rows.clear()
        if n % 5000 == 0:
            print(f"  {n:,} articles after {time.monotonic() - began:.0f} s", flush=True)


def pages(count: int, words: Words) -> dict[str, list[str]]:
    """Return addresses by page; each reader picks among them at random."""
    rng = random.Random(3)
    made = [(one["_id"], one["url"], one["source"]) for one, _, _ in documents(min(count, 2_000), Words())]
    keys = rng.sample(made, 300)
    days = [(END - timedelta(days=rng.randrange(900))).date().isoformat() for _ in range(50)]
    return {
        "latest changes": ["/"],
        "changes, filtered": [
            f"/?source={rng.choice(SOURCES)}&kind={rng.choice(TYPES)}&least={rng.choice((25, 50, 75))}"
            for _ in range(50)
        ],
        "changes of a day": [f"/?day={day}" for day in days],
        "first sightings": ["/first", *(f"/first?source={source}" for source in SOURCES)],
        "article": [f"/article/{key}" for key, _, _ in keys],
        "diff": [f"/article/{key}/{n}/{n + 1}" for key, _, _ in keys for n in (1, 2, 3)],
        "version": [f"/article/{key}/{n}" for key, _, _ in keys for n in (1, 2, 3, 4)],
        "source": [f"/source/{source}" for source in SOURCES],
        "search, common word": [f"/search?q={words.common()}" for _ in range(20)],
        "search, rare word": [f"/search?q={words.rare()}" for _ in range(50)],
        "search, two words": [f"/search?q={words.common()}+{words.rare()}" for _ in range(50)],
        "search in added": [f"/search?q={words.common()}&in=added" for _ in range(50)],
        "look-up": [f"/url/{url}?utm_source=x" for _, url, _ in keys],
        "feed": ["/changes.atom", *(f"/changes.atom?source={source}" for source in SOURCES)],
        "API changes": ["/api/v1/changes", *(f"/api/v1/changes?source={source}" for source in SOURCES)],
        "API version": [f"/api/v1/articles/{key}/versions/2" for key, _, _ in keys],
    }


def serve(config: Config, listener: socket.socket) -> None:
    server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="error", access_log=False))
    server.run(sockets=[listener])


class Line:
    """A reader's open connection. A library would take as much of the shared cores as a page does."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def get(self, address: str) -> tuple[int, float]:
        """Ask for a page and read it to its end; returns (status, server time in milliseconds)."""
        if self._reader.at_eof():  # the server hangs up on those who think for long
            self.close()
            await self.open()
        self._writer.write(f"GET {address} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-encoding: gzip\r\n\r\n".encode())
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in rest)
        await self._reader.readexactly(int(headers["content-length"]))
        return int(first.split()[1]), float(headers["server-timing"].partition("dur=")[2])

    def close(self) -> None:
        self._writer.close()


async def ask(
    port: int, addresses: dict[str, list[str]], seconds: float, readers: int, think: float
) -> dict[str, list[tuple[float, float]]]:
    """Let the readers ask for a while; returns (server time, waited) in milliseconds by page."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    deadline = time.monotonic() + seconds

    async def reader(seed: int) -> None:
        rng = random.Random(seed)
        line = Line(port)
        await line.open()
        while True:
            if think:
                await asyncio.sleep(rng.expovariate(1 / think))
            if time.monotonic() > deadline:
                break
            name = rng.choice(list(addresses))
            address = rng.choice(addresses[name])
            began = time.perf_counter()
            status, served = await line.get(address)
            waited = (time.perf_counter() - began) * 1000
            if status == 503:  # over its time: counted by its absence, and said
                print(f"  given up: {address}", flush=True)
                continue
            assert status in {200, 303}, (address, status)
            found[name].append((served, waited))
        line.close()

    await asyncio.gather(*(reader(seed) for seed in range(readers)))
    return found


async def database_seconds(config: Config) -> float:
    """Return the processor time that the database has used."""
    store = await Store.open(config)
    try:
        used = (await store.db.command("serverStatus"))["extra_info"]
        return float(used["user_time_us"] + used["system_time_us"]) / 1e6
    finally:
        await store.close()


def processor_seconds(config: Config, workers: list[multiprocessing.Process]) -> tuple[float, float]:
    """Return the processor time used so far by the reader's processes, and by the database."""
    ticks = [Path(f"/proc/{worker.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for worker in workers]
    reader = sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")
    return reader, asyncio.run(database_seconds(config))


def live_blog_seconds() -> float:
    """Return the time of a diff of two 2,000-paragraph live blogs."""
    words = Words()
    old = [words.pool[words.random.randrange(4000)] + f" {n}" for n in range(2000)]
    new = [text.replace("a", "o", 3) if n % 9 == 0 else text for n, text in enumerate(old)]
    new[:0] = [f"New entry {n}: {words.pool[n]}" for n in range(60)]

    def made(paragraphs: list[str]) -> Article:
        return Article("s", "g", "https://a.example/", "Live", tuple(paragraphs), "w", "t", "s", PageKind.LIVE, "r")

    began = time.perf_counter()
    diff.compare(made(old), made(new))
    return time.perf_counter() - began


def shown(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):7.1f} {ordered[int(len(ordered) * 0.95)]:7.1f}"


def measure(
    title: str,
    config: Config,
    workers: list[multiprocessing.Process],
    port: int,
    addresses: dict[str, list[str]],
    asked: argparse.Namespace,
    think: float,
) -> None:
    """Let the readers ask, and print what came of it."""
    before = processor_seconds(config, workers)
    found = asyncio.run(ask(port, addresses, asked.seconds, asked.readers, think))
    after = processor_seconds(config, workers)
    total = sum(len(times) for times in found.values())
    print(f"\n{title}: {total:,} answers in {asked.seconds:.0f} s, {total / asked.seconds:.0f} a second")
    if not total:
        return
    used = [(late - early) * 1000 / total for early, late in zip(before, after, strict=True)]
    print(f"processor time an answer: {used[0]:.1f} ms in the reader, {used[1]:.1f} ms in the database")
    print(f"{'page':<22} {'asked':>6}   server ms: p50     p95   waited ms: p50     p95")
    every = [time_ for times in found.values() for time_ in times]
    for name, times in [*found.items(), ("all pages", every)]:
        if times:
            print(
                f"{name:<22} {len(times):>6} {'':9}{shown([s for s, _ in times])} {'':10}{shown([w for _, w in times])}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between a reader's pages, on average")
    parser.add_argument("--warm", type=float, default=10.0, help="seconds of reading before anything is measured")
    parser.add_argument("--home", type=Path, default=Path(".newscrawl") / "bench")
    asked = parser.parse_args()
    config = Config(home=asked.home.absolute(), mongo_database=f"bench_{asked.articles}")
    asyncio.run(fill(config, asked.articles))
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    workers = [multiprocessing.Process(target=serve, args=(config, listener)) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        addresses = pages(asked.articles, Words())
        asyncio.run(ask(port, addresses, asked.warm, asked.readers, 0))
        print(f"{asked.articles:,} articles, {asked.articles * VERSIONS:,} versions, {asked.readers} readers")
        measure(f"a page every {asked.think:g} s", config, workers, port, addresses, asked, asked.think)
        measure("without pause", config, workers, port, addresses, asked, 0)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    print(f"\ndiff of two 2,000-paragraph live blogs: {live_blog_seconds():.2f} s (asked: under 1 s)")


if __name__ == "__main__":
    main()
