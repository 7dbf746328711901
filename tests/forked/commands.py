"""Commands as forks, where a fork is what a new process would be; else as new processes."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS

from .client import SERVER

HERE = Path(__file__).parent
# Read when they are needed, not at the start of the interpreter or of a library.
READ_LATE = {"COLUMNS", "FORCE_COLOR", "NO_COLOR", "PYTHONPATH", "TERM"}


def run(
    arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path = PROJECT_ROOT, module: str = "newscrawl"
) -> subprocess.CompletedProcess[str]:
    """Run `python -m newscrawl` to its end, or `python -m scrapy`."""
    words, environ = command(cwd, env, "-m", module)
    return subprocess.run(
        [*words, *arguments], env=environ, cwd=cwd, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip


def program(code: str, arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> int:
    """Run `python -c CODE` in the checkout; returns with what it ended."""
    words, environ = command(PROJECT_ROOT, os.environ if env is None else env, "-c", code)
    return subprocess.run(
        [*words, *arguments], env=environ, cwd=PROJECT_ROOT, check=False, timeout=PATIENCE_SECONDS
    ).returncode


def command(folder: Path, environ: Mapping[str, str], *what: str) -> tuple[list[str], dict[str, str]]:
    """Return the words of `python` with an option and its value, as a fork, and the variables to run them with.

    A signal reaches the fork, and whoever kills the command kills it; but it is no child of the command.
    """
    what = what or ("-m", "newscrawl")
    if not _may_fork(folder, environ):
        return [sys.executable, *what], dict(environ)
    return [*_client(), *what], {**environ, SERVER: _server()}


def folder_of_command(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Put a `newscrawl` that forks into a new folder; returns the variables with which a shell finds it first."""
    if not _may_fork(folder, environ):
        return dict(environ)
    commands = folder / "commands"
    commands.mkdir()
    path = commands / "newscrawl"
    words = shlex.join([*_client(), str(Path(sys.executable).parent / "newscrawl")])
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    path.chmod(0o755)
    return {**environ, "PATH": f"{commands}:{environ['PATH']}", SERVER: _server()}


def _client() -> list[str]:
    return [sys.executable, "-I", "-S", str(HERE / "client.py")]


def _may_fork(folder: Path, environ: Mapping[str, str]) -> bool:
    """Return whether a fork is what a new process would be: of this newscrawl, with what the server read at start."""
    places = [folder, *(Path(path) for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path)]
    if any((place / "newscrawl" / "__init__.py").is_file() for place in places if place != PROJECT_ROOT):
        return False
    return sys.platform == "linux" and _read_early(environ) == _read_early(os.environ)


def _read_early(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name not in READ_LATE and name != "PATH" and not name.startswith(("NEWSCRAWL_", "PYTEST_"))
    }


@cache
def _server() -> str:
    """Start the server of this process of tests; returns its address."""
    folder = tempfile.mkdtemp(prefix="forked-")
    address = f"{folder}/socket"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen(64)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(listener.fileno())], cwd=folder, env=environ,
        pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    listener.close()

    def end() -> None:
        process.kill()
        process.wait()
        shutil.rmtree(folder)

    atexit.register(end)
    return address
