"""The code holds to docs/architecture.md, and docs/architecture.md tells of the code that there is."""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

import newscrawl
from newscrawl import errors
from newscrawl.config import PROJECT_ROOT
from newscrawl.jobs import exit_codes
from tests.faults.waiting import PATIENCE_SECONDS

PAGE = (PROJECT_ROOT / "docs" / "architecture.md").read_text("utf-8")
PROMISES = (PROJECT_ROOT / "docs" / "promises.md").read_text("utf-8")
MAX_LINES = 300
MAX_ARGUMENTS = 7
# What tables and word lists are made of; their length is not that of logic.
TABLES = {"newscrawl/change/lexicon.py", "newscrawl/demo/expected.py"}


def modules() -> list[Path]:
    return sorted(path for room in ("newscrawl", "pipelines") for path in (PROJECT_ROOT / room).rglob("*.py"))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_room_is_in_the_table_and_every_row_is_a_room() -> None:
    stated = set(re.findall(r"`(\w+)(?:\.py|/)`", "\n".join(re.findall(r"^\| (`.*?) \|", section("Rooms"), re.M))))
    present = {module.name for module in pkgutil.iter_modules(newscrawl.__path__)} - {"__main__"}
    assert stated == present


def test_the_picture_is_drawn_from_the_imports_as_they_are() -> None:
    script = PROJECT_ROOT / "docs" / "draw_rooms.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], cwd=PROJECT_ROOT, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, "run `make picture`"


def test_every_file_on_the_way_of_a_page_exists() -> None:
    named = re.findall(r"`((?:newscrawl|pipelines)/[\w./]+)`", section("One page from request to reader"))
    assert len(named) >= 10
    assert [name for name in named if not (PROJECT_ROOT / name).exists()] == []


def test_every_promise_says_what_keeps_it_and_names_tests_that_exist() -> None:
    sections = re.findall(r"^## (P\d+) (.*?)(?=^## |\Z)", PROMISES, re.M | re.S)
    assert [name for name, _ in sections] == [f"P{number}" for number in range(1, 12)]
    for name, text in sections:
        kept_by, _, shown_by = text.partition("Shown by ")
        assert re.search(r"\*\*\n\n\S.+", kept_by, re.S), f"{name} does not say what keeps it"
        assert named_tests(shown_by), f"{name} names no test"


def named_tests(shown_by: str) -> list[str]:
    """Return the tests that a cell names; fails if one does not exist."""
    places = re.findall(r"`(tests/[^`]+)`", shown_by)
    for place in places:
        file, _, function = place.partition("::")
        text = (PROJECT_ROOT / file).read_text("utf-8")
        assert re.search(rf"def {function or 'test_'}" + (r"\b" if function else ""), text), f"no {function} in {file}"
    return places


def test_every_fault_names_tests_that_exist_or_says_why_there_is_none() -> None:
    page = (PROJECT_ROOT / "docs" / "faults.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (?:.*) \| (.*) \| (.*) \|$", page, re.M)
    assert [int(number) for number, _, _ in rows] == list(range(1, 37))
    for number, answer, shown_by in rows:
        assert named_tests(shown_by) or answer.startswith("does not apply yet: "), f"row {number} names no test"


def test_every_exit_code_names_tests_that_exist() -> None:
    page = (PROJECT_ROOT / "docs" / "exit-codes.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", page, re.M)
    codes = {code for name, code in vars(exit_codes).items() if name.isupper() and isinstance(code, int)}
    assert {int(code) for code, _ in rows} == codes
    for code, shown_by in rows:
        assert named_tests(shown_by), f"code {code} names no test"


def test_promises_in_the_code_are_among_the_listed_ones() -> None:
    listed = set(re.findall(r"^## (P\d+) ", PROMISES, re.M))
    named = {word for path in modules() for word in re.findall(r"promise (P\d+)", path.read_text("utf-8"))}
    assert named <= listed


def error_tree(cls: type, depth: int = 0) -> Iterator[str]:
    yield f"{'  ' * depth}{cls.__name__} ({cls.exit_code})"  # type: ignore[attr-defined]
    for below in sorted(cls.__subclasses__(), key=lambda below: below.__name__):
        if below.__module__.startswith("newscrawl."):
            yield from error_tree(below, depth + 1)


def test_the_tree_of_errors_is_the_one_in_the_code() -> None:
    for module in pkgutil.walk_packages(newscrawl.__path__, "newscrawl."):
        if not module.name.endswith("__main__") and importlib.util.find_spec(module.name):
            importlib.import_module(module.name)
    stated = section("Errors").partition("```text\n")[2].partition("\n```")[0]
    assert stated.splitlines() == list(error_tree(errors.NewscrawlError))


def test_no_file_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph("newscrawl", "pipelines", "spiders", exclude_type_checking_imports=True)
    packages = {package for module in graph.modules for package in [module.rpartition(".")[0]] if package}
    circles = []
    for module in graph.modules - packages:
        reached, waiting = set(), list(graph.find_modules_directly_imported_by(module))
        while waiting:
            imported = waiting.pop()
            if imported not in reached and imported not in packages:
                reached.add(imported)
                waiting += graph.find_modules_directly_imported_by(imported)
        if module in reached:
            circles.append(module)
    assert circles == []


def test_no_module_is_longer_than_a_reader_holds_in_mind() -> None:
    lengths = {str(path.relative_to(PROJECT_ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES and name not in TABLES} == {}


def test_functions_take_few_arguments() -> None:
    many = []
    for path, function in functions():
        if (
            any("command" in ast.unparse(decorator) for decorator in function.decorator_list)
            or path.parent.name == "cli"
        ):
            continue  # the options of a command are its arguments
        own = [a for a in (*function.args.args, *function.args.kwonlyargs) if a.arg not in {"self", "cls"}]
        if len(own) > MAX_ARGUMENTS:
            many.append(f"{path.relative_to(PROJECT_ROOT)}:{function.name} {len(own)}")
    assert many == []


def test_functions_are_small() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for _, node in functions())
    assert statistics.median(lengths) <= 8
    assert lengths[len(lengths) * 9 // 10] <= 22


@pytest.mark.parametrize("word", ["house plan", "design paper"])
def test_nothing_refers_to_a_paper_that_is_not_here(word: str) -> None:
    found = subprocess.run(
        ["git", "grep", "-il", word, "--", ":!tests/test_architecture.py"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
