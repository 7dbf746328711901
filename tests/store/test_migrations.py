"""Migrations: refused, counted, done once, gone on with, and never a text or chain changed by them."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from newscrawl.config import Config
from newscrawl.errors import DamagedDocuments, LeaseHeld, SchemaMismatch, StillWritten
from newscrawl.store import Store, check_counts, migrations, schema
from newscrawl.store.connection import Connection
from newscrawl.store.migrations import MIGRATIONS, SCHEMA, lock, runner, windows
from newscrawl.store.migrations.steps import Migration, Update
from newscrawl.store.reader import Reader
from newscrawl.store.verify import verify
from tests.store.old_archives import OF_MIGRATIONS, THEN, contents, line, old_archive, version
from tests.store.samples import append, article, first_version

Documents = Database[dict[str, Any]]
Old = tuple[Config, Documents]
# What migrations may change of a version: all but one derive from its other fields, and one says why it is held.
OF_VERSIONS = {"place", "unnoted", "held"}


@pytest.fixture
def papers(config: Config) -> Iterator[Old]:
    with old_archive(config) as found:
        yield found


@pytest.fixture
def empty(config: Config) -> Iterator[Old]:
    """An archive of schema 1 in which nothing is."""
    with old_archive(config, "") as found:
        yield found


def nobody(what: str, done: int, total: int) -> None:
    pass


async def migrate(config: Config, *, skips_damaged: bool = False) -> list[runner.Done]:
    connection = await Connection.open(config, may_be_older=True)
    try:
        return await runner.migrate(connection, skips_damaged=skips_damaged, tell=nobody)
    finally:
        await connection.close()


async def plan(config: Config) -> list[runner.Planned]:
    connection = await Connection.open(config, may_be_older=True)
    try:
        return await runner.plan(connection)
    finally:
        await connection.close()


def everything(database: Documents) -> dict[str, Any]:
    """Return every document and index of a database."""
    names = sorted(database.list_collection_names())
    return {name: (list(database[name].find()), database[name].index_information()) for name in names}


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [each.number for each in MIGRATIONS] == list(range(migrations.FIRST + 1, SCHEMA + 1))
    assert migrations.pending(SCHEMA) == ()
    assert migrations.pending(migrations.FIRST) == MIGRATIONS
    assert len({each.title for each in MIGRATIONS}) == len(MIGRATIONS)


# Who may open what


async def test_an_older_archive_is_opened_by_nobody_who_would_work_on_it(papers: Old) -> None:
    config, database = papers
    before = everything(database)
    command = f"`NEWSCRAWL_MONGO_DATABASE={config.mongo_database} newscrawl migrate`"
    for opens in (Store.open, Reader.open):
        with pytest.raises(
            SchemaMismatch, match=f"schema 1 of an older newscrawl, .* needs {SCHEMA}: .*{command}"
        ) as caught:
            await opens(config)
        assert caught.value.exit_code == 5
    assert everything(database) == before


async def test_an_older_archive_can_be_verified_and_counted_and_stays_as_it_is(papers: Old) -> None:
    config, database = papers
    before = everything(database)
    store = await Store.open(config, may_be_older=True)
    report = await verify(store)
    await store.close()
    assert (report.versions, report.problems) == (50, ())
    planned = {each.number: each.documents for each in await plan(config)}
    assert list(planned) == [each.number for each in MIGRATIONS]
    assert everything(database) == before
    assert {each.number: each.documents for each in await migrate(config)} == planned
    assert await plan(config) == []


async def test_archive_of_which_the_schema_is_lost_is_taken_for_one_of_the_first_release(papers: Old) -> None:
    config, database = papers
    database.meta.delete_many({})
    with pytest.raises(SchemaMismatch, match="schema 1 of an older newscrawl"):
        await Store.open(config)
    await migrate(config)
    await (await Store.open(config)).close()


@pytest.mark.parametrize("is_asked", [False, True])
async def test_a_new_database_needs_no_migration(config: Config, is_asked: bool) -> None:
    new = replace(config, mongo_database=f"new-{uuid.uuid4().hex}")
    assert await plan(new) == []
    if is_asked:
        assert await migrate(new) == []
    store = await Store.open(new)
    await append(store, first_version(article("pier", "A")))
    assert (await schema.read(store.db)).version == SCHEMA
    assert not (await schema.read(store.db)).is_older
    await store.db.client.drop_database(store.db.name)
    await store.close()


@pytest.mark.parametrize("goes", ["open", "migrate", "plan"])
async def test_no_archive_is_taken_back(papers: Old, goes: str) -> None:
    config, database = papers
    newer = {"_id": "schema", "version": SCHEMA + 1, "written_by": "9.9.9"}
    database.meta.replace_one({"_id": "schema"}, newer)
    before = everything(database)
    ways = {"open": Store.open, "migrate": migrate, "plan": plan}
    with pytest.raises(SchemaMismatch, match=f"schema {SCHEMA + 1} by newscrawl 9.9.9.* No schema is taken back"):
        await ways[goes](config)
    assert everything(database) == before


# What is done


async def test_versions_keep_every_word_and_chain(papers: Old) -> None:
    config, database = papers
    before = contents(database)
    await migrate(config)
    after = contents(database)
    assert [
        {name: value for name, value in document.items() if name not in OF_VERSIONS} for document in after["versions"]
    ] == [
        {name: value for name, value in document.items() if name not in OF_VERSIONS} for document in before["versions"]
    ]
    for name in ("articles", "payloads", "runs", "leases", "hosts"):
        assert after.get(name) == before.get(name), name
    assert [each.get("held") for each in after["versions"] if each.get("held")] == ["mass_change"] * 10
    store = await Store.open(config)
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())
    assert (await store.held_counts()) == {"timetable": 10}
    await store.close()


async def test_twice_is_once(papers: Old) -> None:
    config, database = papers
    await migrate(config)
    once = everything(database)
    assert await migrate(config) == []
    assert everything(database) == once
    # By hand, as after a newscrawl that did only a part of it.
    database.meta.update_one({"_id": "schema"}, {"$set": {"version": 2}})
    assert {each.documents for each in await migrate(config)} == {0}
    assert {name: found for name, found in everything(database).items() if name not in OF_MIGRATIONS} == {
        name: found for name, found in once.items() if name not in OF_MIGRATIONS
    }


async def test_what_is_searched_has_its_order(empty: Old) -> None:
    config, database = empty
    old = [{"_id": f"{'a' * 16}:{n}", "article_id": "a" * 16, "number": n, "terms": ["pier"]} for n in range(1, 4)]
    for name in ("versions", "added", "removed"):
        database[name].insert_many([{**each, "seen_at": THEN + timedelta(n)} for n, each in enumerate(old)])
    await migrate(config)
    for name in ("versions", "added", "removed"):
        found = database[name].find({"terms": "pier"}, sort=[("place", -1)], hint="found")
        assert [each["number"] for each in found] == [3, 2, 1]


async def test_each_line_of_the_check_log_is_counted_once_whatever_had_counted_it(empty: Old) -> None:
    config, database = empty
    key = f"{7:016}"
    marks: list[dict[str, Any]] = [{}, {"uncounted": True}, {"uncounted": "batch-a"}, {"expires_from": THEN}]
    mine = [line(n, article_id=key, url="https://courier.example/7", **mark) for n, mark in enumerate(marks * 3)]
    candidate = line(99, article_id=None, url="https://courier.example/new", outcome="error")
    database.checks.insert_many([*mine, candidate])
    # Three lines of a batch that was cut short after its count, and the three that were counted long ago.
    month = {"_id": f"{key}:{THEN:%Y-%m}", "article_id": key, "month": f"{THEN:%Y-%m}"}
    database.check_counts.insert_one({**month, "counts": {"unchanged": 6}, "batches": ["batch-a"]})
    await migrate(config)
    store = await Store.open(config)
    try:
        [found] = await check_counts.months(store.db, key)
        assert found.outcomes == {"unchanged": 12}
        assert Counter(each["at"] for each in await store.last_checks(key, 100)) == Counter(each["at"] for each in mine)
        assert await store.db.checks.count_documents({"lines": None}) == 0
        await check_counts.count(store.db, datetime.now(UTC))
        [found] = await check_counts.months(store.db, key)
        assert found.outcomes == {"unchanged": 12}
        assert await store.db.checks.count_documents({"expires_from": None}) == 0, "all expire"
        expected = {name: value for name, value in mine[0].items() if name not in {"_id", "written_at"}}
        assert expected in await store.last_checks(key, 100), "every field is kept"
    finally:
        await store.close()


async def test_a_line_that_was_moved_and_not_deleted_before_a_kill_is_one_line(empty: Old) -> None:
    config, database = empty
    lines = [line(n, article_id="a" * 16, url="https://courier.example/a") for n in range(5)]
    database.checks.insert_many(lines)
    await migrate(config)
    before = contents(database)
    database.checks.insert_many(lines[:3])
    database.meta.update_one({"_id": "schema"}, {"$set": {"version": 1}})
    await migrate(config)
    assert contents(database) == before
    assert len(before["checks"][0]["lines"]) == 5


EVENTS = [
    ("hidden", "version 2: an order (by ada)", ("version 2: an order", "ada")),
    ("unhidden", "shown again, by bob", ("shown again", "bob")),
    ("passage withheld", "Straße 5 – «née» (by Zoë B.)", ("Straße 5 – «née»", "Zoë B.")),
    ("hidden", "asked for (by a lawyer) in May", ("asked for (by a lawyer) in May", "")),
    ("retraction_undone", "version 3 (by )", ("version 3", "")),
    ("released", "ada", ("", "ada")),
    ("dismissed", "ten edits of one template", ("ten edits of one template", "")),
    ("released", None, ("", "")),
    ("hidden", None, (None, "")),
    ("gone", "http_410 (by the server)", ("http_410 (by the server)", None)),
]


@pytest.mark.parametrize(("kind", "detail", "expected"), EVENTS)
async def test_who_decided_is_no_part_of_a_text_any_more(
    empty: Old, kind: str, detail: str | None, expected: tuple[str | None, str | None]
) -> None:
    config, database = empty
    event = {"_id": "old", "article_id": "a" * 16, "source": "courier", "at": THEN, "kind": kind, "detail": detail}
    newer = {**event, "_id": "new", "by": "eve", "detail": "an order (by ruling 12)"}
    database.events.insert_many([event, newer])
    await migrate(config)
    old, new = database.events.find_one({"_id": "old"}) or {}, database.events.find_one({"_id": "new"})
    assert (old["detail"] or "", old.get("by")) == (expected[0] or "", expected[1])
    assert "who" not in old
    assert new == newer, "what a later newscrawl wrote has its name apart"


async def test_decided_pages_expire_and_open_ones_do_not(empty: Old) -> None:
    config, database = empty
    database.quarantine.insert_many([{"_id": state, "state": state, "at": THEN} for state in ("dismissed", "open")])
    await migrate(config)
    assert [each.get("decided_at") for each in database.quarantine.find().sort("_id", 1)] == [THEN, None]


# In windows


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
async def test_windows_pass_every_id_once_in_order(empty: Old, size: int) -> None:
    config, database = empty
    ids: list[Any] = [*range(9), *(f"id-{n:02}" for n in range(23)), *(ObjectId() for _ in range(11)), "$name", THEN]
    database.mixed.insert_many([{"_id": each} for each in random.Random(size).sample(ids, len(ids))])
    in_order = [each["_id"] for each in database.mixed.find().sort("_id", 1)]
    store = await Store.open(config, may_be_older=True)
    collection = store.db.mixed
    passed: list[Any] = []
    last: Any = None
    while window := await windows.after(collection, last, size):
        found = [each["_id"] async for each in collection.find(window.query).sort("_id", 1)]
        assert 0 < len(found) <= size
        assert found[-1] == window.last
        passed, last = passed + found, window.last
    await store.close()
    assert passed == in_order


async def test_many_windows_give_what_one_gives(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for size in (windows.SIZE, 3):
        monkeypatch.setattr(windows, "SIZE", size)
        with old_archive(config) as (old, database):
            await migrate(old)
            results.append(contents(database))
    assert results[0] == results[1]


# What stands in the way


@pytest.mark.parametrize("collection", ["versions", "added", "removed"])
async def test_damaged_documents_are_named_and_what_is_mended_is_gone_on_with(empty: Old, collection: str) -> None:
    config, database = empty
    for name in ("versions", "added", "removed"):
        database[name].insert_many([{"_id": f"{'a' * 16}:{n}", "seen_at": THEN} for n in range(50)])
    damaged = [f"{'a' * 16}:{n}" for n in range(20, 45)]
    database[collection].update_many({"_id": {"$in": damaged}}, {"$set": {"seen_at": "at noon"}})
    with pytest.raises(DamagedDocuments) as caught:
        await migrate(config)
    told = str(caught.value)
    assert f"{collection} {damaged[0]}: seen_at is no time, but 'at noon'" in told
    assert "25 documents cannot be read" in told
    assert "and 5 more" in told
    assert "--skip-damaged" in told
    assert database[collection].count_documents({"place": None}) == 25, "all others are done"
    with pytest.raises(SchemaMismatch, match="being migrated from schema 1 "):
        await Store.open(config)
    database[collection].update_many({"_id": {"$in": damaged[1:]}}, {"$set": {"seen_at": THEN}})
    with pytest.raises(DamagedDocuments, match="1 documents cannot be read"):
        await migrate(config)
    done = await migrate(config, skips_damaged=True)
    assert (done[0].number, done[0].left) == (2, 1)
    assert database[collection].count_documents({"place": None}) == 1
    await (await Store.open(config)).close()


async def test_of_processes_that_migrate_at_once_one_does(papers: Old) -> None:
    config, database = papers
    found = await asyncio.gather(*(migrate(config) for _ in range(4)), return_exceptions=True)
    refused = [each for each in found if isinstance(each, LeaseHeld)]
    done = [each for each in found if isinstance(each, list) and each]
    assert len(done) == 1
    assert len(refused) + len([each for each in found if each == []]) == 3
    assert all("is migrated by process" in str(each) and each.exit_code == 3 for each in refused)
    assert database.migrations.count_documents({"ended_at": {"$ne": None}}) == len(MIGRATIONS)


async def test_right_of_a_process_elsewhere_ends_with_its_term_and_of_one_that_is_gone_at_once(papers: Old) -> None:
    config, database = papers
    elsewhere = {"_id": lock.KEY, "by": "x", "host": "elsewhere", "pid": 5, "process": "another boot 7"}
    until = datetime.now(UTC) + timedelta(hours=1)
    database.meta.insert_one({**elsewhere, "until": until})
    with pytest.raises(LeaseHeld, match=f"process 5 on elsewhere: wait .* ends at {until:%H:%M:%S} UTC"):
        await migrate(config)
    gone = lock.process_identity().rpartition(" ")[0] + " 1"
    database.meta.update_one({"_id": lock.KEY}, {"$set": {"process": gone}})
    connection = await Connection.open(config, may_be_older=True)
    async with lock.held(connection) as first:
        database.meta.update_one(
            {"_id": lock.KEY}, {"$set": {"by": "y", "until": THEN, "process": elsewhere["process"]}}
        )
        async with lock.held(connection):
            first.require()  # not noticed before its next renewal
    await connection.close()
    assert len(await migrate(config)) == len(MIGRATIONS)


@pytest.mark.parametrize("works", ["crawl", "worker"])
async def test_nothing_is_migrated_under_a_crawl_or_worker(papers: Old, works: str) -> None:
    config, database = papers
    now = datetime.now(UTC)
    if works == "crawl":
        lease = {"run": "r", "until": now + timedelta(minutes=2), "pid": 7, "host": "press"}
        database.leases.update_one({"_id": "hafenbote"}, {"$set": lease}, upsert=True)
    else:
        database.workers.insert_one({"_id": "press:7", "seen_at": now, "started_at": now, "slots": 2})
    before = contents(database)
    with pytest.raises(LeaseHeld, match="Stop crawls, workers and readers first"):
        await migrate(config)
    assert contents(database) == before
    assert (database.meta.find_one({"_id": "schema"}) or {})["version"] == 1, "who used it may go on"
    database.leases.update_many({}, {"$set": {"until": now - timedelta(seconds=1)}})
    database.workers.delete_many({})
    assert len(await migrate(config)) == len(MIGRATIONS)


async def test_old_process_that_goes_on_writing_is_noticed(empty: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    config, database = empty
    database.versions.insert_one(version(0))
    endless = Update("versions", missing={"source": "courier"}, update={"$inc": {"looks": 1}})
    monkeypatch.setattr(migrations, "MIGRATIONS", (Migration(2, "one that never ends", (endless,)),))
    with pytest.raises(StillWritten, match="versions are still written as an older newscrawl does"):
        await migrate(config)
    assert (await asyncio.to_thread(database.versions.find_one) or {})["looks"] == runner.MAX_PASSES


async def test_demo_may_have_been_made_by_any_older_newscrawl(papers: Old) -> None:
    config, database = papers
    store = await Store.open(config, may_be_older=True)
    await store.drop()
    await append(store, first_version(article("pier", "A")))
    await store.close()
    with closing(database.articles.find()) as found:
        assert len(list(found)) == 1
    await (await Store.open(config)).close()
