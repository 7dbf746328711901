"""A backup is a whole archive, however it was changed in between; only what is new is written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.errors import BackupError, LeaseHeld
from newscrawl.items import Channel, Check, Finding, Hold, Outcome, RunRecord, Subscription, Wanted
from newscrawl.store import Store, held_versions, indexes, payloads, takedowns
from newscrawl.store.backup.folder import Folder
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.verify import verify
from tests.store.erasable import write_archive
from tests.store.samples import HOUR, NOON, SOURCE, append, article, first_version, head_of, next_version

from .conftest import BackUp, Restore, contents

TERM = timedelta(minutes=10)


async def test_everything_is_there_again(store: Store, elsewhere: Config, backup: BackUp, restored: Restore) -> None:
    await write_archive(store)
    await store.note_imported(["a key"])
    await store.save_backfill("quay", {"page": 7})
    await store.add_subscription(Subscription("quay", Channel("mail", "reader@example.org"), NOON, "token", Wanted()))
    await backup()
    report = await restored()
    assert report.is_compared
    assert report.left == ()
    other = await Store.open(elsewhere)
    expected, found = await contents(store), await contents(other)
    for rows in (expected["versions"], expected["alarms"], expected["events"]):
        for row in rows:
            row.pop("announce", None)
    expected["runs"] = [{**row, "ended_at": None, "reason": None} for row in expected["runs"]]
    found["runs"] = [{**row, "ended_at": None, "reason": None} for row in found["runs"]]
    assert found == expected
    verified = await verify(other)
    assert (verified.problems, verified.orphans) == ((), ())
    assert {index async for index in _indexes(other)} == {index async for index in _indexes(store)}
    await other.close()


async def _indexes(store: Store):  # type: ignore[no-untyped-def]
    for name in indexes.all_indexes():
        for index in await store.db[name].index_information():
            yield name, index


async def test_a_second_backup_writes_what_is_new_or_changed_alone(store: Store, backup: BackUp) -> None:
    versions = [first_version(article(f"pier-{n}", f"Text {n}.")) for n in range(200)]
    for version in versions:
        await append(store, version)
    first = await backup()
    second = await backup()
    assert (second.generation, second.written, second.written_bytes) == (2, 0, 0)
    await append(store, next_version(versions[0], article("pier-0", "Another text."), NOON + HOUR))
    third = await backup()
    assert third.written == 5  # article, version, added, removed, payload
    assert third.written_bytes < first.written_bytes / 10


async def test_every_generation_is_a_restore_point(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    await backup()
    await append(store, next_version(version, article("pier", "B"), NOON + HOUR))
    await backup()
    await restored(generation=1)
    other = await Store.open(elsewhere)
    assert len(await other.versions(version.article_id)) == 1
    assert (await verify(other)).problems == ()
    await other.close()


async def test_generations_beyond_those_to_keep_go_with_what_only_they_need(
    store: Store, folder: Path, backup: BackUp
) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    for number in range(5):
        await store.touch(head_of(version, next_check_reason=f"reason {number}"))
        await backup(keep=2)
    there = Folder.open(folder)
    assert there.generations() == [4, 5]
    needed = {segment.file for n in (4, 5) for segment in there.manifest(n).segments}
    assert {path.name for path in there.segments.iterdir()} <= needed


@pytest.mark.slow
async def test_segments_of_a_year_of_backups_are_joined(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    versions = []
    for number in range(60):
        versions.append(first_version(article(f"pier-{number}", f"Text {number}.")))
        await append(store, versions[-1])
        await backup(keep=1)
    manifest = Folder.open(folder).manifest(60)
    by_collection = [segment.collection for segment in manifest.segments]
    assert max(map(by_collection.count, by_collection)) <= 26
    await restored()
    other = await Store.open(elsewhere)
    assert (await verify(other)).versions == 60
    await other.close()


async def test_leases_and_marks_stay_behind(store: Store, elsewhere: Config, backup: BackUp, restored: Restore) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    await store.claim_each([version.article_id], NOON + 2 * HOUR, "a run", term=TERM)
    await store.open_alarm(SOURCE, Finding("walled", "none could be read"), at=NOON)
    await store.start_run(RunRecord("4a5b", SOURCE, NOON))
    await backup()
    await restored()
    other = await Store.open(elsewhere)
    found = await other.db.articles.find_one({"_id": version.article_id})
    assert found is not None
    assert "lease" not in found
    assert found["claim_at"] == found["next_check_at"]
    assert await other.announcement_marks() == []
    (run,) = await other.runs()
    assert run.reason == "lost"
    again = await other.start_run(RunRecord("5b6c", SOURCE, NOON))
    assert again.token == 1
    await other.close()


async def test_what_is_ended_since_does_not_come_back_with_an_older_generation(
    store: Store, elsewhere: Config, folder: Path, backup: BackUp, restored: Restore
) -> None:
    for name in ("stays", "leaves"):
        mail = Channel("mail", f"{name}@example.org")
        await store.add_subscription(Subscription(name, mail, NOON, f"token of {name}", Wanted()))
    await append(store, first_version(article("pier", "A")))
    await backup()
    await store.remove_subscription("leaves", NOON)
    await backup()
    await restored(generation=1)
    other = await Store.open(elsewhere)
    assert [each.name for each in await other.subscriptions()] == ["stays"]
    await other.close()
    assert len(list((folder / "segments").glob("*.subscriptions.*"))) == 1


async def test_an_operator_who_decides_meanwhile_is_waited_for(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count of edits is written before the versions that it counts: a copy of in between would be a fault."""
    version = first_version(article("pier", "A"))
    await append(store, version)
    edit = next_version(version, article("pier", "B"), NOON + HOUR)
    await store.append_version(edit, expected=1, head=head_of(edit), hold=Hold.PENDING)
    key = {"_id": version.article_id}
    await store.db.articles.update_one(key, {"$set": {"edits": 1}})  # as `publish` has just done
    slept = []

    async def settle(seconds: float) -> None:
        slept.append(seconds)
        await held_versions.publish(store.db, SOURCE, [(version.article_id, 2)])

    monkeypatch.setattr("newscrawl.store.backup.copying.pause", settle)
    assert (await backup()).unsettled == 0
    assert slept
    await restored()
    other = await Store.open(elsewhere)
    assert (await verify(other)).problems == ()
    await other.close()


