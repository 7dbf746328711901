"""WARC files as other tools leave them: marks before them, blocks of bgzip, responses that archives bent."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

import pytest
from scrapy.http import Request, Response

from newscrawl.fetch.replay import Records

URL = "https://paper.example/%d"
MARK = b"\xef\xbb\xbf"
PAGE = b"<html><body>A ferry was late.</body></html>"
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def record(number: int, block: bytes = HTML + b"\r\n" + PAGE) -> bytes:
    fields = [
        b"WARC/1.1",
        b"WARC-Type: response",
        b"WARC-Record-ID: <urn:uuid:%036d>" % number,
        b"WARC-Target-URI: " + (URL % number).encode(),
        b"WARC-Date: 2026-05-01T12:00:00Z",
        b"Content-Type: application/http; msgtype=response",
        b"Content-Length: %d" % len(block),
    ]
    return b"\r\n".join([*fields, b"", block, b"", b""])


def block_of(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(packed) + 25)
    return head + packed + struct.pack("<II", zlib.crc32(content), len(content))


def blocks(content: bytes, size: int) -> list[bytes]:
    return [*(block_of(content[at : at + size]) for at in range(0, len(content), size)), block_of(b"")]


def read(path: Path, content: bytes) -> tuple[dict[int, Response], list[int]]:
    """Return the responses by number, and the offsets that are told as unreadable."""
    path.write_bytes(content)
    records = Records(path)
    held = [number for number in range(10) if records.holds(URL % number)]
    answers = {number: records.answer(Request(URL % number))[0] for number in held}
    return answers, [damage.offset for damage in records.recording.damages]


def bodies(path: Path, content: bytes) -> dict[int, bytes]:
    answers, damages = read(path, content)
    assert damages == []
    return {number: response.body for number, response in answers.items()}


THREE = [record(number) for number in (1, 2, 3)]
MEMBERS = [gzip.compress(each) for each in THREE]
WHOLE = dict.fromkeys((1, 2, 3), PAGE)


@pytest.mark.parametrize(
    "content",
    [
        MARK + b"".join(THREE),
        MARK + b"\r\n" + b"".join(THREE),
        MARK + b"".join(MEMBERS),
        gzip.compress(MARK + THREE[0]) + MEMBERS[1] + MEMBERS[2],
    ],
)
def test_a_byte_order_mark_costs_no_record(tmp_path: Path, content: bytes) -> None:
    assert bodies(tmp_path / "a.warc", content) == WHOLE


@pytest.mark.parametrize("size", [7, 300, 65280])
def test_records_go_on_from_one_block_of_bgzip_to_the_next(tmp_path: Path, size: int) -> None:
    assert bodies(tmp_path / "a.warc.gz", b"".join(blocks(b"".join(THREE), size))) == WHOLE


def test_files_of_both_packings_may_be_joined(tmp_path: Path) -> None:
    content = b"".join(blocks(THREE[0] + THREE[1], 100)) + MEMBERS[2]
    assert bodies(tmp_path / "a.warc.gz", content) == WHOLE
    assert bodies(tmp_path / "b.warc.gz", MEMBERS[0] + b"".join(blocks(THREE[1] + THREE[2], 100))) == WHOLE


def test_a_broken_block_costs_the_records_in_it(tmp_path: Path) -> None:
    parts = blocks(b"".join(THREE), len(THREE[0]) // 2)
    broken = bytearray(parts[2])
    broken[-6] ^= 0xFF
    answers, damages = read(tmp_path / "a.warc.gz", b"".join([*parts[:2], bytes(broken), *parts[3:]]))
    assert answers[1].body == answers[3].body == PAGE
    assert 2 not in answers
    assert len(parts[0] + parts[1]) in damages


def test_a_file_of_blocks_that_ends_within_one_costs_its_last_record(tmp_path: Path) -> None:
    content = b"".join(blocks(b"".join(THREE), len(THREE[0]) * 2 // 3)[:-1])
    answers, damages = read(tmp_path / "a.warc.gz", content[:-9])
    assert [answers[number].flags for number in (1, 2)] == [[], []]
    assert 3 not in answers or "dataloss" in answers[3].flags
    assert damages


@pytest.mark.parametrize(
    "block",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" + HTML + b"\r\n" + PAGE,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + HTML + b"\r\n" + PAGE,
        HTML + b"Transfer-Encoding: chunked\r\n\r\n2b\n" + PAGE + b"\n0\n\n",
        HTML + b"Transfer-Encoding: chunked\r\n\r\n000000000000002B \r\n" + PAGE + b"\r\n0\r\n\r\n",
        HTML + b"Transfer-Encoding: chunked\r\nContent-Length: 9999\r\n\r\n2b\r\n" + PAGE + b"\r\n0\r\n\r\n",
        HTML + b"Content-Encoding: br\r\n\r\n" + PAGE,
        HTML + b"Content-Encoding: deflate\r\n\r\n" + PAGE,
        HTML + b"Content-Encoding: gzip, zstd\r\n\r\n" + PAGE,
    ],
)
def test_a_response_is_what_its_server_meant(tmp_path: Path, block: bytes) -> None:
    answers, _ = read(tmp_path / "a.warc", record(1, block) + THREE[1])
    response = answers[1]
    assert (response.status, response.body, response.flags) == (200, PAGE, [])
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("size", [b"ff", b"0a"])
def test_chunks_at_odds_with_their_sizes_are_told(tmp_path: Path, size: bytes) -> None:
    block = HTML + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + PAGE + b"\r\n0\r\n\r\n"
    answers, _ = read(tmp_path / "a.warc", record(1, block) + THREE[1])
    assert (answers[1].flags, answers[2].flags) == (["dataloss"], [])


def test_a_line_of_figures_is_no_chunk(tmp_path: Path) -> None:
    block = HTML + b"Transfer-Encoding: chunked\r\n\r\n2026\nA year in ferries.\n"
    assert bodies(tmp_path / "a.warc", record(1, block)) == {1: b"2026\nA year in ferries.\n"}
