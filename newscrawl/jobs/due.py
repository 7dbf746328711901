"""Sources that are due for a crawl, and an overview of all sources."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newscrawl.config import Config
from newscrawl.sources.catalogue import source_names, spider_class
from newscrawl.store.session import Store


def due_sources(config: Config, names: Sequence[str], *, now: datetime | None = None) -> list[str]:
    """Return the sources to crawl now: with an article due, or with listings not read for `discovery_every_seconds`.

    Paused sources are left out, and so is the demo, which is crawled only if it is named.
    """
    now = now or datetime.now(UTC)

    async def select() -> list[str]:
        store = await Store.open(config)
        try:
            due_counts = await store.due_counts(now)
            return [
                name
                for name in names
                if name != "demo" and await _is_due(store, name, due_counts.get(name, 0), now, config)
            ]
        finally:
            await store.close()

    return asyncio.run(select())


async def _is_due(store: Store, source: str, due_count: int, now: datetime, config: Config) -> bool:
    if (await store.source_state(source)).is_paused:
        return False
    runs = await store.runs(source, 1)
    if due_count or not runs:
        return True
    return now - runs[0].started_at >= timedelta(seconds=config.discovery_every_seconds)


def overview(config: Config) -> list[dict[str, Any]]:
    """Return one row per source, ordered by name."""
    classes = {name: spider_class(name) for name in source_names()}

    async def collect() -> list[dict[str, Any]]:
        store = await Store.open(config)
        try:
            due_counts = await store.due_counts(datetime.now(UTC))
            article_counts = await store.article_counts()
            runs = {name: await store.runs(name, 1) for name in classes}
        finally:
            await store.close()
        return [
            {
                "source": name,
                "publisher": cls.publisher,
                "languages": ", ".join(cls.languages),
                "feeds": len(cls.feeds),
                "sitemaps": len(cls.sitemaps),
                "articles": article_counts.get(name, 0),
                "due": due_counts.get(name, 0),
                "last_run": runs[name][0].started_at if runs[name] else None,
            }
            for name, cls in classes.items()
        ]

    return asyncio.run(collect())
