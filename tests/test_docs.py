"""Every command block of the manual runs, and prints what the manual says.

In docs/*.md a block marked `sh` is run by bash, in one fresh folder per page; a block marked `text` right behind it is
its output, to the letter. A block marked `sh no-run` is shown only, and says why it cannot run here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT

PAGES = sorted((PROJECT_ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)( no-run)?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.M | re.S)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def commands(page: Path) -> list[tuple[str, str | None]]:
    """Return the commands of a page, each with its stated output."""
    found = BLOCK.finditer(page.read_text("utf-8"))
    return [(match[3], match[4]) for match in found if match[1] == "sh" and not match[2]]


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    environ |= {"NEWSCRAWL_HOME": str(tmp_path / "home"), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command, output in commands(page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if output is not None:
            assert done.stdout == output


@pytest.mark.parametrize(
    "page", [*PAGES, PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md"], ids=lambda p: p.stem
)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
