"""Stop a crawl before it has finished."""

from __future__ import annotations

import contextlib

from scrapy.crawler import Crawler


async def stop_crawl(crawler: Crawler, reason: str) -> None:
    """Close a crawl's spider with a finish reason; if it is closing already, the first reason stays."""
    engine = crawler.engine
    if engine is not None and engine.spider is not None:
        with contextlib.suppress(RuntimeError):  # already closing
            await engine.close_spider_async(reason=reason)
