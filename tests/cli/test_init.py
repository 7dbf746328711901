"""`newscrawl init` makes a project that is complete, and overwrites nothing."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.cli.init import project_files
from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

FILES = {
    ".gitignore",
    "README.md",
    "scrapy.cfg",
    "sources.toml",
    "spiders/__init__.py",
    "subscriptions.toml",
    "tests/test_golden.py",
}


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "SCRAPY_"))}
    if command[0] in {"newscrawl", "scrapy"}:
        return forked.run(command[1:], env=environ, cwd=cwd, module=command[0])
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False,
        env=environ | {"PYTHONPATH": str(PROJECT_ROOT)}, timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_has_its_files_and_passes_its_own_test(tmp_path: Path) -> None:
    done = run("newscrawl", "init", "papers", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    project = tmp_path / "papers"
    assert files_in(project) == FILES
    (project / "sources.toml").write_text('shipped = ["washpo"]\n', "utf-8")
    tested = run("pytest", "-q", "-p", "no:cacheprovider", cwd=project)
    assert tested.returncode == 0, tested.stdout
    assert "washpo/2014" in run("pytest", "-q", "--collect-only", "-p", "no:cacheprovider", cwd=project).stdout
    assert run("scrapy", "list", cwd=project).stdout.split() == ["demo", "washpo"]
    made = run("scrapy", "genspider", "-t", "news", "harbour", "harbour.example", cwd=project)
    assert (made.returncode, (project / "spiders" / "harbour.py").is_file()) == (0, True), made.stderr
    assert run("scrapy", "list", cwd=project).stdout.split() == ["demo", "harbour", "washpo"]


def test_a_golden_page_that_is_read_otherwise_fails_the_projects_test(tmp_path: Path) -> None:
    assert run("newscrawl", "init", ".", cwd=tmp_path).returncode == 0
    (tmp_path / "sources.toml").write_text('shipped = ["abc"]\n', "utf-8")
    shipped = next((PROJECT_ROOT / "tests" / "extract" / "golden" / "abc").rglob("page.html")).parent
    page = tmp_path / "tests" / "golden" / "abc" / "page"
    page.mkdir(parents=True)
    (page / "page.html").write_bytes((shipped / "page.html").read_bytes())
    expected = (shipped / "expected.json").read_text("utf-8")
    (page / "expected.json").write_text(expected.replace('"headline": "', '"headline": "Not '), "utf-8")
    tested = run("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert tested.returncode == 1
    assert "1 failed" in tested.stdout
    checked = run("newscrawl", "fixture", "check", cwd=tmp_path)
    assert (checked.returncode, "abc/page: headline: expected 'Not " in checked.stdout) == (1, True)


@pytest.mark.parametrize(
    ("file", "message"), [("README.md", "has README.md already"), ("scrapy.cfg", "is a Scrapy project already")]
)
def test_nothing_is_overwritten(tmp_path: Path, file: str, message: str) -> None:
    (tmp_path / file).write_text("mine", "utf-8")
    done = run("newscrawl", "init", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert files_in(tmp_path) == {file}
    assert (tmp_path / file).read_text("utf-8") == "mine"


def test_a_folder_with_other_files_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert run("newscrawl", "init", str(tmp_path), cwd=tmp_path).returncode == 0
    assert files_in(tmp_path) == FILES | {"notes.txt"}


def test_a_place_that_cannot_be_a_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place, message in (("file", "is a file, not a folder"), ("file/below", "Not a directory")):
        done = run("newscrawl", "init", place, cwd=tmp_path)
        assert (done.returncode, message in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("name", ["papers", "50% of papers", "$name", "", "[deploy]"])
def test_any_name_of_a_folder_makes_a_scrapy_cfg_that_can_be_read(name: str) -> None:
    config = configparser.ConfigParser()
    config.read_string({str(path): text for path, text in project_files(name)}["scrapy.cfg"])
    assert config.get("settings", "default") == "newscrawl.project_settings"
    assert config.get("deploy", "project")
