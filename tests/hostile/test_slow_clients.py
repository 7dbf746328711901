"""Clients of the reader that send or read slowly, much, or without end."""

from __future__ import annotations

import http.client
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn

from newscrawl.web.connections import MAX_REQUEST_BYTES, BoundedProtocol
from tests.faults.waiting import PATIENCE_SECONDS, until

BIG = b"x" * 2**20
HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


class Hasty(BoundedProtocol):
    """With deadlines that a test can wait for."""

    request_seconds = 1.0
    stall_seconds = 1.0
    max_connections = 50


class Patient(BoundedProtocol):
    """With deadlines that no test reaches: what ends a connection here is something else."""

    request_seconds = stall_seconds = 10 * PATIENCE_SECONDS
    max_connections = 50


async def application(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
    """Answer with a megabyte for /big, else with a word."""
    body = BIG * 8 if scope["path"] == "/big" else b"ok"
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": body})  # type: ignore[operator]


@contextmanager
def served(protocol: type[BoundedProtocol]) -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(application, http=protocol, lifespan="off", ws="none", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def hasty() -> Iterator[tuple[str, int]]:
    with served(Hasty) as address:
        yield address


@pytest.fixture
def patient() -> Iterator[tuple[str, int]]:
    with served(Patient) as address:
        yield address


def connected(address: tuple[str, int], sent: bytes) -> socket.socket:
    client = socket.create_connection(address, timeout=PATIENCE_SECONDS)
    client.sendall(sent)
    return client


def all_of(client: socket.socket) -> bytes:
    """Return what a client gets until its connection is closed by the server."""
    received = b""
    try:
        while data := client.recv(65536):
            received += data
    except ConnectionResetError:
        pass  # closed while we still sent
    return received


def answer(address: tuple[str, int], path: str = "/") -> bytes:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE_SECONDS)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET / HT", HEADERS, HEADERS + b"X-Slow: ", b"\r\n\r\n"],
    ids=["nothing", "half a line", "no blank line", "half a field", "blank lines"],
)
def test_unfinished_request_is_timed_out(hasty: tuple[str, int], beginning: bytes) -> None:
    with connected(hasty, beginning) as client:
        assert all_of(client).startswith(b"HTTP/1.1 408 ")


def test_client_that_sends_a_byte_now_and_then_is_timed_out(hasty: tuple[str, int]) -> None:
    with connected(hasty, HEADERS + b"X-Slow: ") as client:

        def is_closed() -> bool:
            try:
                client.sendall(b"x")
            except (BrokenPipeError, ConnectionResetError):
                return True
            return False

        until(is_closed, "the server is to close a connection whose request does not end")


@pytest.mark.parametrize("framing", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_body_is_not_waited_for(patient: tuple[str, int], framing: bytes) -> None:
    with connected(patient, HEADERS + framing + b"\r\n\r\n") as client:
        assert all_of(client).endswith(b"ok")


def test_request_of_any_size_is_refused_at_the_bound(patient: tuple[str, int]) -> None:
    with connected(patient, HEADERS + b"X-Long: " + b"x" * MAX_REQUEST_BYTES) as client:
        assert all_of(client)[:13] in {b"HTTP/1.1 431 ", b""}  # empty if the rest of the request reset the connection
    assert answer(patient) == b"ok"


def test_many_requests_of_one_connection_are_answered_one_after_the_other(patient: tuple[str, int]) -> None:
    with connected(patient, (HEADERS + b"\r\n") * 100 + HEADERS + b"Connection: close\r\n\r\n") as client:
        assert all_of(client).count(b"HTTP/1.1 200 ") == 101


def test_client_that_does_not_read_is_left(hasty: tuple[str, int]) -> None:
    with connected(hasty, b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n") as client:
        # It reads only once the server has left: what the system had buffered, and no end of the answer.
        until(lambda: is_reset(client), "the server is to leave a client that does not read")


def is_reset(client: socket.socket) -> bool:
    """Return whether the other side has aborted a connection; what it sent before stays unread."""
    try:
        client.sendall(b"\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_slow_reader_gets_everything(patient: tuple[str, int]) -> None:
    with connected(patient, b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as client:
        received = bytearray()
        while data := client.recv(1000):
            received += data
    assert received.endswith(BIG * 8)


def test_connection_that_waits_longest_makes_room(patient: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for _ in range(4 * Patient.max_connections):
            stack.enter_context(connected(patient, HEADERS))
        assert answer(patient) == b"ok"


def test_connection_that_is_answered_stays_when_others_come(patient: tuple[str, int]) -> None:
    with connected(patient, b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as client:
        received = bytearray(client.recv(1000))  # it is answered now, more than the system can buffer
        with ExitStack() as stack:
            for _ in range(2 * Patient.max_connections):
                stack.enter_context(connected(patient, HEADERS))
            assert answer(patient) == b"ok"
            while data := client.recv(65536):
                received += data
    assert received.endswith(BIG * 8)


def test_five_hundred_slow_clients_do_not_stop_a_fast_one() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(500, soft // 2 - 100)  # both ends of each connection are files of this process

    class Ours(BoundedProtocol):
        request_seconds = stall_seconds = 10 * PATIENCE_SECONDS
        max_connections = count // 2

    with served(Ours) as address, ExitStack() as stack:
        for number in range(count):
            beginning = (HEADERS, b"GET /big HTTP/1.1\r\nHost: localhost\r\n", b"")[number % 3]
            stack.enter_context(connected(address, beginning))
        for _ in range(20):
            assert answer(address) == b"ok"
