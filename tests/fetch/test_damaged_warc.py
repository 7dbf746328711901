"""Damaged WARC and ARC files: what cannot be read costs itself alone, and is reported with its offset."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from scrapy.http import Request

from newscrawl.errors import NotRecorded, RecordingError
from newscrawl.fetch.recording import Recording
from newscrawl.fetch.replay import Records
from newscrawl.fetch.warc_reader import MAX_BLOCK_BYTES, Damage, scan

URLS = [f"http://a.example/{number}" for number in range(3)]
PAGE = b"<html>\r\n\r\nA page of some length, with a line of its own\r\n\r\n</html>"


def record(url: str, *, length: object = None, extra: int = 0, without: str = "", **fields: str) -> bytes:
    """Return a response record; `extra` is added to its Content-Length, which `length` replaces."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE + url.encode()
    named = {
        "WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": "2026-05-01T12:00:00Z",
        "WARC-Record-ID": f"<urn:uuid:{url[-1]}>", "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block) + extra if length is None else length),
    }  # fmt: skip
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if name != without)
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def arc(url: str, *, date: str = "20260501120000", extra: int = 0) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE + url.encode()
    return f"{url} 192.0.2.1 {date} text/html {len(block) + extra}\n".encode() + block + b"\n"


VERSION = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
ARC_HEAD = f"filedesc://a.arc 0.0.0.0 20260501120000 text/plain {len(VERSION)}\n".encode() + VERSION + b"\n"


def plain(parts: Sequence[bytes]) -> bytes:
    return b"".join(parts)


def members(parts: Sequence[bytes]) -> bytes:
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def one_member(parts: Sequence[bytes]) -> bytes:
    return gzip.compress(b"".join(parts), mtime=0)


def read(path: Path, content: bytes) -> tuple[list[str], Records]:
    """Return the URLs that a file answers with their pages, and its records."""
    path.write_bytes(content)
    records = Records(path)
    answered = [url for url in URLS if records.holds(url)]
    for url in answered:
        assert records.answer(Request(url))[0].body == PAGE + url.encode()
    return answered, records


PACKINGS = [plain, members, one_member]
Packing = Callable[[Sequence[bytes]], bytes]


@pytest.mark.parametrize("packing", PACKINGS)
def test_records_are_read_in_each_packing(tmp_path: Path, packing: Packing) -> None:
    answered, records = read(tmp_path / "a.warc", packing([record(url) for url in URLS]))
    assert (answered, records.recording.damages) == (URLS, [])


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("extra", [-20, -1, 1, 5, 40, 300, 10**6, 10**18, 10**25])
def test_a_length_that_does_not_describe_the_block_costs_that_record(
    tmp_path: Path, packing: Packing, extra: int
) -> None:
    parts = [record(URLS[0]), record(URLS[1], extra=extra), record(URLS[2])]
    answered, records = read(tmp_path / "a.warc", packing(parts))
    assert answered == [URLS[0], URLS[2]]
    (damage,) = records.recording.damages
    offset = {plain: len(parts[0]), members: len(members(parts[:1])), one_member: 0}[packing]
    assert (damage.offset, damage.inner) == (offset, len(parts[0]) if packing is one_member else 0)
    assert f"unreadable at byte {offset}" in str(damage)
    with pytest.raises(NotRecorded):
        records.answer(Request(URLS[1]))


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"length": "abc"}, "Content-Length 'abc'"),
        ({"length": -5}, "Content-Length '-5'"),
        ({"length": "1_0"}, "Content-Length '1_0'"),
        ({"without": "Content-Length"}, "no Content-Length"),
        ({"without": "WARC-Type"}, "no WARC-Type"),
        ({"without": "WARC-Target-URI"}, "no WARC-Target-URI"),
        ({"without": "WARC-Date"}, "WARC-Date ''"),
        ({"WARC_Date": "0000-00-00T00:00:00Z"}, "WARC-Date '0000-00-00T00:00:00Z'"),
        ({"WARC_Target_URI": "http://["}, "Invalid IPv6 URL"),
    ],
)
def test_a_record_with_a_wrong_field_costs_itself(
    tmp_path: Path, packing: Packing, broken: dict[str, str], words: str
) -> None:
    answered, records = read(
        tmp_path / "a.warc",
        packing([record(URLS[0]), record(URLS[1], **broken), record(URLS[2])]),  # type: ignore[arg-type]
    )
    assert answered == [URLS[0], URLS[2]]
    assert [words in str(damage) for damage in records.recording.damages] == [True]


RUBBISH = [b"rubbish", b"\0" * 100, b"WARC/9.9\r\n\r\n", b"\x1f\x8b\x08rubbish"]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_between_members_costs_none(tmp_path: Path, rubbish: bytes) -> None:
    before, behind = members([record(URLS[0])]), members([record(URLS[1]), record(URLS[2])])
    answered, records = read(tmp_path / "a.warc.gz", before + rubbish + behind + rubbish)
    assert answered == URLS
    assert [damage.offset for damage in records.recording.damages] == [len(before), len(before + rubbish + behind)]


