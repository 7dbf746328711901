"""`newscrawl backup`, `newscrawl restore` and `newscrawl verify --repair` as a user runs them."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from tests.cli.conftest import Run, runner
from tests.cli.test_json import documented


@pytest.fixture(scope="module")
def demo(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of an archive with all editions of the demo newspaper."""
    with Newsroom() as newsroom:
        address = newsroom.base.removeprefix("http://")
        config = Config(
            mongo_uri=mongo_uri,
            mongo_database=f"demo-{uuid.uuid4().hex}",
            home=tmp_path_factory.mktemp("home"),
            delay_seconds=0.0,
            policy="sniffer",
            egress_allow=(address,),
        )
        for edition in EDITIONS:
            newsroom.edition = edition.number
            job = Job(source="demo", arguments={"base": newsroom.base}, clock=SteppingClock(edition.clock), fail_on=0,
                      settings={"NEWSCRAWL_EGRESS_ALLOW": [address]}, log_level="ERROR")  # fmt: skip
            (report,) = run_in_processes([job], config)
            assert report.exit_code in (0, 1)  # in one edition the newspaper is behind a wall
        yield config
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        client.drop_database(config.mongo_database)


@pytest.fixture
def copy(demo: Config) -> Iterator[Config]:
    config = replace(demo, mongo_database=f"{demo.mongo_database}-restored")
    yield config
    with MongoClient[dict[str, Any]](demo.mongo_uri) as client:
        client.drop_database(config.mongo_database)


def exported(run: Run, folder: Path) -> dict[str, str]:
    done = run("export", str(folder))
    assert done.returncode == 0, done.stderr
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jsonl")}


def test_the_export_of_a_restored_archive_is_that_of_the_original(demo: Config, copy: Config, tmp_path: Path) -> None:
    original, restored = runner(demo), runner(copy)
    sound = original("verify", "--reread", "0")
    assert sound.returncode == 0, sound.stdout
    written = json.loads(original("backup", str(tmp_path / "backup"), "--json").stdout)
    assert written.keys() == documented()["backup"][1]
    done = restored("restore", str(tmp_path / "backup"), "--verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    value = json.loads(done.stdout)
    assert value.keys() == documented()["restore"][1] - {"files"}
    assert value["is_compared"]
    assert value["verified"]["problems"] == []
    assert value["verified"]["versions"] > 30
    assert exported(original, tmp_path / "original") == exported(restored, tmp_path / "restored")
    assert len(exported(original, tmp_path / "original")) >= 4


def test_a_folder_is_checked_without_a_database(demo: Config, copy: Config, tmp_path: Path) -> None:
    runner(demo)("backup", str(tmp_path / "backup"))
    check = runner(replace(copy, mongo_uri="mongodb://127.0.0.1:9/"))
    done = check("restore", str(tmp_path / "backup"), "--check", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).keys() <= documented()["restore"][1]
    (path,) = (tmp_path / "backup" / "segments").glob("*.versions.*")
    path.write_bytes(path.read_bytes()[:-4])
    done = check("restore", str(tmp_path / "backup"), "--check")
    assert done.returncode == 2
    assert path.name in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_errors_have_one_line_and_the_code_of_their_kind(demo: Config, copy: Config, tmp_path: Path) -> None:
    run, other = runner(demo), runner(copy)
    backup = str(tmp_path / "backup")
    assert run("backup", backup).returncode == 0
    for words, code, part in (
        (("restore", str(tmp_path / "none")), 2, "is no backup"),
        (("restore", backup), 2, "is not empty"),
        (("restore", backup, "--generation", "9"), 2, "has no generation 9"),
        (("restore", backup, "--erasures-from", str(tmp_path / "none")), 2, "no such file"),
        (("backup", str(tmp_path)), 2, "is not empty"),
        (("backup", "/proc/backup"), 2, "cannot be written"),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert part in done.stderr
        assert len(done.stderr.splitlines()) == 1
    with MongoClient[dict[str, Any]](demo.mongo_uri) as client:
        mark = {"folder": backup, "generation": 1, "archive": "x", "ended_at": ""}
        client[copy.mongo_database].meta.insert_one({"_id": "schema", "version": 2, "restoring": mark})
    for words in (("status",), ("verify",), ("backup", backup), ("crawl", "demo"), ("history", "x")):
        done = other(*words)
        assert done.returncode == 5, done.stderr
        assert f"newscrawl restore {backup}" in done.stderr


def test_repair_says_what_it_mended_and_what_is_left(demo: Config, copy: Config, tmp_path: Path) -> None:
    runner(demo)("backup", str(tmp_path / "backup"))
    run = runner(copy)
    assert run("restore", str(tmp_path / "backup")).returncode == 0
    with MongoClient[dict[str, Any]](demo.mongo_uri) as client:
        db = client[copy.mongo_database]
        edited = list(db.articles.find({"versions": {"$gt": 1}, "state": "watched"}).limit(2))
        db.articles.update_one({"_id": edited[0]["_id"]}, {"$set": {"head.number": 1}})
        db.versions.update_one({"_id": f"{edited[1]['_id']}:1"}, {"$set": {"headline": "Forged"}})
    plain = run("verify", "--reread", "0")
    assert plain.returncode == 1
    assert "MENDED" not in plain.stdout
    first = run("verify", "--repair", "--reread", "0", "--json")
    value = json.loads(first.stdout)
    assert first.returncode == 1
    assert any(edited[0]["_id"] in line for line in value["mended"])
    assert len(value["problems"]) == len(value["left"]) == 1
    assert all(value["left"])
    second = run("verify", "--repair", "--reread", "0")
    assert second.returncode == 1
    assert "MENDED" not in second.stdout
    assert re.search(rf"^FAULT article {edited[1]['_id']}: version 1 .*: what was recorded", second.stdout, re.M)
    run("hide", edited[1]["_id"], "--reason", "forged")
    with MongoClient[dict[str, Any]](demo.mongo_uri) as client:
        title = client[demo.mongo_database].versions.find_one({"_id": f"{edited[1]['_id']}:1"})
        assert title is not None
        client[copy.mongo_database].versions.replace_one({"_id": title["_id"]}, title)
    assert run("verify", "--repair", "--reread", "0").returncode == 0
