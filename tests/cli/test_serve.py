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
    """Serve an archive; yields the process and its base URL when it is ready."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "newscrawl", "serve", "--port", str(port), *options],
        env=environment(config),
        cwd=PROJECT_ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not is_ready(base):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < deadline, "the reader did not become ready"
        yield process, base
    finally:
        process.terminate()
        process.wait(DEADLINE_SECONDS)


def is_ready(base: str) -> bool:
    try:
        return get(f"{base}/readyz").status == 200
    except OSError:
        time.sleep(0.05)
        return False


def get(url: str) -> HTTPResponse:
    response: HTTPResponse = urllib.request.urlopen(url, timeout=10)  # noqa: S310  our own server
    return response


@pytest.mark.parametrize("workers", ["1", "2"])
def test_reader_serves_the_configured_archive_until_it_is_terminated(config: Config, workers: str) -> None:
    with served(config, "--workers", workers) as (process, base):
        assert b"Latest changes" in get(f"{base}/").read()
        process.send_signal(signal.SIGTERM)
        # Workers share standard error: it is closed when the last of them ends.
        process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode in {0, -signal.SIGTERM}
        assert not is_ready(base)


def test_unreachable_database_is_reported_once_with_its_exit_code(newscrawl: Run) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/"
    process = newscrawl("serve", NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5")
    assert process.returncode == 4, process.stderr
    assert process.stderr.count("newscrawl: ") == 1
    assert "Traceback" not in process.stderr
