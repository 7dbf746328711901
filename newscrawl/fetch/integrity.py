"""Whole bodies only: a response is what its server meant to send, decompressed and within limits, or it is an error.

Scrapy reports a short Content-Length and a cut chunk, flags a body that only the closed connection ended, and says
nothing of a compressed stream that breaks off (seen with Scrapy 2.19: a clean 200 with half the text). Here all of
these end alike, before anything else looks at the body.
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

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_MAGIC = b"\x1f\x8b"
MAX_CODINGS = 3  # two are seen where a proxy compresses again; more is a trap
# How documents end that say so themselves; comments and spaces may follow.
_OWN_END = re.compile(
    rb"</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>(?:\s|<!--(?:[^-]|-(?!->))*-->)*\Z", re.IGNORECASE
)
_BODILESS = frozenset({204, 304})
# RFC 9659: a zstd stream sent over HTTP may not ask its reader for a window above 8 MiB.
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}


def whole(response: Response, *, max_bytes: int, method: str = "GET", is_open_ended: bool = False) -> Response:
    """Return the response with its content codings removed; raises Truncated, TooLarge or BadEncoding.

    `is_open_ended` accepts a body whose end only the closed connection marks: robots.txt, where each line stands alone.
    """
    codings = _codings(response.headers)
    if method == "HEAD" or response.status in _BODILESS:
        return response
    if "dataloss" in response.flags:
        raise Truncated(f"{response.url}: the connection ended within the body, after {len(response.body)} bytes")
    if not response.body and codings and response.headers.get("Content-Length") != b"0":
        raise Truncated(f"{response.url}: no body, though {', '.join(codings)} is announced")
    body = response.body and decoded(response.body, codings, max_bytes=max_bytes)
    if "partial" in response.flags and not (codings or is_open_ended or _OWN_END.search(body[-4096:])):
        raise Truncated(f"{response.url}: nothing tells that the body is whole: no length, no end of document")
    if body.startswith(GZIP_MAGIC):  # a compressed file such as sitemap.xml.gz: unpacked later, judged now
        decoded(body, ["gzip"], max_bytes=max_bytes)
    return _with_body(response, body) if codings else response


def decoded(body: bytes, codings: list[str], *, max_bytes: int) -> bytes:
    """Return a body with its content codings undone, last applied first."""
    if len(codings) > MAX_CODINGS:
        raise BadEncoding(f"{len(codings)} content codings on one body")
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise BadEncoding(f"unknown content coding {coding!r}")
        body = decode(body, max_bytes)
        if len(body) > max_bytes:
            raise TooLarge(f"more than {max_bytes} bytes when decompressed ({coding})")
    return body


def _codings(headers: Headers) -> list[str]:
    stated = b",".join(headers.getlist("Content-Encoding")).decode("latin-1").lower()
    return [coding for part in stated.split(",") if (coding := part.strip()) not in {"", "identity"}]


def _with_body(response: Response, body: bytes) -> Response:
    """Return a response as if the body had been sent plain; its class and encoding are found anew."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return kind(
        url=response.url,
        status=response.status,
        headers=headers,
        body=body,
        flags=response.flags,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )


# Each decoder stops at one byte over the limit, so that a bomb costs no more memory than an honest page.


def _gunzip(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit + 1
    while room > 0 and (not parts or body.startswith(GZIP_MAGIC)):  # what follows the last member is padding
        stream = zlib.decompressobj(wbits=31)
        parts.append(_inflated(stream, body, room, "gzip"))
        room -= len(parts[-1])
        body = stream.unused_data
    return b"".join(parts)


def _deflate(body: bytes, limit: int) -> bytes:
    # RFC 9110, 8.4.1.2 means zlib's format; some servers send raw deflate, whose first byte is no zlib header.
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflated(zlib.decompressobj(wbits=15 if is_zlib else -15), body, limit + 1, "deflate")


def _inflated(stream: zlib._Decompress, body: bytes, room: int, coding: str) -> bytes:
    try:
        text = stream.decompress(body, room)
    except zlib.error as error:
        raise BadEncoding(f"{coding}: {error}") from error
    if not stream.eof and len(text) < room:
        raise Truncated(f"{coding} stream breaks off")
    return text


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        while not stream.is_finished() and size <= limit:
            # Its limit is a mark to stop after, not a ceiling; small steps keep what comes close to it.
            parts.append(stream.process(b"" if parts else body, output_buffer_limit=1 << 20))
            size += len(parts[-1])
            if not parts[-1] and not stream.is_finished():
                raise Truncated("br stream breaks off")
    except brotli.error as error:
        raise BadEncoding(f"br: {error}") from error
    return b"".join(parts)


def _unzstd(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit + 1
    while body and room > 0:
        stream = zstd.ZstdDecompressor(options=_ZSTD_WINDOW)
        try:
            parts.append(stream.decompress(body, room))
        except zstd.ZstdError as error:
            raise BadEncoding(f"zstd: {error}") from error
        room -= len(parts[-1])
        if not stream.eof and room > 0:
            raise Truncated("zstd stream breaks off")
        body = stream.unused_data if stream.eof else b""
    return b"".join(parts)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
