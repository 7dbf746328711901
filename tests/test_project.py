"""Which project a command works in, and where state lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.errors import ConfigError
from newscrawl.project import CHECKOUT, Project, default_home, find_project, own_packages


def scrapy_cfg(folder: Path, text: str = "[settings]\ndefault = newscrawl.project_settings\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scrapy.cfg").write_text(text, "utf-8")
    return folder


def test_the_nearest_scrapy_cfg_above_a_folder_is_its_project(tmp_path: Path) -> None:
    scrapy_cfg(tmp_path)
    inner = scrapy_cfg(tmp_path / "inner", "[settings]\ndefault = inner.settings\nother = inner.other\n")
    below = inner / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below, {}) == Project(inner, "inner.settings")
    assert find_project(tmp_path, {}) == Project(tmp_path, "newscrawl.project_settings")
    assert find_project(below, {"SCRAPY_PROJECT": "other"}).settings_module == "inner.other"
    assert find_project(below, {"SCRAPY_SETTINGS_MODULE": "third"}) == Project(inner, "third", is_chosen=True)


def test_outside_of_projects_the_checkout_is_the_project(tmp_path: Path) -> None:
    found = find_project(tmp_path, {})
    assert (found.root, found.is_checkout, found.shipped_spiders, found.stages) == (
        CHECKOUT, True, "spiders", "pipelines",
    )  # fmt: skip


def test_in_other_projects_the_shipped_packages_are_within_newscrawl(tmp_path: Path) -> None:
    found = find_project(scrapy_cfg(tmp_path), {})
    assert (found.is_checkout, found.shipped_spiders, found.stages) == (
        False, "newscrawl.spiders", "newscrawl.pipelines",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "[deploy]\nproject = x\n", "[settings\n", "[settings]\nsettings = %(x)s\n"])
def test_a_scrapy_cfg_that_names_no_settings_has_newscrawls(tmp_path: Path, text: str) -> None:
    assert find_project(scrapy_cfg(tmp_path, text), {}) == Project(tmp_path, "newscrawl.settings")


def test_state_lives_in_the_project(tmp_path: Path) -> None:
    assert default_home(Project(tmp_path), {"XDG_STATE_HOME": "/state"}) == tmp_path / ".newscrawl"


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"XDG_STATE_HOME": "/srv/state"}, Path("/srv/state/newscrawl")),
        ({"XDG_STATE_HOME": "state"}, Path.home() / ".local" / "state" / "newscrawl"),
        ({}, Path.home() / ".local" / "state" / "newscrawl"),
    ],
)
def test_outside_of_projects_state_lives_in_the_users_folder(environ: dict[str, str], home: Path) -> None:
    assert default_home(Project(None), environ) == home


def test_settings_that_cannot_be_loaded_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"settings no\.such\.settings: ModuleNotFoundError"):
        own_packages(Project(tmp_path, "no.such.settings"))
