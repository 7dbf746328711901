"""What a shell offers for names of sources and ids of runs; neither Scrapy nor, for names, the driver is loaded for it.

The scripts for bash, zsh and fish are those of Typer, made from the description of the commands.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from newscrawl.errors import NewscrawlError

MAX_RUNS = 50


def sources_like(incomplete: str) -> list[str]:
    """Return the names of sources that begin so, by their files and tables; nothing is loaded of a spider.

    Where the project cannot be read there is nothing to offer: the command that is typed says what is wrong.
    """
    try:
        names = set(_names())
    except NewscrawlError:
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def _names() -> Iterator[str]:
    from newscrawl.sources.folders import WATCHED_TABLE, own_folder, source_folders

    own = own_folder()
    if own is not None and (table := own / WATCHED_TABLE).is_file():
        yield from _rows(table.read_bytes())
    for folder in source_folders():
        yield from folder.file_names()
        if folder.table.is_file():
            yield from filter(folder.is_chosen, _rows(folder.table.read_bytes()))


def _rows(table: bytes) -> list[str]:
    try:
        return list(tomllib.loads(table.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []


def runs_like(incomplete: str) -> list[tuple[str, str]]:
    """Return the newest runs whose ids begin so, each with its source; none if no database answers at once."""
    from newscrawl.config import Config
    from newscrawl.store.recent_runs import recent_runs

    try:
        return recent_runs(Config.from_env(), incomplete, MAX_RUNS)
    except NewscrawlError:
        return []
