"""Imports from the servers of web archives, against an imitation of one on loopback that enforces its limit."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from newscrawl.config import Config
from newscrawl.demo.web_archive import Answer, Replay, WebArchive, gzipped
from newscrawl.fetch.warc_reader import scan
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

from .import_files import (
    BASE,
    EDITED,
    FERRY,
    FIRST,
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

FAST = 6000  # a minute
SHOTS = (FIRST, SAME, EDITED, OTHER)


def replayed(shot: Shot, **changed: Any) -> Replay:
    at = START + timedelta(hours=shot.hours)
    return replace(Replay(shot.url, at, shot.body, int(shot.status.split()[0]), shot.headers), **changed)


REPLAYS = tuple(map(replayed, SHOTS))


def imported(
    config: Config, archive: WebArchive, *arguments: str, per_minute: int = FAST
) -> tuple[int, dict[str, Any], str]:
    """Run the command on the captures of the demo's newspaper; return its code, what it printed as JSON, its errors."""
    asked = arguments or ("--cdx-server", archive.cdx_server, "127.0.0.1/2025/03/*")
    command = ["import", "--json", "--per-minute", str(per_minute), *asked]
    done = forked.run(command, env=variables(config, archive))
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def variables(config: Config, archive: WebArchive) -> dict[str, str]:
    allowed = archive.base.removeprefix("http://")
    return {**os.environ, **environment(config), "NEWSCRAWL_EGRESS_ALLOW": allowed}


def expected(config: Config, tmp_path: Path, shots: Sequence[Shot] = SHOTS) -> dict[str, list[dict[str, Any]]]:
    """Return the histories that a file of the same captures makes, and leave an empty archive."""
    run(config, write(tmp_path / "twin.warc.gz", shots))
    found = histories(config)
    empty(config)
    return found


def test_captures_of_a_server_become_the_histories_that_files_make(config: Config, tmp_path: Path) -> None:
    twin = expected(config, tmp_path)
    with WebArchive(REPLAYS, limit=10_000) as archive:
        code, value, error = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 3, "twin": 1}), (value, error)
        assert histories(config) == twin
        assert len(archive.fetched) == 3, "what has the same digest needs no fetch"
        version = documents(config, "versions")[0]["capture"]
        assert version["provenance"].startswith(f"{archive.base}/web/")
        assert version["provenance"].rpartition(", copied ")[2] == f"{datetime.now(UTC):%Y-%m-%d}"
        assert version["headers"] == [["content-type", "text/html; charset=utf-8"]]
        assert faults(config) == []
        again = imported(config, archive)
        assert (again[0], again[1]["sources"][0]["versions"], len(archive.fetched)) == (0, 0, 3)


def test_a_query_may_be_given_as_the_server_takes_it(config: Config, tmp_path: Path) -> None:
    twin = expected(config, tmp_path, (FIRST, SAME))
    with WebArchive(REPLAYS, limit=10_000) as archive:
        until = f"{START + timedelta(hours=6):%Y%m%d%H%M%S}"
        query = f"{archive.cdx_server}?url={FERRY}&to={until}&fl=original&output=text"
        code, value, error = imported(config, archive, query)
        assert (code, value["servers"][0]["listed"]) == (0, 2), (value, error)
    assert histories(config) == twin


@pytest.mark.parametrize("place", ["all/cdx", "crawl-index"])
def test_other_servers_give_replays_or_parts_of_files(config: Config, tmp_path: Path, place: str) -> None:
    twin = expected(config, tmp_path)
    with WebArchive(REPLAYS, limit=10_000) as archive:
        files = ("--captures-at", f"{archive.base}/files/{{filename}}") if place == "crawl-index" else ()
        code, value, error = imported(
            config, archive, "--cdx-server", f"{archive.base}/{place}", "127.0.0.1/2025/*", *files
        )
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 3, "twin": 1}), (value, error)
        assert histories(config) == twin
        provenances = {version["capture"]["provenance"].partition("#")[0] for version in documents(config, "versions")}
        assert all(each.startswith(archive.base) for each in provenances)
        code, value, _ = imported(
            config, archive, "--cdx-server", f"{archive.base}/{place}", "127.0.0.1/none/*", *files
        )
        assert (code, value["servers"][0]["listed"]) == (0, 0)


