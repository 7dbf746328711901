"""Claims: no story to two workers, none lost to a dead one, none written by a frozen one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newscrawl.errors import Fenced
from newscrawl.items import State
from newscrawl.store import Store
from newscrawl.store.claims import BACKLOG
from tests.store.stories import HOUR, NOON, SOURCE, TERM, article, first, following, head, recorded

LATER = NOON + 2 * HOUR


async def test_the_most_valuable_due_stories_come_first(store: Store) -> None:
    for name, value in (("low", 0.1), ("high", 0.9), ("middle", 0.5), ("none", 0.0)):
        await recorded(store, first(article(name)), priority=value)
    claimed = await store.claim_due(SOURCE, LATER, 3, "run", term=TERM)
    assert [each.guid for each in claimed] == ["high", "middle", "low"]


async def test_only_due_stories_of_the_source_are_claimed(store: Store) -> None:
    await recorded(store, first(article("due")), next_check_at=LATER)
    await recorded(store, first(article("later")), next_check_at=LATER + timedelta(milliseconds=1))
    await recorded(store, first(article("never")), next_check_at=None)
    await recorded(store, first(article("hidden")), next_check_at=NOON, state=State.HIDDEN)
    await recorded(store, first(article("audit")), next_check_at=NOON, state=State.RETIRED)
    await recorded(store, first(article("foreign", source="gazette")), next_check_at=NOON)
    claimed = await store.claim_due(SOURCE, LATER, 10, "run", term=TERM)
    assert {each.guid for each in claimed} == {"due", "audit"}


async def test_many_workers_never_share_a_story(store: Store) -> None:
    for n in range(60):
        await recorded(store, first(article(f"story-{n}")))
    claims = await asyncio.gather(*(store.claim_due(SOURCE, LATER, 10, f"run-{w}", term=TERM) for w in range(8)))
    rest = await store.claim_due(SOURCE, LATER, 60, "last", term=TERM)
    keys = [each.article_id for claimed in (*claims, rest) for each in claimed]
    assert len(keys) == len(set(keys)) == 60


async def test_leased_stories_do_not_hide_the_others(store: Store) -> None:
    for n in range(6):
        await recorded(store, first(article(f"story-{n}")), priority=float(n))
    one = await store.claim_due(SOURCE, LATER, 3, "one", term=TERM)
    two = await store.claim_due(SOURCE, LATER, 3, "two", term=TERM)
    assert [each.guid for each in (*one, *two)] == [f"story-{n}" for n in (5, 4, 3, 2, 1, 0)]


async def test_a_claim_returns_after_its_term(store: Store) -> None:
    await recorded(store, first(article()))
    [dead] = await store.claim_due(SOURCE, LATER, 1, "dead", term=TERM)
    assert await store.claim_due(SOURCE, LATER + TERM - timedelta(seconds=1), 1, "next", term=TERM) == []
    [claimed] = await store.claim_due(SOURCE, LATER + TERM, 1, "next", term=TERM)
    assert claimed.lease > dead.lease


async def test_a_frozen_worker_that_wakes_up_late_cannot_write(store: Store) -> None:
    version = first(article("pier", "A"))
    await recorded(store, version)
    [frozen] = await store.claim_due(SOURCE, LATER, 1, "frozen", term=TERM)
    await store.claim_due(SOURCE, LATER + TERM, 1, "next", term=TERM)
    edit = following(version, article("pier", "B"), LATER)
    with pytest.raises(Fenced):
        await store.touch(frozen)
    with pytest.raises(Fenced):
        await store.append_version(edit, expected=1, head=head(edit, lease=frozen.lease))
    assert [each.number for each in await store.versions(version.article_id)] == [1]


async def test_a_token_never_comes_twice_even_after_release(store: Store) -> None:
    await recorded(store, first(article()))
    [one] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    assert await store.release("one") == 1
    [two] = await store.claim_due(SOURCE, LATER, 1, "two", term=TERM)
    assert two.lease > one.lease
    with pytest.raises(Fenced):
        await store.touch(one)


async def test_a_write_under_a_lease_frees_the_story_for_its_next_time(store: Store) -> None:
    await recorded(store, first(article()))
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    await store.touch(replace(claimed, next_check_at=LATER + timedelta(minutes=1)))
    [again] = await store.claim_due(SOURCE, LATER + timedelta(minutes=1), 1, "two", term=TERM)
    assert again.article_id == claimed.article_id


async def test_a_holder_may_write_twice_under_one_token(store: Store) -> None:
    version = first(article("pier", "A"))
    await recorded(store, version)
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    rebased = following(version, article("pier", "A again"), LATER)
    edit = following(rebased, article("pier", "B"), LATER + TERM)
    for each in (rebased, edit):
        await store.append_version(each, expected=each.number - 1, head=head(each, lease=claimed.lease))
    assert len(await store.versions(version.article_id)) == 3


async def test_a_run_does_not_claim_what_it_has_not_answered_yet(store: Store) -> None:
    await recorded(store, first(article()))
    [mine] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    assert await store.claim_due(SOURCE, LATER, 1, "one", term=TERM) == []
    await store.touch(mine)


async def test_a_write_without_a_lease_leaves_another_s_lease_alone(store: Store) -> None:
    made = await recorded(store, first(article()))
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    await store.touch(replace(made, next_check_at=NOON, next_check_reason="a listing says it changed"))
    assert await store.claim_due(SOURCE, LATER, 1, "two", term=TERM) == []
    await store.touch(claimed)


async def test_reading_a_head_is_no_claim(store: Store) -> None:
    version = first(article())
    await recorded(store, version)
    await store.claim_due(SOURCE, LATER, 1, "one", term=TERM)
    found = await store.head(version.article_id)
    assert found is not None
    assert found.lease == 0


async def test_one_story_is_claimed_by_name_unless_another_run_has_it(store: Store) -> None:
    version = first(article())
    await recorded(store, version, next_check_at=None)
    mine = await store.claim(version.article_id, NOON, "one", term=TERM)
    again = await store.claim(version.article_id, NOON, "one", term=TERM)
    assert mine is not None
    assert again is not None
    assert again.lease > mine.lease
    assert await store.claim(version.article_id, NOON, "two", term=TERM) is None
    assert await store.claim("unheard-of", NOON, "two", term=TERM) is None


async def test_a_claim_sees_the_version_that_a_killed_writer_left(store: Store) -> None:
    one = first(article("pier", "A"))
    await recorded(store, one)
    await recorded(store, following(one, article("pier", "B"), NOON + HOUR))
    behind = {"head.number": 1, "head.chain": one.chain, "head.wording": "w:A", "versions": 1, "edits": 0}
    await store.db.articles.update_one({"_id": one.article_id}, {"$set": behind})
    [claimed] = await store.claim_due(SOURCE, LATER, 1, "run", term=TERM)
    assert (claimed.number, claimed.wording_digest, claimed.lease) == (2, "w:B", 1)


async def test_due_and_known_stories_are_counted_by_source(store: Store) -> None:
    for n in range(3):
        await recorded(store, first(article(f"story-{n}")))
    await recorded(store, first(article("foreign", source="gazette")), next_check_at=None)
    await store.claim_due(SOURCE, LATER, 1, "run", term=TERM)
    assert await store.due_counts(LATER) == {SOURCE: 2, "gazette": 0}
    assert await store.article_counts() == {SOURCE: 3, "gazette": 1}


async def test_of_a_backlog_too_the_most_valuable_come_first(store: Store) -> None:
    await recorded(store, first(article("pattern")))
    pattern = await store.db.articles.find_one({})
    assert pattern is not None
    many = [{**pattern, "_id": f"s{n}", "value": n * 7 % 3001 / 3001} for n in range(BACKLOG + 500)]
    many += [{**pattern, "_id": f"later{n}", "value": 2.0, "claim_at": LATER + HOUR} for n in range(50)]
    await store.db.articles.insert_many(many)
    claimed = [head for _ in range(3) for head in await store.claim_due(SOURCE, LATER, 200, "run", term=TERM)]
    expected = sorted((found["value"] for found in many if found["claim_at"] <= LATER), reverse=True)[:600]
    assert [head.priority for head in claimed] == expected


async def test_choosing_what_is_due_reads_the_index_alone(store: Store) -> None:
    for n in range(20):
        await recorded(store, first(article(f"story-{n}")), next_check_at=NOON if n < 5 else LATER + HOUR)
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
