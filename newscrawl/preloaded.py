"""What every crawl imports of Scrapy: a fork server imports it once for all, a quarter of a second of CPU for each."""

from __future__ import annotations

from scrapy.settings import default_settings

_COMPONENTS = (
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    default_settings.EXTENSIONS_BASE,
    default_settings.SPIDER_MIDDLEWARES_BASE,
)
# Scrapy imports all components that it has by default, also those that are switched off. None creates a reactor.
SCRAPY = (
    *sorted({path.rpartition(".")[0] for components in _COMPONENTS for path in components}),
    "scrapy.crawler",
    "scrapy.dupefilters",
    "scrapy.pqueues",
    "scrapy.squeues",
    "scrapy.utils.reactor",
)
