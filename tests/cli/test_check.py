"""`newscrawl check`: every problem at once, each with file, line and the name that was meant; nothing is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawl.cli.check import VALIDATORS
from newscrawl.config import PROJECT_ROOT
from newscrawl.problems import Problem, line_of_key
from tests.forked import commands as forked
from tests.spiders.test_misspelt import SPIDER

Check = Callable[..., subprocess.CompletedProcess[str]]
GOLDEN = {"url": "https://courier.example/2026/a", "captured": "2026-03-02T10:00:00+00:00"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "paper"
    done = run_in(folder.parent, "init", str(folder))
    assert done.returncode == 0, done.stderr
    (folder / "sources.toml").write_text("shipped = []\n")
    return folder


def run_in(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run newscrawl in a folder whose database and network cannot be used."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    away = {"NEWSCRAWL_MONGO_URI": "mongodb://127.0.0.1:9/", "NEWSCRAWL_MONGO_TIMEOUT_SECONDS": "0.2"}
    return forked.run(words, cwd=folder, env=inherited | {"PYTHONPATH": str(PROJECT_ROOT), **away} | environ)


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A project with one sound source."""
    folder = Path(shutil.copytree(template, tmp_path / "paper"))
    add_source(folder)
    return folder


def add_source(project: Path, *, spider: str = "", rules: str = "", golden: str | None = None) -> None:
    (project / "spiders" / "courier.py").write_text(SPIDER.format(spider=spider, rules=rules), "utf-8")
    page = project / "tests" / "golden" / "courier" / "first"
    page.mkdir(parents=True, exist_ok=True)
    (page / "page.html").write_text("<p>x</p>")
    (page / "expected.json").write_text(json.dumps(GOLDEN) if golden is None else golden)


def problems(project: Path, *words: str, **environ: str) -> list[dict[str, Any]]:
    done = run_in(project, "check", *words, "--json", **environ)
    found: list[dict[str, Any]] = json.loads(done.stdout)["problems"]
    assert done.returncode == (2 if found else 0), done.stderr
    return found


def test_a_sound_project_has_no_problem_and_neither_database_nor_network_is_asked(project: Path) -> None:
    done = run_in(project, "check")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert "no problem" in done.stderr


def test_all_problems_of_all_kinds_are_reported_at_once(project: Path) -> None:
    add_source(
        project, spider='feed = ()\n    timezone = "Europe/Pariss"', rules='headlines = "h1"\n        drop = "p["'
    )
    (project / "sources.toml").write_text('shiped = []\nshipped = ["wapo", "bbc"]\n')
    (project / "spiders" / "unverified.toml").write_text(
        '[gazette]\ndomains = ["gazette.example"]\nsitemap = ["https://gazette.example/map.xml"]\n\n[Ledger]\n'
    )
    found = problems(project, NEWSCRAWL_DELAY_SECOND="1", NEWSCRAWL_MONGO_DATABSE="x", NEWSCRAWL_POLICY="hazzard")
    said = {(each["file"], each["line"], each["near"]) for each in found}
    assert said == {
        (None, None, "NEWSCRAWL_DELAY_SECONDS"),
        (None, None, "NEWSCRAWL_MONGO_DATABASE"),
        (None, None, None),  # the policy
        ("sources.toml", 1, "shipped"),
        ("sources.toml", 2, "washpo"),
        ("spiders/courier.py", 11, "feeds"),
        ("spiders/courier.py", 12, None),
        ("spiders/courier.py", 16, "headline"),
        ("spiders/courier.py", 17, None),
        ("spiders/unverified.toml", 3, "sitemaps"),
        ("spiders/unverified.toml", 5, None),
    }
    assert {each["check"] for each in found} == {"environment", "sources.toml", "sources"}


# What a source states → the line, and a part of what is said of it.
WRONG = {
    ("guid_pattern = r'-(\\d+'", ""): (11, "guid_pattern is no regular expression"),
    ("article_pattern = r'/20.+[\\w-]+-\\d{{3}}\\.html'", ""): (11, "article_pattern takes more than linear time"),
    ("guid_pattern = r'(?:a+)+$'", ""): (11, "guid_pattern takes more than linear time"),
    ("policy = 'hazzard'", ""): (11, "no such policy"),
    ("sections = ('courier.example/all',)", ""): (11, "is no http or https URL"),
    ("", "stop_lines = ('re:(x',)"): (15, "is no pattern of a line"),
    ("", "drop_lines = ('re:(x+)+y',)"): (15, "takes more than linear time"),
    ("", "drop = ('div[', 'p')"): (15, "bad selector 'div['"),
    ("import nosuchmodule", ""): (11, "No module named 'nosuchmodule'"),
    ("x = = 1", ""): (11, "SyntaxError"),
}


