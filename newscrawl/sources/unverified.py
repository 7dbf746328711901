"""Sources that nobody has verified: rows of facts in a folder's unverified.toml, of which generic spiders are made."""

from __future__ import annotations

import hashlib
import json
import logging
import tomllib
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any

from newscrawl.errors import SpiderFileError
from newscrawl.sources.folders import NAME, SourceFolder, source_folders
from newscrawl.sources.source_files import edited_at
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)

Row = dict[str, Any]


def rows_of(folder: SourceFolder) -> dict[str, Row]:
    """Return the rows of a folder by name; of a table that cannot be read none, with a warning: files go on."""
    try:
        rows = _rows(folder)
    except SpiderFileError as error:
        _warn_once(str(error))
        return {}
    return {name: row for name, row in rows.items() if NAME.match(name) and folder.is_chosen(name)}


def unverified_names() -> list[str]:
    """Return the names of all rows."""
    return sorted({name for folder in source_folders() for name in rows_of(folder)})


def require_tables() -> None:
    """Raise SpiderFileError if a table cannot be read."""
    for folder in source_folders():
        _rows(folder)


def unverified_spider(folder: SourceFolder, name: str) -> type[NewsSpider]:
    """Return a spider made of a row; raises SpiderFileError for a row that is not there, or states what it may not."""
    shown = _shown(folder)
    row = _rows(folder).get(name)
    if row is None:
        raise SpiderFileError(f"{shown} has no row [{name}]")
    attributes = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    attributes |= {"name": name, "unverified": True, "__module__": "spiders.unverified"}
    try:
        return type(f"{name.capitalize()}Spider", (NewsSpider,), attributes)
    except SpiderFileError as error:
        raise SpiderFileError(f"{shown}, [{name}]: {str(error).partition(': ')[2]}") from error


def digest_of_row(folder: SourceFolder, name: str) -> str:
    """Return a digest of a row; empty if there is none."""
    row = _rows(folder).get(name)
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest() if row else ""


_warn_once = lru_cache(maxsize=8)(logger.warning)


def _shown(folder: SourceFolder) -> str:
    return f"{folder.folder.name}/{folder.table.name}"


def _rows(folder: SourceFolder) -> dict[str, Row]:
    return _read(str(folder.table), edited_at(folder.table), folder)


@lru_cache(maxsize=8)
def _read(path: str, edited: int, folder: SourceFolder) -> dict[str, Row]:
    """Return the rows by name, read anew when the table was edited; raises SpiderFileError if it cannot be read."""
    table: Traversable = folder.table
    if not table.is_file():
        return {}
    try:
        rows = tomllib.loads(table.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpiderFileError(f"{_shown(folder)}: {error}") from error
    if not all(isinstance(row, dict) for row in rows.values()):
        raise SpiderFileError(f"{_shown(folder)}: every fact must stand below the [name] of its source")
    return rows
