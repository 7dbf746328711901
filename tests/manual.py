"""The command blocks of docs/*.md: which there are, and how they are run."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newscrawl.config import PROJECT_ROOT
from newscrawl.store import embedded
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked.commands import folder_of_command
from tests.own_project import own_project

PAGES = sorted((PROJECT_ROOT / "docs").glob("*.md"))
IN_A_PROJECT = "<!-- The commands of this page run in a project. -->"
FENCE = re.compile(r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$(?:\n\n```text\n(?P<output>.*?)^```$)?", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, and the block of output right behind it."""

    language: str
    text: str
    output: str | None

    @property
    def is_run(self) -> bool:
        return self.language == "sh"


def blocks(page: Path) -> list[Block]:
    found = FENCE.finditer(page.read_text("utf-8"))
    return [Block(match["language"], match["text"], match["output"]) for match in found]


def folder_for(page: Path, parent: Path) -> Path:
    """Return the folder in which a page's commands run: an empty one, or a new project if it says so."""
    if IN_A_PROJECT in page.read_text("utf-8"):
        return own_project(parent / "papers", shipped=True)
    folder = parent / "empty"
    folder.mkdir()
    return folder


def run(commands: Sequence[tuple[str, str | None]], folder: Path) -> None:
    """Run commands in their order, each with its stated output; whatever they leave running is ended with them."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    environ |= {"NEWSCRAWL_HOME": str(folder.parent / "home")}
    environ["PATH"] = f"{Path(sys.executable).parent}:{environ['PATH']}"
    environ = folder_of_command(folder.parent, environ)
    groups = []
    # Held as by another command of the home: else each command starts a MongoDB and stops it, .5 s of CPU time.
    mongod = embedded.join(folder.parent / "home")
    try:
        for command, output in commands:
            with subprocess.Popen(
                ["bash", "-euo", "pipefail", "-c", command],
                cwd=folder,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            ) as process:
                groups.append(process.pid)
                stdout, stderr = process.communicate(timeout=PATIENCE_SECONDS)
            assert process.returncode == 0, f"{command}\n{stderr}"
            if output is not None:
                assert stdout == output, f"{command}\nprinted:\n{stdout}{stderr}"
    finally:
        mongod.leave()
        for group in groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
