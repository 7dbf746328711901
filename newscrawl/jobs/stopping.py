"""Ending a crawl before it is finished."""

from __future__ import annotations

import asyncio

from scrapy.crawler import Crawler

from newscrawl.fetch.downloader import MAX_STOP_SECONDS, exchanges_of

# Closing tasks, held strongly: asyncio itself keeps only weak references.
_CLOSING: set[asyncio.Task[None]] = set()


def stop_crawl(crawler: Crawler, reason: str) -> None:
    """Close a crawl's spider with a finish reason; one that is closing already keeps its first reason.

    Scheduled and never awaited: the close waits for all items and handlers, and whoever asks for it may be one of them.
    """
    engine = crawler.engine
    if engine is not None and engine.spider is not None and not _is_closing(crawler):
        task = asyncio.ensure_future(engine.close_spider_async(reason=reason))
        _CLOSING.add(task)
        task.add_done_callback(_CLOSING.discard)


def interrupt_crawl(crawler: Crawler, reason: str, *, grace_seconds: float = MAX_STOP_SECONDS) -> None:
    """Close a crawl at once: no new request leaves, and those under way get a few seconds."""
    exchanges_of(crawler).stop(grace_seconds)
    stop_crawl(crawler, reason)


def _is_closing(crawler: Crawler) -> bool:
    slot = crawler.engine._slot
    return slot is None or slot.closing is not None
