"""Measure what grows with an archive: `python -m benchmarks.scale_bench [--articles 10000 ...] [--pages 300]`.

- Bytes a version: articles of line_bench are crawled in four editions; data and indexes, without free space in files.
- Bytes a check, where each article is checked once, four times and 24 times a day.
- Index keys and milliseconds of a claim, of the query for sources that are due, and of the one that mends their marks,
  in archives of 5,000 sources and of growing numbers of articles. Filling one of a million takes minutes and 2 GB.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import claim_bench, line_bench
from benchmarks.archive_sizes import log_checks, size
from newscrawl.config import Config
from newscrawl.store import Store

ARTICLES = (10_000, 100_000, 1_000_000)
SOURCES = tuple(f"source{number:04}" for number in range(5_000))
DUE_SOURCES = 2_400
EDITIONS = 4
TEXTS = ("versions", "added", "removed")
CHECKS = ((3_000, 1, 6), (3_000, 4, 3), (1_000, 24, 2))  # articles, checks of each a day, days


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation took: its time, and the index keys that its queries read."""

    keys: int
    documents: int
    milliseconds: float


async def cost(store: Store, ask: Callable[[], Awaitable[Any]]) -> Cost:
    """Return what an operation costs, as MongoDB's profiler counts it."""
    await ask()  # so that nothing is read from disk
    started = time.perf_counter()
    await ask()
    milliseconds = 1000 * (time.perf_counter() - started)
    await store.db.command("profile", 2)
    await ask()
    await store.db.command("profile", 0)
    rows = await store.db["system.profile"].find({"keysExamined": {"$exists": True}}).to_list()
    await store.db.drop_collection("system.profile")
    return Cost(sum(row["keysExamined"] for row in rows), sum(row["docsExamined"] for row in rows), milliseconds)


async def fill(store: Store, articles: int) -> None:
    """Fill an archive: 500 articles of the first source due, one each of 2,400 others, the rest later."""
    claim_bench.SOURCES = SOURCES
    await claim_bench.fill(store, articles, 500)
    due, later = claim_bench.NOW - claim_bench.HOUR, claim_bench.NOW + claim_bench.HOUR
    for source in SOURCES[1 : DUE_SOURCES + 1]:
        await store.db.articles.update_one({"source": source}, {"$set": {"claim_at": due, "state": "watched"}})
    marks = [due] * (DUE_SOURCES + 1) + [later] * (len(SOURCES) - DUE_SOURCES - 1)
    rows = [{"_id": source, "due_at": at, "rank_at": at} for source, at in zip(SOURCES, marks, strict=True)]
    await store.db.sources.insert_many(rows)


def operations(store: Store) -> dict[str, Callable[[], Awaitable[Any]]]:
    now = claim_bench.NOW

    async def claim() -> None:
        await store.claim_due(SOURCES[0], now, 100, "run", term=claim_bench.TERM)
        await store.release("run")

    return {
        "claim of 100": claim,
        "due sources": lambda: store.due_sources(now, limit=200),
        "marks mended": lambda: store.refresh_source_marks(now),
        "next turn": lambda: store.plan_source(SOURCES[-1], now, listings_at=now + claim_bench.HOUR),
    }


async def print_operations(store: Store, sizes: list[int]) -> None:
    print(f"\n{'':12}{'articles':>12}{'keys':>8}{'documents':>11}{'ms':>8}", flush=True)
    for articles in sizes:
        await fill(store, articles)
        for name, ask in operations(store).items():
            found = await cost(store, ask)
            line = f"{found.keys:>8,}{found.documents:>11,}{found.milliseconds:>8.1f}"
            print(f"{name:12}{articles:>12,}{line}", flush=True)


async def print_checks(store: Store) -> None:
    print(f"\n{'checks an article a day':28}{'data':>8}{'indexes':>9}{'bytes a check':>15}", flush=True)
    for articles, a_day, days in CHECKS:
        await store.drop()
        checks = await log_checks(store, articles, a_day=a_day, days=days)
        found = await size(store, "checks")
        data, indexes = found.data / checks, sum(found.indexes.values()) / checks
        print(f"{a_day:<28}{data:>8.0f}{indexes:>9.0f}{data + indexes:>15.0f}", flush=True)


async def print_versions(store: Store) -> None:
    versions = await store.db.versions.count_documents({})
    articles = await store.db.articles.count_documents({})
    print(f"\n{versions:,} versions of {articles:,} articles")
    print(f"{'bytes a version':18}{'data':>8}{'terms':>8}{'other indexes':>15}{'all':>8}", flush=True)
    total = 0.0
    for name in (*TEXTS, "articles", "payloads"):
        found = await size(store, name)
        number = articles if name == "articles" else versions
        terms = found.indexes.get("found", 0)
        parts = [each / number for each in (found.data, terms, found.total - found.data - terms, found.total)]
        total += parts[-1] if name in TEXTS else 0
        label = f"{name} (each)" if name == "articles" else name
        print(f"{label:18}{parts[0]:>8.0f}{parts[1]:>8.0f}{parts[2]:>15.0f}{parts[3]:>8.0f}", flush=True)
    print(f"a version all in, without its page: {total:,.0f} bytes", flush=True)


def crawl_editions(base: str, pages: int, config: Config) -> None:
    for edition in range(EDITIONS):
        line_bench.set_served(base, line_bench.Served(edition=edition), pages)
        task = line_bench.Task(base, pages, config, hour=edition * line_bench.HOURS)
        line_bench.in_child(line_bench.crawl, task)


async def measure(config: Config, base: str, pages: int, sizes: list[int]) -> None:
    store = await Store.open(replace(config, mongo_timeout_seconds=120))
    try:
        if pages:
            await asyncio.to_thread(crawl_editions, base, pages, config)
            await print_versions(store)
        await print_checks(store)
        await print_operations(store, sizes)
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, nargs="*", default=ARTICLES)
    parser.add_argument("--pages", type=int, default=300)
    arguments = parser.parse_args()
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=line_bench.serve, args=(port,), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="nc", ignore_cleanup_errors=True) as home:
            config = line_bench.configured(Path(home), "scale")
            base = f"http://127.0.0.1:{port.get(timeout=20)}"
            asyncio.run(measure(config, base, arguments.pages, list(arguments.articles)))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
