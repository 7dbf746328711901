"""Imports of each kind of file, damaged ones too, and of what newscrawl exported."""

from __future__ import annotations

import asyncio
import gzip
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.archive.export import Export
from newscrawl.archive.row_files import split_paths
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.fetch.warc_reader import scan
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store.reader import Reader

from .import_files import (
    ALL,
    EDITED,
    FERRY,
    FIRST,
    OTHER,
    SAME,
    START,
    documents,
    empty,
    faults,
    histories,
    run,
    without_not_before,
    write,
)  # fmt: skip


def demo_archive(config: Config) -> None:
    """Crawl all editions of the demo's newspaper."""
    with Newsroom() as newsroom:
        for edition in EDITIONS:
            newsroom.edition = edition.number
            job = Job(
                source="demo",
                arguments={"base": newsroom.base},
                clock=SteppingClock(edition.clock),
                fail_on=0,
                settings={"NEWSCRAWL_EGRESS_ALLOW": [f"127.0.0.1:{newsroom.port}"]},
            )
            (report,) = run_in_processes([job], replace(config, delay_seconds=0.0, policy="sniffer"))
            assert report.exit_code == edition.exit_code, report.errors


async def export(config: Config, folder: Path, form: str) -> None:
    reader = await Reader.open(config)
    try:
        await Export(reader, folder, form, None).run(lambda done: None)
    finally:
        await reader.close()


