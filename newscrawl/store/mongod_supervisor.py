"""The supervisor of an embedded mongod: starts it, restarts it if it dies, stops it when the last client has left.

Runs as a small process of its own, so that it outlives the command that started it: by path, and with the standard
library alone. Clients hold a shared flock on `holders.lock`; the kernel drops it however they end. The supervisor waits
for the exclusive flock, which it gets exactly when no client is left. A client that comes in that moment waits until
the old mongod is down and then starts a new one.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

START_SECONDS = 60.0  # recovery of a large journal after a crash takes longer than a clean start
STOP_SECONDS = 60.0
LOG_MAX_BYTES = 16 * 2**20
MAX_RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0
FAULT = "keeper.fault"  # holds the reason after the supervisor gave up


class NotStarted(Exception):
    """Raised by `start` and `watch`, with the reason from mongod's log."""


class MongodSupervisor:
    """One mongod below one folder."""

    def __init__(self, folder: Path, mongod: str, socket_path: str) -> None:
        self.folder = folder
        self.mongod = mongod
        self.socket_path = socket_path
        self.is_stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start mongod and wait until it accepts connections; raises NotStarted if it does not."""
        log_offset = self._rotate_log()
        Path(self.socket_path).unlink(missing_ok=True)
        with (self.folder / "mongod.out").open("wb") as out:
            self.process = subprocess.Popen(
                command(self.folder, self.mongod, self.socket_path),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_it_accepts(self.process, log_offset)
        state = {"pid": self.process.pid, "keeper": os.getpid(), "socket": self.socket_path}
        partial = self.folder / "mongod.json.part"
        partial.write_text(json.dumps(state))
        partial.replace(self.folder / "mongod.json")

    def _rotate_log(self) -> int:
        """Set a large log aside; return where mongod's next lines will begin."""
        log = self.folder / "mongod.log"
        if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log.stat().st_size if log.exists() else 0

    def _wait_until_it_accepts(self, process: subprocess.Popen[bytes], log_offset: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not accepts(self.socket_path):
            if process.poll() is not None:
                raise NotStarted(reason(self.folder, log_offset, process.returncode))
            if time.monotonic() > deadline:
                process.kill()
                log = self.folder / "mongod.log"
                raise NotStarted(f"mongod accepted no connection within {START_SECONDS:g} s; see {log}")
            time.sleep(0.005)

    def watch(self) -> None:
        """Start mongod again whenever it dies, until `stop` is called; raises NotStarted if it dies too often."""
        restarts: list[float] = []
        while self.process is not None:
            code = self.process.wait()
            if self.is_stopping.is_set():
                return
            now = time.monotonic()
            restarts = [at for at in restarts if now - at < RESTART_WINDOW_SECONDS] + [now]
            if len(restarts) > MAX_RESTARTS:
                raise NotStarted(f"mongod ended {len(restarts)} times in {RESTART_WINDOW_SECONDS:g} s; given up")
            log_line(f"mongod ended with code {code}; starting it again")
            self.start()

    def stop_when_alone(self) -> None:
        """Block until no client is left, then stop mongod and end this process."""
        with (self.folder / "holders.lock").open("a") as holders:
            fcntl.flock(holders, fcntl.LOCK_EX)
            self.stop()
            if self.process is not None:
                self.process.wait()
            # Ends the process with the lock still held: a client that waits for it finds mongod down and no supervisor.
            os._exit(0)

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Ask mongod to end; a signal handler, too."""
        self.is_stopping.set()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def command(folder: Path, mongod: str, socket_path: str) -> list[str]:
    """Return mongod's command line: journalled, with a small cache, reachable through one socket file only."""
    return [
        mongod,
        f"--dbpath={folder / 'data'}",
        # A path in bind_ip listens there and on no network address; nounixsocket drops /tmp/mongodb-27017.sock.
        f"--bind_ip={socket_path}",
        "--nounixsocket",
        "--filePermissions=0600",
        "--wiredTigerCacheSizeGB=0.25",
        f"--logpath={folder / 'mongod.log'}",
        "--logappend",
        "--setParameter=diagnosticDataCollectionEnabled=false",
        "--setParameter=processUmask=077",
    ]


def accepts(socket_path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(socket_path) == 0


def log_line(text: str) -> None:
    """Write a line to keeper.log, which is this process's standard error."""
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, file=sys.stderr, flush=True)


def reason(folder: Path, offset: int, code: int) -> str:
    """Return why mongod ended, from the errors in its log since `offset` (bytes) and from its output."""
    log = folder / "mongod.log"
    lines = log.read_bytes()[offset:].decode("utf-8", "replace").splitlines() if log.exists() else []
    # Severities of mongod's log: F is fatal, E an error.
    errors = [line for line in lines if '"s":"F"' in line[:80] or '"s":"E"' in line[:80]]
    output = (folder / "mongod.out").read_text("utf-8", "replace").strip()
    text = " ".join([*(error_text(line) for line in errors[:3]), output[-500:]])
    if "No space left" in text:
        return f"the disk of {folder} is full ({text[:200]})"
    if "ermission denied" in text:
        return f"{folder} cannot be written by this user ({text[:200]})"
    return f"mongod ended with code {code}: {text[:400] or 'no reason given'} (log: {log})"


def error_text(line: str) -> str:
    """Return message and attributes of a line of mongod's log."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    return f"{entry.get('msg', '')} {json.dumps(entry.get('attr', {}))}"


def end_orphan(folder: Path) -> None:
    """Stop a mongod on our data whose supervisor was killed; its lock file contains its pid."""
    lock = folder / "data" / "mongod.lock"
    text = lock.read_text().strip() if lock.exists() else ""
    if not text.isdigit() or not is_ours(int(text), folder):
        return
    pid = int(text)
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_ours(pid, folder):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def is_ours(pid: int, folder: Path) -> bool:
    """Return whether a process is a mongod on our data: after a crash its pid may belong to any other process."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"--dbpath={folder / 'data'}".encode() in arguments


def main(folder: Path, mongod: str, socket_path: str) -> None:
    """Print `ready` or the reason of a failure on standard output, then stay until the last client leaves."""
    if os.fork():
        os._exit(0)
    lock = (folder / "keeper.lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_EX)  # a client that probes it releases it at once
    supervisor = MongodSupervisor(folder, mongod, socket_path)
    signal.signal(signal.SIGTERM, supervisor.stop)
    (folder / FAULT).unlink(missing_ok=True)
    try:
        end_orphan(folder)
        supervisor.start()
    except (NotStarted, OSError) as error:
        print(error, flush=True)
        os._exit(1)
    print("ready", flush=True)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    threading.Thread(target=supervisor.stop_when_alone, daemon=True).start()
    try:
        supervisor.watch()
    except NotStarted as error:
        log_line(str(error))
        (folder / FAULT).write_text(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
