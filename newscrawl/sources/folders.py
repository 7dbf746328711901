"""Folders of sources, in the order in which they win: a project's own, those that other packages add, the shipped ones.

Other packages add theirs by an entry point of the group `newscrawl.sources`, whose value is a package of spiders. Which
of the shipped sources a project has, its `sources.toml` says.
"""

from __future__ import annotations

import importlib
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from importlib.resources.abc import Traversable
from pathlib import Path

from newscrawl.errors import ConfigError
from newscrawl.project import OWN_SETTINGS, PROJECT_SETTINGS, own_packages, project
from newscrawl.sources.chosen_sources import chosen_sources
from newscrawl.sources.source_files import is_of_source

NAME = re.compile(r"[a-z0-9][a-z0-9_]*\Z")
ENTRY_POINTS = "newscrawl.sources"
OWN, SHIPPED = "own", "shipped"
WATCHED_TABLE = "watched.toml"  # beside the project's own spiders
ALWAYS = frozenset({"demo"})  # `newscrawl demo` works in every project


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A package of spiders: a file per source, and perhaps a table of unverified ones."""

    package: str
    folder: Traversable
    origin: str  # own, shipped, or the name of the entry point that adds it
    chosen: frozenset[str] | None = None  # of the shipped ones; None: all

    @property
    def is_own(self) -> bool:
        return self.origin == OWN

    @property
    def table(self) -> Traversable:
        return self.folder.joinpath("unverified.toml")

    def file(self, name: str) -> Traversable:
        return self.folder.joinpath(f"{name}.py")

    def shown(self, name: str) -> str:
        """Return the file of a source for messages, as `spiders/washpo.py`."""
        return f"{self.folder.name}/{name}.py"

    def is_chosen(self, name: str) -> bool:
        return self.chosen is None or name in self.chosen or name in ALWAYS

    def has_file(self, name: str) -> bool:
        """Return whether a source has a file here."""
        file = self.file(name)
        return self.is_chosen(name) and file.is_file() and (not self.is_own or is_of_source(file))

    def file_names(self) -> list[str]:
        """Return the names of the sources that have a file."""
        files = [each.name for each in self.folder.iterdir()] if self.folder.is_dir() else []
        stems = [file.removesuffix(".py") for file in files if file.endswith(".py")]
        return [stem for stem in stems if NAME.match(stem) and self.has_file(stem)]


def source_folders(*, has_all: bool = False) -> list[SourceFolder]:
    """Return the folders of this project; the first of them that has a source wins.

    With `has_all` all shipped sources are in them, whatever sources.toml says.
    """
    found = project()
    found.put_on_path()
    chosen = None if found.is_checkout or has_all else chosen_sources(found)
    shipped = SourceFolder(found.shipped_spiders, _place_of(found.shipped_spiders, "newscrawl"), SHIPPED, chosen)
    return [*own_folders(), *_added_folders(), shipped]


@lru_cache(maxsize=1)
def own_folders() -> tuple[SourceFolder, ...]:
    """Return the folders of the project's own spiders; those of newscrawl's checkout are the shipped ones."""
    found = project()
    found.put_on_path()
    if found.is_checkout:
        return ()
    return tuple(
        SourceFolder(package, _place_of(package, str(found.root or found.settings_module)), OWN)
        for package in own_packages(found)
        if _locations(package)
    )


def own_folder() -> Path | None:
    """Return the folder for files of the project's own spiders, which may not be there yet; None outside of one."""
    found = project()
    if found.is_checkout and found.root is not None:
        return found.root / "spiders"
    folder = next((own.folder for own in own_folders()), None)
    if folder is None and found.root is not None and found.settings_module in (OWN_SETTINGS, PROJECT_SETTINGS):
        folder = found.root / "spiders"
    return folder if isinstance(folder, Path) else None


@lru_cache(maxsize=1)
def _added_folders() -> tuple[SourceFolder, ...]:
    points = sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value))
    return tuple(SourceFolder(point.value, _place_of(point.value, point.name), point.name) for point in points)


@lru_cache(maxsize=64)
def _place_of(package: str, stated_by: str) -> Traversable:
    """Return where a package's files are: a folder, or within an archive, as an egg of scrapyd is one."""
    locations = _locations(package)
    if not locations:
        raise ConfigError(f"{stated_by}: there is no package {package} with sources")
    path = Path(locations[0])
    archive = next((each for each in path.parents if each.is_file()), None)
    return path if archive is None else zipfile.Path(archive, f"{path.relative_to(archive).as_posix()}/")


def _locations(package: str) -> list[str]:
    """Return where a package says its modules are; it may be elsewhere than in its folder (newscrawl/spiders)."""
    try:
        return list(getattr(importlib.import_module(package), "__path__", []))
    except ModuleNotFoundError as error:
        if error.name is not None and f"{package}.".startswith(f"{error.name}."):
            return []
        raise ConfigError(f"{package}: {error}") from error
