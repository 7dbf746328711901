"""Bodies that decode to little and cost much: many empty streams, one inside another."""

from __future__ import annotations

import gzip
import resource
import sys
import zlib

import pytest

from newscrawl.fetch.decoding import MAX_MEMBERS, decode
from newscrawl.fetch.failures import TooLarge, Truncated

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BYTES = 20 * 2**20
EMPTY = gzip.compress(b"", mtime=0)
TEXT = b"The ferry sails again. " * 10_000


def cpu_seconds() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


@pytest.mark.parametrize(("coding", "empty"), [("gzip", EMPTY), ("zstd", zstd.compress(b""))])
def test_a_body_of_empty_streams_is_refused_after_so_many(coding: str, empty: bytes) -> None:
    before = cpu_seconds()
    with pytest.raises(TooLarge, match=f"more than {MAX_MEMBERS} {coding} streams"):
        decode(empty * 800_000, [coding], max_bytes=MAX_BYTES)
    assert cpu_seconds() - before < 5


def test_a_few_bytes_that_decode_to_many_empty_streams_are_refused() -> None:
    inner = EMPTY * 400_000
    body = zlib.compress(zlib.compress(inner, 9), 9)
    assert len(body) < 1000
    before = cpu_seconds()
    with pytest.raises(TooLarge):
        decode(body, ["gzip", "deflate", "deflate"], max_bytes=MAX_BYTES)
    assert cpu_seconds() - before < 5


@pytest.mark.parametrize("size", [1, 100, 65_535, 65_536, 65_537, 200_000])
def test_streams_of_all_lengths_one_after_another_are_joined(size: int) -> None:
    parts = [TEXT[:size], b"", TEXT[: size // 2], TEXT]
    for coding, compress in (("gzip", gzip.compress), ("zstd", zstd.compress)):
        assert decode(b"".join(map(compress, parts)), [coding], max_bytes=MAX_BYTES) == b"".join(parts)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("missing", [1, 5, 100])
def test_a_stream_that_breaks_off_is_noticed_wherever_its_input_is_cut(coding: str, missing: int) -> None:
    noise = bytes((n * n * 31 + n // 7) % 251 for n in range(150_000))
    compress = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd.compress}[coding]
    with pytest.raises(Truncated):
        decode(compress(noise)[:-missing], [coding], max_bytes=MAX_BYTES)


def test_padding_after_the_last_member_is_ignored() -> None:
    assert decode(gzip.compress(TEXT) + b"\0" * 100_000, ["gzip"], max_bytes=MAX_BYTES) == TEXT
