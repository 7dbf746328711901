"""A server that sends exact bytes, also broken ones, and crawls against it in processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

from .connect_proxy import ConnectProxy

ROOT = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("crawl_urls.py")
PROGRAM = f"import runpy; runpy.run_path({str(RUNNER)!r}, run_name='__main__')"

Answer = bytes | Callable[["Wire", socket.socket], None]


@dataclass
class ReceivedRequest:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Wire:
    """A loopback server that sends the exact bytes a test scripts for a path, then closes the connection."""

    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    requests: list[ReceivedRequest] = field(default_factory=list)
    connections: int = 0
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._socket = socket.create_server((self.host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._turns: dict[str, int] = {}
        self.is_closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def close(self) -> None:
        self.is_closing.set()
        # An accept() in another thread does not notice close(); shutdown() wakes it.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self.is_closing.is_set():
                client, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.tls:
                client = self.tls.wrap_socket(client, server_side=True)
            with client:
                head = b""
                while b"\r\n\r\n" not in head and (chunk := client.recv(65536)):
                    head += chunk
                if head:
                    self._answer(client, head)

    def _answer(self, client: socket.socket, head: bytes) -> None:
        request_line, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        path = request_line.split(" ")[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.requests.append(ReceivedRequest(path, headers, time.monotonic()))
        answer = self.answers.get(path, page(b"", status="404 Not Found"))
        if isinstance(answer, list):
            turn = self._turns[path] = self._turns.get(path, -1) + 1
            answer = answer[min(turn, len(answer) - 1)]
        if isinstance(answer, bytes):
            client.sendall(answer)
        else:
            answer(self, client)


def page(
    body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html", length: int | None = None
) -> bytes:
    """Return the bytes of a response; `length` overrides its Content-Length."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def open_ended(body: bytes, *headers: str) -> bytes:
    """Return a response that only the closed connection ends."""
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *headers)).encode() + b"\r\n\r\n" + body


def drip(start: bytes, more: bytes) -> Callable[[Wire, socket.socket], None]:
    """Return an answer that sends its start at once, and then `more` every 50 ms without end."""

    def send(wire: Wire, client: socket.socket) -> None:
        client.sendall(start)
        while not wire.is_closing.wait(0.05):
            client.sendall(more)

    return send


def reset(start: bytes) -> Callable[[Wire, socket.socket], None]:
    """Return an answer that ends the connection with RST."""

    def send(wire: Wire, client: socket.socket) -> None:
        client.sendall(start)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return send


_way: dict[str, str] = {}  # variables of the crawls while a `way` is active


@pytest.fixture(scope="module", params=["direct", "proxy"])
def way(request: pytest.FixtureRequest) -> Iterator[ConnectProxy | None]:
    """How crawls reach the servers: what holds must hold through a proxy as well."""
    if request.param == "direct":
        yield None
        return
    proxy = ConnectProxy()
    _way["NEWSCRAWL_PROXY_URL"] = proxy.url
    yield proxy
    _way.clear()
    proxy.close()


@pytest.fixture(scope="module")
def wire(way: ConnectProxy | None) -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


@pytest.fixture(scope="module")
def second_wire(way: ConnectProxy | None) -> Iterator[Wire]:
    server = Wire()
    yield server
    server.close()


@dataclass
class Crawled:
    """The output of a crawl process: its results, one per requested URL, and facts about the process."""

    results: list[dict[str, Any]]
    facts: dict[str, Any]
    log: str

    def __getitem__(self, url: str) -> dict[str, Any]:
        return next(result for result in self.results if result["requested_url"] == url)


def crawl(
    *urls: str,
    settings: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
    plan: Mapping[str, Any] | None = None,
) -> Crawled:
    """Crawl URLs with the project's settings in a process of its own, and return its output."""
    job = {"urls": urls, "settings": dict(settings or {}), **(plan or {})}
    words, environ = forked.command(ROOT, environment(**_way, **(env or {})), "-c", PROGRAM)
    process = subprocess.run(
        words,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if process.returncode:
        raise AssertionError(f"the crawl ended with {process.returncode}: {process.stderr[-2000:]}")
    *results, facts = [json.loads(line) for line in process.stdout.splitlines()]
    return Crawled(results, facts, process.stderr)


def environment(**values: str) -> dict[str, str]:
    """Return this process's environment without NEWSCRAWL variables, without delay between requests, plus `values`."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}
    return {
        **plain,
        "PYTHONPATH": str(ROOT),
        "SCRAPY_SETTINGS_MODULE": "newscrawl.settings",
        "NEWSCRAWL_DELAY_SECONDS": "0",
        **values,
    }
