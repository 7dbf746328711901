"""Claims: no article to two workers, none lost to a dead one, none written by a frozen one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newscrawl.errors import Fenced
from newscrawl.items import State, article_id
from newscrawl.store import Store
from newscrawl.store.claims import BACKLOG
from tests.store.samples import (
    HOUR,
    NOON,
    SOURCE,
    TERM,
    append,
    article,
    delete_article,
    first_version,
    head_of,
    next_version,
    set_head_back,
)

LATER = NOON + 2 * HOUR


async def test_due_articles_of_the_highest_priority_come_first(store: Store) -> None:
    for name, priority in (("low", 0.1), ("high", 0.9), ("middle", 0.5), ("none", 0.0)):
        await append(store, first_version(article(name)), priority=priority)
    claimed = await store.claim_due(SOURCE, LATER, 3, "run", term=TERM)
    assert [head.guid for head in claimed] == ["high", "middle", "low"]


async def test_only_due_articles_of_the_source_are_claimed(store: Store) -> None:
    await append(store, first_version(article("due")), next_check_at=LATER)
    await append(store, first_version(article("later")), next_check_at=LATER + timedelta(milliseconds=1))
    await append(store, first_version(article("never")), next_check_at=None)
    await append(store, first_version(article("hidden")), next_check_at=NOON, state=State.HIDDEN)
    await append(store, first_version(article("audit")), next_check_at=NOON, state=State.RETIRED)
    await append(store, first_version(article("foreign", source="gazette")), next_check_at=NOON)
    claimed = await store.claim_due(SOURCE, LATER, 10, "run", term=TERM)
    assert {head.guid for head in claimed} == {"due", "audit"}


async def test_many_workers_never_share_an_article(store: Store) -> None:
    for n in range(60):
        await append(store, first_version(article(f"article-{n}")))
    claims = await asyncio.gather(*(store.claim_due(SOURCE, LATER, 10, f"run-{w}", term=TERM) for w in range(8)))
    rest = await store.claim_due(SOURCE, LATER, 60, "last", term=TERM)
    keys = [head.article_id for heads in (*claims, rest) for head in heads]
    assert len(keys) == len(set(keys)) == 60


async def test_leased_articles_do_not_hide_the_others(store: Store) -> None:
    for n in range(6):
        await append(store, first_version(article(f"article-{n}")), priority=float(n))
    first_claim = await store.claim_due(SOURCE, LATER, 3, "one", term=TERM)
    second_claim = await store.claim_due(SOURCE, LATER, 3, "two", term=TERM)
    assert [head.guid for head in (*first_claim, *second_claim)] == [f"article-{n}" for n in (5, 4, 3, 2, 1, 0)]


async def test_a_claim_returns_after_its_term(store: Store) -> None:
    await append(store, first_version(article()))
    [dead] = await store.claim_due(SOURCE, LATER, 1, "dead", term=TERM)
    assert await store.claim_due(SOURCE, LATER + TERM - timedelta(seconds=1), 1, "next", term=TERM) == []
    [claimed] = await store.claim_due(SOURCE, LATER + TERM, 1, "next", term=TERM)
    assert claimed.lease > dead.lease


async def test_a_frozen_worker_that_wakes_up_late_cannot_write(store: Store) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    [frozen] = await store.claim_due(SOURCE, LATER, 1, "frozen", term=TERM)
    await store.claim_due(SOURCE, LATER + TERM, 1, "next", term=TERM)
    edit = next_version(version, article("pier", "B"), LATER)
    with pytest.raises(Fenced):
        await store.touch(frozen)
    with pytest.raises(Fenced):
        await store.append_version(edit, expected=1, head=head_of(edit, lease=frozen.lease))
    assert [stored.number for stored in await store.versions(version.article_id)] == [1]


async def test_no_token_is_given_twice_even_after_a_release(store: Store) -> None:
    await append(store, first_version(article()))
    [released] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    assert await store.release("one") == 1
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "two", term=TERM)
    assert claimed.lease > released.lease
    with pytest.raises(Fenced):
        await store.touch(released)


async def test_a_write_under_a_lease_frees_the_article_for_its_next_check(store: Store) -> None:
    await append(store, first_version(article()))
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    await store.touch(replace(claimed, next_check_at=LATER + timedelta(minutes=1)))
    [again] = await store.claim_due(SOURCE, LATER + timedelta(minutes=1), 1, "two", term=TERM)
    assert again.article_id == claimed.article_id


async def test_a_holder_may_write_twice_under_one_token(store: Store) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    rebased = next_version(version, article("pier", "A again"), LATER)
    edit = next_version(rebased, article("pier", "B"), LATER + TERM)
    for following in (rebased, edit):
        head = head_of(following, lease=claimed.lease)
        await store.append_version(following, expected=following.number - 1, head=head)
    assert len(await store.versions(version.article_id)) == 3


async def test_a_run_does_not_claim_an_article_again_before_it_has_written(store: Store) -> None:
    await append(store, first_version(article()))
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    assert await store.claim_due(SOURCE, LATER, 1, "one", term=TERM) == []
    await store.touch(claimed)


async def test_a_write_without_a_lease_leaves_another_run_s_lease_alone(store: Store) -> None:
    head = await append(store, first_version(article()))
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    await store.touch(replace(head, next_check_at=NOON, next_check_reason="a listing signals a change"))
    assert await store.claim_due(SOURCE, LATER, 1, "two", term=TERM) == []
    await store.touch(claimed)


async def test_reading_a_head_is_no_claim(store: Store) -> None:
    version = first_version(article())
    await append(store, version)
    await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    head = await store.head(version.article_id)
    assert head is not None
    assert head.lease == 0


async def test_one_article_is_claimed_by_id_unless_another_run_has_it(store: Store) -> None:
    version = first_version(article())
    await append(store, version, next_check_at=None)
    claimed = await store.claim(version.article_id, NOON, "one", term=TERM)
    renewed = await store.claim(version.article_id, NOON, "one", term=TERM)
    assert claimed is not None
    assert renewed is not None
    assert renewed.lease == claimed.lease
    assert await store.claim(version.article_id, NOON, "two", term=TERM) is None
    assert await store.claim("unheard-of", NOON, "two", term=TERM) is None


async def test_a_claim_returns_the_version_that_a_killed_writer_left(store: Store) -> None:
    first = first_version(article("pier", "A"))
    await append(store, first)
    await append(store, next_version(first, article("pier", "B"), NOON + HOUR))
    await set_head_back(store, first)
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "run", term=TERM)
    assert (claimed.number, claimed.wording_digest, claimed.lease) == (2, "w:B", 1)


async def test_due_and_stored_articles_are_counted_by_source(store: Store) -> None:
    for n in range(3):
        await append(store, first_version(article(f"article-{n}")))
    await append(store, first_version(article("foreign", source="gazette")), next_check_at=None)
    await store.claim_due(SOURCE, LATER, 1, "run", term=TERM)
    assert await store.due_counts(LATER) == {SOURCE: 2, "gazette": 0}
    assert await store.article_counts() == {SOURCE: 3, "gazette": 1}


async def test_of_a_backlog_too_the_highest_priorities_come_first(store: Store) -> None:
    await append(store, first_version(article("pattern")))
    pattern = await store.db.articles.find_one({})
    assert pattern is not None
    documents = [{**pattern, "_id": f"s{n}", "value": n * 7 % 3001 / 3001} for n in range(BACKLOG + 500)]
    documents += [{**pattern, "_id": f"later{n}", "value": 2.0, "claim_at": LATER + HOUR} for n in range(50)]
    await store.db.articles.insert_many(documents)
    claimed = [head for _ in range(3) for head in await store.claim_due(SOURCE, LATER, 200, "run", term=TERM)]
    due = [document["value"] for document in documents if document["claim_at"] <= LATER]
    assert [head.priority for head in claimed] == sorted(due, reverse=True)[:600]


async def test_choosing_due_articles_reads_the_index_alone(store: Store) -> None:
    for n in range(20):
        await append(store, first_version(article(f"article-{n}")), next_check_at=NOON if n < 5 else LATER + HOUR)
    query = {"source": SOURCE, "claim_at": {"$lte": LATER}, "state": {"$in": ["watched", "retired", "gone"]}}
    find = {
        "find": "articles",
        "filter": query,
        "projection": {"_id": 1, "value": 1},
        "sort": {"value": -1},
        "limit": 3,
    }
    plan = await store.db.command("explain", find, verbosity="executionStats")
    assert plan["executionStats"]["totalDocsExamined"] == 0
    assert plan["executionStats"]["totalKeysExamined"] <= 6


async def test_articles_made_due_by_a_person_are_claimed_first(store: Store) -> None:
    for name, at in (("later", LATER + HOUR), ("never", None), ("due", NOON)):
        await append(store, first_version(article(name)), next_check_at=at, priority=0.5)
    ids = [article_id(SOURCE, name) for name in ("later", "never")]
    assert await store.make_due(NOON, "$asked for: {by} a person", ids=ids) == 2
    assert await store.due_counts(NOON) == {SOURCE: 3}
    claimed = await store.claim_due(SOURCE, NOON, 3, "run", term=TERM)
    assert {head.guid for head in claimed[:2]} == {"later", "never"}
    assert claimed[0].next_check_reason == "$asked for: {by} a person"


async def test_leased_article_made_due_is_claimed_when_its_run_gives_it_back(store: Store) -> None:
    await append(store, first_version(article("busy")), next_check_at=NOON)
    await store.claim_due(SOURCE, NOON, 1, "run", term=TERM)
    await store.make_due(NOON, "asked for", source=SOURCE)
    assert await store.claim_due(SOURCE, NOON, 1, "other", term=TERM) == []
    await store.release("run")
    assert [head.guid for head in await store.claim_due(SOURCE, NOON, 1, "other", term=TERM)] == ["busy"]


async def test_heads_of_a_listing_are_read_at_once_and_advanced_like_single_ones(store: Store) -> None:
    firsts = [first_version(article(guid, "A")) for guid in ("pier", "mole", "quay")]
    for first in firsts:
        await append(store, first)
    await append(store, next_version(firsts[0], article("pier", "B"), NOON + HOUR))
    await set_head_back(store, firsts[0])
    await delete_article(store, firsts[1])
    ids = [first.article_id for first in firsts] + ["unheard-of"]
    found = await store.heads(ids)
    assert {key: head.number for key, head in found.items()} == dict(zip(ids, (2, 1, 1), strict=False))
    assert found == {key: await store.head(key) for key in ids[:3]}