def test_a_server_that_blocks_who_asks_faster_never_blocks_an_import(config: Config) -> None:
    """Two processes share the pace: the imitation permits 10 requests in 3 s, in all."""
    shots = [
        Shot(f"{BASE}/2025/03/{kind}-{number + n}", n, page(f"{kind} {n}", f"The {n}th warden said that."))
        for n in range(8)
        for kind, number in (("left", 100), ("right", 200))
    ]
    with WebArchive([replayed(shot) for shot in shots], limit=10, window_seconds=3.0) as archive:
        commands = [
            [sys.executable, "-m", "newscrawl", "import", "--per-minute", "200", "--cdx-server", archive.cdx_server,
             f"127.0.0.1/2025/03/{kind}-*"]
            for kind in ("left", "right")
        ]  # fmt: skip
        processes = [
            subprocess.Popen(command, env=variables(config, archive), stdout=subprocess.DEVNULL) for command in commands
        ]
        codes = [process.wait(PATIENCE_SECONDS) for process in processes]
        assert archive.blocked == 0
        assert set(codes) <= {0, 3}, "the source may have been held by the other"
        assert len(archive.fetched) == len(shots)
        assert all(imported(config, archive, *command[4:])[0] == 0 for command in commands)
        assert len(archive.fetched) == len(shots)
    assert sum(map(len, histories(config).values())) == len(shots)


def test_a_block_ends_the_import_with_a_time_and_nothing_is_asked_before(config: Config) -> None:
    with WebArchive(REPLAYS, limit=4) as archive:  # robots.txt, index, two captures
        code, value, _ = imported(config, archive)
        (server,) = value["servers"]
        assert code == 1
        assert "is not to be asked before" in server["problem"]
        assert server["states"] == {"fetched": 2, "twin": 1, "waiting": 1} or server["states"]["waiting"] >= 1
        assert value["sources"][0]["versions"] >= 1, "what was fetched is imported"
        asked = len(archive.requests)
        code, value, _ = imported(config, archive)
        assert (code, len(archive.requests)) == (1, asked), "the pause is kept in the store"
        assert "is not to be asked before" in value["servers"][0]["problem"]
        archive.unblock()
        archive._limit = 10_000
        with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:  # an hour later
            client[config.mongo_database].hosts.update_many({}, {"$unset": {"paused_until": ""}})
        code, value, _ = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 3, "twin": 1})
        assert len(set(archive.fetched)) == 3


class Misbehaving(WebArchive):
    """An archive whose answers a test decides, by what they would be."""

    change: Callable[[str, Answer], Answer | None] = staticmethod(lambda path, answer: answer)

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        usual = super().answer(path, headers)
        return type(self).change(path, usual) or usual


def misbehaving(change: Callable[[str, Answer], Answer | None], replays: Sequence[Replay] = REPLAYS) -> WebArchive:
    kind = type("Archive", (Misbehaving,), {"change": staticmethod(change)})
    archive: WebArchive = kind(replays, limit=10_000)
    return archive


