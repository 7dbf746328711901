"""Which sources have something to do, and what is known of each."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.jobs.run import sources
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store


def spider_class(name: str) -> type[NewsSpider]:
    """Return the spider of a source; raises ConfigError naming the file when it holds none of that name."""
    module = importlib.import_module(f"spiders.{name}")
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, NewsSpider) and value.name == name:
            return value
    raise ConfigError(f"spiders/{name}.py defines no NewsSpider with name = {name!r}")


def due_sources(config: Config, names: Sequence[str]) -> list[str]:
    """Return the sources with a story due now, and those that were never crawled; the demo waits to be named."""

    async def ask() -> list[str]:
        store = await Store.open(config)
        try:
            counts = await store.due_counts(datetime.now(UTC))
            known = await store.article_counts()
        finally:
            await store.close()
        return [n for n in names if n != "demo" and (counts.get(n) or not known.get(n))]

    return asyncio.run(ask())


def overview(config: Config) -> list[dict[str, Any]]:
    """Return one row a source, in the order of their names."""
    classes = {name: spider_class(name) for name in sources()}

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
