"""The log in the database: what is appended when, by whom, and what is left of it after an erasure."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append, finish_rotation
from newscrawl.store import Store, exported_histories, takedowns
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.tlog import checkpoints, sequencer, state, tree
from newscrawl.store.tlog.report import LogReport
from newscrawl.store.tlog.verification import verify_log
from newscrawl.store.verify import verify
from newscrawl.tlog import Signer, is_version_entry, key_file, parse_checkpoint
from newscrawl.tlog.merkle import leaf_hash
from tests.store.samples import NOON, SOURCE, article, first_version, next_version, set_head_back
from tests.store.samples import append as append_version
from tests.tlog.archive import NAME, record, with_log


async def entries(store: Store) -> list[bytes]:
    seen = await state(store.db)
    assert seen is not None
    return [entry for index in range(seen.size) if (entry := await tree.entry(store.db, index)) is not None]


async def verified(store: Store) -> LogReport:
    """Return the report on a log without problems, each of whose versions is in it once."""
    report = await verify_log(store, store.db)
    assert report.problems == []
    leaves = [leaf async for leaf in store.db.tlog_leaves.find({})]
    versions = [entry for entry in await entries(store) if is_version_entry(entry)]
    assert len({leaf["index"] for leaf in leaves}) == len(leaves) == len(versions) == len(set(versions))
    return report


async def test_an_existing_archive_is_appended_in_whole(store: Store, config: Config) -> None:
    await record(store, "old", 3, is_of_0_1=True)
    await store.db.versions.update_many({}, {"$unset": {"unlogged": ""}})  # as an older newscrawl left them
    await record(store, "new", 2)
    await log_keys.create(store, config, NAME)
    done = await append(store, config)
    assert (done.before, done.size) == (1, 6)
    assert parse_checkpoint(done.checkpoint).root == await tree.root(store.db, 6)
    assert (await verified(store)).notes == []
    assert await store.db.versions.count_documents({"unlogged": {"$exists": True}}) == 0


async def test_many_versions_fill_tiles(store: Store, config: Config) -> None:
    """The tree over 600 versions, appended with others recorded in between, is that over its entries."""
    first = first_version(article("lamp", "A"))
    await append_version(store, first)
    template = await store.db.versions.find_one({}, {"_id": 0})
    head = await store.db.articles.find_one({}, {"_id": 0})
    assert template is not None
    assert head is not None
    ids = [f"copy-{number:04}" for number in range(600)]
    await store.db.articles.insert_many([{**head, "_id": key} for key in ids])
    chains = [hashlib.sha256(key.encode()).hexdigest() for key in ids]
    await store.db.versions.insert_many(
        [
            {**template, "_id": f"{key}:1", "article_id": key, "chain": chain}
            for key, chain in zip(ids, chains, strict=True)
        ]
    )
    await log_keys.create(store, config, NAME)
    await sequencer.step(store.db)
    await record(store, "between", 2)
    done = await append(store, config)
    assert done.size == 1 + 601 + 2
    hashes = [leaf_hash(entry) for entry in await entries(store)]
    total = hashes
    while len(total) > 1:  # levels in pairs, an odd one moves up: the same tree, computed otherwise
        total = [
            hashlib.sha256(b"\x01" + total[at] + total[at + 1]).digest() if at + 1 < len(total) else total[at]
            for at in range(0, len(total), 2)
        ]
    assert parse_checkpoint(done.checkpoint).root == total[0]
    assert await store.db.tlog_tiles.count_documents({}) == 3 + 3 + 1  # bundles, hashes of leaves, hashes of two tiles
    await verified(store)


async def test_a_version_that_its_article_has_not_reached_waits(store: Store, config: Config) -> None:
    """A late one may be withdrawn still; the others do not wait for it."""
    first = await record(store, "pier")
    second = next_version(first, article("pier", "B"), NOON)
    await append_version(store, second)
    await set_head_back(store, first)
    await store.db.versions.update_one({"_id": f"{first.article_id}:2"}, {"$unset": {"unlogged": ""}})
    await log_keys.create(store, config, NAME)
    assert (await append(store, config)).size == 2
    assert (await verify_log(store, store.db)).notes == ["1 versions are not in the log yet"]
    await store.head(first.article_id)  # repairs it
    assert (await append(store, config)).size == 3
    await verified(store)


async def test_nothing_is_appended_twice_by_many_at_once(store: Store, config: Config) -> None:
    await log_keys.create(store, config, NAME)
    for number in range(12):
        await record(store, f"article-{number}")
    others = await asyncio.gather(*(Store.open(config) for _ in range(4)))
    try:
        await asyncio.gather(*(append(each, config) for each in others))
    finally:
        await asyncio.gather(*(each.close() for each in others))
    assert (await append(store, config)).size == 13
    await verified(store)


async def test_a_writer_that_was_overtaken_shortens_no_tile(store: Store, config: Config) -> None:
    await log_keys.create(store, config, NAME)
    await record(store, "first")
    seen = await state(store.db)
    assert seen is not None
    versions = await store.db.versions.find({}).to_list()
    leaf = sequencer._leaf(versions[0])
    stale = {"start": seen.size, "leaves": [leaf]}
    await append(store, config)
    await record(store, "second", 3)
    done = await append(store, config)
    await sequencer._carry_out(store.db, stale)  # it read the batch before, and slept
    assert await tree.root(store.db, done.size) == parse_checkpoint(done.checkpoint).root
    await verified(store)


async def test_a_mark_that_comes_back_appends_nothing_twice(store: Store, config: Config) -> None:
    """An erasure replaces a version by what it read before the log took it."""
    done = await with_log(store, config)
    await store.db.versions.update_many({}, {"$set": {"unlogged": True}})
    assert (await append(store, config)).size == done.size
    assert await store.db.versions.count_documents({"unlogged": True}) == 0


@pytest.mark.parametrize("what", list(What))
@pytest.mark.parametrize("is_of_0_1", [False, True])
async def test_an_erasure_leaves_the_log_valid(store: Store, config: Config, what: What, is_of_0_1: bool) -> None:
    version = await record(store, "pier", 3, is_of_0_1=is_of_0_1)
    await log_keys.create(store, config, NAME)
    before = (await append(store, config)).checkpoint
    number = 2 if what in (What.VERSION, What.PAYLOAD) else None
    order = Order(version.article_id, SOURCE, what, number, "court order 14/26", "clerk", datetime.now(UTC))
    assert await erase(store.db, order, "Wording 1 of pier" if what is What.PASSAGE else "")
    await verified(store)
    assert (await verify(store)).problems == ()
    await record(store, "next")
    assert (await append(store, config)).size == parse_checkpoint(before).size + 1
    report = await verified(store)
    assert report.notes == []


async def test_what_was_erased_of_an_old_version_cannot_be_guessed_by_its_entry(store: Store, config: Config) -> None:
    """Its chain covers the text itself, so that the entry has it under a salt, which goes."""
    version = await record(store, "pier", 1, is_of_0_1=True)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    assert version.chain.encode() not in b"".join(await entries(store))
    (leaf,) = await store.db.tlog_leaves.find({}).to_list()
    assert leaf["blind"]
    order = Order(version.article_id, SOURCE, What.ARTICLE, None, "court order", "clerk", datetime.now(UTC))
    await erase(store.db, order)
    (leaf,) = await store.db.tlog_leaves.find({}).to_list()
    assert "blind" not in leaf


async def test_a_takedown_changes_nothing_of_the_log(store: Store, config: Config) -> None:
    version = await record(store, "pier", 2)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    await takedowns.hide(store.db, version.article_id, None, reason="order", by="clerk", at=NOON)
    await verified(store)


async def test_a_history_that_was_imported_from_an_export_gets_into_the_log(store: Store, config: Config) -> None:
    await log_keys.create(store, config, NAME)
    await append(store, config)
    version = first_version(article("pier", "A"))
    await exported_histories.put_version(store, version, None, None)
    assert (await append(store, config)).size == 1, "its article is not there yet"
    await append_version(store, version)
    assert (await append(store, config)).size == 2
    assert (await verified(store)).notes == []


async def test_recording_needs_neither_log_nor_key(store: Store, config: Config) -> None:
    await record(store, "pier", 2)
    assert await state(store.db) is None
    assert not config.log_key.exists()
    assert await verify_log(store, store.db) == LogReport()


async def test_of_checkpoints_without_a_stamp_the_last_of_each_day_stays(store: Store, config: Config) -> None:
    await with_log(store, config)
    signed = []
    for number in range(6):
        await record(store, f"quay{number}")
        signed.append((await append(store, config)).size)
    days = (9, 9, 9, 8, 3, 1)  # before now
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0)
    for number, (size, ago) in enumerate(zip(signed, days, strict=True)):
        at = noon - timedelta(days=ago) + timedelta(minutes=number)
        await store.db.tlog_checkpoints.update_one({"_id": size}, {"$set": {"at": at}})
    await checkpoints.set_stamp(store.db, signed[1], b"stamp", now)
    await store.db.tlog_checkpoints.delete_many({"_id": {"$nin": signed}})
    await record(store, "newest")
    newest = (await append(store, config)).size
    found = [each["_id"] async for each in store.db.tlog_checkpoints.find().sort("_id", 1)]
    assert found == [*signed[1:], newest]
    await verified(store)


# Keys


async def test_a_rotated_key_signs_from_its_entry_on(store: Store, config: Config) -> None:
    first = await with_log(store, config)
    old = key_file.read(config.log_key)
    await record(store, "between")
    new = await log_keys.rotate(store, config, is_lost=False)
    assert str(key_file.read(config.log_key).verifier) == new != str(old.verifier)
    assert config.log_key.stat().st_mode & 0o777 == 0o600
    newest = await checkpoints.newest(store.db)
    assert newest is not None
    assert newest.size == first.size + 2
    await verified(store)
    key_file.write(config.log_key, old)
    with pytest.raises(ConfigError, match="the key file holds"):
        await append(store, config)


async def test_a_lost_key_is_replaced_and_the_log_says_so(store: Store, config: Config) -> None:
    await with_log(store, config)
    with pytest.raises(ConfigError, match="it is not lost"):
        await log_keys.rotate(store, config, is_lost=True)
    config.log_key.unlink()
    with pytest.raises(ConfigError, match="there is no key of the log"):
        await append(store, config)
    with pytest.raises(ConfigError, match="there is no key of the log"):
        await log_keys.rotate(store, config, is_lost=False)
    await log_keys.rotate(store, config, is_lost=True)
    assert any(b"\nlost\n" in entry for entry in await entries(store))
    await verified(store)


async def test_a_rotation_that_was_cut_short_is_finished(store: Store, config: Config) -> None:
    await with_log(store, config)
    old = key_file.read(config.log_key)
    new = await log_keys.rotate(store, config, is_lost=False)
    key_file.write(key_file.next_path(config.log_key), key_file.read(config.log_key))
    key_file.write(config.log_key, old)  # killed before the file took its place
    await finish_rotation(store, config)
    assert str(key_file.read(config.log_key).verifier) == new
    assert not key_file.next_path(config.log_key).exists()
    await append(store, config)


async def test_the_next_key_waits_until_the_log_has_it(store: Store, config: Config) -> None:
    await with_log(store, config)
    waiting = Signer.generate(NAME)
    key_file.write(key_file.next_path(config.log_key), waiting)  # killed before the log had it
    await finish_rotation(store, config)
    await append(store, config)
    assert await log_keys.rotate(store, config, is_lost=False) == str(waiting.verifier)
    await verified(store)


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ("", 0o600, "holds no Ed25519 key"),
        ("\udcff", 0o600, "cannot be read"),
        ("PRIVATE+KEY+a+00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", 0o600, "the id of its key"),
        ("anything", 0o644, "others may read"),
    ],
)
async def test_a_key_file_that_is_wrong_is_named(
    store: Store, config: Config, content: str, mode: int, message: str
) -> None:
    await with_log(store, config)
    config.log_key.write_text(content, errors="surrogateescape")
    config.log_key.chmod(mode)
    with pytest.raises(ConfigError, match=message) as caught:
        await append(store, config)
    assert str(config.log_key) in str(caught.value)


async def test_a_log_that_was_set_back_is_not_signed_again(store: Store, config: Config) -> None:
    """After the restore of an old backup, versions that were proved are gone: that must not become another history."""
    await with_log(store, config, articles=2)
    copies = {name: await store.db[name].find({}).to_list() for name in await store.db.list_collection_names()}
    await record(store, "since", 2)
    await append(store, config)
    for name, documents in copies.items():
        await store.db[name].delete_many({})
        if documents:
            await store.db[name].insert_many(documents)
    for number in range(3):
        await record(store, f"another-{number}")
        with pytest.raises(ConfigError, match="set back or altered"):
            await append(store, config)
    with pytest.raises(ConfigError, match="needs a --name other"):
        await log_keys.create(store, config, NAME, anew=True)
    await log_keys.create(store, config, "archive.example/log-2", anew=True)
    assert (await append(store, config)).size == 1 + 4 + 3
    await verified(store)


async def test_a_key_that_signed_the_log_of_another_archive_begins_none(store: Store, config: Config) -> None:
    """As of two archives of one machine: the second one was left with a log that nothing may sign."""
    await with_log(store, config)
    await store.db.client.drop_database(f"{store.db.name}-second")
    other = await Store.open(replace(config, mongo_database=f"{config.mongo_database}-second"))
    try:
        await record(other, "quay")
        with pytest.raises(ConfigError, match="NEWSCRAWL_LOG_KEY_FILE"):
            await log_keys.create(other, config, NAME)
        assert await state(other.db) is None
        await log_keys.create(other, replace(config, log_key_file=config.home / "second.key"), "second.example/log")
    finally:
        await other.db.client.drop_database(other.db.name)
        await other.close()


async def test_a_log_keeps_its_name(store: Store, config: Config) -> None:
    await with_log(store, config)
    begun = await state(store.db)
    assert begun is not None
    with pytest.raises(ConfigError, match="keeps its name"):
        await log_keys.create(store, replace(config, log_key_file=config.home / "other.key"), "other.example")
    with pytest.raises(ConfigError, match="--name"):
        await log_keys.create(store, replace(config, log_key_file=config.home / "third.key"), "a b", anew=True)
    assert await state(store.db) == begun
    await log_keys.create(store, config, NAME)
