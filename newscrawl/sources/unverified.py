"""Sources that nobody has verified: rows of facts in spiders/unverified.toml, of which generic spiders are made."""

from __future__ import annotations

import hashlib
import json
import logging
import tomllib
from functools import lru_cache
from typing import Any

from newscrawl.config import PROJECT_ROOT
from newscrawl.errors import SpiderFileError
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)

TABLE = PROJECT_ROOT / "spiders" / "unverified.toml"
Row = dict[str, Any]


def unverified_names() -> list[str]:
    """Return the names of all rows; of a table that cannot be read none, with a warning: sources with files go on."""
    try:
        return list(_rows())
    except SpiderFileError as error:
        _warn_once(str(error))
        return []


def require_table() -> None:
    """Raise SpiderFileError if the table cannot be read."""
    _rows()


def unverified_spider(name: str) -> type[NewsSpider]:
    """Return a spider made of a row; raises SpiderFileError for a row that is not there, or states what it may not."""
    row = _rows().get(name)
    if row is None:
        raise SpiderFileError(f"{_TABLE_NAME} has no row [{name}]")
    attributes = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    attributes |= {"name": name, "unverified": True, "__module__": "spiders.unverified"}
    try:
        return type(f"{name.capitalize()}Spider", (NewsSpider,), attributes)
    except SpiderFileError as error:
        raise SpiderFileError(f"{_TABLE_NAME}, [{name}]: {str(error).partition(': ')[2]}") from error


def digest_of_row(name: str) -> str:
    """Return a digest of a row; empty if there is none."""
    row = _rows().get(name)
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest() if row else ""


def edited_at() -> int:
    """Return when the table was edited, in nanoseconds; 0 if there is none."""
    return TABLE.stat().st_mtime_ns if TABLE.is_file() else 0


_TABLE_NAME = "spiders/unverified.toml"
_warn_once = lru_cache(maxsize=8)(logger.warning)


def _rows() -> dict[str, Row]:
    return _read(edited_at())


@lru_cache(maxsize=1)
def _read(edited: int) -> dict[str, Row]:
    """Return the rows by name, read anew when the table was edited; raises SpiderFileError if it cannot be read."""
    if not edited:
        return {}
    try:
        rows = tomllib.loads(TABLE.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpiderFileError(f"{_TABLE_NAME}: {error}") from error
    if not all(isinstance(row, dict) for row in rows.values()):
        raise SpiderFileError(f"{_TABLE_NAME}: every fact must stand below the [name] of its source")
    return rows
