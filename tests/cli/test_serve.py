"""`newscrawl serve` as a service manager runs it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from tests.cli.conftest import Run, environment
from tests.cli.test_exit_codes import free_port

DEADLINE_SECONDS = 40


@contextmanager
def served(config: Config, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve an archive; yields the process and its address once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "newscrawl", "serve", "--port", str(port), *options],
        env=environment(config),
        cwd=PROJECT_ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + DEADLINE_SECONDS
        while not is_ready(address):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < until, "the reader does not come up"
        yield process, address
    finally:
        process.terminate()
        process.wait(DEADLINE_SECONDS)


def is_ready(address: str) -> bool:
    try:
        return get(f"{address}/readyz").status == 200
    except OSError:
        time.sleep(0.05)
        return False


def get(address: str) -> HTTPResponse:
    answer: HTTPResponse = urllib.request.urlopen(address, timeout=10)  # noqa: S310  our own address
    return answer


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reader_serves_the_configured_archive_until_it_is_told_to_stop(config: Config, workers: str) -> None:
    with served(config, "--workers", workers) as (process, address):
        assert b"Latest changes" in get(f"{address}/").read()
        process.send_signal(signal.SIGTERM)
        # Workers hold the same standard error: it ends with the last of them.
        process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode in {0, -signal.SIGTERM}
        assert not is_ready(address)


def test_unreachable_database_is_told_once_with_its_exit_code(newscrawl: Run) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/"
    done = newscrawl("serve", NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5")
    assert done.returncode == 4, done.stderr
    assert done.stderr.count("newscrawl: ") == 1
    assert "Traceback" not in done.stderr
