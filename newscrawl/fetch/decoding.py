"""Removing content codings (RFC 9110, 8.4): a body is complete, decoded and within limits, or it is an error.

Scrapy reports a short Content-Length and a truncated chunk, flags a body that only the closed connection ended, and
does not notice a compressed stream that breaks off (seen with Scrapy 2.19: a clean 200 with half the text). Here each
of these raises Truncated, before anything else reads the body.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable

import brotli
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from newscrawl.fetch.failures import BadEncoding, TooLarge, Truncated
from newscrawl.items import GZIP_MAGIC

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_CODINGS = 3  # two are seen where a proxy compresses again; more is a trap
# The end tags of complete documents. Some servers add comments or scripts after them, hence not anchored.
_END_OF_DOCUMENT = re.compile(rb"</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)
_TAIL_BYTES = 4096
_STEP_BYTES = 1 << 20  # output of a decoder per step
# Servers send one gzip member or zstd frame, or one per block that they flushed; each costs work even if it is empty.
MAX_MEMBERS = 1000
# Input of a decoder at once: what follows a member is copied, and many short ones must not copy the whole body.
_INPUT_BYTES = 1 << 16
_STATUSES_WITHOUT_BODY = frozenset({204, 304})
# RFC 9659: a zstd stream sent over HTTP may not need a window above 8 MiB.
_ZSTD_OPTIONS: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}


def decode_complete(
    response: Response, *, max_bytes: int, method: str = "GET", is_open_ended: bool = False
) -> Response:
    """Return the response with its content codings removed; raises Truncated, TooLarge or BadEncoding.

    `is_open_ended` accepts a body that only the closed connection ends: robots.txt, whose lines are independent.
    """
    codings = _codings(response.headers)
    if method == "HEAD" or response.status in _STATUSES_WITHOUT_BODY:
        return response
    if "dataloss" in response.flags:
        raise Truncated(f"{response.url}: the connection ended within the body, after {len(response.body)} bytes")
    if not response.body and codings and response.headers.get("Content-Length") != b"0":
        raise Truncated(f"{response.url}: no body, though {', '.join(codings)} is announced")
    body = response.body and decode(response.body, codings, max_bytes=max_bytes)
    # Of a response that is no success only status and headers matter.
    is_open_ended = is_open_ended or bool(codings) or not 200 <= response.status < 300
    if "partial" in response.flags and not (is_open_ended or _END_OF_DOCUMENT.search(body[-_TAIL_BYTES:])):
        raise Truncated(f"{response.url}: the body may be incomplete: no length, no end of document")
    if body.startswith(GZIP_MAGIC):  # a compressed file such as sitemap.xml.gz is decompressed later; check it now
        decode(body, ["gzip"], max_bytes=max_bytes)
    return _with_body(response, body) if codings else response


def decode(body: bytes, codings: list[str], *, max_bytes: int) -> bytes:
    """Return a body without its content codings; the one applied last is removed first."""
    if len(codings) > MAX_CODINGS:
        raise BadEncoding(f"{len(codings)} content codings on one body")
    for coding in reversed(codings):
        decoder = _DECODERS.get(coding)
        if decoder is None:
            raise BadEncoding(f"unknown content coding {coding!r}")
        body = decoder(body, max_bytes)
    return body


def _codings(headers: Headers) -> list[str]:
    stated = b",".join(headers.getlist("Content-Encoding")).decode("latin-1").lower()
    return [coding for part in stated.split(",") if (coding := part.strip()) not in {"", "identity"}]


def _with_body(response: Response, body: bytes) -> Response:
    """Return a response as if this body had been sent without coding; its class and encoding are determined again."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    response_class = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return response_class(
        url=response.url,
        status=response.status,
        headers=headers,
        body=body,
        flags=response.flags,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )


class _Output:
    """The output of a decoder so far. Raises TooLarge at the limit, so that a bomb takes no more memory than a page."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._room = limit
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self._room -= len(part)
        if self._room < 0:
            self._parts.clear()
            raise TooLarge(f"more than the limit when decompressed ({self._coding})")
        self._parts.append(part)

    def joined(self) -> bytes:
        return b"".join(self._parts)


def _gunzip(body: bytes, limit: int) -> bytes:
    output = _Output("gzip", limit)
    end = _inflate(zlib.decompressobj(wbits=31), body, 0, output, "gzip")
    members = 1
    while body.startswith(GZIP_MAGIC, end):  # bytes after the last member are padding
        members = _one_more(members, "gzip")
        end = _inflate(zlib.decompressobj(wbits=31), body, end, output, "gzip")
    return output.joined()


def _one_more(members: int, coding: str) -> int:
    if members >= MAX_MEMBERS:
        raise TooLarge(f"more than {MAX_MEMBERS} {coding} streams in one body")
    return members + 1


def _deflate(body: bytes, limit: int) -> bytes:
    # RFC 9110, 8.4.1.2 means zlib's format; some servers send raw deflate, which does not begin with a zlib header.
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    output = _Output("deflate", limit)
    _inflate(zlib.decompressobj(wbits=15 if is_zlib else -15), body, 0, output, "deflate")
    return output.joined()


def _inflate(stream: zlib._Decompress, body: bytes, start: int, output: _Output, coding: str) -> int:
    """Add the output of the stream that begins at `start`; return where it ends."""
    end, waiting = start, b""
    while not stream.eof:
        if not waiting:
            waiting = body[end : end + _INPUT_BYTES]
            end += len(waiting)
        is_last = end == len(body)
        try:
            part = stream.decompress(waiting, _STEP_BYTES)
        except zlib.error as error:
            raise BadEncoding(f"{coding}: {error}") from error
        output.add(part)
        waiting = stream.unconsumed_tail
        if is_last and not part and not stream.eof:
            raise Truncated(f"{coding} stream breaks off")
    return end - len(stream.unused_data)


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    output = _Output("br", limit)
    while not stream.is_finished():
        try:
            part = stream.process(body, output_buffer_limit=_STEP_BYTES)
        except brotli.error as error:
            raise BadEncoding(f"br: {error}") from error
        output.add(part)
        body = b""  # the decoder buffers what it has not read yet
        if not part and not stream.is_finished():
            raise Truncated("br stream breaks off")
    return output.joined()


def _unzstd(body: bytes, limit: int) -> bytes:
    output = _Output("zstd", limit)
    end = frames = 0
    while end < len(body):  # frame by frame
        frames = _one_more(frames, "zstd")
        end = _unzstd_frame(body, end, output)
    return output.joined()


def _unzstd_frame(body: bytes, start: int, output: _Output) -> int:
    """Add the output of the frame that begins at `start`; return where it ends."""
    stream = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)
    end = start
    while not stream.eof:
        waiting = b""
        if stream.needs_input:  # what it has not read yet, the decoder buffers itself
            waiting = body[end : end + _INPUT_BYTES]
            end += len(waiting)
        try:
            part = stream.decompress(waiting, _STEP_BYTES)
        except zstd.ZstdError as error:
            raise BadEncoding(f"zstd: {error}") from error
        output.add(part)
        if not waiting and not part and not stream.eof:
            raise Truncated("zstd stream breaks off")
    return end - len(stream.unused_data)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
