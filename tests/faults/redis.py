"""A redis-server that a test may kill and start again; what it was given is kept by its append-only file."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from .mongo import free_port
from .waiting import until


def binary() -> str | None:
    return shutil.which("redis-server")


class RedisServer:
    def __init__(self, folder: Path, *, password: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.password = password
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers; it may be reading its file until then."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    binary() or "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder,
                    "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--requirepass", self.password,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(lambda: self.ask("PING") == "+PONG", f"redis-server is to start; see {self.folder}/log")

    def ask(self, *words: str) -> str:
        """Return the first line of its answer to a command, in its own protocol; nothing where it is away."""
        commands = [["AUTH", self.password], list(words)] if self.password else [list(words)]
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                answers = connection.makefile("rb")
                line = ""
                for command in commands:
                    connection.sendall((" ".join(command) + "\r\n").encode())
                    line = answers.readline().decode().strip()
                return line
        except OSError:
            return ""

    def length(self, queue: str) -> int:
        """Return how many messages wait in a queue."""
        return int(self.ask("LLEN", queue).removeprefix(":") or 0)

    def kill(self) -> None:
        """Kill -9, as a machine that loses power."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
