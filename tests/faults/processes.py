"""Real processes: commands of newscrawl under test, and whatever they start."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .waiting import PATIENCE_SECONDS, until


@dataclass(slots=True)
class Process:
    """A command that was started; standard output and error go to files, so that no pipe can block it."""

    popen: subprocess.Popen[bytes]
    out_path: Path
    err_path: Path
    _seen: set[tuple[int, int]] = field(default_factory=set)  # pid and start time of its processes

    @classmethod
    def start(cls, command: Sequence[str], *, cwd: Path, environ: Mapping[str, str], folder: Path) -> Process:
        name = uuid.uuid4().hex
        out_path, err_path = folder / f"{name}.out", folder / f"{name}.err"
        with out_path.open("wb") as out, err_path.open("wb") as err:
            popen = subprocess.Popen(command, cwd=cwd, env=environ, stdout=out, stderr=err, start_new_session=True)
        return cls(popen, out_path, err_path)

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def out(self) -> str:
        return self.out_path.read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        return self.err_path.read_text("utf-8", "replace")

    @property
    def code(self) -> int | None:
        """The exit code; None while the process runs."""
        return self.popen.poll()

    @property
    def json(self) -> Any:
        """What was printed, as JSON."""
        return json.loads(self.out)

    def told(self) -> str:
        """Everything there is to say where a test fails."""
        return f"code {self.code}\n{self.out[-4000:]}\n{self.err[-8000:]}"

    def wait(self, *, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for the end and return the exit code; kill it and fail where it never comes."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {seconds:g} s\n{self.told()}") from None

    def send(self, number: int) -> None:
        self.popen.send_signal(number)

    def kill(self) -> None:
        """Kill the command and whatever it started."""
        for pid in self.family():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait()

    def family(self) -> list[int]:
        """Return the living processes of this command.

        They are its descendants and its session; one that was seen once is known for ever, as an orphan too.
        """
        parents = _parents()
        found = {pid for pid, (_, session, _) in parents.items() if session == self.pid} | {self.pid}
        while more := {pid for pid, (parent, _, _) in parents.items() if parent in found} - found:
            found |= more
        self._seen |= {(pid, parents[pid][2]) for pid in found if pid in parents}
        return sorted(pid for pid, started in self._seen if parents.get(pid, (0, 0, 0))[2] == started)

    def clients_of(self, port: int) -> list[int]:
        """Return those of its processes that have a connection to a port of this machine."""
        inodes = _connections_to(port)
        return [pid for pid in self.family() if inodes & _sockets(pid)]

    def until_gone(self) -> float:
        """Wait until no process of the command is left; return for how many seconds that took."""
        began = time.monotonic()
        self.family()  # those that are orphans in a moment
        until(lambda: self.code is not None and not self.family(), "all its processes are to end", every_seconds=0.1)
        return time.monotonic() - began


def stop(*processes: Process) -> None:
    """Stop commands by SIGTERM, all at once; fails unless each ends with code 7 and leaves no process behind."""
    for process in processes:
        process.send(signal.SIGTERM)
    for process in processes:
        process.until_gone()
        assert process.code == 7, process.told()


def freeze(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    until(lambda: _state(pid) in {"T", "Z", ""}, f"process {pid} is to stop")
    assert _state(pid) == "T", f"process {pid} had ended"


def thaw(pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def memory_peak_bytes(pid: int) -> int:
    """Return the largest resident size that a living process has had; 0 for one that is gone."""
    lines = _read(pid, "status").decode().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _parents() -> dict[int, tuple[int, int, int]]:
    """Return parent, session and start time of every living process, as in proc(5)."""
    found = {}
    for pid in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        state, *words = _read(pid, "stat").decode("utf-8", "replace").rpartition(")")[2].split() or ["X"]
        if state not in "ZX":
            found[pid] = (int(words[0]), int(words[2]), int(words[18]))
    return found


def _read(pid: int, name: str) -> bytes:
    """Return a file of a process; empty where it ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _state(pid: int) -> str:
    """Return the letter of a process's state, as in proc(5); empty where it is gone."""
    return _read(pid, "stat").decode("utf-8", "replace").rpartition(")")[2].strip()[:1]


def _connections_to(port: int) -> set[str]:
    """Return the sockets that are connected to a port, by inode, as in proc_net_tcp."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {line[9] for line in lines if line[2].endswith(f":{port:04X}") and line[3] == "01"}


def _sockets(pid: int) -> set[str]:
    try:
        links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return set()
    return {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")}