@pytest.mark.parametrize("rubbish", [rubbish for rubbish in RUBBISH if not rubbish.startswith(b"WARC/")])
def test_a_record_with_rubbish_behind_it_is_not_believed(tmp_path: Path, rubbish: bytes) -> None:
    """Unpacked, a length that is too short and rubbish are the same bytes: the page may be half of one."""
    parts = [record(url) for url in URLS]
    answered, records = read(tmp_path / "a.warc", parts[0] + parts[1] + rubbish + b"\r\n" + parts[2])
    assert answered == [URLS[0], URLS[2]]
    assert records.recording.damages[0].offset == len(parts[0])


def test_a_member_cut_off_or_changed_costs_itself(tmp_path: Path) -> None:
    parts = [gzip.compress(record(url), mtime=0) for url in URLS]
    changed = bytearray(parts[1])
    changed[40] ^= 0xFF
    wrong_sum = parts[1][:-8] + b"\0\0\0\0" + parts[1][-4:]
    for damaged in (parts[1][:-30], bytes(changed), wrong_sum):
        answered, records = read(tmp_path / "a.warc.gz", parts[0] + damaged + parts[2])
        assert answered == [URLS[0], URLS[2]]
        assert [damage.offset for damage in records.recording.damages] == [len(parts[0])]


@pytest.mark.parametrize("packing", [plain, members])
def test_the_cut_end_of_a_file_is_reported_and_costs_no_other(tmp_path: Path, packing: Packing) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(packing([record(url) for url in URLS])[:-60])
    records = Records(path)
    assert ["the file ends within the record" in str(damage) for damage in records.recording.damages] == [True]
    assert [records.answer(Request(url))[0].body for url in URLS[:2]] == [PAGE + url.encode() for url in URLS[:2]]


@pytest.mark.parametrize("packing", PACKINGS)
def test_arc_is_read(tmp_path: Path, packing: Packing) -> None:
    answered, records = read(tmp_path / "a.arc", packing([ARC_HEAD, *(arc(url) for url in URLS)]))
    assert (answered, records.recording.damages) == (URLS, [])
    assert records.first_date.isoformat() == "2026-05-01T12:00:00+00:00"


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("broken", [arc(URLS[1], extra=7), arc(URLS[1], extra=-7), arc(URLS[1], extra=1)])
def test_a_damaged_record_of_arc_costs_itself(tmp_path: Path, packing: Packing, broken: bytes) -> None:
    answered, records = read(tmp_path / "a.arc.gz", packing([ARC_HEAD, arc(URLS[0]), broken, arc(URLS[2])]))
    assert answered == [URLS[0], URLS[2]]
    assert len(records.recording.damages) == 1


def test_a_folder_may_hold_both(tmp_path: Path) -> None:
    (tmp_path / "a.arc").write_bytes(plain([ARC_HEAD, arc(URLS[0])]))
    (tmp_path / "b.warc").write_bytes(record(URLS[1]))
    assert [Records(tmp_path).holds(url) for url in URLS] == [True, True, False]


def test_a_block_of_absurd_size_is_not_read(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    head = record(URLS[1], length=MAX_BLOCK_BYTES + 1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    parts = [packer.compress(head)]
    parts += [packer.compress(bytes(2**20)) for _ in range(MAX_BLOCK_BYTES >> 20)]
    parts += [packer.compress(b"\0\r\n\r\n"), packer.flush()]
    answered, records = read(tmp_path / "a.warc.gz", members([record(URLS[0])]) + b"".join(parts))
    assert answered == [URLS[0]]
    assert ["more than" in str(damage) or "longer than" in str(damage) for damage in records.recording.damages] == [
        True
    ]


def test_a_reader_that_passes_nothing_over_raises(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(members([record(URLS[0])]) + b"rubbish")
    with pytest.raises(RecordingError, match=f"byte {len(members([record(URLS[0])]))}: no gzip member there"):
        list(scan(path))
    found: list[Damage] = []
    assert len(list(scan(path, found.append))) == 1
    assert len(found) == 1


@pytest.mark.parametrize("missing", [1, 8, 12, 40, 100])
def test_a_member_that_a_killed_crawler_left_costs_itself(tmp_path: Path, missing: int) -> None:
    first, second, third = (gzip.compress(record(url), mtime=0) for url in URLS)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(first + second[:-missing] + third)
    damages: list[Damage] = []
    found = [each.target_uri for each in scan(path, damages.append) if each.is_complete]
    assert [url for url in found if url != URLS[1]] == [URLS[0], URLS[2]]
    assert missing < 12 or found == [URLS[0], URLS[2]]


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("2026", "2026-01-01T00:00:00+00:00"),
        ("2026-05", "2026-05-01T00:00:00+00:00"),
        ("2026-05-02", "2026-05-02T00:00:00+00:00"),
        ("20260502120000", "2026-05-02T12:00:00+00:00"),
        ("2026-05-02T14:00:00+0200", "2026-05-02T12:00:00+00:00"),
    ],
)
def test_a_date_may_be_less_than_a_second_exact(tmp_path: Path, stated: str, meant: str) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(URLS[0], WARC_Date=stated))
    assert [each.date.isoformat() for each in Recording(path).captures] == [meant]