def test_damaged_records_are_named_and_the_rest_goes_on(config: Config, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", [FIRST, OTHER])
    whole = file.read_bytes()
    cut = write(tmp_path / "cut.warc.gz", [EDITED])
    cut.write_bytes(cut.read_bytes()[:-40])
    file.write_bytes(whole + b"\x1f\x8b\x08 not gzip at all" + write(tmp_path / "c.warc.gz", [SAME]).read_bytes())
    report = run(config, file, cut)
    assert report.exit_code == 1
    assert {fault.partition(":")[0] for fault in report.found.faults} == {"a.warc.gz", "cut.warc.gz"}
    assert report.sources[0].versions == 2
    assert report.sources[0].outcomes == {"new": 2, "unchanged": 1}


def test_packages_are_read_and_lead_nowhere(config: Config, tmp_path: Path) -> None:
    inner = write(tmp_path / "data.warc.gz", ALL).read_bytes()
    package = tmp_path / "x" / "a.wacz"
    package.parent.mkdir()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("archive/data.warc.gz", inner)
        file.writestr("../../escaped.warc.gz", inner)
        file.writestr("archive/bomb.warc", b"\0" * 300 * 2**20, zipfile.ZIP_DEFLATED)
    report = run(config, package.parent)
    assert report.sources[0].versions == 3
    assert [("escaped" in fault, "bomb" in fault) for fault in report.found.faults] == [(True, False), (False, True)]
    assert not (tmp_path / "escaped.warc.gz").exists()
    versions = documents(config, "versions")
    assert all(v["capture"]["provenance"].startswith("a.wacz!archive/data.warc.gz#") for v in versions)


def test_of_a_list_the_records_that_it_names_are_imported(config: Config, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", ALL)
    offsets = [record.offset for record in scan(file)]
    lines = [
        'net,example)/ 20250302 {"filename": "a.warc.gz", "offset": "' + f'{offsets[2]}"}}',
        'net,example)/ 20250302 {"filename": "../../etc/passwd", "offset": "0"}',
        'net,example)/ 20250302 {"filename": "a.warc.gz", "offset": "7"}',
    ]
    (tmp_path / "list.cdxj").write_text("\n".join(lines), "utf-8")
    (tmp_path / "list.cdx").write_text(f" CDX N b a V g\nx y z {offsets[3]} warcs/a.warc.gz\n", "utf-8")
    report = run(config, tmp_path / "list.cdxj", tmp_path / "list.cdx")
    assert report.captures == {"demo": 2}
    assert sorted(version["headline"] for version in documents(config, "versions")) == ["Ferry sails", "Lake rises"]
    assert (report.exit_code, report.found.damaged) == (1, 2)


def test_lists_without_a_first_line_and_odd_ones_are_read_or_named(config: Config, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", ALL)
    offsets = [record.offset for record in scan(file)]
    facts = f"example)/ 20250302070000 {FERRY} text/html 200 DIGEST"
    lines = [f"{facts} - - 90 {offsets[0]} a.warc.gz", f"{facts} - {offsets[2]} a.warc.gz", f"{facts} a.warc.gz"]
    (tmp_path / "usual.CDX").write_text("\n".join(lines), "utf-8")
    odd = [
        '{"filename": "a.warc.gz", "offset": -5}',
        '{"filename": "a.warc.gz", "offset": "' + "9" * 30 + '"}',
        '{"filename": ["a.warc.gz"], "offset": 0}',
        '{"a":' * 20_000,
    ]
    (tmp_path / "odd.cdxj").write_text("\ufeff" + "\r\n".join(odd), "utf-8")
    packed = bytearray(gzip.compress((lines[0] + "\n").encode() * 50))
    packed[12:30] = bytes(each ^ 0x77 for each in packed[12:30])
    (tmp_path / "damaged.cdx.gz").write_bytes(packed)
    report = run(config, tmp_path / "usual.CDX", tmp_path / "odd.cdxj", tmp_path / "damaged.cdx.gz")
    assert report.captures == {"demo": 2}
    assert [version["headline"] for version in documents(config, "versions")] == ["Ferry sails", "Ferry sails"]
    said = [fault.rpartition("/")[2].partition(": ")[0] for fault in report.found.faults]
    assert sorted(said) == ["damaged.cdx.gz", *(f"odd.cdxj, line {n}" for n in (1, 2, 3, 4)), "usual.CDX, line 3"]


def _damaged(path: Path, packing: int, first: bytes) -> None:
    with zipfile.ZipFile(path, "w", packing) as file:
        file.writestr("archive/a.warc", first)
        file.writestr("archive/b.WARC.GZ", gzip.compress(first))
    content = bytearray(path.read_bytes())
    begin = content.index(b"archive/a.warc") + 20
    content[begin : begin + 60] = bytes(each ^ 0x5A for each in content[begin : begin + 60])
    path.write_bytes(content)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_of_a_package_with_a_damaged_file_the_others_are_read(config: Config, tmp_path: Path, packing: int) -> None:
    whole = gzip.decompress(write(tmp_path / "whole.warc.gz", [FIRST]).read_bytes())
    _damaged(tmp_path / "a.wacz", packing, whole)
    report = run(config, tmp_path / "a.wacz")
    assert (report.captures, report.exit_code) == ({"demo": 1}, 1)
    assert "'archive/a.warc' cannot be read to its end" in report.found.faults[0]


def test_packages_that_hold_nothing_to_import_are_named(config: Config, tmp_path: Path) -> None:
    whole = gzip.decompress(write(tmp_path / "whole.warc.gz", [FIRST]).read_bytes())
    contents = {
        "empty": [("datapackage.json", b"{}")],
        "nested": [("datapackage.json", b"{}"), ("a.wacz", b"")],
        "named": [("archive/\u00e4.warc", whole)],
        "newer": [("archive/a.warc", whole)],
    }
    for name, entries in contents.items():
        with zipfile.ZipFile(tmp_path / f"{name}.wacz", "w") as file:
            for entry, content in entries:
                file.writestr(entry, content)
    named = tmp_path / "named.wacz"
    named.write_bytes(named.read_bytes().replace("\u00e4".encode(), b"\xff\xfe"))
    newer = bytearray((tmp_path / "newer.wacz").read_bytes())
    newer[newer.rindex(b"PK\x01\x02") + 6] = 99  # the version of the format that it needs
    (tmp_path / "newer.wacz").write_bytes(newer)
    report = run(config, *(tmp_path / f"{name}.wacz" for name in contents))
    said = [fault.rpartition("/")[2][:40] for fault in report.found.faults]
    assert said == [
        "empty.wacz: holds no captures: no file w",
        "named.wacz: is no readable package: 'utf",
        "nested.wacz: holds packages in place of ",
        "newer.wacz: is no readable package: zip ",
    ]


def test_an_unpacked_package_has_no_rows(tmp_path: Path) -> None:
    """Tools put further lists and rules into it, whose names nothing fixes."""
    package = tmp_path / "crawls" / "one"
    for name in ("archive", "pages", "indexes"):
        (package / name).mkdir(parents=True)
    for name in ("datapackage.json", "fuzzy.json", "pages/pages.jsonl", "pages/seedPages.jsonl"):
        (package / name).write_text("{}\n", "utf-8")
    write(package / "archive" / "data.warc.gz", ALL)
    (tmp_path / "crawls" / "texts.JSONL").write_text("{}\n", "utf-8")
    found, captures = split_paths([str(tmp_path / "crawls")])
    assert ([file.name for file in found], captures) == (["texts.JSONL"], [str(tmp_path / "crawls")])


def test_heads_whose_lines_end_without_carriage_return_are_read(config: Config, tmp_path: Path) -> None:
    """Some servers sent such responses, and archives keep what was sent (RFC 9112, 2.2)."""
    block = b"HTTP/1.0 200 OK\nContent-Type: text/html; charset=utf-8\n\n" + FIRST.body
    fields = {"WARC-Type": "response", "WARC-Date": "2025-03-02T07:00:00Z", "WARC-Target-URI": FERRY}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, "Content-Length": len(block)}.items())
    (tmp_path / "a.warc").write_bytes(f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n")
    report = run(config, tmp_path / "a.warc")
    assert (report.exit_code, report.sources[0].outcomes) == (0, {"new": 1})
    (version,) = documents(config, "versions")
    assert ["content-type", "text/html; charset=utf-8"] in [list(each) for each in version["capture"]["headers"]]


def test_arc_files_are_read(config: Config, tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + FIRST.body
    head = f"{FERRY} 127.0.0.1 {START:%Y%m%d%H%M%S} text/html {len(block)}\n".encode()
    version = b"1 0 newscrawl\nURL IP-address Archive-date Content-type Archive-length\n"
    first = f"filedesc://a.arc 0.0.0.0 {START:%Y%m%d%H%M%S} text/plain {len(version)}\n".encode()
    (tmp_path / "a.arc.gz").write_bytes(gzip.compress(first + version + b"\n") + gzip.compress(head + block + b"\n"))
    report = run(config, tmp_path / "a.arc.gz")
    assert (report.exit_code, report.sources[0].outcomes) == (0, {"new": 1})


def test_an_exported_archive_is_imported_as_the_same_histories(config: Config, tmp_path: Path) -> None:
    """Of the demo's newspaper, all editions; `not_before` is not exported, as unchanged checks have no capture."""
    demo_archive(config)
    expected = without_not_before(histories(config))
    assert sum(len(each) for each in expected.values()) > 30
    for form in ("warc", "wacz"):
        asyncio.run(export(config, tmp_path / form, form))
    for form in ("warc", "wacz"):
        empty(config)
        report = run(config, tmp_path / form)
        assert report.exit_code == 0, report.as_dict()
        assert without_not_before(histories(config)) == expected
        assert faults(config) == []
