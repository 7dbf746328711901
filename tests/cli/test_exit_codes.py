"""Exit codes as a scheduled job gets them, and the one line on standard error that names the cause."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pymongo import MongoClient

from newscrawl.cli import main as command
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.sources.unverified import unverified_names

Run = Callable[..., subprocess.CompletedProcess[str]]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("crawl", "washpoo"), "did you mean washpo"),
        (("crawl",), "name at least one source"),
        (("crawl", "washpo", "--due"), "not both"),
        (("crawl", "washpo", "-a", "novalue"), "NAME=VALUE"),
        (("crawl", "washpo", "--replay", "/nonexistent.warc.gz"), "/nonexistent.warc.gz"),
        (("diff",), "name an article"),
        (("diff", "--files", "/nonexistent", "/nonexistent"), "/nonexistent"),
        (("extract", "--pages", "/nonexistent", "--root", "/"), "--pages /nonexistent"),
        (("simulate", "--histories", "/nonexistent", "--policy", "sniffer"), "HISTORIES /nonexistent: no such file"),
        (("simulate", "--policy", "sniffer"), "--from-store"),
        (("simulate", "--from-store"), "no histories yet"),
    ],
)
def test_wrong_usage_exits_with_2(newscrawl: Run, arguments: tuple[str, ...], message: str) -> None:
    process = newscrawl(*arguments)
    assert process.returncode == 2, process.stderr
    assert message in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""


def test_invalid_variable_exits_with_2_in_every_command(newscrawl: Run) -> None:
    for arguments in (("crawl", "washpo"), ("sources",), ("history", "x"), ("doctor",), ("serve",), ("demo",)):
        process = newscrawl(*arguments, NEWSCRAWL_DELAY_SECONDS="quick")
        assert process.returncode == 2, (arguments, process.stderr)
        assert process.stderr.startswith("newscrawl: NEWSCRAWL_DELAY_SECONDS='quick'"), arguments


def test_unreadable_warc_file_exits_with_2_and_names_the_file(newscrawl: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(b"this is not a WARC file")
    process = newscrawl("crawl", "washpo", "--replay", str(broken))
    assert process.returncode == 2, process.stderr
    assert str(broken) in process.stderr


def test_unreachable_database_exits_with_4_and_names_its_address(newscrawl: Run) -> None:
    uri = f"mongodb://someone:hunter2@127.0.0.1:{free_port()}/"
    for arguments in (("crawl", "demo", "--json"), ("history", "x"), ("sources",), ("doctor",)):
        process = newscrawl(*arguments, NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5")
        assert process.returncode == 4, (arguments, process.stderr)
        assert "127.0.0.1" in process.stdout + process.stderr, arguments
        assert "hunter2" not in process.stdout + process.stderr, arguments


def test_database_with_a_newer_schema_exits_with_5(newscrawl: Run, config: Config) -> None:
    name = f"{config.mongo_database[:50]}-future"
    with MongoClient(config.mongo_uri) as client:
        client[name].meta.insert_one({"_id": "schema", "version": 999})
        try:
            for arguments in (("crawl", "demo"), ("history", "x")):
                process = newscrawl(*arguments, NEWSCRAWL_MONGO_DATABASE=name)
                assert process.returncode == 5, (arguments, process.stderr)
        finally:
            client.drop_database(name)


def test_unreachable_host_exits_with_1_whatever_is_tolerated(newscrawl: Run) -> None:
    address = f"127.0.0.1:{free_port()}"
    for fail_on, code in (("1", 1), ("0", 1)):
        process = newscrawl(
            "crawl", "demo", "-a", f"base=http://{address}", "--fail-on", fail_on, "--json",
            NEWSCRAWL_EGRESS_ALLOW=address,
        )  # fmt: skip
        assert process.returncode == code, process.stderr
        report = json.loads(process.stdout)
        assert report["exit_code"] == code
        assert any(address in message and "refused" in message for message in report["errors"])


def test_private_address_is_refused_by_default(newscrawl: Run) -> None:
    process = newscrawl("crawl", "demo", "-a", f"base=http://127.0.0.1:{free_port()}", "--json")
    assert process.returncode == 1, process.stderr
    assert any("private_address" in message for message in json.loads(process.stdout)["errors"])


@pytest.mark.parametrize("subcommand", ["history", "diff"])
def test_unknown_article_exits_with_1_and_is_named(newscrawl: Run, subcommand: str) -> None:
    process = newscrawl(subcommand, "https://paper.example/never-seen")
    assert process.returncode == 1
    assert "'https://paper.example/never-seen'" in process.stderr


def test_defect_exits_with_70_and_writes_a_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setenv("NEWSCRAWL_HOME", str(tmp_path))
    monkeypatch.setattr(sys.modules[command.__module__], "app", broken)
    with pytest.raises(SystemExit) as caught:
        command()
    assert caught.value.code == 70
    (report,) = (tmp_path / "reports").iterdir()
    assert "ZeroDivisionError: on purpose" in report.read_text()
    assert str(report) in capsys.readouterr().err


def test_doctor_finds_no_fault_in_this_installation(newscrawl: Run) -> None:
    process = newscrawl("doctor", "--json")
    assert process.returncode == 0, process.stderr
    findings = json.loads(process.stdout)["findings"]
    assert all(finding["good"] for finding in findings)
    names = {"software", "configuration", "disk", "database", "alarms", "sources"}
    assert {finding["what"] for finding in findings} == names


def test_sources_are_the_files_of_spiders_and_the_unverified_ones(newscrawl: Run) -> None:
    process = newscrawl("sources", "--json")
    assert process.returncode == 0, process.stderr
    rows = json.loads(process.stdout)
    files = {p.stem for p in (PROJECT_ROOT / "spiders").glob("*.py") if p.stem != "__init__"}
    assert {row["source"] for row in rows if not row["unverified"]} == files
    assert {row["source"] for row in rows if row["unverified"]} == set(unverified_names())


@pytest.mark.parametrize(
    ("uri", "code", "message"),
    [
        ("redis://:hunter2@127.0.0.1:{port}/0", 4, "the broker cannot be used"),
        ("redis://:hunter2@127.0.0.1:{port}/0?password=hunter2", 2, "is no broker that can be used here"),
        ("redis://:hunter2@127.0.0.1:port/0", 2, "is no broker that can be used here"),
        ("nosuch://:hunter2@127.0.0.1:{port}/0", 2, "is no broker that can be used here"),
        ("redis://user:hunter2/@127.0.0.1/", 2, "percent-encoded"),
    ],
)
def test_worker_whose_broker_cannot_be_used_ends_and_prints_no_password(
    newscrawl: Run, uri: str, code: int, message: str
) -> None:
    process = newscrawl("worker", "--cluster", uri.format(port=free_port()))
    assert process.returncode == code, process.stderr
    assert message in process.stderr
    assert "hunter2" not in process.stdout + process.stderr
    assert "Traceback" not in process.stderr


def test_batch_that_was_never_made_exits_with_1_and_is_named(newscrawl: Run) -> None:
    process = newscrawl("cluster", "batches", "rebase-nosuch")
    assert process.returncode == 1, process.stderr
    assert process.stderr.startswith("newscrawl: there is no batch rebase-nosuch")
    assert newscrawl("cluster", "batches").returncode == 0


def test_status_of_a_cluster_whose_broker_is_away_says_so_and_prints_no_password(newscrawl: Run) -> None:
    uri = f"redis://:hunter2@127.0.0.1:{free_port()}/0"
    process = newscrawl("cluster", "status", "--cluster", uri, "--json")
    assert process.returncode == 0, process.stderr
    state = json.loads(process.stdout)
    assert state["broker"]["uri"].startswith("redis://***@127.0.0.1")
    assert "cannot be used" in state["broker"]["error"]
    assert (state["workers"], state["broker"]["waiting"]) == ([], None)
    assert "hunter2" not in process.stdout + process.stderr
