"""A small HTTP proxy that opens tunnels (CONNECT) and nothing else, and records what it was asked for."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class ConnectProxy:
    """Runs in a thread of its own; `answer` is sent in place of a tunnel, and with `is_frozen` nothing is."""

    answer: bytes | None = None
    is_frozen: bool = False
    refuses_addresses: bool = False
    names: Mapping[str, str] = field(default_factory=dict)  # to which addresses they lead, by its own resolver
    lost: frozenset[str] = frozenset()  # addresses that it cannot reach
    tls: ssl.SSLContext | None = None
    heads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self.tls))
        self.port: int = server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The request lines, in order."""
        return [head.partition("\r\n")[0] for head in self.heads]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._serve(reader, writer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        method, authority, _ = self.asked[-1].split(" ")
        host, _, port = authority.rpartition(":")
        if self.is_frozen:
            await asyncio.Event().wait()
        is_refused = method != "CONNECT" or (self.refuses_addresses and host.replace(".", "").isdigit())
        if self.answer is not None or is_refused:
            writer.write(self.answer or b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        try:
            if host in self.lost:
                raise OSError
            there = await asyncio.open_connection(self.names.get(host, host), int(port))
        except OSError:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 small\r\n\r\n")
        await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until the end; a reset is passed on as a reset."""
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        writer.transport.abort()
    finally:
        writer.close()
