"""Every exit code, as a scheduled job sees it: one clear line that names the thing and the way out."""

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

Run = Callable[..., subprocess.CompletedProcess[str]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("crawl", "washpoo"), "did you mean washpo"),
        (("crawl",), "name at least one source"),
        (("crawl", "washpo", "--due"), "not both"),
        (("crawl", "washpo", "-a", "novalue"), "NAME=VALUE"),
        (("crawl", "washpo", "--replay", "/nonexistent.warc.gz"), "/nonexistent.warc.gz"),
        (("diff",), "name an article"),
        (("diff", "--files", "/nonexistent", "/nonexistent"), "/nonexistent"),
        (("extract", "--pages", "/nonexistent", "--root", "/"), "--pages /nonexistent"),
        (("simulate", "--histories", "/nonexistent", "--policy", "sniffer"), "--histories /nonexistent"),
        (("simulate", "--policy", "sniffer"), "--from-store"),
        (("simulate", "--from-store"), "--policy"),
    ],
)
def test_wrong_usage_ends_with_2(newscrawl: Run, arguments: tuple[str, ...], told: str) -> None:
    done = newscrawl(*arguments)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_bad_variable_ends_with_2_for_every_command(newscrawl: Run) -> None:
    for arguments in (("crawl", "washpo"), ("sources",), ("history", "x"), ("doctor",), ("serve",), ("demo",)):
        done = newscrawl(*arguments, NEWSCRAWL_DELAY_SECONDS="quick")
        assert done.returncode == 2, (arguments, done.stderr)
        assert done.stderr.startswith("newscrawl: NEWSCRAWL_DELAY_SECONDS='quick'"), arguments


def test_unreadable_recording_ends_with_2_and_names_the_file(newscrawl: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(b"this is no WARC")
    done = newscrawl("crawl", "washpo", "--replay", str(broken))
    assert done.returncode == 2, done.stderr
    assert str(broken) in done.stderr


def test_database_that_refuses_ends_with_4_and_names_its_address(newscrawl: Run) -> None:
    uri = f"mongodb://someone:hunter2@127.0.0.1:{free_port()}/"
    for arguments in (("crawl", "demo", "--json"), ("history", "x"), ("sources",), ("doctor",)):
        done = newscrawl(*arguments, NEWSCRAWL_MONGO_URI=uri, NEWSCRAWL_MONGO_TIMEOUT_SECONDS="0.5")
        assert done.returncode == 4, (arguments, done.stderr)
        assert "127.0.0.1" in done.stdout + done.stderr, arguments
        assert "hunter2" not in done.stdout + done.stderr, arguments


def test_database_of_another_generation_ends_with_5(newscrawl: Run, config: Config) -> None:
    name = f"{config.mongo_database[:50]}-future"
    with MongoClient(config.mongo_uri) as client:
        client[name].meta.insert_one({"_id": "schema", "version": 999})
        try:
            for arguments in (("crawl", "demo"), ("history", "x")):
                done = newscrawl(*arguments, NEWSCRAWL_MONGO_DATABASE=name)
                assert done.returncode == 5, (arguments, done.stderr)
        finally:
            client.drop_database(name)


def test_dead_host_ends_with_1_and_is_tolerated_when_asked(newscrawl: Run) -> None:
    address = f"127.0.0.1:{free_port()}"
    for fail_on, code in (("1", 1), ("0", 0)):
        done = newscrawl(
            "crawl", "demo", "-a", f"base=http://{address}", "--fail-on", fail_on, "--json",
            NEWSCRAWL_EGRESS_ALLOW=address,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        report = json.loads(done.stdout)
        assert report["exit_code"] == code
        assert any(address in message and "refused" in message for message in report["errors"])


def test_private_address_is_refused_by_default(newscrawl: Run) -> None:
    done = newscrawl("crawl", "demo", "-a", f"base=http://127.0.0.1:{free_port()}", "--json")
    assert done.returncode == 1, done.stderr
    assert any("private_address" in message for message in json.loads(done.stdout)["errors"])


@pytest.mark.parametrize("subcommand", ["history", "diff"])
def test_unknown_article_ends_with_1_and_says_what_to_give(newscrawl: Run, subcommand: str) -> None:
    done = newscrawl(subcommand, "https://paper.example/never-seen")
    assert done.returncode == 1
    assert "no article is known by 'https://paper.example/never-seen'" in done.stderr


def test_defect_ends_with_70_and_leaves_a_report(
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


def test_doctor_finds_a_good_installation_good(newscrawl: Run) -> None:
    done = newscrawl("doctor", "--json")
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert all(finding["good"] for finding in findings)
    assert {finding["what"] for finding in findings} == {"software", "configuration", "disk", "database", "sources"}


def test_sources_are_the_files_of_spiders(newscrawl: Run) -> None:
    done = newscrawl("sources", "--json")
    assert done.returncode == 0, done.stderr
    names = {row["source"] for row in json.loads(done.stdout)}
    assert names == {p.stem for p in (PROJECT_ROOT / "spiders").glob("*.py") if p.stem != "__init__"}
