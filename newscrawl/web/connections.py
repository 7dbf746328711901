"""Limits of every connection to the reader: deadlines, sizes, and how many there may be.

uvicorn has a deadline for idle connections only. A client that sends a request byte by byte, or never reads the answer,
would keep its connection for as long as it likes, and a few hundred of them all connections.
"""

from __future__ import annotations

import asyncio
import resource
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_CONNECTIONS = 500  # of one process; one more closes the connection that has waited longest for its request
MAX_REQUEST_BYTES = 32 * 2**10  # of request line, headers and body; the reader's longest URLs have some 4 KB
IDLE_SECONDS = 5  # between two requests
_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


def connection_bound() -> int:
    """Return how many connections one process accepts: at most half of the files that it may open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, soft // 2)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with deadlines: a request is complete, and an answer read on, within some seconds.

    While a connection waits for a request it may be closed to make room for another one; never while it is answered.
    """

    request_seconds: ClassVar[float] = 10.0  # from the connection, or the last answer, to the end of a request
    stall_seconds: ClassVar[float] = 30.0  # for a client to read what is buffered for it: at most 64 KB
    max_connections: ClassVar[int] = connection_bound()

    _deadline: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None
    _received = 0
    waits_since: float | None = None  # None while a request is answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_request()
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._deadline, self._stall):
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > MAX_REQUEST_BYTES:
            self._refuse(_TOO_LARGE)
            return
        super().data_received(data)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._received = 0
        self.waits_since = None
        if self._deadline is not None:
            self._deadline.cancel()

    def on_response_complete(self) -> None:
        has_next = bool(self.pipeline)
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()  # closing waits until everything is read, for ever if need be
        elif self.cycle.more_body and not has_next:
            self._refuse()  # answered; a body that the reader never wanted is not waited for
        elif not has_next:
            self._await_request()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stall is not None and not self.transport.is_closing():
            self._stall.cancel()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._abort_later()

    def _await_request(self) -> None:
        self.waits_since = self.loop.time()
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(self.request_seconds, self._refuse, _TIMED_OUT)

    def _refuse(self, answer: bytes = b"") -> None:
        """Close the connection, after an answer if no other one was begun."""
        if self.transport.is_closing():
            return
        if answer and (self.cycle is None or self.cycle.response_complete):
            self.transport.write(answer)
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
        self._stall = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def _make_room(self) -> None:
        """Of more connections than may be, close the one that has waited longest for its request."""
        if len(self.connections) <= self.max_connections:
            return
        opened = [each for each in self.connections if isinstance(each, BoundedProtocol) and not each.is_closing]
        waiting = [each for each in opened if each.waits_since is not None and each is not self]
        if len(opened) > self.max_connections and waiting:
            min(waiting, key=lambda each: each.waits_since or 0.0).transport.abort()

    @property
    def is_closing(self) -> bool:
        return bool(self.transport.is_closing())
