"""The generated pages of the manual say what the code says, and have what they promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer.main

from docs.reference import api, commands, data_model, log_keys, outcomes, statistics
from newscrawl.cli.main import COMMANDS, app
from newscrawl.config import PROJECT_ROOT
from newscrawl.items import Outcome
from newscrawl.store.indexes import all_indexes
from tests.faults.waiting import PATIENCE_SECONDS

SCRIPT = PROJECT_ROOT / "docs" / "write_reference.py"


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "docs" / "write_reference.py"
    return subprocess.run(
        [sys.executable, str(script), "--check"], cwd=folder, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def test_no_generated_page_is_stale() -> None:
    done = check(PROJECT_ROOT)
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_named_with_the_command_that_makes_it_anew(tmp_path: Path) -> None:
    for name in ("newscrawl", "spiders", "pipelines", "pyproject.toml"):
        (tmp_path / name).symlink_to(PROJECT_ROOT / name)
    (tmp_path / "docs").mkdir()
    for path in (PROJECT_ROOT / "docs").iterdir():
        (tmp_path / "docs" / path.name).symlink_to(path)
    page = tmp_path / "docs" / "reference-commands.md"
    text = page.read_text("utf-8").replace("## newscrawl crawl", "## newscrawl crawls")
    page.unlink()
    page.write_text(text, "utf-8")
    script = tmp_path / "docs" / "write_reference.py"
    script.unlink()
    script.write_text(SCRIPT.read_text("utf-8"), "utf-8")
    done = check(tmp_path)
    assert done.returncode == 1
    assert done.stderr == "docs/reference-commands.md: not what the code says now; run `make reference`\n"


def test_every_command_argument_and_option_is_on_the_page() -> None:
    """Asked of the command itself, by its own help: not by the way in which the page is made."""
    page = commands.text()
    listed = [name for name, _ in commands.commands()]
    assert len(listed) > len(COMMANDS) - 5
    assert len(listed) == len(set(listed))
    group: Any = typer.main.get_command(app)
    for name in listed:
        section = page.partition(f"\n## newscrawl {name}\n")[2].partition("\n## newscrawl ")[0]
        command = group
        for word in name.split():
            command = command.commands[word]
        help_text = " ".join((command.help or "").split()[:6])
        assert section, name
        assert help_text.split("<")[0] in " ".join(section.split()), name
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                if option.startswith("-") and option not in {"--help", "-h"}:
                    assert f"`{option}`" in section, f"{name} {option}"
        assert "Exit codes: 0" in section


def test_commands_stand_in_the_order_of_the_help() -> None:
    group: Any = typer.main.get_command(app)
    heads = re.findall(r"^## newscrawl (\S+)", commands.text(), re.M)
    assert list(dict.fromkeys(heads)) == [name for name, each in group.commands.items() if not each.hidden]


def test_every_operation_and_object_of_the_api_is_on_its_page() -> None:
    stated: Any = api.document()
    page = api.text()
    for path, methods in stated["paths"].items():
        assert f"`GET {path}`" in page
        for parameter in methods["get"].get("parameters", ()):
            assert f"| `{parameter['name']}` |" in page
    for name, described in stated["components"]["schemas"].items():
        for field in described.get("properties", {}):
            assert f"| `{field}` |" in page, f"{name}.{field}"
    example = re.search(r"`(/api/v1/\w+)\?([^`]+)`", page)
    assert example is not None
    known = {parameter["name"] for parameter in stated["paths"][example[1]]["get"]["parameters"]}
    assert {pair.partition("=")[0] for pair in example[2].split("&")} <= known


def test_every_key_and_decision_of_log_lines_is_on_the_page_and_no_other() -> None:
    found = list(log_keys.written())
    assert {key for key, _, _ in found} == set(log_keys.KEYS)
    decisions = {value for key, value, _ in found if key == "decision" and "%" not in value}
    assert decisions == set(log_keys.DECISIONS)
    assert not set(log_keys.DECISIONS) & {outcome.value for outcome in Outcome} - {"gone"}


def test_every_prefix_of_our_statistics_is_one_that_the_code_writes() -> None:
    code = "".join(
        path.read_text("utf-8") for room in ("newscrawl", "pipelines") for path in (PROJECT_ROOT / room).rglob("*.py")
    )
    written = set(re.findall(r"\"(newscrawl/[a-z_]+/)[\"{]", code))
    assert {key.removesuffix("*") for key in statistics.OURS} == written


def test_every_collection_is_in_the_data_model() -> None:
    code = "".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "newscrawl").rglob("*.py"))
    used = set(
        re.findall(r"\bdb\.([a-z_]+)\.(?:find|update|insert|delete|replace|aggregate|bulk|count|index)\w*\(", code)
    )
    assert set(data_model.collections()) >= used | set(all_indexes())
    assert len(used) > 20


def test_every_field_of_the_data_model_is_a_word_of_the_code() -> None:
    """One that was renamed, or never was: its last name stands nowhere in the rooms that write documents."""
    rooms = ("store", "items", "health", "discover", "jobs", "notify", "recheck", "sources", "frontier")
    code = "".join(
        path.read_text("utf-8") for room in rooms for path in (PROJECT_ROOT / "newscrawl" / room).rglob("*.py")
    )
    words = set(re.findall(r"\b[a-z_0-9]+\b", code))
    for name, collection in data_model.collections().items():
        paths = [field.path for field in collection.fields]
        assert len(paths) == len(set(paths)), name
        for path in paths:
            last = path.removesuffix(".*").removesuffix("[]").rpartition(".")[2]
            assert last in words or last == "*", f"{name}.{path}"


def test_every_kind_of_doubt_reason_and_ending_has_its_row() -> None:
    page = outcomes.text()
    for rows in (outcomes.doubts(), outcomes.reasons()):
        for row in rows:
            assert row[1], row
            assert f"| {row[0]} |" in page


def test_generated_pages_are_pages_for_people() -> None:
    """No cell without words, no line of code as a meaning, no name of ours that means nothing outside."""
    for name in re.findall(r'"(reference-[a-z]+\.md)"', SCRIPT.read_text("utf-8")):
        page = (PROJECT_ROOT / "docs" / name).read_text("utf-8")
        assert page.startswith("# ")
        assert not re.search(r"<class|object at 0x|\bTODO\b|ClassVar|FieldInfo|lambda", page), name