def test_each_thing_that_does_not_work_is_reported_with_its_line(project: Path) -> None:
    for number, (spider, rules) in enumerate(WRONG):
        text = SPIDER.replace('"courier"', f'"courier{number}"')
        text = text.replace("{spider}", spider.replace("{{", "{").replace("}}", "}")).replace("{rules}", rules)
        (project / "spiders" / f"courier{number}.py").write_text(text, "utf-8")
        page = project / "tests" / "golden" / f"courier{number}"
        page.mkdir()
        (page / "page.html").write_text("")
        (page / "expected.json").write_text(json.dumps(GOLDEN))
    found = {each["file"]: each for each in problems(project)}
    for number, (line, text) in enumerate(WRONG.values()):
        each = found[f"spiders/courier{number}.py"]
        assert (each["line"], text in each["problem"]) == (line, True), each
    assert len(found) == len(WRONG)


def test_patterns_that_are_linear_are_not_reported(project: Path) -> None:
    add_source(
        project,
        spider=r"""article_pattern = r"/20\d\d/\d\d/[a-z0-9-]+-\d+$"; guid_pattern = r"-(\d+)$" """,
        rules="drop_lines = ('Read more:*', '*by * on *')",
    )
    assert problems(project) == []


@pytest.mark.parametrize(
    ("golden", "line", "text"),
    [('{"url": "https://x.example/"}', None, "states no captured"), ('{\n"url": }', 2, "is no JSON")],
)
def test_golden_pages_must_be_readable(project: Path, golden: str, line: int | None, text: str) -> None:
    add_source(project, golden=golden)
    ((problem),) = problems(project)
    assert (problem["file"], problem["line"]) == ("golden/courier/first/expected.json", line)
    assert text in problem["problem"]


def test_a_source_without_golden_pages_is_a_problem(project: Path) -> None:
    for path in sorted((project / "tests" / "golden" / "courier").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    ((problem),) = problems(project)
    assert "newscrawl fixture add courier URL" in problem["problem"]


def test_a_table_that_is_no_toml_is_reported_with_its_line(project: Path) -> None:
    (project / "sources.toml").write_text("shipped = []\nx = = 1\n")
    (project / "spiders" / "unverified.toml").write_text('[gazette]\ndomains = ["a"\n')
    assert [(each["file"], each["line"]) for each in problems(project)] == [
        ("sources.toml", 2), ("spiders/unverified.toml", 2),
    ]  # fmt: skip


def test_only_named_sources_are_checked_if_some_are_named(project: Path) -> None:
    add_source(project, spider="feed = ()")
    (project / "spiders" / "other.py").write_text(SPIDER.format(spider="feed = ()", rules=""))
    assert [each["file"] for each in problems(project, "courier")] == ["spiders/courier.py"]
    done = run_in(project, "check", "couriers")
    assert (done.returncode, "did you mean courier?" in done.stderr) == (2, True)


def test_the_database_is_asked_only_if_one_says_so(project: Path) -> None:
    done = run_in(project, "check", "--database", "--json")
    assert done.returncode == 4
    ((problem),) = json.loads(done.stdout)["problems"]
    assert (problem["check"], "127.0.0.1:9" in problem["problem"]) == ("database", True)


def test_what_is_shipped_has_no_problem() -> None:
    done = run_in(PROJECT_ROOT, "check")
    assert (done.returncode, done.stdout) == (0, "")


def test_people_read_a_line_for_each_problem(project: Path) -> None:
    add_source(project, spider="feed = ()")
    done = run_in(project, "check", NEWSCRAWL_DELAY="1")
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "NEWSCRAWL_DELAY: no such setting; did you mean NEWSCRAWL_DELAY_SECONDS?",
        "spiders/courier.py, line 11: feed is no attribute of a spider; did you mean feeds?",
    ]


def test_every_validator_can_be_loaded() -> None:
    import importlib

    for _, name in VALIDATORS:
        module, _, function = name.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_places_of_problems_are_read_from_messages() -> None:
    problem = Problem.of("spiders/a.py, line 3: x is no attribute of Rules; did you mean xs?")
    assert (problem.file, problem.line, problem.near) == ("spiders/a.py", 3, "xs")
    assert str(problem).startswith("spiders/a.py, line 3: x is")
    assert line_of_key('a = 1\n[b]\n"a" = 2\n[b.c]\na = 3\n', "a", "b") == 3
