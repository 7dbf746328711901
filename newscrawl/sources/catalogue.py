"""The catalogue of sources: the files of all folders of spiders, and the rows of their tables of unverified ones."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from types import ModuleType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newscrawl.declarations import all_refusals, refuse
from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.extract import layouts_of
from newscrawl.recheck.active_hours import active_hours, sleeps_until
from newscrawl.source_definition import has_listings, listings_at, source_of
from newscrawl.sources import watched
from newscrawl.sources.folders import NAME, SourceFolder, source_folders
from newscrawl.sources.source_files import edited_at
from newscrawl.sources.unverified import digest_of_row, rows_of, unverified_spider
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)

_LOADED: dict[str, tuple[int, type[NewsSpider]]] = {}  # by module: when its file was edited, what it defines


def source_names() -> list[str]:
    """Return the names of all sources: those that have files, and the unverified ones that have none."""
    named = {name for folder in source_folders() for name in (*folder.file_names(), *rows_of(folder))}
    return sorted({*named, *_watched_names()})


def _watched_names() -> list[str]:
    """Return the sources that are made of watched addresses; none of a table that cannot be read, with a warning."""
    try:
        return [name for name, row in watched.rows().items() if row.domains and NAME.match(name)]
    except SpiderFileError as error:
        _warn_once(str(error))
        return []


def folder_of(name: str) -> SourceFolder | None:
    """Return the folder that has a source; None if none has."""
    return next(iter(folders_of(name)), None)


def folders_of(name: str) -> list[SourceFolder]:
    """Return all folders that have a source of this name: the first one's is crawled, in place of the others'."""
    if not NAME.match(name):
        return []
    return [folder for folder in source_folders() if folder.has_file(name) or name in rows_of(folder)]


def is_unverified(name: str) -> bool:
    """Return whether a source is marked so; a broken file is not: its crawl says what is wrong with it."""
    try:
        return load_spider(name).unverified
    except SpiderFileError:
        return False


def check_source(name: str) -> str:
    """Return the name of an existing source; raises ConfigError that suggests similar names."""
    if folder_of(name) is not None or name in _watched_names():
        return name
    left_out = [folder for folder in source_folders() if not folder.is_chosen(name)]
    if NAME.match(name) and any(folder.file(name).is_file() for folder in left_out):
        raise ConfigError(
            f"the shipped source {name!r} is none of this project's; `shipped` in sources.toml names those"
        )
    similar = difflib.get_close_matches(name, source_names(), n=3)
    hint = f"did you mean {' or '.join(similar)}?" if similar else "`newscrawl sources` lists them"
    raise ConfigError(f"there is no source {name!r} in spiders/; {hint}")


def load_spider(name: str) -> type[NewsSpider]:
    """Return the spider of a source as its file is now; raises SpiderFileError naming file, line and cause.

    What was edited since it was loaded is loaded anew. A source without a file is made of its row.
    """
    folders = folders_of(name)
    if not folders and name in _watched_names():
        return _watched_spider(name)
    if not folders:
        raise SpiderFileError(f"spiders/{name}.py: No such file or directory")
    if len(folders) > 1 and folders[0].is_own:
        _say_once(f"source={name} is read by the project's {folders[0].shown(name)}, not by {folders[1].origin} rules")
    return load_from(folders[0], name)


_say_once = lru_cache(maxsize=1024)(logger.info)
_warn_once = lru_cache(maxsize=8)(logger.warning)


def load_from(folder: SourceFolder, name: str) -> type[NewsSpider]:
    """Return the spider of a source as a folder has it."""
    if not folder.has_file(name):
        return _spider_of_row(folder, name)
    module_name = f"{folder.package}.{name}"
    modified_at = edited_at(folder.file(name))
    loaded = _LOADED.get(module_name)
    if loaded is not None and loaded[0] == modified_at:
        return loaded[1]
    if loaded is not None:
        sys.modules.pop(module_name, None)
        importlib.invalidate_caches()
    spider = spider_in(_imported(folder, name, module_name), name)
    _LOADED[module_name] = (modified_at, spider)
    return spider


def refusals_of(folder: SourceFolder, name: str) -> tuple[type[NewsSpider] | None, list[SpiderFileError]]:
    """Return the spider of a source, as far as it can be loaded, and all that is wrong with what it states.

    A spider of which something was refused is not kept: who loads it next is refused too.
    """
    key = f"{folder.package}.{name}" if folder.has_file(name) else f"{folder.package}.unverified.{name}"
    _LOADED.pop(key, None)
    sys.modules.pop(key, None)
    with all_refusals() as refused:
        try:
            spider = load_from(folder, name)
        except SpiderFileError as error:
            return None, [*refused, error]
    if refused:
        _LOADED.pop(key, None)
        sys.modules.pop(key, None)
    return spider, refused


def _imported(folder: SourceFolder, name: str, module_name: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except SpiderFileError:
        sys.modules.pop(module_name, None)
        raise
    except Exception as error:
        sys.modules.pop(module_name, None)
        line = _line_of(error, str(folder.file(name)))
        raise SpiderFileError(f"{folder.shown(name)}{line}: {type(error).__name__}: {error}") from error


def _spider_of_row(folder: SourceFolder, name: str) -> type[NewsSpider]:
    key, edited = f"{folder.package}.unverified.{name}", edited_at(folder.table)
    loaded = _LOADED.get(key)
    if loaded is None or loaded[0] != edited:
        spider = unverified_spider(folder, name)
        _check_zone(spider)
        loaded = _LOADED[key] = (edited, spider)
    return loaded[1]


def _watched_spider(name: str) -> type[NewsSpider]:
    """Return the spider that is made of a row of watched addresses."""
    row = watched.rows()[name]
    key, stated = f"watched.{name}", hash(row)
    loaded = _LOADED.get(key)
    if loaded is None or loaded[0] != stated:
        facts = {fact: getattr(row, fact) for fact in ("name", "publisher", "domains", "languages", "addresses")}
        spider = type(f"{name.capitalize()}Spider", (NewsSpider,), {**facts, "__module__": "spiders.watched"})
        loaded = _LOADED[key] = (stated, spider)
    return loaded[1]


def digest_of_spider(name: str) -> str:
    """Return a digest of a source's file or row as it is now; empty if there is none."""
    folder = folder_of(name)
    if folder is None:
        row = watched.rows().get(name) if name in _watched_names() else None
        return hashlib.sha256(repr(row).encode()).hexdigest() if row else ""
    if not folder.has_file(name):
        return digest_of_row(folder, name)
    return hashlib.sha256(folder.file(name).read_bytes()).hexdigest()


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
        refuse(spider, "timezone", message, error)


def _line_of(error: Exception, path: str) -> str:
    """Return ", line N" of a spider file in which an error arose, as far as that is known."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return f", line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f", line {frames[-1].lineno}" if frames else ""


def is_asleep(name: str, now: datetime) -> bool:
    """Return whether nothing of a source is requested now: its hours are over. A broken file's crawl says so."""
    try:
        return sleeps_until(source_of(load_spider(name)), now) is not None
    except SpiderFileError:
        return False


def open_times(name: str) -> Callable[[datetime, datetime], timedelta]:
    """Return the function that says how much of a time counts as a source's silence; see `health.silence`.

    A source without listings is asked when one of its articles is due, which may be weeks from now: it is never silent.
    """
    try:
        spider = load_spider(name)
    except SpiderFileError:
        return lambda begin, end: end - begin
    if not has_listings(spider):
        return lambda begin, end: timedelta(0)
    hours = active_hours(source_of(spider))
    return (lambda begin, end: end - begin) if hours is None else hours.open_between


def planned_listings(name: str, at: datetime) -> datetime:
    """Return when a source's listings are read that would be at a moment; see `source_definition.listings_at`."""
    try:
        return listings_at(load_spider(name), at)
    except SpiderFileError:
        return at
