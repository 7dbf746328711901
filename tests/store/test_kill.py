"""Kill -9 of a writer between any two of its writes, and of mongod in the middle of many."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.errors import StaleHead
from newscrawl.items import Version
from newscrawl.store import Store
from newscrawl.store.verify import verify
from tests.store.stories import HOUR, NOON, article, first, following, head, recorded

ROOT = Path(__file__).parents[2]

# Records version 2 of a story, and kills itself just before (started) or after (succeeded) its nth write.
KILLED = """
import asyncio, os, signal, sys
from pymongo import monitoring
from newscrawl.config import Config
from newscrawl.store import Store
from tests.store.stories import HOUR, NOON, article, first, following, head

class Killer(monitoring.CommandListener):
    writes = 0
    def started(self, event):
        if event.command_name in ("insert", "update", "findAndModify"):
            self.writes += 1
            if when == "before" and self.writes == nth:
                os.kill(os.getpid(), signal.SIGKILL)
    def succeeded(self, event):
        if event.command_name in ("insert", "update", "findAndModify") and when == "after" and self.writes == nth:
            os.kill(os.getpid(), signal.SIGKILL)
    def failed(self, event):
        pass

async def main():
    store = await Store.open(Config(mongo_uri=uri, mongo_database=database))
    one = first(article("pier", "A", "Kept."))
    if number == 2:
        version = following(one, article("pier", "B", "Kept."), NOON + HOUR)
    else:
        version = one
    await store.append_version(version, expected=number - 1, head=head(version))
    await store.close()

uri, database, when, nth, number = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
monitoring.register(Killer())
asyncio.run(main())
"""


def run_until_killed(config: Config, when: str, nth: int, number: int) -> int:
    command = [sys.executable, "-c", KILLED, str(config.mongo_uri), config.mongo_database, when, str(nth), str(number)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


async def look_again(store: Store, version: Version) -> None:
    """Do what the next check does: record where the head has another wording, else touch."""
    found = await store.head(version.article_id)
    if found is None or found.wording_digest != version.article.wording_digest:
        await recorded(store, version)
    else:
        await store.touch(replace(head(version), chain=found.chain, seen_at=found.seen_at))


# Writes of an edit: payload, version, added, removed, head. Of a first version: payload, version, article.
@pytest.mark.parametrize(
    ("number", "when", "nth"),
    [(2, "before", n) for n in range(1, 6)]
    + [(2, "after", 5)]
    + [(1, "before", n) for n in range(1, 4)]
    + [(1, "after", 3)],
)
async def test_a_writer_killed_between_its_writes_leaves_what_the_next_look_completes(
    config: Config, store: Store, number: int, when: str, nth: int
) -> None:
    one = first(article("pier", "A", "Kept."))
    two = following(one, article("pier", "B", "Kept."), NOON + HOUR)
    if number == 2:
        await recorded(store, one)
    assert run_until_killed(config, when, nth, number) == -signal.SIGKILL
    await look_again(store, two if number == 2 else one)
    history = await store.versions(one.article_id)
    assert history == [replace(version, capture=None) for version in (one, two)[:number]]
    passages = [await store.db[name].count_documents({}) for name in ("added", "removed")]
    assert passages == [number - 1, number - 1]
    assert await store.head(one.article_id) == head((one, two)[number - 1])
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())


WRITER = """
import asyncio, sys
from pathlib import Path
from newscrawl.config import Config
from newscrawl.store import Store
from tests.store.stories import NOON, article, first, head

async def main():
    store = await Store.open(Config(home=Path(sys.argv[1]), mongo_timeout_seconds=60))
    async def work(name):
        for n in range(int(sys.argv[2])):
            version = first(article(f"{name}-{n}", f"Text {n} of {name}."))
            await store.append_version(version, expected=0, head=head(version))
            print(version.article_id, flush=True)
    await asyncio.gather(*(work(f"worker{w}") for w in range(4)))
    await store.close()

asyncio.run(main())
"""


async def test_mongod_killed_in_the_middle_loses_no_acknowledged_version(tmp_path: Path) -> None:
    home, each = tmp_path / "home", 30
    store = await Store.open(Config(home=home, mongo_timeout_seconds=60))
    acknowledged: list[str] = []
    command = [sys.executable, "-c", WRITER, str(home), str(each)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            acknowledged.append(line.strip())
            if len(acknowledged) in (20, 70):
                os.kill(json.loads((home / "mongod" / "mongod.json").read_text())["pid"], signal.SIGKILL)
    report = await verify(store)
    missing = [key for key in acknowledged if await store.version(key, 1) is None]
    await store.close()
    assert process.returncode == 0
    assert len(acknowledged) == 4 * each
    assert missing == []
    assert (report.articles, report.versions, report.problems) == (4 * each, 4 * each, ())


async def test_stores_opened_at_once_after_a_kill_agree(config: Config) -> None:
    store = await Store.open(config)
    one = first(article("pier", "A"))
    await recorded(store, one)
    await store.db.articles.delete_many({})
    second = await Store.open(config)
    heads = await asyncio.gather(store.head(one.article_id), second.head(one.article_id))
    with pytest.raises(StaleHead):
        await recorded(store, first(article("pier", "Other"), NOON + HOUR))
    await store.close()
    await second.close()
    assert heads[0] == heads[1]
