"""WARC, ARC, WACZ and ZIP files of others: bounded memory, stated lengths not believed, and named errors only."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy.http import Request

from newscrawl.errors import NewscrawlError, RecordingError
from newscrawl.fetch.replay import Records
from tests.fetch.conftest import environment

MIB = 1 << 20
URL = "http://quay.example/"
READER = """
import json, resource, sys
from scrapy.http import Request
from newscrawl.errors import NewscrawlError
from newscrawl.fetch.replay import Records
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    records = Records(__import__("pathlib").Path(sys.argv[1]))
    found = records.answer(Request("http://quay.example/"))[0].status
except NewscrawlError as error:
    found = type(error).__name__
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([found, (used.ru_maxrss - before) >> 10, used.ru_utime + used.ru_stime]))
"""


def record(
    *, length: object = None, block: bytes = b"HTTP/1.1 200 OK\r\n\r\nA page", url: str = URL, **fields: str
) -> bytes:
    named = {
        "WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": "2026-05-01T12:00:00Z",
        "WARC-Record-ID": "<urn:uuid:1>", "Content-Length": str(len(block) if length is None else length),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def bomb(mebibytes: int, length: int | None = None) -> bytes:
    """Return a gzip member of one record whose block is so long; it states another length if one is given."""
    stated = mebibytes * MIB if length is None else length
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(record(length=stated, block=b"")[:-4])]
    parts += [packer.compress(bytes(MIB)) for _ in range(mebibytes)]
    return b"".join([*parts, packer.compress(b"\r\n\r\n"), packer.flush()])


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escape.txt", "x")
        archive.writestr("archive/data.warc", record())
    return file.getvalue()


CASES: dict[str, Callable[[], bytes]] = {
    "a length of 10^10": lambda: record(length=10**10),
    "a length of 10^18": lambda: record(length=10**18),
    "a length of 10^25": lambda: record(length=10**25),
    "a length of 4000 digits": lambda: record(length="9" * 4000),
    "a length of 5000 digits": lambda: record(length="9" * 5000),
    "a length below 0": lambda: record(length=-1),
    "a length of 10^10, packed": lambda: gzip.compress(record(length=10**10)),
    "254 KB that unpack to 256 MiB": lambda: bomb(256),
    "the same with a small length": lambda: bomb(256, length=10),
    "the same with a length of 10^10": lambda: bomb(256, length=10**10),
    "100,000 empty members": lambda: gzip.compress(b"") * 100_000,
    "100,000 fields": lambda: record(**{f"X_{number}": "y" for number in range(100_000)}),
    "a field of 8 MiB": lambda: record(X_Y="y" * (8 * MIB)),
    "a URL of 1 MB": lambda: record(url=URL + "a" * 10**6),
    "100,000 HTTP headers": lambda: record(block=b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000 + b"\r\nA page"),
    "a header of 16 MiB": lambda: record(block=b"HTTP/1.1 200 OK\r\na: " + b"b" * (16 * MIB) + b"\r\n\r\nA page"),
    "a body of 5000 digits": lambda: record(
        block=b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nA page"
    ),
    "a chunk of 2^31": lambda: record(
        block=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nA page\r\n0\r\n\r\n"
    ),
    "a ZIP file": zipped,
    "a file of ends of line": lambda: b"\r\n" * (4 * MIB),
    "a file of beginnings of records": lambda: b"WARC/1.1\r\n" * 100_000,
}


@pytest.mark.parametrize("case", CASES)
def test_no_file_costs_more_than_it_may(case: str, tmp_path: Path) -> None:
    content = CASES[case]()
    path = tmp_path / "folder" / ("a.warc.gz" if content.startswith(b"\x1f\x8b") else "a.warc")
    path.parent.mkdir()
    path.write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-c", READER, str(path)], env=environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-1000:]
    found, mebibytes, seconds = json.loads(ended.stdout)
    assert found in {200, "RecordingError", "NotRecorded", "Truncated"}
    assert mebibytes < 192, f"{mebibytes} MiB for a file of {len(content)} bytes"
    assert seconds < 30, f"{seconds} s of processor time"
    assert sorted(each.name for each in tmp_path.rglob("*")) == sorted(["folder", path.name])


@pytest.mark.parametrize("name", ["a.wacz", "a.zip", "a.warc"])
def test_a_zip_file_is_no_recording(name: str, tmp_path: Path) -> None:
    """A WACZ is packed for players; what newscrawl reads are the WARC files in it, unpacked by the operator's tools."""
    (tmp_path / name).write_bytes(zipped())
    with pytest.raises(RecordingError, match=name):
        Records(tmp_path / name)
    assert [each.name for each in tmp_path.rglob("*")] == [name]


@given(
    parts=st.lists(
        st.sampled_from([record(), record(length=3), record(length=10**10), b"\0" * 9, zipped()]), max_size=4
    ),
    is_packed=st.booleans(),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    cut=st.floats(0, 1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_give_records_or_a_named_error(
    tmp_path: Path, parts: list[bytes], is_packed: bool, changes: list[tuple[float, int]], cut: float
) -> None:
    content = bytearray(b"".join(gzip.compress(part, mtime=0) if is_packed else part for part in parts))
    for place, value in changes:
        if content:
            content[int(place * (len(content) - 1))] = value
    path = tmp_path / "a.warc"
    path.write_bytes(content[: int(cut * len(content)) or len(content)])
    try:
        Records(path).answer(Request(URL))
    except NewscrawlError:
        return