def test_errors_of_the_server_are_tried_again(config: Config, tmp_path: Path) -> None:
    twin = expected(config, tmp_path)
    seen: dict[str, int] = {}

    def change(path: str, answer: Answer) -> Answer | None:
        seen[path] = seen.get(path, 0) + 1
        if path == "/robots.txt" or seen[path] > 2:
            return None
        is_cut = path.startswith("/cdx") and seen[path] == 2
        return Answer(200, answer.body[:-40], answer.headers) if is_cut else Answer(503, b"<html>busy</html>")

    with misbehaving(change) as archive:
        code, value, error = imported(config, archive)
        assert code == 0, (value, error)
    assert histories(config) == twin


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Please prove that you are human</html>", "a page in place of an index"),
        (b'[["urlkey", "timestamp", "orig', "breaks off"),
        (b'{"error": "the index is away"}', "the index is away"),
        (b'[["urlkey", "original"], ["a", "b"]]', "without timestamps"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_what_is_no_index_is_said(config: Config, body: bytes, said: str) -> None:
    with misbehaving(lambda path, answer: Answer(200, body) if path.startswith("/cdx") else None) as archive:
        code, value, _ = imported(config, archive)
        assert (code, value["sources"]) == (1, [])
        assert said in value["servers"][0]["problem"]


def test_an_index_that_leads_in_a_circle_is_left(config: Config) -> None:
    def change(path: str, answer: Answer) -> Answer | None:
        if not path.startswith("/cdx"):
            return None
        return Answer(200, json.dumps([*json.loads(answer.body), [], ["key-0"]]).encode())

    with misbehaving(change) as archive:
        _, value, _ = imported(config, archive)
        assert "again and again" in value["servers"][0]["problem"]


def test_a_captcha_in_place_of_captures_ends_the_import_and_records_nothing(config: Config) -> None:
    captcha = Answer(200, page("Prove it", "Are you human? Type what you see."), {"Content-Type": "text/html"})

    def change(path: str, answer: Answer) -> Answer | None:
        return captcha if "id_/" in path else None

    shots = [replayed(replace(FIRST, hours=n, body=page(f"Ferry {n}"))) for n in range(5)]
    with misbehaving(change, shots) as archive:
        _, value, _ = imported(config, archive)
        assert "a captcha?" in value["servers"][0]["problem"]
        assert len(archive.fetched) == 3
        assert value["servers"][0]["states"] == {"waiting": 5}
    assert histories(config) == {}


def test_a_capture_without_its_digest_is_refused_and_named(config: Config) -> None:
    lied = replace(REPLAYS[2], stated_digest="A" * 32)
    with WebArchive([*REPLAYS[:2], lied, REPLAYS[3]], limit=10_000) as archive:
        code, value, _ = imported(config, archive)
        (server,) = value["servers"]
        assert (code, server["states"]) == (1, {"fetched": 2, "refused": 1, "twin": 1})
        assert FERRY in server["faults"][0]
        assert "has not the digest" in server["faults"][0]
        asked = len(archive.fetched)
        assert imported(config, archive)[0] == 1
        assert len(archive.fetched) == asked, "another try would not change it"
    assert sum(map(len, histories(config).values())) == 2


def test_the_nearest_capture_is_taken_with_its_own_time(config: Config, tmp_path: Path) -> None:
    """The index lists one at 3 h, the server has that of 9 h alone; at 2 h it has the one of 0 h, which is listed."""
    missing = {f"{START + timedelta(hours=n):%Y%m%d%H%M%S}" for n in (2, 8)}
    replays = [
        replayed(FIRST), replayed(replace(SAME, hours=2, body=page("Gone", "x"))),
        replayed(replace(EDITED, hours=8, body=page("Elsewhere", "y"))),
    ]  # fmt: skip
    unlisted = replayed(EDITED)

    def change(path: str, answer: Answer) -> Answer | None:
        if "id_/" not in path:
            return None
        timestamp = path.split("/")[2].removesuffix("id_")
        if timestamp in missing:
            other = replays[0] if timestamp.endswith("090000") else unlisted
            return Answer(302, b"", {"Location": f"/web/{other.timestamp}id_/{other.url}"})
        if timestamp == unlisted.timestamp:
            archive.replays.append(unlisted)
            found = archive.replayed(path)
            archive.replays.remove(unlisted)
            return found
        return None

    twin = expected(config, tmp_path, (FIRST, EDITED))
    with misbehaving(change, replays) as archive:
        code, value, error = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"aside": 1, "displaced": 1, "fetched": 1}), (value, error)
    assert histories(config) == twin


def test_gzipped_captures_and_redirects_and_missing_pages_are_those_of_then(config: Config, tmp_path: Path) -> None:
    moved = Shot(f"{BASE}/2025/03/ferry-1", 10, b"", "301 Moved", (("Location", FERRY),))
    gone = [Shot(LAKE, hours, b"gone", "404 Not Found") for hours in (20, 200)]
    twin = expected(config, tmp_path, (*SHOTS, moved, *gone))
    replays = [gzipped(replayed(FIRST)), *map(replayed, (SAME, EDITED, OTHER, moved, *gone))]
    with WebArchive(replays, limit=10_000) as archive:
        code, value, error = imported(config, archive)
        assert code == 0, (value, error)
        assert (value["sources"][0]["redirects"], value["sources"][0]["outcomes"]["gone"]) == (1, 2)
        (file,) = (config.home / "copies").glob("*/*.warc.gz")
        assert all(record.is_complete for record in scan(file))
        check = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", str(file)], capture_output=True, text=True, check=False
        )
        assert check.returncode == 0, check.stdout
    assert histories(config) == twin
    states = {article["url"]: article["state"] for article in documents(config, "articles")}
    assert states[LAKE] == "gone"


