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
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS

from .client import SERVER

HERE = Path(__file__).parent
COPIES = 2  # of the checkout that have a server of their own at a time
# Read when they are needed, not at the start of the interpreter or of a library.
READ_LATE = {"COLUMNS", "FORCE_COLOR", "LOGNAME", "NO_COLOR", "PYTHONPATH", "SCRAPY_SETTINGS_MODULE", "TERM"}


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
    server = _server_for(folder, environ)
    if server is None:
        return [sys.executable, *what], dict(environ)
    return [*_client(), *what], {**environ, SERVER: server}


def folder_of_command(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Put a `newscrawl` that forks into a new folder; returns the variables with which a shell finds it first."""
    server = _server_for(folder, environ)
    if server is None:
        return dict(environ)
    commands = folder / "commands"
    commands.mkdir()
    path = commands / "newscrawl"
    words = shlex.join([*_client(), str(Path(sys.executable).parent / "newscrawl")])
    path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    path.chmod(0o755)
    return {**environ, "PATH": f"{commands}:{environ['PATH']}", SERVER: server}


def _client() -> list[str]:
    return [sys.executable, "-I", "-S", str(HERE / "client.py")]


def _server_for(folder: Path, environ: Mapping[str, str]) -> str | None:
    """Return the address of a server whose fork is what a new process would be: of one newscrawl, with one environment.

    None if there is none. A copy of the checkout has a server of its own, begun with its second command.
    """
    paths = [Path(path) for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    root = next((place for place in [folder, *paths] if (place / "newscrawl" / "__init__.py").is_file()), PROJECT_ROOT)
    if sys.platform != "linux" or _read_early(environ) != _read_early(os.environ):
        return None
    if root == PROJECT_ROOT:
        return _SERVERS[root].address if root in _SERVERS else _started(root)
    _ASKED[root] += 1
    if _ASKED[root] == 1 or {*paths} - {root} or _modules(root) != _modules_of_checkout():
        return None
    if root not in _SERVERS:
        others = [each for each in _SERVERS if each != PROJECT_ROOT]
        for other in others[: len(others) + 1 - COPIES]:  # of tests that are over
            _SERVERS.pop(other).end()
    return _SERVERS[root].address if root in _SERVERS else _started(root)


def _modules(root: Path) -> dict[str, tuple[int, int]]:
    """Return the modules of a newscrawl, with their times and sizes: a test may change those of its copy."""
    package = root / "newscrawl"
    found = ((path, path.stat()) for path in package.rglob("*.py"))
    return {str(path.relative_to(package)): (stat.st_mtime_ns, stat.st_size) for path, stat in found}


@cache
def _modules_of_checkout() -> dict[str, tuple[int, int]]:
    return _modules(PROJECT_ROOT)


def _read_early(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environ.items()
        if name not in READ_LATE and name != "PATH" and not name.startswith(("NEWSCRAWL_", "PYTEST_"))
    }


@dataclass(frozen=True, slots=True)
class _Server:
    address: str
    process: subprocess.Popen[bytes]
    folder: str

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


_ASKED: Counter[Path] = Counter()  # commands by copy of the checkout
_SERVERS: dict[Path, _Server] = {}  # of this process of tests, by checkout


def _started(root: Path) -> str:
    """Start the server of a newscrawl; returns its address."""
    folder = tempfile.mkdtemp(prefix="forked-")
    address = f"{folder}/socket"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen(64)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    if root != PROJECT_ROOT:  # which is installed
        environ["PYTHONPATH"] = str(root)
    process = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(listener.fileno())], cwd=folder, env=environ,
        pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    listener.close()
    _SERVERS[root] = _Server(address, process, folder)
    return address


@atexit.register
def _end_servers() -> None:
    for server in _SERVERS.values():
        server.end()
