"""Imports: captures in files become the histories that crawls would have made, once, in whatever order they come."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive.export import Export
from newscrawl.cli.main import app
from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.fetch.warc_reader import scan
from newscrawl.jobs import Job
from newscrawl.jobs.exit_codes import LEASE_HELD
from newscrawl.jobs.importing import ImportPlan, ImportReport, import_captures
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store import takedowns
from newscrawl.store.reader import Reader
from newscrawl.store.session import Store
from newscrawl.store.verify import verify

JSON_PAGE = PROJECT_ROOT / "docs" / "json.md"
START = datetime(2025, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BASE = "http://127.0.0.1:8765"
FERRY, LAKE = f"{BASE}/2025/03/ferry-sails-1", f"{BASE}/2025/03/lake-rises-2"


def page(title: str, *sentences: str) -> bytes:
    text = [f"{title}: the harbour board met on Sunday and heard what the wardens had to say of it.", *sentences]
    paragraphs = "".join(f"<p>{each}</p>" for each in text)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body class=classic><h1>{title}</h1>"
        f"<div class=story-body>{paragraphs}</div></body></html>"
    ).encode()


@dataclass(frozen=True)
class Shot:
    """A capture to be written."""

    url: str
    hours: int
    body: bytes
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    is_revisit: bool = False


FIRST = Shot(FERRY, 0, page("Ferry sails", "The morning crossing resumes on Monday, and the fare stays."))
SAME = replace(FIRST, hours=5)
EDITED = Shot(FERRY, 9, page("Ferry sails", "The morning crossing resumes on Friday, and the fare rises to nine."))
OTHER = Shot(LAKE, 2, page("Lake rises", "Four jetties stand under water since the storm, and two more are at risk."))
ALL = (FIRST, SAME, EDITED, OTHER)


def write(path: Path, shots: Sequence[Shot]) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.name.endswith(".gz"), warc_version="1.1")
        for shot in shots:
            http = StatusAndHeaders(shot.status, list(shot.headers), protocol="HTTP/1.1")
            date = f"{START + shot.hours * HOUR:%Y-%m-%dT%H:%M:%SZ}"
            if shot.is_revisit:
                response = writer.create_warc_record(
                    shot.url, "response", payload=io.BytesIO(shot.body), http_headers=http
                )
                writer.ensure_digest(response, block=False, payload=True)
                digest = response.rec_headers.get_header("WARC-Payload-Digest")
                record = writer.create_revisit_record(shot.url, digest, shot.url, date, http_headers=http)
                record.rec_headers.replace_header("WARC-Date", date)
            else:
                record = writer.create_warc_record(
                    shot.url, "response", payload=io.BytesIO(shot.body), http_headers=http,
                    warc_headers_dict={"WARC-Date": date},
                )  # fmt: skip
            writer.write_record(record)
    return path


def run(config: Config, *paths: Path, **options: Any) -> ImportReport:
    return import_captures(ImportPlan(paths=[str(path) for path in paths], **options), config, lambda *_: None)


def histories(config: Config) -> dict[str, list[dict[str, Any]]]:
    """Return what the histories say, without what is random (salts, and the chains over them)."""
    fields = ("number", "seen_at", "not_before", "cause", "headline", "paragraphs", "wording", "payload", "url", "late")
    found: dict[str, list[dict[str, Any]]] = {}
    with MongoClient[dict[str, Any]](str(config.mongo_uri), tz_aware=True) as client:
        for version in client[config.mongo_database].versions.find().sort([("article_id", 1), ("number", 1)]):
            found.setdefault(version["article_id"], []).append({name: version.get(name) for name in fields})
    return found


def documents(config: Config, name: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](str(config.mongo_uri), tz_aware=True) as client:
        return list(client[config.mongo_database][name].find())


def empty(config: Config) -> None:
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
        database = client[config.mongo_database]
        for name in database.list_collection_names(filter={"name": {"$ne": "meta"}}):
            database[name].delete_many({})


def faults(config: Config) -> list[str]:
    async def check() -> list[str]:
        store = await Store.open(config)
        try:
            return list((await verify(store)).problems)
        finally:
            await store.close()

    return asyncio.run(check())


def environment(config: Config) -> dict[str, str]:
    return {
        "NEWSCRAWL_MONGO_URI": str(config.mongo_uri),
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(config.home),
    }


def without_not_before(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {key: [{**each, "not_before": None} for each in versions] for key, versions in found.items()}


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


def test_captures_become_versions_with_their_times_and_evidence(config: Config, tmp_path: Path) -> None:
    report = run(config, write(tmp_path / "a.warc.gz", ALL))
    assert report.exit_code == 0, report.as_dict()
    (ferry, lake) = sorted(histories(config).values(), key=len, reverse=True)
    assert [(v["seen_at"], v["not_before"], v["cause"]) for v in ferry] == [
        (START, None, "first"),
        (START + 9 * HOUR, START + 5 * HOUR, "edit"),
    ]
    assert [v["headline"] for v in lake] == ["Lake rises"]
    (capture, *_) = [v["capture"] for v in documents(config, "versions") if v["number"] == 2]
    assert capture["status"] == 200
    assert capture["headers"] == [["content-type", "text/html; charset=utf-8"]]
    assert capture["provenance"].startswith("a.warc.gz#<urn:uuid:")


def test_once_more_adds_nothing(config: Config, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", ALL)
    run(config, file)
    before = (histories(config), documents(config, "quarantine"), len(documents(config, "payloads")))
    again = run(config, file)
    assert [(each.known, each.versions, dict(each.outcomes)) for each in again.sources] == [(4, 0, {})]
    assert (histories(config), documents(config, "quarantine"), len(documents(config, "payloads"))) == before


def test_the_order_of_files_does_not_matter(config: Config, tmp_path: Path) -> None:
    one = [write(tmp_path / f"{n}.warc.gz", [shot]) for n, shot in enumerate(ALL)]
    run(config, *one)
    expected = histories(config)
    empty(config)
    other = [write(tmp_path / f"x{n}.warc", [shot]) for n, shot in enumerate(reversed(ALL))]
    run(config, *other)
    assert histories(config) == expected


def test_twins_cost_one_line_and_revisits_show_that_nothing_changed(config: Config, tmp_path: Path) -> None:
    secure = replace(FIRST, url=FIRST.url.replace("http://", "https://"))
    revisit = replace(FIRST, hours=7, is_revisit=True)
    report = run(config, write(tmp_path / "a.warc.gz", [FIRST, secure, FIRST, revisit, EDITED]))
    assert (report.twins, report.exit_code) == (2, 0)
    (ferry,) = histories(config).values()
    assert [version["not_before"] for version in ferry] == [None, START + 7 * HOUR]


def test_an_older_capture_gets_a_line_of_its_own_and_changes_no_number(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(config, write(tmp_path / "new.warc.gz", [SAME, EDITED]))
    before = histories(config)
    older = Shot(FERRY, -9, page("Ferry sails", "No crossing is planned this year, the board said, and no fare."))
    between = Shot(FERRY, 7, page("Ferry sails", "The morning crossing resumes some day soon, the ferrymen hope."))
    report = run(config, write(tmp_path / "old.warc.gz", [older, FIRST, between]))
    assert report.sources[0].outcomes == {"superseded": 3}
    assert histories(config) == before
    late = sorted((entry["at"], entry["kind"]) for entry in documents(config, "quarantine"))
    assert late == [(START + hours * HOUR, "late") for hours in (-9, 0, 7)]
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(app, ["history", FERRY]).stdout
    rows = [line.split() for line in shown.splitlines() if " UTC " in line and not line.startswith("demo")]
    assert [(row[0], "late" in row) for row in rows[-5:]] == [
        ("2025-03-01", True), ("2025-03-02", True), ("1", False), ("2025-03-02", True), ("2", False),
    ]  # fmt: skip


def test_a_late_text_keeps_its_line_where_a_version_is_hidden(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(config, write(tmp_path / "new.warc.gz", [SAME, EDITED]))
    run(config, write(tmp_path / "old.warc.gz", [FIRST]))

    async def hide() -> None:
        store = await Store.open(config)
        (key,) = histories(config)
        await takedowns.hide(store.db, key, 1, reason="order", by="editor", at=START)
        await store.close()

    asyncio.run(hide())
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    shown = json.loads(CliRunner().invoke(app, ["history", FERRY, "--json"]).stdout)
    assert shown["late"] == ["2025-03-02T07:00:00Z"]


def test_an_import_whose_lease_is_lost_ends_with_its_code_and_another_goes_on(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.jobs.source_lease.HEARTBEAT_SECONDS", 0.01)
    shots = [replace((FIRST, EDITED)[hours // 2 % 2], hours=hours) for hours in range(80)]
    path = write(tmp_path / "long.warc.gz", shots)

    def lose(what: str, done: int, total: int) -> None:
        if what == "recording" and done < total:
            with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
                client[config.mongo_database].leases.update_one({"_id": "demo"}, {"$inc": {"token": 1}})

    report = import_captures(ImportPlan(paths=[str(path)]), config, lose)
    assert (report.exit_code, report.is_interrupted) == (LEASE_HELD, False)
    assert "lost the lease of source demo" in report.sources[0].refused
    (record,) = documents(config, "runs")
    assert (record["exit_code"], record["reason"]) == (LEASE_HELD, "lease_held")
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:  # the other run ends
        client[config.mongo_database].leases.update_one({"_id": "demo"}, {"$set": {"run": None}})
    assert run(config, path).exit_code == 0
    (ferry,) = histories(config).values()
    assert len(ferry) == 40
    assert faults(config) == []


def test_redirects_missing_pages_and_walls_have_their_verdicts(config: Config, tmp_path: Path) -> None:
    moved = Shot(f"{BASE}/2025/03/ferry-1", 10, b"", "301 Moved", (("Location", FERRY),))
    gone = [Shot(LAKE, hours, b"gone", "404 Not Found") for hours in (20, 200)]
    never = Shot(f"{BASE}/2025/03/never-there-9", 20, b"no", "404 Not Found")
    report = run(config, write(tmp_path / "a.warc.gz", [*ALL, moved, *gone, never]))
    (source,) = report.sources
    assert (source.redirects, source.outcomes["gone"], source.outcomes["error"], source.versions) == (1, 2, 1, 3)
    states = {article["url"]: article["state"] for article in documents(config, "articles")}
    assert states[LAKE] == "gone"


def test_nothing_is_announced_unless_it_is_asked_for(config: Config, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", ALL)
    run(config, file)
    assert not [version for version in documents(config, "versions") if "announce" in version]
    empty(config)
    run(config, file, announces=True)
    assert all("announce" in version for version in documents(config, "versions"))


def test_unknown_hosts_are_counted_or_adopted(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWL_HOME", str(config.home))
    monkeypatch.setattr("newscrawl.sources.watched.own_folder", lambda: None)
    file = write(tmp_path / "a.warc.gz", [replace(FIRST, url="https://www.unheard-of.example/2025/ferry.html")])
    report = run(config, file)
    assert (report.found.unknown, report.captures) == ({"unheard-of.example": 1}, {})
    report = run(config, file, adopts=True)
    assert report.captures == {"unheard_of_example": 1}
    assert [version["source"] for version in documents(config, "versions")] == ["unheard_of_example"]


def test_a_dry_run_writes_nothing(config: Config, tmp_path: Path) -> None:
    report = run(config, write(tmp_path / "a.warc.gz", ALL), is_dry_run=True)
    assert report.captures == {"demo": 4}
    assert not documents(config, "versions")
    assert not documents(config, "runs")


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


@pytest.mark.slow
def test_a_killed_import_goes_on_and_ends_the_same(config: Config, tmp_path: Path) -> None:
    shots = [
        Shot(
            f"{BASE}/2025/03/story-{n}",
            edition * 10,
            page(f"Story {n}", f"The {n}th warden said {edition} times that nothing of it was true at all."),
        )
        for edition in range(3)
        for n in range(1, 41)
    ]
    file = write(tmp_path / "a.warc.gz", shots)
    run(config, file)
    expected = histories(config)
    empty(config)
    variables = {**os.environ, **environment(config)}
    command = [sys.executable, "-m", "newscrawl", "import", str(file), "--json"]
    for wanted in (5, 60):
        process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(documents(config, "versions")) < wanted:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(documents(config, "versions")) < len(shots), "it was to be killed before its end"
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["captures"] == {"demo": len(shots)}
    (row,) = [line for line in JSON_PAGE.read_text("utf-8").splitlines() if line.startswith("| `newscrawl import`")]
    assert [f"`{key}`" for key in value] == row.split(" | ")[2].removesuffix(" |").split(", ")
    assert histories(config) == expected
    assert faults(config) == []
