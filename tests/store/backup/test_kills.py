"""A backup that is killed leaves the generation before; a restore that is killed goes on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.errors import RestoreUnfinished
from newscrawl.store import Store
from newscrawl.store.backup.folder import Folder
from newscrawl.store.erasure import What, erase
from newscrawl.store.verify import verify
from tests.forked import commands as forked
from tests.store.erasable import NAME, URL, found, order, write_archive
from tests.store.samples import HOUR, NOON, append, article, first_version, next_version

from .conftest import BackUp, Restore

pytestmark = pytest.mark.slow

# Kills itself before the nth call of the operating system that writes, moves, syncs or deletes a file, or the nth
# write to the database.
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from pymongo import monitoring
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.store.backup import back_up, restore

uri, database, folder, what, nth = sys.argv[1:5] + [int(sys.argv[5])]
left = [nth]

def count():
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1

class Killer(monitoring.CommandListener):
    def started(self, event):
        if what == "restore" and event.command_name in ("insert", "update", "createIndexes", "delete"):
            count()
    def succeeded(self, event): pass
    def failed(self, event): pass

def silent(*_): pass

async def main():
    config = Config(mongo_uri=uri, mongo_database=database)
    if what == "restore":
        await restore(config, Path(folder), generation=None, compares=True, erasures_from=None, progress=silent)
        return
    store = await Store.open(config)
    for name in ("fsync", "replace", "rename", "unlink"):
        original = getattr(os, name)
        def counting(*args, _original=original, **more):
            count()
            return _original(*args, **more)
        setattr(os, name, counting)
    await back_up(store, Path(folder), keep=3, progress=silent)
    await store.close()

monitoring.register(Killer())
asyncio.run(main())
"""


def run(config: Config, folder: Path, what: str, nth: int) -> int:
    code = forked.program(KILLED, [config.mongo_uri or "", config.mongo_database, str(folder), what, str(nth)])
    assert code in (0, -signal.SIGKILL)
    return code


async def test_a_backup_killed_at_any_of_its_writes_leaves_the_generation_before(
    store: Store, config: Config, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    key = await write_archive(store)
    version = first_version(article("mole", "A"))
    await append(store, version)
    await backup()
    kills = 0
    for nth in range(0, 400, 3):
        version = next_version(version, article("mole", f"Text {nth}"), NOON + (nth + 1) * HOUR)
        await append(store, version)
        if nth == 9:
            await erase(store.db, order(What.ARTICLE, key=key))
        before = Folder.open(folder).generations()
        code = run(config, folder, "backup", nth)
        after = Folder.open(folder).generations()
        assert after
        assert after[-1] in (before[-1], before[-1] + 1)
        await restored()
        other = await Store.open(elsewhere)
        assert (await verify(other)).problems == ()
        assert nth < 9 or await found(other, NAME, URL) == set()
        await other.db.client.drop_database(other.db.name)
        await other.close()
        if code == 0:
            break
        kills += 1
    assert kills >= 5
    assert code == 0
    report = await backup()
    needed = {each.file for n in Folder.open(folder).generations() for each in Folder.open(folder).manifest(n).segments}
    assert {path.name for path in (folder / "segments").iterdir()} <= needed
    assert report.repaired == ()


async def test_a_restore_killed_at_any_of_its_writes_goes_on(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp
) -> None:
    key = await write_archive(store)
    await backup()
    await erase(store.db, order(What.ARTICLE, key=key))  # noted in the folder, so that the restore carries it out
    kills = 0
    for nth in range(0, 400, 7):
        code = run(elsewhere, folder, "restore", nth)
        if code:
            kills += 1
            if await _is_begun(elsewhere):
                with pytest.raises(RestoreUnfinished):
                    await Store.open(elsewhere)
            assert run(elsewhere, folder, "restore", 10_000) == 0
        other = await Store.open(elsewhere)
        assert (await verify(other)).problems == ()
        assert await found(other, NAME, URL) == set()
        assert await other.db.erasures.count_documents({}) == 1
        await other.db.client.drop_database(other.db.name)
        await other.close()
        if code == 0:
            break
    assert kills >= 5
    assert code == 0


async def _is_begun(config: Config) -> bool:
    store = await Store.open(config, is_restored=True)
    schema = await store.db.meta.find_one({"_id": "schema"})
    await store.close()
    return bool(schema and "restoring" in schema)
