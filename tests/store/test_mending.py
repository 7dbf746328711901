"""`verify --repair` mends what versions tell, names what they cannot, and alters no version and no payload."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.items import RunRecord, Version
from newscrawl.store import Store, payloads, takedowns
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.mending import LATE, NOT_MENDABLE, TAKEN, mend
from newscrawl.store.verify import verify
from tests.store.erasable import order, write_archive
from tests.store.samples import (
    HOUR,
    NOON,
    SOURCE,
    append,
    article,
    delete_article,
    first_version,
    head_of,
    next_version,
    set_head_back,
)


@pytest.fixture
async def versions(store: Store) -> list[Version]:
    """An article with three versions."""
    found = [first_version(article("pier", "A"))]
    for hour, text in enumerate(("B", "C"), 1):
        found.append(next_version(found[-1], article("pier", text), NOON + hour * HOUR))
    for version in found:
        await append(store, version)
    return found


async def evidence(store: Store) -> list[Any]:
    """Return all versions and payloads."""
    return [await store.db[name].find().sort("_id", 1).to_list() for name in ("versions", "payloads")]


async def assert_mended(store: Store, *parts: str) -> None:
    """Fail unless that was mended, all is sound then, no evidence was altered, and nothing is left to mend."""
    assert (await verify(store)).problems or (await verify(store)).orphans or "searched" in parts[0]
    before = await evidence(store)
    mending = await mend(store)
    assert len(mending.mended) == len(parts), mending
    for sentence, part in zip(mending.mended, parts, strict=True):
        assert part in sentence
    assert await evidence(store) == before
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())
    assert (await mend(store)).mended == ()
    assert await store.db.articles.count_documents({"lease": {"$ne": None}}) == 0


async def test_a_sound_archive_is_left_alone(store: Store, versions: list[Version]) -> None:
    before = await store.db.articles.find().to_list()
    assert (await mend(store)).mended == ()
    assert await store.db.articles.find().to_list() == before


async def test_a_head_that_is_behind_is_advanced(store: Store, versions: list[Version]) -> None:
    await set_head_back(store, versions[0])
    await assert_mended(store, "head advanced from version 1 to 3")
    head = await store.head(versions[0].article_id)
    assert head is not None
    assert head.wording_digest == versions[2].article.wording_digest


async def test_a_head_of_which_the_number_alone_is_behind_is_advanced(store: Store, versions: list[Version]) -> None:
    await store.db.articles.update_one({}, {"$set": {"head.number": 2}})
    await assert_mended(store, "head advanced", "counts set to 3 versions and 2 edits")


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"head.chain": "0" * 64}, "chain of the head"),
        ({"head.wording": "0" * 64}, "wording of the head"),
        ({"versions": 9}, "counts set to 3 versions and 2 edits"),
        ({"edits": 0}, "counts set to 3 versions and 2 edits"),
    ],
)
async def test_a_head_that_states_something_else_is_mended(
    store: Store, versions: list[Version], fields: dict[str, Any], part: str
) -> None:
    await store.db.articles.update_one({}, {"$set": fields})
    await assert_mended(store, part)


async def test_a_hidden_article_is_mended_and_stays_hidden(store: Store, versions: list[Version]) -> None:
    key = versions[0].article_id
    await takedowns.hide(store.db, key, None, reason="order", by="clerk", at=NOON)
    await set_head_back(store, versions[1])
    await assert_mended(store, "head advanced from version 2 to 3")
    assert await store.as_shown(key, None, {"headline": ""}) is None


async def test_an_article_of_which_versions_alone_are_left_is_made_again(store: Store, versions: list[Version]) -> None:
    await delete_article(store, versions[0])
    await assert_mended(store, "made again from its versions")


@pytest.mark.parametrize("name", ["added", "removed"])
async def test_passages_that_searches_do_not_find_are_written_again(
    store: Store, versions: list[Version], name: str
) -> None:
    before = await store.db[name].find().sort("_id", 1).to_list()
    await store.db[name].delete_one({"number": 2})
    await assert_mended(store, "passages of version 2 can be searched again")
    assert await store.db[name].find().sort("_id", 1).to_list() == before


@pytest.mark.parametrize(
    ("query", "update", "fault"),
    [
        ({"number": 2}, {"$set": {"headline": "Forged"}}, "does not match its chain"),
        ({"number": 3}, {"$set": {"headline": "Forged"}}, "does not match its chain"),
        ({"number": 3}, {"$set": {"erased": {"at": NOON, "what": "version"}}}, "there is no such order"),
        ({"number": 1}, None, " is missing"),
        ({"number": 3}, None, "head is version"),
        ({}, None, "has no version"),
    ],
)
async def test_what_versions_have_lost_is_named_and_not_mended(
    store: Store, versions: list[Version], query: dict[str, Any], update: dict[str, Any] | None, fault: str
) -> None:
    if update is None:
        await store.db.versions.delete_many(query)
    else:
        await store.db.versions.update_many(query, update)
    before, articles = await evidence(store), await store.db.articles.find().to_list()
    mending = await mend(store)
    assert mending.mended == ()
    assert await evidence(store) == before
    (after,) = await store.db.articles.find().to_list()
    assert {**after, "claims": 0} == {**articles[0], "claims": 0}
    problems = (await verify(store)).problems
    assert any(fault in problem and mending.why_left(problem) == NOT_MENDABLE[fault] for problem in problems)
    assert all(mending.why_left(problem) for problem in problems)


async def test_payloads_that_are_damaged_or_lost_are_named(store: Store, versions: list[Version]) -> None:
    digests = [version.payload_digest for version in versions]
    await store.db.payloads.delete_one({"_id": digests[2]})
    await store.db.payloads.update_one({"_id": digests[1]}, {"$set": {"z": b"no frame"}})
    forged = {"z": payloads.compressed(b"<p>Forged</p>"), "size": 13}
    await store.db.payloads.update_one({"_id": digests[0]}, {"$set": forged})
    mending = await mend(store)
    problems = (await verify(store)).problems
    assert len(problems) >= 3
    assert all("restore a backup" in mending.why_left(problem) for problem in problems)


async def test_an_article_that_a_run_has_is_left_to_it(store: Store, versions: list[Version]) -> None:
    key = versions[0].article_id
    await store.start_run(RunRecord("4a5b", SOURCE, datetime.now(UTC)))
    heads = await store.claim_each([key], datetime.now(UTC), "4a5b", term=timedelta(minutes=10))
    await store.db.articles.update_one({"_id": key}, {"$set": {"edits": 7}})
    mending = await mend(store)
    assert mending.left == {key: TAKEN}
    (problem,) = (await verify(store)).problems
    assert mending.why_left(problem) == TAKEN
    await store.touch(head_of(versions[2], lease=heads[0].lease))  # not fenced
    assert len((await mend(store)).mended) == 1


async def test_a_version_that_came_too_late_is_left_to_the_next_check(store: Store, versions: list[Version]) -> None:
    key = versions[0].article_id
    late = next_version(versions[2], article("pier", "D"), NOON + 3 * HOUR)
    from newscrawl.store import versions as stored_versions

    await store.db.articles.update_one({"_id": key}, {"$set": {"claims": 5, "checked_lease": 5}})
    await stored_versions.insert(GatheredCommands(store.db), late, hold=None, lease=3)
    before = await evidence(store)
    mending = await mend(store)
    assert mending.left == {key: LATE}
    assert await evidence(store) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"head.number": 1},
        {"head.number": 1, "versions": 1},
        {"head.number": 2, "versions": 2, "edits": 1},
        {"head.number": 2, "head.chain": "of version 2"},
        {"head.number": 2, "head.chain": "of version 2", "head.wording": "of version 2", "versions": 2, "edits": 1},
    ],
)
async def test_a_head_that_was_set_back_is_advanced_though_it_was_checked_since(
    store: Store, versions: list[Version], fields: dict[str, Any]
) -> None:
    """By their claims alone its versions would have come too late, and the next check would withdraw them."""
    key = versions[0].article_id
    for version in versions:
        await store.db.versions.update_one({"_id": f"{key}:{version.number}"}, {"$set": {"lease": version.number}})
    changed = {"claims": 9, "checked_lease": 9, "last_changed_at": versions[2].seen_at}
    of_version = {"head.chain": versions[1].chain, "head.wording": versions[1].article.wording_digest}
    fields = {name: of_version[name] if value == "of version 2" else value for name, value in fields.items()}
    await store.db.articles.update_one({"_id": key}, {"$set": {**changed, **fields}})
    before = await evidence(store)
    mending = await mend(store)
    assert "to 3" in mending.mended[0]
    assert await evidence(store) == before
    assert (await verify(store)).problems == ()
    head = await store.head(key)
    assert head is not None
    assert head.number == 3
    assert head.wording_digest == versions[2].article.wording_digest


async def test_what_was_erased_by_order_is_no_fault(store: Store) -> None:
    from newscrawl.store.erasure import What, erase

    key = await write_archive(store, is_redacted=False)
    await erase(store.db, order(What.VERSION, 3, key=key))
    assert (await mend(store)).mended == ()
    assert (await verify(store)).problems == ()
