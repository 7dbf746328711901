"""Imports of each kind of file, damaged ones too, and of what newscrawl exported."""

from __future__ import annotations

import asyncio
import gzip
import zipfile
from dataclasses import replace
from pathlib import Path

from newscrawl.archive.export import Export
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
