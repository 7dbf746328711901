"""`sources.toml` of a project: which of the shipped sources it has."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from newscrawl.errors import ConfigError
from newscrawl.project import OWN_SETTINGS, PROJECT_SETTINGS, Project, is_switched_on, settings_of

FILE = "sources.toml"


def chosen_sources(found: Project) -> frozenset[str] | None:
    """Return the names of the shipped sources that a project has; None: all. Raises ConfigError for a bad file.

    Without the file it has all, unless it is a Scrapy project of another kind that switched newscrawl on.
    """
    path = found.root / FILE if found.root is not None else None
    if path is None or not path.is_file():
        is_ours = found.settings_module in (OWN_SETTINGS, PROJECT_SETTINGS)
        return frozenset() if not is_ours and is_switched_on(settings_of(found)) else None
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(path: Path, edited: int) -> frozenset[str] | None:
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{FILE}: {error}") from error
    if unknown := sorted(stated.keys() - {"shipped"}):
        raise ConfigError(f"{FILE}: there is no {unknown[0]!r}; `shipped` chooses sources")
    shipped = stated.get("shipped", "all")
    if shipped == "all":
        return None
    if not isinstance(shipped, list) or not all(isinstance(name, str) for name in shipped):
        raise ConfigError(f'{FILE}: shipped must be "all" or a list of names, such as ["washpo", "bbc"]')
    return frozenset(shipped)
