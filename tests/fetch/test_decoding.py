"""No damaged body is accepted: each kind of damage on a real connection, and compressed streams cut at any byte."""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from scrapy.http import Headers, Response

from newscrawl.fetch.decoding import decode, decode_complete
from newscrawl.fetch.failures import BadEncoding, FetchFailed, TooLarge, Truncated

from .conftest import Crawled, Wire, crawl, drip, open_ended, page, reset

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RANDOM_TEXT = bytes(random.Random(7).choices(b"abcdefghij ", k=50_000))
TEXT = b"<html><body>" + RANDOM_TEXT + b"</body></html>"
MIB = 2**20


def raw_deflate(text: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(text) + stream.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda text: brotli.compress(text, quality=4),
    "zstd": zstd.compress,
}


def chunked(*chunks: bytes, ending: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + ending


def encoded(coding: str, body: bytes) -> bytes:
    return page(body, f"Content-Encoding: {coding}")


DAMAGED = {
    "/short-length": page(TEXT, length=len(TEXT) + 1),
    "/cut-in-chunk": chunked(TEXT)[:-2000],
    "/no-last-chunk": chunked(TEXT, ending=b""),
    "/open-ended-cut": open_ended(TEXT[:-40]),
    "/reset": reset(page(TEXT, length=len(TEXT) + 5000)),
    "/reset-open-ended": reset(open_ended(TEXT[:5000])),
    "/gzip-announced-and-nothing-sent": chunked().replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1),
    "/sitemap.xml.gz": page(gzip.compress(TEXT)[:-9], kind="application/gzip"),
    **{f"/cut-{coding}": encoded(coding, encode(TEXT)[:-12]) for coding, encode in ENCODERS.items()},
    **{f"/half-{c}": open_ended(e(TEXT)[:2000], f"Content-Encoding: {c}") for c, e in ENCODERS.items()},
}
INTACT = {
    "/plain": page(TEXT),
    "/chunked": chunked(TEXT[:100], TEXT[100:]),
    "/open-ended": open_ended(TEXT),
    "/open-ended-with-comment": open_ended(TEXT + b"\n<!-- served by cache-7 -->\n"),
    "/open-ended-gzip": open_ended(gzip.compress(TEXT), "Content-Encoding: gzip"),
    "/deflate-without-zlib-header": encoded("deflate", raw_deflate(TEXT)),
    "/gzip-in-two-members": encoded("gzip", gzip.compress(TEXT[:500]) + gzip.compress(TEXT[500:])),
    "/gzip-with-padding": encoded("gzip", gzip.compress(TEXT) + bytes(512)),
    "/gzip-twice": encoded("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    **{f"/{coding}": encoded(coding, encode(TEXT)) for coding, encode in ENCODERS.items()},
}
OTHER_FAULTS = {
    "/unknown-coding": (encoded("sdch", TEXT), "bad_encoding"),
    "/not-gzip-at-all": (encoded("gzip", TEXT), "bad_encoding"),
    "/too-many-codings": (encoded("gzip, gzip, gzip, gzip", TEXT), "bad_encoding"),
    "/too-long-announced": (page(b"", length=17 * MIB), "too_large"),
    "/too-long-sent": (open_ended(bytes(17 * MIB)), "too_large"),
    "/drip": (drip(page(TEXT[:50], length=5000), b"x"), "timeout"),
    "/drip-headers": (drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), "timeout"),
    "/no-http": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "connection"),
    "/nothing": (b"", "connection"),
    "/two-lengths": (page(TEXT, "Content-Length: 7"), "connection"),
    "/no-length": (page(TEXT).replace(b"Content-Length: 5", b"Content-Length: x"), "connection"),
    "/no-chunk-size": (chunked(TEXT).replace(b"\r\n\r\n", b"\r\n\r\nzz", 1), "truncated"),
    "/odd-location": (page(b"", "Location: http://[::1", status="302 Found"), "bad_address"),
    "/no-location": (page(b"", status="302 Found"), "http_302"),
    "/huge-header": (page(TEXT, f"X-Huge: {'x' * MIB}"), "connection"),
    "/gone-open-ended": (open_ended(b"gone").replace(b"200 OK", b"410 Gone"), None),
    "/header-with-nul": (page(TEXT, "X-Odd: a\x00b\xff"), None),
    "/header-without-colon": (page(TEXT, "this is no header"), None),
    "/strange-charset": (page(TEXT, kind="text/html; charset=utf-7"), None),
    "/no-charset": (page(b"\xff\xfe\x00\xd8<html>\x00" + TEXT, kind="text/html; charset=hex, rot13"), None),
}