def test_a_revisit_without_its_original_is_fetched_and_one_with_it_is_not(config: Config, tmp_path: Path) -> None:
    twin = expected(config, tmp_path)
    replays = [replayed(FIRST, is_revisit=True), replayed(SAME, is_revisit=True), *REPLAYS[2:]]
    with WebArchive(replays, limit=10_000) as archive:
        assert imported(config, archive)[0] == 0
        assert len(archive.fetched) == 3
    assert histories(config) == twin


def test_what_was_imported_from_files_is_not_fetched(config: Config, tmp_path: Path) -> None:
    run(config, write(tmp_path / "some.warc.gz", (FIRST, SAME)))
    with WebArchive(REPLAYS, limit=10_000) as archive:
        code, value, _ = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 2, "known": 2})
    assert sum(map(len, histories(config).values())) == 3


def test_a_dry_run_asks_the_index_alone_and_says_how_long_it_would_take(config: Config) -> None:
    with WebArchive(REPLAYS, limit=10_000) as archive:
        code, value, _ = imported(
            config, archive, "--dry-run", "--cdx-server", archive.cdx_server, f"{FERRY[7:]}*", per_minute=60
        )
        (server,) = value["servers"]
        assert (code, server["states"], server["to_fetch"], server["minutes"]) == (0, {"waiting": 3}, 2, 2 / 60)
        assert archive.fetched == []
    assert documents(config, "versions") == documents(config, "runs") == []


def test_robots_and_private_addresses_are_heeded(config: Config) -> None:
    with WebArchive(REPLAYS, limit=10_000) as archive:
        archive.robots = "User-agent: *\nDisallow: /web/\nDisallow: /cdx/\n"
        code, value, _ = imported(config, archive)
        assert (code, archive.requests) == (1, ["/robots.txt"])
        assert "--ignore-robots" in value["servers"][0]["problem"]
        code, value, _ = imported(
            config, archive, "--ignore-robots", "--cdx-server", archive.cdx_server, "127.0.0.1/2025/03/*"
        )
        assert (code, value["sources"][0]["versions"]) == (0, 3)
        refused = forked.run(["import", f"{archive.cdx_server}?url={FERRY}"], env={**os.environ, **environment(config)})
        assert (refused.returncode, "private_address" in refused.stdout) == (1, True)


def test_a_page_that_is_too_large_is_refused_and_the_rest_goes_on(config: Config) -> None:
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    bomb = replace(REPLAYS[2], body=gzip.compress(b"<p>" + b"\0" * 40 * 2**20), headers=headers)
    with WebArchive([REPLAYS[0], bomb, REPLAYS[3]], limit=10_000) as archive:
        code, value, _ = imported(config, archive)
        (server,) = value["servers"]
        assert (code, server["states"]) == (1, {"fetched": 2, "refused": 1})
        assert "too_large" in server["faults"][0]


@pytest.mark.slow
def test_a_killed_import_fetches_nothing_twice_and_one_that_is_asked_to_end_says_so(
    config: Config, tmp_path: Path
) -> None:
    shots = [replace(FIRST, hours=n, body=page(f"Ferry {n}", f"The {n}th warden said that.")) for n in range(12)]
    twin = expected(config, tmp_path, shots)
    with WebArchive([replayed(shot) for shot in shots], limit=10_000) as archive:
        command = [
            sys.executable, "-m", "newscrawl", "import", "--json", "--per-minute", "600",
            "--cdx-server", archive.cdx_server, "127.0.0.1/2025/03/*",
        ]  # fmt: skip
        for number, wanted in ((signal.SIGKILL, 3), (signal.SIGTERM, 6)):
            process = subprocess.Popen(
                command, env=variables(config, archive), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            while process.poll() is None and len(archive.fetched) < wanted:
                time.sleep(0.005)
            process.send_signal(number)
            process.communicate()
            assert process.returncode == {signal.SIGKILL: -9, signal.SIGTERM: 7}[number]
        assert histories(config) == {}
        code, value, error = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 12}), (value, error)
        assert len(archive.fetched) <= len(shots) + 2, "what was under way is asked for again, and nothing else"
        assert histories(config) == twin


