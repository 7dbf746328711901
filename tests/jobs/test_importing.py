"""Imports: captures in files become the histories that crawls would have made, once, in whatever order they come."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from newscrawl.archive.row_files import split_paths
from newscrawl.cli.main import app
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.items import MonthOfChecks
from newscrawl.jobs.exit_codes import LEASE_HELD
from newscrawl.jobs.import_rows import RowsPlan, import_rows
from newscrawl.jobs.importing import ImportPlan, import_captures
from newscrawl.store import check_counts, takedowns
from newscrawl.store.session import Store

from .import_files import (
    ALL,
    BASE,
    EDITED,
    FERRY,
    FIRST,
    HOUR,
    LAKE,
    OTHER,
    SAME,
    START,
    Shot,
    documents,
    empty,
    environment,
    faults,
    histories,
    page,
    run,
    write,
)  # fmt: skip

JSON_PAGE = PROJECT_ROOT / "docs" / "json.md"


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


def test_captures_of_the_future_and_of_before_the_web_are_named(config: Config, tmp_path: Path) -> None:
    """All later checks of an article would be older than its newest one, and no part of its history."""
    ahead = int((datetime.now(UTC) - START) / HOUR)
    shots = [
        FIRST,
        replace(EDITED, hours=ahead + 48),
        replace(OTHER, hours=-24 * 365 * 50),
        replace(OTHER, hours=ahead),
    ]
    report = run(config, write(tmp_path / "a.warc.gz", shots))
    assert (report.exit_code, report.captures, report.found.damaged) == (1, {"demo": 2}, 2)
    assert all("is before the web, or in the future" in fault for fault in report.found.faults)
    assert [article["state"] for article in documents(config, "articles")].count("watched") >= 1


def test_a_host_whose_name_is_that_of_another_file_is_not_adopted(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pages would be read by the rules of that file, and be told as of its newspaper."""
    monkeypatch.setenv("NEWSCRAWL_HOME", str(config.home))
    monkeypatch.setattr("newscrawl.sources.watched.own_folder", lambda: None)
    hosts = ["bbc", "bbc", "unheard-of.example"]
    shots = [replace(FIRST, url=f"https://{host}/2025/ferry-{n}.html") for n, host in enumerate(hosts)]
    file = write(tmp_path / "a.warc.gz", shots)
    report = run(config, file, adopts=True)
    assert (report.captures, dict(report.found.unknown)) == ({"unheard_of_example": 1}, {"bbc": 2})
    (fault,) = report.found.faults
    assert "bbc cannot be adopted: spiders/bbc.py is the source of another site" in fault
    assert report.exit_code == 1
    rows = [{"url": shot.url, "seen_at": START.isoformat(), "headline": "Ferry", "text": "It sails."} for shot in shots]
    texts = tmp_path / "texts.jsonl"
    texts.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
    (config.home / "watched.toml").unlink()
    plan = RowsPlan(files=split_paths([str(texts)])[0], adopts=True, is_dry_run=True)
    found = import_rows(plan, config, lambda *_: None)
    assert (found.texts, dict(found.unknown), found.faults) == ({"unheard_of_example": 1}, {"bbc": 2}, [fault])


def test_old_captures_that_state_their_port_are_of_the_source_of_their_host(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSCRAWL_HOME", str(config.home))
    monkeypatch.setattr("newscrawl.sources.watched.own_folder", lambda: None)
    urls = ["http://www.Unheard-of.example:80/2005/ferry.html", "https://unheard-of.example/2025/lock.html"]
    shots = [replace(FIRST, url=urls[0]), replace(FIRST, url=urls[1])]
    report = run(config, write(tmp_path / "a.warc.gz", shots), is_dry_run=True, adopts=True)
    assert report.captures == {"unheard_of_example": 2}
    assert report.found.adopted == {"unheard-of.example"}


def test_a_dry_run_writes_nothing(config: Config, tmp_path: Path) -> None:
    report = run(config, write(tmp_path / "a.warc.gz", ALL), is_dry_run=True)
    assert report.captures == {"demo": 4}
    assert not documents(config, "versions")
    assert not documents(config, "runs")


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
            time.sleep(0.002)
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


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_check_whose_line_a_kill_took_is_in_the_log_again(config: Config, tmp_path: Path, number: int) -> None:
    """Its head was stored, and neither its line in the check log nor that it was imported."""
    run(config, write(tmp_path / "before.warc.gz", ALL[:number]))
    before = [each["_id"] for each in documents(config, "imports")]
    file = write(tmp_path / "a.warc.gz", ALL[: number + 1])
    run(config, file)
    expected = _months(config)
    assert sum(month.checks for month in expected) == number + 1
    (article,) = documents(config, "articles")
    at = article["last_checked_at"]
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
        database = client[config.mongo_database]
        database.imports.delete_many({"_id": {"$nin": before}})
        database.checks.update_many({}, {"$pull": {"lines": {"at": at}}})
    assert sum(month.checks for month in _months(config)) == number
    for _ in range(2):
        run(config, file)
        assert _months(config) == expected


def _months(config: Config) -> list[MonthOfChecks]:
    async def found() -> list[MonthOfChecks]:
        store = await Store.open(config)
        try:
            return await check_counts.months(store.db, documents(config, "articles")[0]["_id"])
        finally:
            await store.close()

    return asyncio.run(found())
