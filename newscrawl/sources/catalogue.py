"""The catalogue of sources: the files of spiders/."""

from __future__ import annotations

import difflib
import importlib
import re

from newscrawl.config import PROJECT_ROOT
from newscrawl.errors import ConfigError
from newscrawl.spider import NewsSpider

NAME = re.compile(r"[a-z0-9][a-z0-9_]*\Z")


def source_names() -> list[str]:
    """Return the names of all sources: the files of spiders/."""
    return sorted(p.stem for p in (PROJECT_ROOT / "spiders").glob("*.py") if NAME.match(p.stem))


def check_source(name: str) -> str:
    """Return the name of an existing source; raises ConfigError that suggests similar names."""
    names = source_names()
    if name in names:
        return name
    similar = difflib.get_close_matches(name, names, n=3)
    hint = f"did you mean {' or '.join(similar)}?" if similar else "`newscrawl sources` lists them"
    raise ConfigError(f"there is no source {name!r} in spiders/; {hint}")


def spider_class(name: str) -> type[NewsSpider]:
    """Return the spider of a source; raises ConfigError if its file defines no spider of that name."""
    module = importlib.import_module(f"spiders.{name}")
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, NewsSpider) and value.name == name:
            return value
    raise ConfigError(f"spiders/{name}.py defines no NewsSpider with name = {name!r}")


def source_of_url(url: str) -> str | None:
    """Return the source whose domains include a URL's host, or None; never the demo, which claims all of loopback."""
    return next((name for name in source_names() if name != "demo" and spider_class(name)().is_ours(url)), None)
