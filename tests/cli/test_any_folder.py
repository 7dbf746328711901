"""Commands find the sources wherever they are called from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from newscrawl.config import Config
from tests.faults.waiting import PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("try", "http://127.0.0.1:9/x"), 1, "refused"),
        (("rebase", "washpo", "--dry-run"), 0, "nothing is stored"),
        (("sources",), 0, "washpo"),
        (("status",), 0, "washpo"),
        (("schedule",), 0, "washingtonpost.com"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_command_finds_the_sources_from_any_folder(
    config: Config, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = command(config, tmp_path, *arguments)
    assert done.returncode == code, done.stderr
    assert message in done.stdout + done.stderr


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        text = (
            "The lido will open on the first of May, two weeks later than last year, the council said on Monday. " * 4
        )
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(f"<html><body><article><h1>Lido opens late</h1><p>{text}</p></article></body></html>".encode())

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_pages_are_requested_by_the_same_rules_from_any_folder(config: Config, tmp_path: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/x"
    done = command(config, tmp_path, "try", url, NEWSCRAWL_EGRESS_ALLOW=f"127.0.0.1:{port}")
    assert "Lido opens late" in done.stdout, done.stderr
    done = command(config, tmp_path, "try", url)
    assert done.returncode == 1
    assert "private_address" in done.stderr


def command(config: Config, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # Isolated: Python puts the working directory on sys.path for `-m`, and pytest's own on PYTHONPATH.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "PYTHON"))}
    environ |= {
        "NEWSCRAWL_MONGO_URI": config.mongo_uri or "",
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(folder / "home"),
        "NEWSCRAWL_EGRESS_ALLOW": "127.0.0.1:9",
        "NEWSCRAWL_DELAY_SECONDS": "0",
        **variables,
    }
    words = [str(Path(sys.executable).parent / "newscrawl"), *arguments]
    return subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
