"""How answers are spoilt: servers that are slow, refuse, lie, break off or say something else."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Mapping

import brotli

from .world import Answer, Behaviour, Visit, healthy

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Gate:
    """Holds answers back until a test opens it."""

    def __init__(self, then: Behaviour = healthy) -> None:
        self._is_open = threading.Event()
        self._then = then

    def open(self) -> None:
        self._is_open.set()

    async def __call__(self, visit: Visit) -> None:
        while not self._is_open.is_set():
            await asyncio.sleep(0.01)
        await self._then(visit)


class First:
    """Answers the first requests and leaves all others without an answer."""

    def __init__(self, most: int) -> None:
        self.count = 0  # how many were answered
        self._most = most
        self._begun = 0

    async def __call__(self, visit: Visit) -> None:
        self._begun += 1
        if self._begun > self._most:
            await hanging(visit)
        await visit.send()
        self.count += 1


class Hold:
    """Answers the first requests, and holds further ones back until a test opens it: no crawl ends before."""

    def __init__(self, after: int) -> None:
        self.after = after
        self._begun = 0
        self._gate = Gate()

    def open(self) -> None:
        self._gate.open()

    async def __call__(self, visit: Visit) -> None:
        self._begun += 1
        if self._begun > self.after:
            await self._gate(visit)
        else:
            await visit.send()


def slow(seconds: float, then: Behaviour = healthy) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await asyncio.sleep(seconds)
        await then(visit)

    return behave


async def hanging(visit: Visit) -> None:
    """Say nothing, and leave the connection open."""
    await asyncio.sleep(3600)


def refusing(status: int, headers: Mapping[str, str] | None = None, body: bytes = b"No.") -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.send(Answer(status, {**HTML, **(headers or {})}, body))

    return behave


def saying(html: str) -> Behaviour:
    """Answer 200 with another page."""
    return refusing(200, body=html.encode())


def redirecting(url: str, status: int = 302) -> Behaviour:
    return refusing(status, {"Location": url})


def once(first: Behaviour, then: Behaviour = healthy) -> Behaviour:
    """Behave once like that, and otherwise from then on."""
    waiting = [first]

    async def behave(visit: Visit) -> None:
        await (waiting.pop() if waiting else then)(visit)

    return behave


def dripping_body(seconds: float) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.write(visit.answer.head(Content_Length=str(len(visit.answer.body))))
        await _drip(visit, visit.answer.body, seconds)

    return behave


def dripping_head(seconds: float) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await _drip(visit, visit.answer.whole(), seconds)

    return behave


async def _drip(visit: Visit, octets: bytes, seconds: float) -> None:
    for index in range(len(octets)):
        await visit.write(octets[index : index + 1])
        await asyncio.sleep(seconds)


async def short_of_its_length(visit: Visit) -> None:
    """State a length, send half of it, close."""
    await visit.write(visit.answer.head(Content_Length=str(len(visit.answer.body))) + _half(visit.answer.body))
    visit.close()


async def cut_in_a_chunk(visit: Visit) -> None:
    body = visit.answer.body
    chunk = f"{len(body):x}\r\n".encode() + _half(body)
    await visit.write(visit.answer.head(Transfer_Encoding="chunked") + chunk)
    visit.close()


async def reset_in_body(visit: Visit) -> None:
    """Send half of the body, then an RST: what a crashing server or a middlebox does."""
    await visit.write(visit.answer.head(Content_Length=str(len(visit.answer.body))) + _half(visit.answer.body))
    await asyncio.sleep(0.05)  # let it arrive: an RST may drop what is still on its way
    opened: socket.socket = visit.writer.get_extra_info("socket")
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visit.writer.transport.abort()


async def cut_without_length(visit: Visit) -> None:
    """Let the closed connection end the body, too early."""
    await visit.write(visit.answer.head(Connection="close") + _half(visit.answer.body))
    visit.close()


def cut_when_compressed(coding: str) -> Behaviour:
    """Send a whole answer, by its length, of a compressed stream that breaks off."""
    compress = CODINGS[coding]

    async def behave(visit: Visit) -> None:
        headers = {**visit.answer.headers, "Content-Encoding": coding}
        await visit.send(Answer(200, headers, _half(compress(visit.answer.body))))

    return behave


def _half(octets: bytes) -> bytes:
    return octets[: len(octets) // 2]


def _zstd(octets: bytes) -> bytes:
    from newscrawl.fetch.decoding import zstd

    return bytes(zstd.compress(octets))


CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": _zstd,
}
