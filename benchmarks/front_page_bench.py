"""Measure the CPU of a front page that is in no cache: `python -m benchmarks.front_page_bench [--articles 10000]`.

The application is called in this process, without a server and a client of HTTP, and forgets its kept answers before
each request; what it keeps of single entries and of names of sources stays, as it does when a change arrives. Prints
the best and the median of rounds, in milliseconds of this process, beside those of /healthz.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from benchmarks.generated_archive import fill
from newscrawl.config import Config
from newscrawl.web import create_app
from newscrawl.web.context import MAX_ANSWERS_BYTES, LruCache

ROUNDS, REQUESTS = 25, 20


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


async def measure(config: Config) -> None:
    app = create_app(config)
    async with app.router.lifespan_context(app):
        for path in ("/healthz", "/"):
            costs = []
            for _ in range(ROUNDS):
                started = time.process_time()
                for _ in range(REQUESTS):
                    app.state.context.caches.answers = LruCache(MAX_ANSWERS_BYTES)
                    assert await status_of(app, path) == 200, path
                costs.append(1000 * (time.process_time() - started) / REQUESTS)
            print(f"{path:<10} {min(costs):6.2f} ms, median {statistics.median(costs):6.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--home", type=Path, default=Path(".newscrawl") / "bench")
    options = parser.parse_args()
    config = Config(home=options.home.absolute(), mongo_database=f"bench_{options.articles}")
    asyncio.run(fill(config, options.articles))
    asyncio.run(measure(config))


if __name__ == "__main__":
    main()
