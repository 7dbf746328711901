"""`newscrawl serve` as a service manager runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from tests.cli.conftest import Run, environment
from tests.cli.test_exit_codes import free_port
from tests.faults.processes import Process
from tests.faults.waiting import PATIENCE_SECONDS, until

# A process of the reader that needs 8 s before it does anything, as on a machine with much else to do. Five seconds is
# what uvicorn's own supervisor gives it.
SLOW_START = """
import sys, time
if any("spawn_main" in word for word in sys.orig_argv):
    time.sleep(8)
"""


@contextmanager
def served(config: Config, folder: Path, *options: str, **environ: str) -> Iterator[tuple[Process, str]]:
    """Serve an archive; yields the process and its address once it says that it listens there."""
    command = [sys.executable, "-m", "newscrawl", "serve", "--port", str(free_port()), *options]
    process = Process.start(command, cwd=PROJECT_ROOT, environ=environment(config) | environ, folder=folder)
    try:
        until(lambda: "press Ctrl-C" in process.err or process.code is not None, "the reader is to listen")
        found = re.search(r"http://\S+", process.err)
        assert found, process.told()
        yield process, found[0]
    finally:
        process.kill()


def get(url: str) -> HTTPResponse:
    response: HTTPResponse = urllib.request.urlopen(url, timeout=PATIENCE_SECONDS)  # noqa: S310  our own server
    return response


def workers_of(process: Process) -> list[int]:
    """Return the processes that answer requests: those in which the address is open, without the parent."""
    return [pid for pid in process.family() if b"spawn_main" in command_of(pid) and pid != process.pid]


def command_of(pid: int) -> bytes:
    """Return the command line of a process; empty if it ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reader_answers_at_the_address_it_prints_until_it_is_terminated(
    config: Config, tmp_path: Path, workers: str
) -> None:
    with served(config, tmp_path, "--workers", workers) as (process, base):
        assert b"What changed that matters" in get(f"{base}/").read()
        with pytest.raises(HTTPError, match="431"):
            get(f"{base}/{'x' * 40_000}")  # the bounds of connections are in force
        process.send(signal.SIGTERM)
        process.until_gone()
        assert process.code == 0, process.told()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(base.rpartition(":")[2]))) != 0


@pytest.mark.slow
def test_reader_whose_processes_need_long_to_start_starts(config: Config, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_START)
    with served(config, tmp_path, PYTHONPATH=f"{tmp_path}:{PROJECT_ROOT}") as (process, base):
        assert get(f"{base}/readyz").status == 200
        assert "decision=" not in process.err, "a process was replaced while it started"


def test_reader_that_has_not_started_yet_stops_on_sigterm(config: Config, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_START.replace("8", str(PATIENCE_SECONDS)))
    command = [sys.executable, "-m", "newscrawl", "serve", "--port", str(free_port())]
    environ = environment(config) | {"PYTHONPATH": f"{tmp_path}:{PROJECT_ROOT}"}
    process = Process.start(command, cwd=PROJECT_ROOT, environ=environ, folder=tmp_path)
    until(lambda: bool(workers_of(process)) or process.code is not None, "the reader is to start its processes")
    process.send(signal.SIGTERM)
    process.until_gone()
    assert process.code == 0, process.told()
    assert "press Ctrl-C" not in process.err


def test_process_of_the_reader_that_dies_is_replaced(config: Config, tmp_path: Path) -> None:
    with served(config, tmp_path, "--workers", "1") as (process, base):
        (worker,) = workers_of(process)
        os.kill(worker, signal.SIGKILL)
        until(lambda: bool(set(workers_of(process)) - {worker}), "another process is to start")
        assert get(f"{base}/readyz").status == 200
        assert f"decision=replaced process={worker} exit_code=-9" in process.err


def test_no_process_of_the_reader_outlives_its_parent(config: Config, tmp_path: Path) -> None:
    with served(config, tmp_path) as (process, _):
        assert workers_of(process)
        os.kill(process.pid, signal.SIGKILL)
        process.until_gone()


def test_address_in_use_is_an_error_of_the_configuration(newscrawl: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = newscrawl("serve", "--port", str(taken.getsockname()[1]))
    assert process.returncode == 2, process.stderr
    assert "Address already in use" in process.stderr
    assert "Traceback" not in process.stderr


def test_unreachable_database_is_reported_once_with_its_exit_code(newscrawl: Run) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/"
    process = newscrawl("serve", NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5")
    assert process.returncode == 4, process.stderr
    assert process.stderr.count("newscrawl: ") == 1
    assert "Traceback" not in process.stderr
