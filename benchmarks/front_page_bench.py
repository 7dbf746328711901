"""Measure the CPU of a front page that is in no cache: `python -m benchmarks.front_page_bench [--articles 10000]`.

The application is called in this process, on the event loop that it has in production, without a server and a client
of HTTP. Prints the best and the median of rounds, in milliseconds of this process, and the queries of one request:

- /healthz, for comparison;
- nothing kept: as of a process that has just begun, but for its compiled templates. It asks for all sources, too;
- no answer kept, as when another minute has begun: single entries, and what is around them, are kept;
- after a change: the same when the answer of this minute is kept, and an edit has arrived that is on the page.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvloop
from fastapi import FastAPI

from benchmarks.generated_archive import fill
from newscrawl.config import Config
from newscrawl.items import article_id
from newscrawl.lru_cache import LruCache
from newscrawl.store import Store
from newscrawl.store.reader.change_lists import ChangeLists
from newscrawl.store.reader.taken_down import TakedownIndex, TakenDown
from newscrawl.web import create_app
from newscrawl.web.context import MAX_ANSWERS_BYTES, AppContext, Caches

ROUNDS, REQUESTS = 25, 20
Prepare = Callable[[], Awaitable[None]]


async def status_of(app: FastAPI, path: str) -> int:
    """Request a page as uvicorn would; return the status of the answer."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"accept-encoding", b"gzip")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
    return int(sent[0]["status"])


class Conditions:
    """What is done before each request, which is not measured."""

    def __init__(self, app: FastAPI, store: Store) -> None:
        self._app = app
        self._store = store
        self._arrived = 0

    @property
    def _context(self) -> AppContext:
        context: AppContext = self._app.state.context
        return context

    async def as_it_is(self) -> None:
        pass

    async def nothing_kept(self) -> None:
        reader = self._context.reader
        self._context.caches = Caches(TakenDown())
        takedowns = TakedownIndex(reader.replicas)
        await takedowns.current()  # as when a reader is opened
        reader.changes = ChangeLists(reader.replicas, takedowns)

    async def no_answer_kept(self) -> None:
        self._context.caches.answers = LruCache(MAX_ANSWERS_BYTES)

    async def after_a_change(self) -> None:
        """Let an edit arrive that is the first of the page, and the one that arrived before it go."""
        await self.remove_arrived()
        self._arrived += 1
        db = self._store.db
        newest = await db.versions.find_one({"number": 2, "level": {"$gte": 1}}, sort=[("seen_at", -1)])
        last = await db.versions.find_one({"level": {"$gte": 0}}, {"seen_at": 1}, sort=[("seen_at", -1)])
        assert newest is not None
        assert last is not None
        before = await db.versions.find_one({"_id": f"{newest['article_id']}:1"})
        article = await db.articles.find_one({"_id": newest["article_id"]})
        assert before is not None
        assert article is not None
        same = {"article_id": self._key, "guid": str(self._arrived), "source": f"source{self._arrived % 12:02d}"}
        edit = {"level": 3, "change": newest["change"] | {"significance": 0.99}}
        seen_at = last["seen_at"] + timedelta(seconds=self._arrived)
        await db.articles.insert_one(article | same | {"_id": self._key})
        await db.versions.insert_one(before | same | {"_id": f"{self._key}:1"})
        await db.versions.insert_one(newest | same | edit | {"_id": f"{self._key}:2", "seen_at": seen_at})

    async def remove_arrived(self) -> None:
        await self._store.db.versions.delete_many({"article_id": self._key})
        await self._store.db.articles.delete_many({"_id": self._key})

    @property
    def _key(self) -> str:
        return article_id("arrived", str(self._arrived))


async def cost(app: FastAPI, path: str, prepare: Prepare) -> float:
    """Return the milliseconds of this process that one request takes."""
    spent = 0.0
    for _ in range(REQUESTS):
        await prepare()
        started = time.process_time()
        assert await status_of(app, path) == 200, path
        spent += time.process_time() - started
    return 1000 * spent / REQUESTS


async def queries(app: FastAPI, store: Store, path: str, prepare: Prepare) -> int:
    """Return how many commands the database is asked for one request, by its own profile."""
    await prepare()
    await store.db.command("profile", 2)
    assert await status_of(app, path) == 200, path
    await store.db.command("profile", 0)
    asked = {"op": {"$in": ["query", "command", "getmore"]}, "command.profile": {"$exists": False}}
    found = await store.db["system.profile"].count_documents(asked)
    await store.db.drop_collection("system.profile")
    return found


async def measure(config: Config) -> None:
    app, store = create_app(config), await Store.open(config)
    try:
        async with app.router.lifespan_context(app):
            given = Conditions(app, store)
            rows: tuple[tuple[str, str, Prepare], ...] = (
                ("/healthz", "", given.as_it_is),
                ("/", "nothing kept", given.nothing_kept),
                ("/", "no answer kept", given.no_answer_kept),
                ("/", "after a change", given.after_a_change),
            )
            for path, name, prepare in rows:
                await cost(app, path, prepare)  # so that what is compiled or imported once is
                costs = [await cost(app, path, prepare) for _ in range(ROUNDS)]
                count = await queries(app, store, path, prepare)
                best, median = min(costs), statistics.median(costs)
                print(f"{path:<9} {name:<15} {best:6.2f} ms, median {median:6.2f} ms, {count} queries", flush=True)
            await given.remove_arrived()
    finally:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--home", type=Path, default=Path(".newscrawl") / "bench")
    options = parser.parse_args()
    config = Config(home=options.home.absolute(), mongo_database=f"bench_{options.articles}")
    uvloop.run(fill(config, options.articles))
    uvloop.run(measure(config))


if __name__ == "__main__":
    main()
