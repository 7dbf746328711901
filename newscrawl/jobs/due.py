"""Which sources have something to do, and what is known of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newscrawl.config import Config
from newscrawl.sources.catalogue import source_names, spider_class
from newscrawl.store.session import Store


def due_sources(config: Config, names: Sequence[str], *, now: datetime | None = None) -> list[str]:
    """Return the sources to crawl now: with a story due, or with listings unread for too long; never a paused one.

    The demo waits to be named.
    """
    now = now or datetime.now(UTC)

    async def ask() -> list[str]:
        store = await Store.open(config)
        try:
            due = await store.due_counts(now)
            return [n for n in names if n != "demo" and await _is_due(store, n, due.get(n, 0), now, config)]
        finally:
            await store.close()

    return asyncio.run(ask())


async def _is_due(store: Store, name: str, due: int, now: datetime, config: Config) -> bool:
    if (await store.source_state(name)).is_paused:
        return False
    last = await store.runs(name, 1)
    return bool(due) or not last or now - last[0].started_at >= timedelta(seconds=config.discovery_every_seconds)


def overview(config: Config) -> list[dict[str, Any]]:
    """Return one row a source, in the order of their names."""
    classes = {name: spider_class(name) for name in source_names()}

    async def ask() -> list[dict[str, Any]]:
        store = await Store.open(config)
        try:
            due = await store.due_counts(datetime.now(UTC))
            articles = await store.article_counts()
            last = {name: await store.runs(name, 1) for name in classes}
        finally:
            await store.close()
        return [
            {
                "source": name,
                "publisher": cls.publisher,
                "languages": ", ".join(cls.languages),
                "feeds": len(cls.feeds),
                "sitemaps": len(cls.sitemaps),
                "articles": articles.get(name, 0),
                "due": due.get(name, 0),
                "last_run": last[name][0].started_at if last[name] else None,
            }
            for name, cls in classes.items()
        ]

    return asyncio.run(ask())