async def test_a_fault_of_the_archive_is_copied_and_counted(store: Store, backup: BackUp) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    await store.db.articles.update_one({"_id": version.article_id}, {"$set": {"edits": 7}})
    assert (await backup()).unsettled == 1


async def test_documents_of_any_id_and_date_are_copied(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    from bson import Int64, ObjectId
    from bson.datetime_ms import DatetimeMS

    documents = [
        {"_id": ObjectId(), "n": Int64(1)}, {"_id": "text", "at": DatetimeMS(253402300800000 * 10)}, {"_id": 3},
        {"_id": {"a": 1}, "announce": 1, "far": DatetimeMS(-(2**60))}, {"_id": 2.5}, {"_id": b"bytes"}, {"_id": None},
    ]  # fmt: skip
    await store.db.of_a_newer_release.insert_many(documents)
    await store.db.events.insert_many([{**document, "announce": 1} for document in documents])
    await backup()
    report = await restored()
    assert report.is_compared
    other = await Store.open(elsewhere)
    assert await other.db.of_a_newer_release.count_documents({}) == len(documents)
    assert await other.db.events.count_documents({"announce": {"$exists": False}}) == len(documents)
    await other.close()


async def test_large_payloads_in_parts_are_copied(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "PART_BYTES", 1000)
    import hashlib
    import random

    body = random.Random(7).randbytes(20_000)
    digest = hashlib.sha256(body).hexdigest()
    await payloads.put(GatheredCommands(store.db), digest, body)
    await backup()
    await restored()
    other = await Store.open(elsewhere)
    assert await payloads.get(other.db, digest) == body
    await other.close()


async def test_checks_are_counted_once(store: Store, elsewhere: Config, backup: BackUp, restored: Restore) -> None:
    from newscrawl.store import check_counts

    version = first_version(article("pier", "A"))
    await append(store, version)
    for minutes in range(5):
        await store.check(
            Check(version.article_id, SOURCE, version.article.url, NOON + timedelta(minutes=minutes), Outcome.UNCHANGED)
        )
    await store.write_check_log()
    await backup()
    await check_counts.count(store.db, NOON + timedelta(days=4000))
    await backup()
    for generation in (1, 2):
        await restored(generation=generation)
        other = await Store.open(elsewhere)
        await check_counts.count(other.db, NOON + timedelta(days=4000))
        (month,) = await check_counts.months(other.db, version.article_id)
        assert month.checks == 5
        await other.db.client.drop_database(other.db.name)
        await other.close()


async def test_takedowns_since_an_older_generation_are_decided_again(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    first = first_version(article("pier", "A"))
    second = next_version(first, article("pier", "A", "The warden left."), NOON + HOUR)
    others = [first_version(article(guid, f"{guid} stands", "The warden stays.")) for guid in ("quay", "lock", "mole")]
    await append(store, first)
    await append(store, second)
    for each in others:
        await append(store, each)
    quay, lock, mole = (each.article_id for each in others)
    await takedowns.hide(store.db, lock, None, reason="order 0", by="clerk", at=NOON)
    await backup()
    new = first_version(article("weir", "New"))
    await append(store, new)
    db, facts = store.db, {"by": "clerk", "at": NOON + 5 * HOUR}
    await takedowns.hide(db, first.article_id, 1, reason="order 1: of a court", **facts)
    await takedowns.redact(db, quay, "The warden stays.", reason="order 2", **facts)
    await takedowns.unhide(db, lock, None, reason="appeal", **facts)
    await takedowns.hide(db, mole, None, reason="order 3", by="clerk", at=NOON + 6 * HOUR)
    await takedowns.unhide(db, mole, None, reason="a mistake", by="clerk", at=NOON + 7 * HOUR)
    await takedowns.hide(db, new.article_id, None, reason="order 4", **facts)
    # As an erasure of version 2 leaves it: that alone, and not the article, is what it was about.
    erased = {"article_id": first.article_id, "source": SOURCE, "at": facts["at"], "kind": "hidden"}
    await db.events.insert_one({**erased, "detail": "version 2", "by": "clerk"})
    await backup()
    report = await restored(generation=1)
    assert report.takedowns == 5
    (line,) = report.left
    assert new.article_id in line
    assert "order 4" in line
    other = await Store.open(elsewhere)
    try:
        found = {each["_id"]: each async for each in other.db.articles.find()}
        assert "hidden" not in found[lock]
        assert "hidden" not in found[mole]
        assert [each["words"] for each in found[quay]["withheld"]["passages"]] == ["The warden stays."]
        hidden = await other.db.versions.find({"hidden": {"$exists": True}}).to_list()
        assert [(each["article_id"], each["number"]) for each in hidden] == [(first.article_id, 1)]
        assert hidden[0]["hidden"] == {"reason": "order 1: of a court", **facts}
        assert (await verify(other)).problems == ()
    finally:
        await other.close()


async def test_an_empty_archive_is_backed_up_too(store: Store, backup: BackUp, restored: Restore) -> None:
    await store.db.meta.delete_many({"_id": {"$ne": "schema"}})
    assert (await backup()).documents == 0
    assert (await restored()).documents == 0


async def test_two_backups_at_once_are_refused(store: Store, folder: Path, backup: BackUp) -> None:
    await backup()
    with Folder.open(folder).locked(), pytest.raises(LeaseHeld, match="another backup writes to"):
        await backup()


async def test_a_backup_waits_for_an_erasure_and_refuses_one_that_was_cut_short(
    store: Store, backup: BackUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.store.backup.generation.PENDING_SECONDS", 1)
    await store.db.erasures.insert_one({"_id": "an order", "pending": {"versions": []}})
    with pytest.raises(LeaseHeld, match="newscrawl erase"):
        await backup()


async def test_a_folder_of_others_is_refused(store: Store, tmp_path: Path, folder: Path, backup: BackUp) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(BackupError, match="is not empty"):
        await backup(other)
    file = tmp_path / "file"
    file.write_text("text")
    with pytest.raises(BackupError, match="file cannot be written"):
        await backup(file)
    await backup()
    await store.db.meta.update_one({"_id": "backup"}, {"$set": {"archive": "another"}})
    with pytest.raises(BackupError, match="of another archive"):
        await backup()
