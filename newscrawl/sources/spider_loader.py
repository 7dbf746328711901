"""Scrapy's loader of spiders, which loads no other source's file than the one that is asked for."""

from __future__ import annotations

import builtins
import importlib
import logging
import pkgutil

from scrapy import Request, Spider
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.misc import walk_modules

from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.project import own_packages, project
from newscrawl.sources.catalogue import check_source, load_spider, source_names
from newscrawl.sources.folders import own_folders

logger = logging.getLogger(__name__)


class NoSuchSource(ConfigError, KeyError):
    """Raised by `SourceLoader.load`: as a KeyError, by which `scrapy genspider` learns that a name is free."""

    __str__ = Exception.__str__


class SourceLoader(SpiderLoader):
    """A file of one source that cannot be loaded fails the crawls of that source, and no other's (promise P5).

    Spiders of other kinds in the project's packages are found by Scrapy's own rules. With other SPIDER_MODULES than the
    project's it is Scrapy's loader.
    """

    def _load_all_spiders(self) -> None:
        if not self._is_catalogue:
            super()._load_all_spiders()
            return
        for folder in own_folders():
            for _, name, is_package in pkgutil.iter_modules(importlib.import_module(folder.package).__path__):
                if is_package or not folder.has_file(name):
                    for module in walk_modules(f"{folder.package}.{name}"):
                        self._load_spiders(module)

    @property
    def _is_catalogue(self) -> bool:
        return self.spider_modules == (own_packages(project()) or ["spiders"])

    def _is_source(self, name: str) -> bool:
        return self._is_catalogue and (name not in self._spiders or name in source_names())

    def load(self, spider_name: str) -> type[Spider]:
        """Return a spider; raises NoSuchSource for one that there is not, SpiderFileError for a broken file."""
        if not self._is_source(spider_name):
            return super().load(spider_name)
        try:
            return load_spider(check_source(spider_name))
        except SpiderFileError:
            raise
        except ConfigError as error:
            raise NoSuchSource(str(error)) from error

    def list(self) -> builtins.list[str]:
        return sorted({*source_names(), *self._spiders}) if self._is_catalogue else super().list()

    def find_by_request(self, request: Request) -> builtins.list[str]:
        if not self._is_catalogue:
            return super().find_by_request(request)
        found = [name for name in source_names() if self._is_on_domain(name, request.url)]
        return found or super().find_by_request(request)

    def _is_on_domain(self, name: str, url: str) -> bool:
        try:
            return load_spider(name)().is_ours(url)
        except SpiderFileError as error:
            logger.warning("%s", error, extra={"source": name})
            return False
