"""Scrapy's add-on: `ADDONS = {"newscrawl.Addon": 0}` switches newscrawl on in any Scrapy project.

Crawls of news sources (`NewsSpider`) get newscrawl's components beside the project's own, and its settings where the
project has none. Crawls of other spiders get nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from newscrawl import settings as own_settings
from newscrawl.project import OWN_SETTINGS, is_switched_on, project, settings_of
from newscrawl.spider import NewsSpider

COMPONENTS = ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES")
# What is the project's, or cannot be changed any more when a crawl begins; and what no settings are.
NOT_SET = {
    "BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "TEMPLATES_DIR", "SPIDER_LOADER_CLASS", "COMMANDS_MODULE",
    "DOWNLOAD_HANDLERS", "TWISTED_REACTOR", "PACKAGE",
}  # fmt: skip


class Addon:
    def __init__(self, spider_class: type[Any]) -> None:
        self._spider_class = spider_class

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spidercls)

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """State newscrawl's own settings; a spider reads them when it is made, before `update_settings`."""
        for name, value in vars(own_settings).items():
            if name.startswith("NEWSCRAWL_"):
                settings.set(name, value, priority="addon")

    def update_settings(self, settings: BaseSettings) -> None:
        if issubclass(self._spider_class, NewsSpider):
            switch_on(settings)


def switch_on(settings: BaseSettings) -> None:
    """Give a crawl of a news source in any project newscrawl's components, and its settings where there are none.

    A component that the project itself states, or turns off by None, is left as it is; so is what a spider or a command
    states. The way to the network is always newscrawl's: no history is kept of responses that it has not seen.
    """
    for name, value in vars(own_settings).items():
        if (settings.getpriority(name) or 0) > SETTINGS_PRIORITIES["project"]:
            continue
        if name in COMPONENTS:
            stated = settings.getdict(name)
            known = {_path(each) for each in stated}
            _set_dict(settings, name, stated | {path: place for path, place in value.items() if path not in known})
        elif name[0] != "_" and name.isupper() and name not in NOT_SET:
            settings.set(name, value, priority="addon")
    handlers = settings.getdict("DOWNLOAD_HANDLERS") | own_settings.DOWNLOAD_HANDLERS
    _set_dict(settings, "DOWNLOAD_HANDLERS", handlers)


def _set_dict(settings: BaseSettings, name: str, value: Mapping[Any, Any]) -> None:
    settings.set(name, value, priority=max(settings.getpriority(name) or 0, SETTINGS_PRIORITIES["addon"]))


def _path(component: Any) -> str:
    return component if isinstance(component, str) else f"{component.__module__}.{component.__qualname__}"


@lru_cache(maxsize=1)
def has_own_settings() -> bool:
    """Return whether the project has settings of its own, which win over newscrawl's."""
    found = project()
    return found.settings_module != OWN_SETTINGS and is_switched_on(settings_of(found))


def project_settings() -> Settings:
    """Return the project's settings as Scrapy reads them, in any working directory, with newscrawl's.

    Scrapy finds its project in the working directory or above it; elsewhere its own defaults would hold, without
    egress rules. The settings of a project that does not switch newscrawl on are left out.
    """
    settings = Settings()
    if has_own_settings():
        settings.setmodule(project().settings_module, priority="project")
        switch_on(settings)
    else:
        settings.setmodule(own_settings, priority="project")
    return settings
