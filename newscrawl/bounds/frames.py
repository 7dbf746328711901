"""Pickled messages with their length before them, over a stream socket."""

from __future__ import annotations

import asyncio
import pickle
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!Q")
_AT_ONCE = 1 << 16


def framed(message: object) -> bytes:
    """Return a message as it is sent."""
    return with_length(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))


def with_length(pickled: bytes) -> bytes:
    return _LENGTH.pack(len(pickled)) + pickled


def receive(channel: socket.socket) -> bytes:
    """Wait for a message and return it, still pickled; raises EOFError when the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    return _exactly(channel, length)


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = channel.recv(min(size, _AT_ONCE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


async def exchange(channel: socket.socket, frame: bytes) -> Any:
    """Send a message and return the answer to it; raises EOFError or OSError when the other side is gone."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(channel, frame)
    received = bytearray()
    size = _LENGTH.size
    while len(received) < size:
        part = await loop.sock_recv(channel, _AT_ONCE)
        if not part:
            raise EOFError
        received += part
        if size == _LENGTH.size and len(received) >= size:
            size += _LENGTH.unpack_from(received)[0]
    return pickle.loads(memoryview(received)[_LENGTH.size :])  # noqa: S301  written by a process of our own
