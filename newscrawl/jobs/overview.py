"""An overview of all sources: what each has, what is due, and its last run."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from newscrawl.config import Config
from newscrawl.items import AlarmState
from newscrawl.sources.catalogue import folders_of, load_spider, source_names
from newscrawl.store.session import Store


def overview(config: Config) -> list[dict[str, Any]]:
    """Return one row per source, ordered by name."""
    classes = {name: load_spider(name) for name in source_names()}

    async def collect() -> list[dict[str, Any]]:
        store = await Store.open(config)
        try:
            due_counts = await store.due_counts(datetime.now(UTC))
            article_counts = await store.article_counts()
            runs = await store.last_runs()
            states = await store.source_states()
            alarms = Counter(alarm.source for alarm in await store.alarms() if alarm.state is AlarmState.OPEN)
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
                "last_run": runs[name].started_at if name in runs else None,
                "alarms": alarms[name],
                "paused": name in states and states[name].is_paused,
                "unverified": cls.unverified,
                "set_aside": name in states and bool(states[name].set_aside_reason),
                "origin": folders[0].origin if folders else "watched",
                "replaces": folders[1].origin if len(folders) > 1 else None,
            }
            for name, cls in classes.items()
            for folders in [folders_of(name)]
        ]

    return asyncio.run(collect())
