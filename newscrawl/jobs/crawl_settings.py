"""The Scrapy settings of one crawl, copied cheaply: a resident worker makes them for every crawl."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any, Self

from scrapy.settings import BaseSettings, Settings

from newscrawl.addon import has_own_settings, project_settings
from newscrawl.config import Config
from newscrawl.fetch import Edition
from newscrawl.jobs.job import Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.settings import from_config
from newscrawl.sources.watched import addresses_of


class CrawlSettings(Settings):
    """Scrapy copies settings in depth for every crawler, which costs as much as a third of an idle crawl.

    Here a copy has attributes of its own, and dictionaries of components too; other values are shared, and nothing
    changes them.
    """

    def copy(self) -> Self:
        made = copy.copy(self)
        made.__dict__ = {**self.__dict__, "attributes": dict(self.attributes), "frozen": False}
        for name, attribute in self.attributes.items():
            own = copy.copy(attribute)
            if isinstance(own.value, BaseSettings | dict | list):
                own.value = own.value.copy()
            made.attributes[name] = own
        return made


@lru_cache(maxsize=1)
def _project_settings() -> CrawlSettings:
    settings = CrawlSettings()
    settings.attributes = project_settings().attributes
    return settings


def settings_for(job: Job, config: Config, scope: ProcessScope, edition: Edition | None = None) -> Settings:
    """Return the settings of a job; in a replay, of one edition of the recording."""
    settings = _project_settings().copy()
    # The settings follow the environment, a job its Config; a project that states a setting of its own keeps it.
    priority = "addon" if has_own_settings() else "project"
    for name, value in from_config(config).items():
        settings.set(name, value, priority=priority)
    values: dict[str, Any] = {
        "SPIDER_MODULES": [],  # the spider is loaded by its file: a broken file of another source cannot fail this job
        "NEWSCRAWL_CONFIG": config,
        "NEWSCRAWL_PROCESS_STORE": scope.store,
        "NEWSCRAWL_FETCH_SCOPE": scope.fetch if job.replay is None else None,
        "NEWSCRAWL_ARGUMENTS": dict(job.arguments),
        "NEWSCRAWL_FAIL_ON": job.fail_on,
        "NEWSCRAWL_FAIL_ON_DRIFT": job.fail_on_drift,
        "NEWSCRAWL_CLOCK": job.clock,
        "NEWSCRAWL_RECORD": str(job.record) if job.record else None,
        "NEWSCRAWL_REPLAY": str(job.replay) if job.replay else None,
        "NEWSCRAWL_REPLAY_EDITION": edition,
        "NEWSCRAWL_PROGRESS": job.shows_progress,
        "NEWSCRAWL_MAY_YIELD": job.may_yield,
        "NEWSCRAWL_ADDRESSES": list(addresses_of(job.source)) if job.replay is None else [],
        "LOG_INSTALL_ROOT_HANDLER": False,  # newscrawl.logs installs ours
        **({"LOG_LEVEL": job.log_level} if job.log_level else {}),
        **job.settings,
    }
    for name, value in values.items():
        if value is not None:
            settings.set(name, value, priority="cmdline")
    return settings