@pytest.fixture(scope="module")
def crawled(wire: Wire) -> Crawled:
    wire.answers |= {**DAMAGED, **INTACT, **{path: answer for path, (answer, _) in OTHER_FAULTS.items()}}
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "CONCURRENT_REQUESTS_PER_DOMAIN": 16}
    urls = [wire.url(path) for path in wire.answers]
    return crawl(*urls, settings=settings, env={"NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "5"})


@pytest.mark.parametrize("path", DAMAGED)
def test_damaged_body_reaches_the_errback_as_truncated(crawled: Crawled, wire: Wire, path: str) -> None:
    assert crawled[wire.url(path)].get("reason") == "truncated"


@pytest.mark.parametrize("path", INTACT)
def test_complete_body_is_decompressed(crawled: Crawled, wire: Wire, path: str) -> None:
    result = crawled[wire.url(path)]
    assert result["size"] == len(TEXT) + (28 if "comment" in path else 0)
    assert result["kind"] == "HtmlResponse"
    assert "content-encoding" not in result["headers"]


@pytest.mark.parametrize("path", OTHER_FAULTS)
def test_other_faults_have_reasons_of_their_own(crawled: Crawled, wire: Wire, path: str) -> None:
    assert crawled[wire.url(path)].get("reason") == OTHER_FAULTS[path][1]


@pytest.mark.parametrize("path", ["/drip", "/drip-headers"])
def test_a_drip_is_cut_at_the_total_deadline(crawled: Crawled, wire: Wire, path: str) -> None:
    assert crawled[wire.url(path)]["after"] > 4.9


def test_a_damaged_body_is_retried_once_and_a_drip_is_not(crawled: Crawled, wire: Wire) -> None:
    requested = wire.paths()
    assert (requested.count("/cut-gzip"), requested.count("/drip")) == (2, 1)


def test_a_drip_delays_only_its_own_host(second_wire: Wire) -> None:
    second_wire.answers |= {"/drip": OTHER_FAULTS["/drip"][0], "/story": page(TEXT)}
    drip_url, article = f"http://slow.example:{second_wire.port}/drip", f"http://quick.example:{second_wire.port}/story"
    crawled = crawl(
        drip_url,
        article,
        settings={"NEWSCRAWL_EGRESS_ALLOW": ["slow.example", "quick.example"]},
        env={"NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "5"},
        plan={"names": {"slow.example": ["127.0.0.1"], "quick.example": ["127.0.0.1"]}},
    )
    assert crawled[drip_url]["reason"] == "timeout"
    assert crawled[article]["after"] < crawled[drip_url]["after"]


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_stream_cut_at_any_byte_is_truncated(coding: str) -> None:
    body = ENCODERS[coding](TEXT[:3000])
    for cut in range(1, len(body)):
        with pytest.raises(Truncated):
            decode(body[:cut], [coding], max_bytes=MIB)


@pytest.mark.parametrize("coding", ENCODERS)
def test_the_limit_is_exact_to_the_byte(coding: str) -> None:
    body = ENCODERS[coding](TEXT)
    assert decode(body, [coding], max_bytes=len(TEXT)) == TEXT
    with pytest.raises(TooLarge):
        decode(body, [coding], max_bytes=len(TEXT) - 1)


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_flipped_byte_never_makes_another_length(coding: str) -> None:
    body = bytearray(ENCODERS[coding](TEXT[:2000]))
    for at in range(0, len(body), 7):
        broken = bytes(body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :])
        try:
            text = decode(broken, [coding], max_bytes=MIB)
        except FetchFailed:
            continue
        # Codings without a checksum cannot detect every changed byte; only a complete stream is guaranteed.
        assert coding in {"br", "zstd"} or text == TEXT[:2000]


def test_zstd_with_a_huge_window_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    compressor = zstd.ZstdCompressor(options=options)
    with pytest.raises(BadEncoding):
        decode(compressor.compress(TEXT) + compressor.flush(), ["zstd"], max_bytes=MIB)


def bomb(coding: str) -> bytes:
    """Return 200 MiB of zeros, compressed in chunks."""
    compressors: dict[str, Any] = {
        "gzip": lambda: zlib.compressobj(1, wbits=31),
        "deflate": lambda: zlib.compressobj(1),
        "zstd": zstd.ZstdCompressor,
    }
    if coding == "br":
        stream = brotli.Compressor(quality=1)
        return b"".join(stream.process(bytes(MIB)) for _ in range(200)) + stream.finish()
    compressor = compressors[coding]()
    return b"".join(compressor.compress(bytes(MIB)) for _ in range(200)) + compressor.flush()


def test_bombs_of_200_mib_need_less_than_64_mib_and_the_crawl_continues(second_wire: Wire) -> None:
    bodies = {coding: bomb(coding) for coding in ("gzip", "deflate", "br", "zstd")}
    bombs = {f"/{coding}": encoded(coding, body) for coding, body in bodies.items()}
    nested = {"/bomb.xml.gz": encoded("gzip", gzip.compress(bodies["gzip"]))}
    second_wire.answers |= {**bombs, **nested, "/after": page(TEXT)}
    urls = [second_wire.url(path) for path in (*bombs, *nested, "/after")]
    crawled = crawl(*urls, settings={"NEWSCRAWL_EGRESS_ALLOW": [second_wire.authority]})
    assert [crawled[url].get("reason") for url in urls] == ["too_large"] * 5 + [None]
    assert crawled.facts["growth_kib"] < 64 * 1024


@pytest.mark.parametrize(("status", "method"), [(304, "GET"), (204, "GET"), (200, "HEAD")])
def test_a_response_without_a_body_is_complete(status: int, method: str) -> None:
    response = Response("http://a.example/", status, Headers({"Content-Encoding": "gzip", "Content-Length": "900"}))
    assert decode_complete(response, max_bytes=MIB, method=method) is response


def test_an_empty_body_that_is_announced_as_empty_is_complete() -> None:
    response = Response("http://a.example/", 301, Headers({"Content-Encoding": "gzip", "Content-Length": "0"}))
    assert decode_complete(response, max_bytes=MIB).body == b""
