"""Ending a crawl before it is finished."""

from __future__ import annotations

import contextlib

from scrapy.crawler import Crawler


async def stop_crawl(crawler: Crawler, reason: str) -> None:
    """Close a crawl's spider with a finish reason; one that is closing already keeps its first reason."""
    engine = crawler.engine
    if engine is not None and engine.spider is not None:
        with contextlib.suppress(RuntimeError):  # already closing
            await engine.close_spider_async(reason=reason)
