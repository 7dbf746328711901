"""ARC files as crawlers of then wrote them, and records of WARC that contradict themselves."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from newscrawl.fetch import arc_lines
from newscrawl.fetch.recording import Recording

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page</p>"
VERSION_1 = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
VERSION_2 = (
    b"2 0 Archive\nURL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename "
    b"Archive-length\n"
)
WITH_XML = (
    VERSION_1.replace(b"1 0", b"1 1") + b'<?xml version="1.0"?>\n<arcmetadata><a>http://b.example/</a></arcmetadata>\n'
)
TWO = "http://a.example/2"


def head(version: bytes, further: str = "") -> bytes:
    line = f"filedesc://a.arc 0.0.0.0 20260501120000 text/plain {further}{len(version)}\n"
    return line.encode() + version + b"\n"


def arc(
    url: str = "http://a.example/1", *, ip: str = "192.0.2.1", date: str = "20260501120000", kind: str = "text/html",
    further: str = "", block: bytes = HTTP, extra: int = 0,
) -> bytes:  # fmt: skip
    return f"{url} {ip} {date} {kind} {further}{len(block) + extra}\n".encode() + block + b"\n"


def warc(*fields: str) -> bytes:
    head = ["WARC/1.0", "WARC-Target-URI: http://a.example/1", "WARC-Date: 2026-05-01T12:00:00Z", *fields]
    return "\r\n".join([*head, "", ""]).encode() + HTTP + b"\r\n\r\n"


RECORDS = {
    "blanks in the address": (arc("http://a.example/x?t=Mar tinez Tar gets"), "http://a.example/x?t=Mar%20tinez%20Tar%20gets"),
    "blanks and digits in the address": (arc("http://a.example/at 10 20260501 7"), "http://a.example/at%2010%2020260501%207"),
    "an address that holds a date": (arc("http://a.example/ 20010101000000 x"), "http://a.example/%2020010101000000%20x"),
    "two media types": (arc(kind="text/html, application/x-javascript"), "http://a.example/1"),
    "a charset": (arc(kind='text/html; charset="utf-8"'), "http://a.example/1"),
    "no media type": (arc(kind=""), "http://a.example/1"),
    "a media type that is a number": (arc(kind="200 20260501120000"), "http://a.example/1"),
    "no seconds": (arc(date="200101211835"), "http://a.example/1"),
    "no address of the server": (arc(ip="-"), "http://a.example/1"),
    "IPv6": (arc(ip="2001:db8::1"), "http://a.example/1"),
    "a scheme in capitals": (arc("HTTP://a.example/1"), "HTTP://a.example/1"),
    "letters beyond ASCII": (arc("http://a.example/zürich"), "http://a.example/zürich"),
    "Latin-1": (arc("http://a.example/x").replace(b"/x ", b"/\xe9 ", 1), "http://a.example/é"),
    "a carriage return": (arc().replace(b"\n", b"\r\n", 1), "http://a.example/1"),
    "version 2": (arc(further="200 abc - 0 a.arc "), "http://a.example/1"),
    "version 2 with a place it redirects to": (arc(further="302 - http://a.example/2 512 a.arc "), "http://a.example/1"),
    "a page with a line of a record": (
        arc(block=HTTP + b"\nhttp://b.example/ 192.0.2.1 20260501120000 text/html 3\nabc"), "http://a.example/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("first", [head(VERSION_1), head(WITH_XML), head(VERSION_2, "200 - - 0 a.arc "), b""])
def test_a_record_is_read_whatever_its_crawler_left_unescaped(
    tmp_path: Path, name: str, is_packed: bool, first: bytes
) -> None:
    record, url = RECORDS[name]
    parts = [part for part in (first, record, arc(TWO)) if part]
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(map(gzip.compress, parts)) if is_packed else b"".join(parts))
    recording = Recording(path)
    assert ([each.url for each in recording.captures], recording.damages) == ([url, TWO], [])


@pytest.mark.parametrize("extra", [-3, 7, 300])
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=x", ""])
def test_a_wrong_length_costs_itself(tmp_path: Path, extra: int, kind: str) -> None:
    path = tmp_path / "a.arc"
    path.write_bytes(head(VERSION_1) + arc(kind=kind, extra=extra) + arc("http://a.example/2 b") + arc(TWO))
    recording = Recording(path)
    assert [each.url for each in recording.captures] == ["http://a.example/2%20b", TWO]
    assert [damage.offset for damage in recording.damages] == [len(head(VERSION_1))]


@pytest.mark.parametrize(
    "line",
    [
        "http://a.example/ 192.0.2.1 20260501120000 text/html 12",
        "see http://a.example/ 192.0.2.1 20260501120000 x 12\n",
        "http://a.example/ 192.0.2.1 20261399999999 text/html\n",
        "http://a.example/ host 20260501120000 text/html 12\n",
        "color: red 1 20260501120000 12\n", "http://a.example/ 20260501120000 text/html 12\n", "\n", "a:\n",
    ],
)  # fmt: skip
def test_other_lines_begin_no_record(line: str) -> None:
    assert arc_lines.fields_of(line.encode()) is None


def test_a_type_in_capitals_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(warc("WARC-Type: Response", f"Content-Length: {len(HTTP)}"))
    assert [each.url for each in Recording(path).captures] == ["http://a.example/1"]


@pytest.mark.parametrize("lengths", [(len(HTTP), 7), (7, len(HTTP)), (0, len(HTTP))])
def test_a_record_of_two_lengths_costs_itself(tmp_path: Path, lengths: tuple[int, int]) -> None:
    path = tmp_path / "a.warc"
    twice = warc("WARC-Type: response", *(f"content-length: {length}" for length in lengths))
    path.write_bytes(twice + warc("WARC-Type: response", f"Content-Length: {len(HTTP)}"))
    recording = Recording(path)
    assert [each.offset for each in recording.captures] == [len(twice)]
    assert ["several Content-Lengths" in str(damage) for damage in recording.damages] == [True]
