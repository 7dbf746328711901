"""What is erased by order does not come back: neither in later generations, nor by a restore of an earlier one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.store import Store, payloads
from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.segments import _documents
from newscrawl.store.erasure import What, complete_pending, erase
from newscrawl.store.verify import verify
from tests.store.erasable import CLEAN, NAME, URL, WORDS, found, order, write_archive

from .conftest import BackUp, Restore

SOUGHT = {What.ARTICLE: (NAME, URL, "harbour master"), What.VERSION: (NAME,), What.PASSAGE: ("gambling", WORDS)}


def words_of(what: What) -> str:
    return WORDS if what is What.PASSAGE else ""


def number_of(what: What) -> int | None:
    return 2 if what in (What.VERSION, What.PAYLOAD) else None


def texts(folder: Path) -> Iterator[bytes]:
    """Yield everything that a folder has, unpacked, payloads too."""
    for path in (folder / "segments").iterdir():
        for document in _documents(path):
            yield document.lower()
    for path in folder.rglob("*.json*"):
        yield path.read_bytes().lower()


@pytest.mark.parametrize("what", list(SOUGHT))
async def test_a_backup_after_an_erasure_has_nothing_of_it_left_in_the_folder(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore, what: What
) -> None:
    key = await write_archive(store, is_redacted=what is not What.VERSION)
    await backup()
    await backup()
    assert await erase(store.db, order(what, number_of(what), key=key), words_of(what))
    report = await backup()
    assert report.ended == (1, 2)
    sought = [text.lower().encode() for text in SOUGHT[what]]
    assert not any(text in content for content in texts(folder) for text in sought)
    assert not (folder / "orders.jsonl").exists()
    await restored()
    other = await Store.open(elsewhere)
    assert await found(other, *SOUGHT[what]) == set()
    verified = await verify(other)
    assert (verified.problems, verified.orphans) == ((), ())
    assert verified.erased
    await other.close()


@pytest.mark.parametrize("what", [*SOUGHT, What.PAYLOAD])
async def test_a_restore_of_an_earlier_generation_obeys_an_order_of_later(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore, what: What
) -> None:
    """The archive is lost before the next backup: the order is noted in the folder all the same."""
    key = await write_archive(store, is_redacted=what is not What.VERSION)
    await backup()
    assert await erase(store.db, order(what, number_of(what), key=key), words_of(what))
    report = await restored()
    assert (report.orders, report.left) == (1, ())
    other = await Store.open(elsewhere)
    assert await found(other, *SOUGHT.get(what, ())) == set()
    verified = await verify(other)
    assert (verified.problems, verified.orphans) == ((), ())
    assert await other.db.erasures.count_documents({}) == 1
    await other.close()


async def test_an_older_copy_of_the_folder_obeys_the_orders_of_a_newer_one(
    store: Store, elsewhere: Config, folder: Path, tmp_path: Path, backup: BackUp, restored: Restore
) -> None:
    key = await write_archive(store)
    await backup()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    await erase(store.db, order(What.ARTICLE, key=key))
    await backup()
    report = await restored(copy, erasures_from=folder)
    assert report.orders == 1
    other = await Store.open(elsewhere)
    assert await found(other, *SOUGHT[What.ARTICLE]) == set()
    await other.close()


async def test_a_passage_whose_words_no_record_has_hides_its_article(
    store: Store, elsewhere: Config, folder: Path, tmp_path: Path, backup: BackUp, restored: Restore
) -> None:
    key = await write_archive(store)
    await backup()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    await erase(store.db, order(What.PASSAGE, key=key), WORDS)
    await backup()
    report = await restored(copy, erasures_from=folder)
    (line,) = report.left
    assert "the article is hidden" in line
    assert key in line
    other = await Store.open(elsewhere)
    assert await other.as_shown(key, None, {"headline": ""}) is None
    await other.close()


async def test_orders_of_an_export_are_obeyed(
    store: Store, elsewhere: Config, folder: Path, tmp_path: Path, backup: BackUp, restored: Restore
) -> None:
    from newscrawl.archive.export import Export
    from newscrawl.store.reader import Reader

    key = await write_archive(store, is_redacted=False)
    await backup()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    await erase(store.db, order(What.VERSION, 2, key=key))
    await Export(Reader.of_store(store), tmp_path / "export", "jsonl", None).run(lambda done: None)
    report = await restored(copy, erasures_from=tmp_path / "export" / "erasures.jsonl")
    assert (report.orders, report.left) == (1, ())
    other = await Store.open(elsewhere)
    assert await found(other, NAME) == set()
    await other.close()


async def test_an_order_about_an_article_that_a_generation_has_not_is_named(
    store: Store, folder: Path, tmp_path: Path, backup: BackUp, restored: Restore
) -> None:
    await backup()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    key = await write_archive(store)
    await erase(store.db, order(What.ARTICLE, key=key))
    await backup()
    (line,) = (await restored(copy, erasures_from=folder)).left
    assert "not in this generation" in line


async def test_an_erasure_that_was_cut_short_is_noted_when_it_is_completed(
    store: Store, folder: Path, backup: BackUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newscrawl.store.erasure import carrying_out

    key = await write_archive(store)
    await backup()

    async def killed(*_: object) -> None:
        raise ConnectionAbortedError

    carry_out = carrying_out._carry_out
    monkeypatch.setattr(carrying_out, "_carry_out", killed)
    with pytest.raises(ConnectionAbortedError):
        await erase(store.db, order(What.PASSAGE, key=key), WORDS)
    monkeypatch.setattr(carrying_out, "_carry_out", carry_out)
    await complete_pending(store.db)
    assert WORDS in (folder / "orders.jsonl").read_text()


async def test_a_folder_that_cannot_be_reached_is_named_in_the_log(
    store: Store, folder: Path, backup: BackUp, caplog: pytest.LogCaptureFixture
) -> None:
    key = await write_archive(store)
    await backup()
    shutil.rmtree(folder)
    await erase(store.db, order(What.ARTICLE, key=key))
    assert f"backup={folder}" in caplog.text


async def test_other_articles_keep_their_pages_when_one_is_erased(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    key = await write_archive(store)
    await backup()
    await erase(store.db, order(What.ARTICLE, key=key))
    await backup()
    await restored()
    other = await Store.open(elsewhere)
    bodies = [await payloads.get(other.db, each["_id"]) async for each in other.db.payloads.find({"part_of": None})]
    assert any(b"Another article" in (body or b"") for body in bodies)
    assert not any(CLEAN[0].encode() in (body or b"") for body in bodies)
    await other.close()


async def test_a_restored_archive_is_backed_up_to_the_same_folder(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    from newscrawl.store.backup import back_up

    from .conftest import silent

    await write_archive(store)
    await backup()
    await restored()
    other = await Store.open(elsewhere)
    report = await back_up(other, folder, keep=14, progress=silent)
    assert report.generation == 2
    assert report.written <= 3  # the run that is lost, and the generation of what is visible
    await other.close()
    assert Folder.open(folder).generations() == [1, 2]