@pytest.mark.slow
def test_a_server_that_dies_in_the_middle_leaves_what_it_gave(config: Config) -> None:
    shots = [replace(FIRST, hours=n, body=page(f"Ferry {n}", f"The {n}th warden said that.")) for n in range(6)]
    replays = [replayed(shot) for shot in shots]
    with WebArchive(replays, limit=10_000) as archive:
        port = int(archive.base.rpartition(":")[2])
        command = [
            sys.executable, "-m", "newscrawl", "import", "--json", "--per-minute", "120",
            "--cdx-server", archive.cdx_server, "127.0.0.1/2025/03/*",
        ]  # fmt: skip
        process = subprocess.Popen(command, env=variables(config, archive), stdout=subprocess.PIPE, text=True)
        while process.poll() is None and len(archive.fetched) < 2:
            time.sleep(0.005)
    value = json.loads(process.communicate(timeout=PATIENCE_SECONDS)[0])
    assert process.returncode == 1
    assert value["servers"][0]["states"]["waiting"] >= 3
    assert value["sources"][0]["versions"] >= 1
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
        client[config.mongo_database].hosts.delete_many({})
    with WebArchive(replays, limit=10_000, port=port) as archive:
        code, value, error = imported(config, archive)
        assert (code, value["servers"][0]["states"]) == (0, {"fetched": 6}), (value, error)
    assert [len(each) for each in histories(config).values()] == [6]


async def test_a_query_is_copied_by_one_process_at_a_time(config: Config) -> None:
    with WebArchive(REPLAYS, limit=10_000) as archive:
        archive.robots = "User-agent: *\nCrawl-delay: 5\n"
        command = [
            sys.executable, "-m", "newscrawl", "import", "--cdx-server", archive.cdx_server, "127.0.0.1/2025/03/*"
        ]  # fmt: skip
        process = subprocess.Popen(command, env=variables(config, archive), stdout=subprocess.DEVNULL)
        while not archive.requests:
            await asyncio.sleep(0.01)
        done = subprocess.run(command, env=variables(config, archive), capture_output=True, text=True, check=False)
        assert (done.returncode, "another import is asking" in done.stderr) == (3, True)
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 7


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["https://web.archive.org/cdx/search/cdx"], "which captures?"),
        (["--cdx-server", "wayback", "--per-minute", "60", "example.org"], "blocks for an hour"),
        (["--cdx-server", "nosuch", "example.org"], "is none of wayback"),
        (["--cdx-server", "https://archive.example/api", "example.org"], "--captures-at"),
        (["--cdx-server", "wayback", "--since", "yesterday", "example.org"], "is no date"),
        (["--cdx-server", "wayback", "--since", "2025-02-30", "example.org"], "2025-02-30"),
        (["--cdx-server", "wayback", "--since", "2025", "--until", "2024", "example.org"], "later than the last"),
        (["--cdx-server", "wayback", "--match-type", "all", "example.org"], "matchType"),
        (["--cdx-server", "wayback", "--captures-at", "{url}", "example.org"], "--captures-at"),
        (["--cdx-server", "wayback", "pyproject.toml"], "is a file"),
        (["--since", "2025", "pyproject.toml"], "--cdx-server"),
        (["https://user:secret@archive.example/cdx?url=example.org"], "without a user name"),
    ],
)
def test_bad_questions_are_refused_before_anything_is_asked(arguments: list[str], said: str) -> None:
    done = forked.run(["import", *arguments], env=os.environ)
    assert done.returncode == 2
    assert said in done.stderr
    assert "secret" not in done.stderr
