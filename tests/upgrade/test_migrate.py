"""`newscrawl migrate` on archives of former releases: counted, killed anywhere, and gone on with to the same end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from newscrawl.config import Config
from newscrawl.store import embedded
from newscrawl.store.migrations import MIGRATIONS, SCHEMA
from tests import manual
from tests.cli.conftest import environment
from tests.forked import commands as forked
from tests.manual import FENCE
from tests.store.old_archives import DUMPS, contents, line, old_archive, version
from tests.upgrade.restore import restore

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
Old = tuple[Config, Database[dict[str, Any]]]

# Migrates in small windows, and kills itself just before its nth write.
KILLED = """
import asyncio, os, signal, sys
from pymongo import monitoring
from newscrawl.config import Config
from newscrawl.store.connection import Connection
from newscrawl.store.migrations import runner, windows

class Killer(monitoring.CommandListener):
    writes = 0
    def started(self, event):
        self.writes += event.command_name in kinds
        if self.writes == nth:
            os.kill(os.getpid(), signal.SIGKILL)
    def succeeded(self, event):
        pass
    def failed(self, event):
        pass

async def main():
    connection = await Connection.open(Config(mongo_uri=uri, mongo_database=database), may_be_older=True)
    await runner.migrate(connection, tell=lambda what, done, total: None)
    await connection.close()

