"""The manual as HTML, built as `make docs` does, and the commands that its pages show."""

from __future__ import annotations

import fcntl
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

# A block of code, with the language of its fence; whatever element stands behind it ends its output.
SHOWN = "//div[contains(concat(' ', @class), ' highlight-sh ')]"
OUTPUT = "following-sibling::*[1][self::div][contains(concat(' ', @class), ' highlight-text ')]"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the built pages; built once for all workers of a parallel run."""
    if not all(importlib.util.find_spec(name) for name in ("sphinx", "furo", "myst_parser")):
        missing("Sphinx is not installed")
    base = tmp_path_factory.getbasetemp()
    to = (base if worker_id == "master" else base.parent) / "manual"
    to.mkdir(exist_ok=True)
    with (to / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (to / "done").exists():
            _build(to)
            (to / "done").touch()
    return to / "html"


def _build(to: Path) -> None:
    line = next(line for line in (PROJECT_ROOT / "Makefile").read_text("utf-8").splitlines() if "-m sphinx" in line)
    options = line.split("sphinx", 1)[1].split()[:-2]  # those of `make docs`, without its folders
    assert "-W" in options
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "-d", str(to / "doctrees"), "docs", str(to / "html")],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr


def shown(page: Path) -> list[tuple[str, str | None]]:
    """Return the commands of a built page as a person would copy them, each with the output that the page states."""
    found = []
    for block in html.parse(str(page), html.HTMLParser(encoding="utf-8")).xpath(SHOWN):
        outputs = [_text(output) for output in block.xpath(OUTPUT)]
        found.append((_text(block), outputs[0] if outputs else None))
    return found


def _text(block: html.HtmlElement) -> str:
    return str(block.xpath("string(.//pre)")).strip("\n") + "\n"
