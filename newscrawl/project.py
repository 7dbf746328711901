"""The user's project and newscrawl's own folders: what is shipped, in which project one works, where state lives."""

from __future__ import annotations

import configparser
import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from newscrawl.errors import ConfigError

PACKAGE = Path(__file__).resolve().parent
# A wheel carries spiders and pipelines within the package; in a checkout they are the folders beside it.
CHECKOUT = None if (PACKAGE / "spiders" / "demo.py").is_file() else PACKAGE.parent
OWN_SETTINGS = "newscrawl.settings"
PROJECT_SETTINGS = "newscrawl.project_settings"
ADDONS = ("newscrawl.Addon", "newscrawl.addon.Addon")
LOADER = "newscrawl.sources.spider_loader.SourceLoader"


@dataclass(frozen=True, slots=True)
class Project:
    """A Scrapy project, as Scrapy finds it; without `root`, a command that was called outside of any."""

    root: Path | None  # the folder of its scrapy.cfg
    settings_module: str = OWN_SETTINGS
    is_chosen: bool = False  # the environment names its settings: scrapyd does, for a project without a folder

    @property
    def is_checkout(self) -> bool:
        """Return whether it is newscrawl's own checkout, whose `spiders` are those that are shipped."""
        return self.root is not None and self.root == CHECKOUT

    @property
    def shipped_spiders(self) -> str:
        """The package of the shipped sources; the checkout is an ordinary Scrapy project with packages of its own."""
        return "spiders" if self.is_checkout else "newscrawl.spiders"

    @property
    def stages(self) -> str:
        """The package of the stages."""
        return "pipelines" if self.is_checkout else "newscrawl.pipelines"

    def put_on_path(self) -> None:
        """Let the project's packages be imported, in any working directory.

        Scrapy appends the root to sys.path, after site-packages: an installed package named `spiders` would be
        imported instead, and `scrapy list` would print nothing and exit 0 (seen with Scrapy 2.19).
        """
        if self.root is not None and sys.path[:1] != [str(self.root)]:
            sys.path.insert(0, str(self.root))


def find_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """Return the project of a folder: that of the nearest scrapy.cfg above it; else newscrawl's checkout, if any."""
    root = next((each for each in (folder, *folder.parents) if (each / "scrapy.cfg").is_file()), CHECKOUT)
    chosen = environ.get("SCRAPY_SETTINGS_MODULE", "")
    stated = _stated_settings(root / "scrapy.cfg", environ.get("SCRAPY_PROJECT") or "default") if root else ""
    return Project(root, chosen or stated or OWN_SETTINGS, bool(chosen))


def _stated_settings(path: Path, name: str) -> str:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(path, "utf-8")
    except (configparser.Error, UnicodeDecodeError):  # Scrapy's commands say so
        return ""
    return config.get("settings", name, fallback="")


@lru_cache(maxsize=1)
def project() -> Project:
    """Return the project of this process: that of the folder in which it was started."""
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # it was deleted since
        folder = Path("/")
    return find_project(folder, os.environ)


def settings_of(found: Project) -> ModuleType:
    """Return a project's module of settings; raises ConfigError if it cannot be loaded."""
    found.put_on_path()
    try:
        return importlib.import_module(found.settings_module)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"settings {found.settings_module}: {type(error).__name__}: {error}") from error


def is_switched_on(settings: ModuleType) -> bool:
    """Return whether settings have newscrawl's add-on, or are made of newscrawl's."""
    stated = getattr(settings, "ADDONS", {})
    paths = {each if isinstance(each, str) else f"{each.__module__}.{each.__qualname__}" for each in stated}
    return not paths.isdisjoint(ADDONS) or getattr(settings, "SPIDER_LOADER_CLASS", None) == LOADER


def own_packages(found: Project) -> list[str]:
    """Return the packages of a project's own spiders; none if its settings do not switch newscrawl on."""
    if found.root is None and not found.is_chosen:
        return []
    if found.settings_module in (OWN_SETTINGS, PROJECT_SETTINGS):
        return ["spiders"]
    settings = settings_of(found)
    return list(getattr(settings, "SPIDER_MODULES", [])) if is_switched_on(settings) else []


def default_home(found: Project | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where state lives: in the project's `.newscrawl`; outside of any in the user's folder for state (XDG)."""
    found = project() if found is None else found
    if found.root is not None:
        return found.root / ".newscrawl"
    stated = Path(environ.get("XDG_STATE_HOME", ""))
    if stated.is_absolute():  # the specification: a relative path is to be ignored
        return stated / "newscrawl"
    try:
        return Path.home() / ".local" / "state" / "newscrawl"
    except RuntimeError as error:  # a user without a home, as some containers have
        raise ConfigError(f"there is no folder for state ({error}); set NEWSCRAWL_HOME") from error