uri, database, nth, kinds = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
windows.SIZE = 50
monitoring.register(Killer())
asyncio.run(main())
"""


@pytest.fixture
def papers(config: Config) -> Iterator[Old]:
    with old_archive(config) as found:
        yield found


def run(config: Config, *words: str) -> subprocess.CompletedProcess[str]:
    return forked.run(words, env=environment(config), cwd=ROOT)


WRITES = ("insert", "update", "delete", "findAndModify")


def killed(config: Config, nth: int, kinds: Sequence[str] = (*WRITES, "createIndexes")) -> int:
    words = [str(config.mongo_uri), config.mongo_database, str(nth), *kinds]
    return forked.program(KILLED, words)


@pytest.fixture(scope="module")
def migrated() -> dict[str, Any]:
    """What the archives hold after a migration that nothing disturbed, by the name of the dump."""
    return {}


def undisturbed(config: Config, dump: str, known: dict[str, Any]) -> Any:
    if dump not in known:
        with old_archive(config, dump) as (old, database):
            done = run(old, "migrate")
            assert done.returncode == 0, done.stderr
            known[dump] = contents(database)
    return known[dump]


# Every write once with a window of the first kind, and the later ones in steps: the writes of windows are alike.
@pytest.mark.parametrize("dump", ["demo", "papers"])
def test_killed_before_any_write_it_goes_on_to_the_same_end(
    config: Config, dump: str, migrated: dict[str, Any]
) -> None:
    expected = undisturbed(config, dump, migrated)
    codes = []
    for nth in (*range(1, 16), *range(16, 400, 12)):
        with old_archive(config, dump) as (old, database):
            codes.append(killed(old, nth))
            if codes[-1] == 0:
                break
            assert codes[-1] == -signal.SIGKILL
            level = (database.meta.find_one({"_id": "schema"}) or {}).get("migrated", 0)
            refused = run(old, "status", "--json") if nth % 12 == 4 and 0 < level < SCHEMA else None
            assert refused is None or (refused.returncode, "newscrawl migrate" in refused.stderr) == (5, True)
            assert killed(old, 10_000) == 0, "another one goes on, without waiting for the killed one's term"
            assert contents(database) == expected, nth
    assert codes[-1] == 0
    assert len(codes) > 18


def test_killed_again_and_again_it_still_comes_to_its_end(papers: Old, migrated: dict[str, Any]) -> None:
    config, database = papers
    tries = 1
    while killed(config, 20, WRITES) != 0:
        tries += 1
        assert tries < 200
    assert tries > 3
    assert contents(database) == undisturbed(config, "papers", migrated)


def test_command_says_what_it_would_do_does_it_and_has_nothing_left(papers: Old) -> None:
    config, database = papers
    before = contents(database), database.meta.find_one({"_id": "schema"})
    refused = run(config, "crawl", "washpo")
    assert refused.returncode == 5
    assert "washpo: schema_mismatch, exit code 5" in refused.stdout
    refused = run(config, "status")
    assert (refused.returncode, refused.stdout) == (5, "")
    assert "has schema 1 of an older newscrawl, this one" in refused.stderr
    assert f"NEWSCRAWL_MONGO_DATABASE={config.mongo_database} newscrawl migrate" in refused.stderr
    dry = run(config, "migrate", "--dry-run", "--json")
    assert dry.returncode == 0, dry.stderr
    planned = json.loads(dry.stdout)
    assert (planned["before"], planned["schema"], planned["dry_run"]) == (1, SCHEMA, True)
    assert [each["number"] for each in planned["migrations"]] == [each.number for each in MIGRATIONS]
    assert (contents(database), database.meta.find_one({"_id": "schema"})) == before
    assert set(database.list_collection_names()) - {"meta"} == set(before[0])
    told = run(config, "migrate", "--dry-run").stdout
    assert "2  order of what a search finds: 95 documents, about 1 s\n" in told
    assert told.endswith(f"database {config.mongo_database} has schema 1, not {SCHEMA}: nothing was changed yet\n")
    done = json.loads(run(config, "migrate", "--json").stdout)
    assert {each["number"]: each["documents"] for each in done["migrations"]} == {
        each["number"]: each["documents"] for each in planned["migrations"]
    }
    assert done["indexes"] == planned["indexes"]
    again = run(config, "migrate")
    assert again.stdout == f"database {config.mongo_database} has schema {SCHEMA}: nothing to migrate\n"
    assert json.loads(run(config, "verify", "--json").stdout)["problems"] == []


def test_two_commands_at_once_do_it_once(papers: Old, migrated: dict[str, Any]) -> None:
    config, database = papers
    command = [sys.executable, "-m", "newscrawl", "migrate", "--json"]
    started = [
        subprocess.Popen(command, env=environment(config), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [(each.communicate(), each.returncode) for each in started]
    assert {code for _, code in ended} <= {0, 3}
    did = [out for (out, _), code in ended if code == 0 and json.loads(out)["migrations"]]
    assert len(did) == 1
    assert contents(database) == undisturbed(config, "papers", migrated)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_so_and_goes_on(papers: Old, number: int, migrated: dict[str, Any]) -> None:
    config, database = papers
    database.versions.insert_many([version(n) for n in range(30_000)])
    started = subprocess.Popen(
        [sys.executable, "-m", "newscrawl", "migrate"],
        env=environment(config),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    while database.migrations.find_one({"_id": 2, "changed": {"$gt": 0}}) is None and started.poll() is None:
        pass
    started.send_signal(number)
    _, told = started.communicate()
    if started.returncode != 0:  # it may have ended before
        assert (started.returncode, told.strip().splitlines()[-1]) == (
            7, "newscrawl: interrupted; run the same command again to go on",
        )  # fmt: skip
    assert run(config, "migrate").returncode == 0
    assert database.versions.count_documents({"place": None}) == 0
    database.versions.delete_many({"number": {"$exists": True}, "headline": None})
    assert contents(database) == undisturbed(config, "papers", migrated)


def test_commands_of_the_manual_print_what_it_says(tmp_path: Path) -> None:
    """On the embedded MongoDB, as who follows the page after an upgrade has it."""
    mongod = embedded.join(tmp_path / "home")
    with MongoClient[dict[str, Any]](mongod.uri) as client:
        restore(DUMPS / "papers" / "database.jsonl.gz", client["newscrawl"])
        folder = tmp_path / "empty"
        folder.mkdir()
        page = (ROOT / "docs" / "upgrade.md").read_text("utf-8").replace("\n   ", "\n")  # they stand in a list
        found = [(each["text"], each["output"]) for each in FENCE.finditer(page) if each["language"] == "sh"]
        assert len(found) == 2
        manual.run(found, folder)
    mongod.leave()


MEASURED = """
import asyncio, resource, sys
from newscrawl.config import Config
from newscrawl.store.connection import Connection
from newscrawl.store.migrations import runner

async def main():
    config = Config(mongo_uri=sys.argv[1], mongo_database=sys.argv[2])
    connection = await Connection.open(config, may_be_older=True)
    done = await runner.migrate(connection, tell=lambda what, done, total: None)
    await connection.close()
    print(sum(each.documents for each in done), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

asyncio.run(main())
"""


def test_memory_does_not_grow_with_the_archive(config: Config) -> None:
    peaks = []
    for size in (5_000, 60_000):
        with old_archive(config, "") as (old, database):
            for start in range(0, size, 5000):
                numbers = range(start, start + 5000)
                database.versions.insert_many([version(n) for n in numbers])
                database.checks.insert_many([line(n) for n in numbers])
            words = [sys.executable, "-c", MEASURED, str(old.mongo_uri), old.mongo_database]
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
            changed, peak = map(int, done.stdout.split())
            assert changed == 2 * size
            assert database.checks.count_documents({}) == 100, "an article and day each"
            assert sum(len(each["lines"]) for each in database.checks.find()) == size
            peaks.append(peak)
    assert peaks[1] < peaks[0] + 16 * 1024, f"KiB: {peaks}"
