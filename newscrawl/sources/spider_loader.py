"""Scrapy's loader of spiders, which loads no other source's file than the one that is asked for."""

from __future__ import annotations

import builtins
import logging

from scrapy import Request, Spider
from scrapy.spiderloader import SpiderLoader

from newscrawl.errors import SpiderFileError
from newscrawl.sources.catalogue import check_source, load_spider, source_names

logger = logging.getLogger(__name__)


class SourceLoader(SpiderLoader):
    """A file of one source that cannot be loaded fails the crawls of that source, and no other's (promise P5).

    With other SPIDER_MODULES than the project's it is Scrapy's loader.
    """

    def _load_all_spiders(self) -> None:
        if not self._is_catalogue:
            super()._load_all_spiders()

    @property
    def _is_catalogue(self) -> bool:
        return self.spider_modules == ["spiders"]

    def load(self, spider_name: str) -> type[Spider]:
        """Return a spider; raises ConfigError for a source that there is not, SpiderFileError for a broken file."""
        return load_spider(check_source(spider_name)) if self._is_catalogue else super().load(spider_name)

    def list(self) -> builtins.list[str]:
        return source_names() if self._is_catalogue else super().list()

    def find_by_request(self, request: Request) -> builtins.list[str]:
        if not self._is_catalogue:
            return super().find_by_request(request)
        return [name for name in source_names() if self._is_on_domain(name, request.url)]

    def _is_on_domain(self, name: str, url: str) -> bool:
        try:
            return load_spider(name)().is_ours(url)
        except SpiderFileError as error:
            logger.warning("%s", error)
            return False
