"""Commands of a page as a person gives them: one after the other in one shell, with what each prints."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.waiting import PATIENCE_SECONDS

# What is another thing each time, on a page that says so: a moment, and the id of an article.
VOLATILE = (
    (re.compile(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?: UTC|Z)?"), "MOMENT"),
    (re.compile(r"(?<![\w-])[a-z2-7]{16}(?![\w-])"), "ID"),
)


def type_in(commands: Sequence[str], *, folder: Path, environ: Mapping[str, str], scratch: Path) -> list[str]:
    """Run commands in one bash, in a folder; returns what each prints, on both streams.

    A command that fails ends the run with its output. Whatever is left running is ended.
    """
    scratch.mkdir()
    lines = ["set -eo pipefail"]
    for number, command in enumerate(commands):
        (scratch / f"{number}.sh").write_text(command, "utf-8")
        lines.append(f"exec > '{scratch}/{number}.txt' 2>&1; . '{scratch}/{number}.sh'")
    (scratch / "all.sh").write_text("\n".join(lines) + "\n", "utf-8")
    with subprocess.Popen(
        ["/bin/bash", "--norc", str(scratch / "all.sh")], cwd=folder, env=dict(environ), stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            code = process.wait(timeout=PATIENCE_SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    printed = [
        path.read_text("utf-8") for number in range(len(commands)) if (path := scratch / f"{number}.txt").exists()
    ]
    assert code == 0, f"{commands[len(printed) - 1]}\nended with {code}, and printed:\n{printed[-1]}"
    return printed


def steady(output: str) -> str:
    """Return an output without what differs each time, and without spaces at the ends of lines."""
    for pattern, name in VOLATILE:
        output = pattern.sub(name, output)
    return "".join(f"{line.rstrip()}\n" for line in output.splitlines())
