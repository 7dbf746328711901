"""SIGKILL of a writer between any two of its writes, and of mongod in the middle of many."""

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
from newscrawl.store.reader import ListFilter, Reader
from newscrawl.store.verify import verify
from tests.forked import commands as forked
from tests.store.samples import HOUR, NOON, append, article, delete_article, first_version, head_of, next_version

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]

# Appends version 1 or 2 of an article, and kills itself just before (started) or after (succeeded) its nth write.
KILLED = """
import asyncio, os, signal, sys
from pymongo import monitoring
from newscrawl.config import Config
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON, article, first_version, head_of, next_version

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
    version = first_version(article("pier", "A", "Kept."))
    if number == 2:
        version = next_version(version, article("pier", "B", "Kept."), NOON + HOUR)
    await store.append_version(version, expected=number - 1, head=head_of(version))
    await store.close()

uri, database, when, nth, number = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
monitoring.register(Killer())
asyncio.run(main())
"""


def run_until_killed(config: Config, when: str, nth: int, number: int) -> int:
    words = [config.mongo_uri or "", config.mongo_database, when, str(nth), str(number)]
    return forked.program(KILLED, words)


async def check_again(store: Store, version: Version) -> None:
    """Do what the next check does: append the version if the head has another wording, else touch the head."""
    head = await store.head(version.article_id)
    if head is None or head.wording_digest != version.article.wording_digest:
        await append(store, version)
    else:
        await store.touch(replace(head_of(version), chain=head.chain, seen_at=head.seen_at))


async def matches(store: Store, scope: str) -> int:
    """Return how many versions a search of added or removed passages finds."""
    batch = await Reader(store).changes.search("B" if scope == "added" else "A", scope, ListFilter())
    return len(batch.items)


# Writes of an edit: payload, version, added, removed, head. Of a first version: payload, version, article.
@pytest.mark.parametrize(
    ("number", "when", "nth"),
    [(2, "before", n) for n in range(1, 6)]
    + [(2, "after", 5)]
    + [(1, "before", n) for n in range(1, 4)]
    + [(1, "after", 3)],
)
async def test_the_next_check_completes_what_a_writer_killed_between_its_writes_left(
    config: Config, store: Store, number: int, when: str, nth: int
) -> None:
    first = first_version(article("pier", "A", "Kept."))
    versions = [first, next_version(first, article("pier", "B", "Kept."), NOON + HOUR)][:number]
    for version in versions[:-1]:
        await append(store, version)
    assert run_until_killed(config, when, nth, number) == -signal.SIGKILL
    await check_again(store, versions[-1])
    assert await store.versions(first.article_id) == [replace(version, capture=None) for version in versions]
    assert [await matches(store, scope) for scope in ("added", "removed")] == [number - 1, number - 1]
    assert await store.head(first.article_id) == head_of(versions[-1])
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())


WRITER = """
import asyncio, sys
from pathlib import Path
from newscrawl.config import Config
from newscrawl.store import Store
from tests.store.samples import NOON, article, first_version, head_of

async def main():
    store = await Store.open(Config(home=Path(sys.argv[1]), mongo_timeout_seconds=60))
    async def append_many(name):
        for n in range(int(sys.argv[2])):
            version = first_version(article(f"{name}-{n}", f"Text {n} of {name}."))
            await store.append_version(version, expected=0, head=head_of(version))
            print(version.article_id, flush=True)
    await asyncio.gather(*(append_many(f"worker{w}") for w in range(4)))
    await store.close()

asyncio.run(main())
"""


async def test_mongod_killed_in_the_middle_loses_no_acknowledged_version(tmp_path: Path) -> None:
    home, per_worker = tmp_path / "home", 30
    store = await Store.open(Config(home=home, mongo_timeout_seconds=60))
    acknowledged: list[str] = []
    command = [sys.executable, "-c", WRITER, str(home), str(per_worker)]
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
    assert len(acknowledged) == 4 * per_worker
    assert missing == []
    assert (report.articles, report.versions, report.problems) == (4 * per_worker, 4 * per_worker, ())


async def test_stores_opened_at_once_after_a_kill_agree(config: Config) -> None:
    store = await Store.open(config)
    version = first_version(article("pier", "A"))
    await append(store, version)
    await delete_article(store, version)
    other = await Store.open(config)
    heads = await asyncio.gather(store.head(version.article_id), other.head(version.article_id))
    with pytest.raises(StaleHead):
        await append(store, first_version(article("pier", "Other"), NOON + HOUR))
    await store.close()
    await other.close()
    assert heads[0] == heads[1]
