"""Measure claims of due articles per second in a small and in a large archive: size must not make them slower.

`python benchmarks/claim_bench.py [ARTICLES ...]` (default 10000 1000000) fills an embedded MongoDB with invented
articles of four sources, 5,000 of one source due, and claims them in batches of 100, as a crawl does: first with one
worker, then with four workers at once. At last a tenth of the largest archive is made due, and the first batches are
measured. Filling an archive of a million articles takes some minutes and 2 GB.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo

from newscrawl.config import Config
from newscrawl.items import CheckHistory, Head, State, article_id
from newscrawl.store import Store, head_documents, indexes

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERM = timedelta(minutes=30)
SOURCES = ("courier", "gazette", "herald", "tribune")
DUE = 5_000
BATCH = 100


def article(number: int, *, due: bool) -> dict[str, Any]:
    source = SOURCES[0] if due else SOURCES[number % len(SOURCES)]
    guid = f"article-{number}"
    at = NOW - HOUR / 2 if due else NOW + HOUR * (1 + number % 1000)
    return {
        **TEMPLATE,
        "_id": article_id(source, guid),
        "source": source,
        "guid": guid,
        "url": f"https://{source}.example/2026/03/02/{guid}/",
        "state": State.WATCHED.value if due or number % 10 == 0 else State.RETIRED.value,
        "next_check_at": at,
        "claim_at": at,
        "value": number * 7919 % 1000 / 1000,
    }


def template() -> dict[str, Any]:
    """Return the document of an ordinary article; the generated ones differ from it in a few fields."""
    head = Head(
        article_id="",
        source="",
        guid="",
        url="",
        number=1,
        wording_digest="0" * 64,
        display_digest="0" * 64,
        stamp="rules-1",
        chain="0" * 64,
        payload_digest="0" * 64,
        seen_at=NOW - 24 * HOUR,
        headline="The council changed its mind",
        state=State.WATCHED,
        check_history=CheckHistory("", NOW - 24 * HOUR, last_checked_at=NOW - HOUR, checks=20, interval=HOUR),
    )
    return {**head_documents.schedule_document(head), "claims": 0, "versions": 1, "edits": 0}


TEMPLATE = template()


async def fill(store: Store, articles: int, due: int) -> None:
    def batches() -> Iterator[list[dict[str, Any]]]:
        for start in range(0, articles, 2000):
            yield [article(n, due=n < due) for n in range(start, min(start + 2000, articles))]

    await store.drop()
    await store.db.articles.drop_indexes()  # created afterwards, which is five times faster
    for batch in batches():
        await store.db.articles.insert_many(batch, ordered=False)
    with pymongo.timeout(indexes.BUILD_SECONDS):
        await store.db.articles.create_indexes(indexes.all_indexes()["articles"])
    await settle(store)


async def settle(store: Store) -> None:
    """Let mongod write its cache to disk, so that this is not measured together with the claims."""
    await store.db.client.admin.command("fsync")


async def claim_all(store: Store, workers: int) -> tuple[int, list[float]]:
    """Claim until nothing is due; return the number of claimed articles, and the seconds of each call."""
    seconds: list[float] = []
    claimed = 0

    async def work(run_id: str) -> None:
        nonlocal claimed
        while True:
            started = time.perf_counter()
            heads = await store.claim_due(SOURCES[0], NOW, BATCH, run_id, term=TERM)
            if not heads:
                return
            seconds.append(time.perf_counter() - started)
            claimed += len(heads)

    await asyncio.gather(*(work(f"run-{n}") for n in range(workers)))
    return claimed, seconds


async def measure(store: Store, label: str, workers: int) -> float:
    for n in range(workers):
        await store.release(f"run-{n}")
    started = time.perf_counter()
    claimed, seconds = await claim_all(store, workers)
    rate = claimed / (time.perf_counter() - started)
    p95 = sorted(seconds)[int(len(seconds) * 0.95)]
    print(f"{label:52} {claimed:8,} claimed  {rate:9,.0f}/s  p95 {p95 * 1000:6.1f} ms per batch", flush=True)
    return rate


async def backlog(store: Store, articles: int) -> None:
    """Make a tenth of the archive due, and measure the first batches, which are claimed in the order of priority."""
    due = {"source": SOURCES[0], "state": State.WATCHED.value, "claim_at": NOW - HOUR / 2}
    await store.db.articles.update_many({"value": {"$lt": 0.1}}, {"$set": due})
    await settle(store)
    started = time.perf_counter()
    for _ in range(10):
        await store.claim_due(SOURCES[0], NOW, BATCH, "run-0", term=TERM)
    seconds_per_batch = (time.perf_counter() - started) / 10
    label = f"{articles:,} articles, {articles // 10:,} due, first batches"
    print(f"{label:52} {seconds_per_batch * 1000:8.1f} ms per batch", flush=True)


async def main(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory(prefix="nc") as home:
        store = await Store.open(Config(home=Path(home), mongo_timeout_seconds=120))
        rates = []
        for articles in sizes:
            started = time.perf_counter()
            await fill(store, articles, DUE)
            print(f"filled {articles:,} articles in {time.perf_counter() - started:.0f} s", flush=True)
            rates.append(await measure(store, f"{articles:,} articles, one worker", 1))
            await measure(store, f"{articles:,} articles, four workers", 4)
        await backlog(store, sizes[-1])
        print(f"ratio of the largest archive to the smallest: {rates[-1] / rates[0]:.2f}")
        await store.close()


if __name__ == "__main__":
    asyncio.run(main([int(argument) for argument in sys.argv[1:]] or [10_000, 1_000_000]))
