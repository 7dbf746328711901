"""Files that are damaged, missing or foreign are named, with the way out; nothing half restored looks whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.errors import BackupError, RestoreUnfinished, SchemaMismatch
from newscrawl.store import Store
from newscrawl.store.backup import check_folder
from newscrawl.store.backup import manifest as manifests
from newscrawl.store.backup.folder import Folder
from newscrawl.store.migrations import runner
from newscrawl.store.reader import Reader
from newscrawl.store.verify import verify
from tests.store.samples import HOUR, NOON, append, article, first_version, next_version

from .conftest import BackUp, Restore, silent

Spoil = Callable[[Path], object]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def exchange(path: Path) -> None:
    """Put the file of another collection in its place."""
    other = next(each for each in sorted(path.parent.iterdir()) if each != path)
    path.write_bytes(other.read_bytes())


@pytest.fixture
async def two_generations(store: Store, backup: BackUp) -> str:
    version = first_version(article("pier", "A"))
    await append(store, version)
    await backup()
    await append(store, next_version(version, article("pier", "B"), NOON + HOUR))
    await backup()
    return version.article_id


def newest(folder: Path, collection: str) -> Path:
    return sorted((folder / "segments").glob(f"*.{collection}.bson.zst"))[-1]


@pytest.mark.parametrize("spoil", [flip, truncate, exchange, Path.unlink])
async def test_a_damaged_file_is_named_and_a_generation_without_it_can_be_restored(
    two_generations: str, elsewhere: Config, folder: Path, restored: Restore, spoil: Spoil
) -> None:
    path = newest(folder, "versions")
    spoil(path)
    for attempt in (lambda: restored(), lambda: _checked(folder)):
        with pytest.raises(BackupError) as error:
            await attempt()
        assert path.name in str(error.value)
        assert "another copy of the backup" in str(error.value)
        assert "--generation 1" in str(error.value)
    await _drop(elsewhere)
    await restored(generation=1)


async def _checked(folder: Path) -> object:
    return check_folder(folder, None, silent)


async def _drop(config: Config) -> None:
    store = await Store.open(config, is_restored=True)
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest.mark.parametrize("spoil", [truncate, Path.unlink])
async def test_the_next_backup_writes_again_what_was_damaged(
    store: Store, two_generations: str, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore, spoil: Spoil
) -> None:
    path = newest(folder, "payloads")
    spoil(path)
    report = await backup()
    assert [path.name in line for line in report.repaired] == [True]
    await restored()
    other = await Store.open(elsewhere)
    assert (await verify(other)).problems == ()
    await other.close()


@pytest.mark.parametrize("content", [None, b"", b"no table at all" * 400])
async def test_an_index_that_is_lost_or_damaged_is_made_anew(
    two_generations: str, folder: Path, backup: BackUp, content: bytes | None
) -> None:
    (folder / "index.sqlite").unlink()
    if content is not None:
        (folder / "index.sqlite").write_bytes(content)
    report = await backup()
    assert (report.generation, report.written) == (3, 0)


@pytest.mark.parametrize(
    "spoil",
    [
        flip,
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_text("{}"),
        lambda path: path.write_text("["),
    ],
)
async def test_a_damaged_manifest_is_named(
    two_generations: str, folder: Path, backup: BackUp, restored: Restore, spoil: Spoil
) -> None:
    path = folder / "generations" / "000002.json"
    spoil(path)
    for attempt in (backup, restored):
        with pytest.raises(BackupError, match=r"000002\.json is damaged .* delete it"):
            await attempt()
    path.unlink()
    await restored()
    assert (await backup()).generation == 2


async def test_a_folder_that_is_no_backup_is_named(tmp_path: Path, restored: Restore) -> None:
    with pytest.raises(BackupError, match="is no backup"):
        await restored(tmp_path / "nothing")
    with pytest.raises(BackupError, match="is no backup"):
        await restored(tmp_path)
    (tmp_path / "newscrawl-backup.json").write_text("{")
    with pytest.raises(BackupError, match="is damaged"):
        await restored(tmp_path)
    (tmp_path / "newscrawl-backup.json").write_text('{"format": 99, "archive": "x"}')
    with pytest.raises(BackupError, match="newer newscrawl"):
        await restored(tmp_path)
    (tmp_path / "newscrawl-backup.json").write_text('{"format": 1, "archive": "x"}')
    with pytest.raises(BackupError, match="no complete generation"):
        await restored(tmp_path)


async def test_a_generation_that_is_not_there_is_named(two_generations: str, restored: Restore) -> None:
    with pytest.raises(BackupError, match="has no generation 7; it has: 1, 2"):
        await restored(generation=7)


async def test_a_database_that_is_not_empty_is_refused(
    store: Store, two_generations: str, elsewhere: Config, restored: Restore
) -> None:
    other = await Store.open(elsewhere)
    await append(other, first_version(article("mole", "A")))
    with pytest.raises(BackupError, match="is not empty: it has articles"):
        await restored()
    assert await other.db.articles.count_documents({}) == 1
    await other.close()


async def test_a_database_that_was_opened_and_is_empty_is_taken(
    two_generations: str, elsewhere: Config, restored: Restore
) -> None:
    await (await Store.open(elsewhere)).close()
    assert (await restored()).is_compared


async def test_a_half_restored_database_is_refused_to_all_but_the_same_restore(
    store: Store, two_generations: str, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    path = newest(folder, "payloads")
    whole = path.read_bytes()
    flip(path)
    with pytest.raises(BackupError):
        await restored()
    for opening in (Store, Reader):
        with pytest.raises(RestoreUnfinished, match="newscrawl restore"):
            await opening.open(elsewhere)
    with pytest.raises(RestoreUnfinished, match="drop the database"):
        await restored(generation=1)
    path.write_bytes(whole)
    await restored()
    other = await Store.open(elsewhere)
    assert (await verify(other)).problems == ()
    await other.close()


async def test_what_somebody_else_wrote_meanwhile_is_found(
    two_generations: str, elsewhere: Config, folder: Path, restored: Restore
) -> None:
    path = newest(folder, "payloads")
    whole = path.read_bytes()
    flip(path)
    with pytest.raises(BackupError):
        await restored()
    path.write_bytes(whole)
    other = await Store.open(elsewhere, is_restored=True)
    await other.db.versions.update_one({"number": 1}, {"$set": {"headline": "Forged"}})
    with pytest.raises(BackupError, match="documents of versions were altered"):
        await restored()
    await other.db.versions.delete_one({"number": 1})
    with pytest.raises(BackupError, match="versions has 1 documents in place of 2"):
        await restored()
    await other.close()


async def test_a_generation_of_a_newer_schema_is_refused(two_generations: str, folder: Path, restored: Restore) -> None:
    path = folder / "generations" / "000002.json"
    content = json.loads(path.read_text())["manifest"]
    content["schema"] = 99
    path.write_text(json.dumps({"manifest": content, "sha256": manifests._digest(content)}))
    with pytest.raises(SchemaMismatch, match="upgrade newscrawl"):
        await restored()


async def test_a_generation_of_an_older_schema_is_migrated_after_its_restore(
    store: Store, two_generations: str, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    await store.db.versions.update_many({}, {"$unset": {"place": ""}})
    await backup()
    path = folder / "generations" / "000003.json"
    content = json.loads(path.read_text())["manifest"]
    content["schema"] = 1
    path.write_text(json.dumps({"manifest": content, "sha256": manifests._digest(content)}))
    report = await restored()
    assert "run `newscrawl migrate`" in report.left[0]
    with pytest.raises(SchemaMismatch, match=r"run `.*newscrawl migrate`"):
        await Store.open(elsewhere)
    other = await Store.open(elsewhere, may_be_older=True)
    await runner.migrate(other, tell=silent)
    await other.close()
    other = await Store.open(elsewhere)
    assert await other.db.versions.count_documents({"place": None}) == 0
    assert (await verify(other)).problems == ()
    await other.close()


async def test_files_are_for_their_owner_alone(two_generations: str, folder: Path) -> None:
    for path in Folder.open(folder).segments.iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
