"""The catalogue of sources: the files of spiders/, and the rows of its table of unverified ones."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newscrawl.config import PROJECT_ROOT, import_from_project
from newscrawl.declarations import refused
from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.extract import layouts_of
from newscrawl.sources.unverified import digest_of_row, edited_at, unverified_names, unverified_spider
from newscrawl.spider import NewsSpider

import_from_project()  # the files of spiders/ are imported below

NAME = re.compile(r"[a-z0-9][a-z0-9_]*\Z")
_LOADED: dict[str, tuple[int, type[NewsSpider]]] = {}  # by source: when its file was edited, what it defines


def source_names() -> list[str]:
    """Return the names of all sources: the files of spiders/, and the unverified ones that have none."""
    unverified = (name for name in unverified_names() if NAME.match(name))
    return sorted({*_file_names(), *unverified})


def _file_names() -> list[str]:
    return [path.stem for path in (PROJECT_ROOT / "spiders").glob("*.py") if NAME.match(path.stem)]


def is_unverified(name: str) -> bool:
    """Return whether a source is marked so; a broken file is not: its crawl says what is wrong with it."""
    try:
        return load_spider(name).unverified
    except SpiderFileError:
        return False


def check_source(name: str) -> str:
    """Return the name of an existing source; raises ConfigError that suggests similar names."""
    names = source_names()
    if name in names:
        return name
    similar = difflib.get_close_matches(name, names, n=3)
    hint = f"did you mean {' or '.join(similar)}?" if similar else "`newscrawl sources` lists them"
    raise ConfigError(f"there is no source {name!r} in spiders/; {hint}")


def load_spider(name: str) -> type[NewsSpider]:
    """Return the spider of a source as its file is now; raises SpiderFileError naming file, line and cause.

    What was edited since it was loaded is loaded anew. A source without a file is made of its row.
    """
    path = PROJECT_ROOT / "spiders" / f"{name}.py"
    module_name = f"spiders.{name}"
    if not path.is_file() and name in unverified_names():
        return _spider_of_row(name)
    try:
        modified_at = path.stat().st_mtime_ns
    except OSError as error:
        raise SpiderFileError(f"spiders/{name}.py: {error.strerror}") from error
    loaded = _LOADED.get(name)
    if loaded is not None and loaded[0] == modified_at:
        return loaded[1]
    if loaded is not None:
        sys.modules.pop(module_name, None)
        importlib.invalidate_caches()
    try:
        module = importlib.import_module(module_name)
    except SpiderFileError:
        sys.modules.pop(module_name, None)
        raise
    except Exception as error:
        sys.modules.pop(module_name, None)
        raise SpiderFileError(f"spiders/{name}.py{_line_of(error, path)}: {type(error).__name__}: {error}") from error
    spider = spider_in(module, name)
    _LOADED[name] = (modified_at, spider)
    return spider


def _spider_of_row(name: str) -> type[NewsSpider]:
    loaded = _LOADED.get(name)
    if loaded is None or loaded[0] != edited_at():
        spider = unverified_spider(name)
        _check_zone(spider)
        loaded = _LOADED[name] = (edited_at(), spider)
    return loaded[1]


def digest_of_spider(name: str) -> str:
    """Return a digest of a source's file or row as it is now; empty if there is none."""
    path = PROJECT_ROOT / "spiders" / f"{name}.py"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else digest_of_row(name)


def spider_in(module: ModuleType, name: str) -> type[NewsSpider]:
    """Return the spider that a loaded file defines; raises SpiderFileError."""
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, NewsSpider) and value.name == name:
            _check_zone(value)
            for layout in layouts_of(value):
                layout.require_valid_selectors()
            return value
    raise SpiderFileError(f"spiders/{name}.py defines no NewsSpider with name = {name!r}")


def _check_zone(spider: type[NewsSpider]) -> None:
    """Raise SpiderFileError for a timezone that does not exist: its dates would be read as UTC, hours off."""
    try:
        ZoneInfo(spider.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"timezone = {spider.timezone!r} is no IANA time zone, such as Europe/Paris"
        raise refused(spider, "timezone", message) from error


def _line_of(error: Exception, path: Path) -> str:
    """Return ", line N" of a spider file in which an error arose, as far as that is known."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f", line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f", line {frames[-1].lineno}" if frames else ""


def source_of_url(url: str) -> str | None:
    """Return the source on whose domains a URL is, None where there is none; the demo's is any port of loopback."""
    files = set(_file_names())
    by_trust = sorted(source_names(), key=lambda name: (name not in files, name))
    return next((name for name in by_trust if name != "demo" and load_spider(name)().is_ours(url)), None)
