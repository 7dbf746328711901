"""Histories: every wording once, in order, whoever writes and whenever it is killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from newscrawl.config import Config
from newscrawl.errors import DocumentTooLarge, StaleHead
from newscrawl.items import Cause, CheckHistory, State, Validators
from newscrawl.store import Store
from newscrawl.store.verify import verify
from tests.store.stories import HOUR, NOON, SOURCE, article, first, following, head, recorded


async def test_a_first_version_makes_the_article(store: Store) -> None:
    version = first(article())
    made = await recorded(store, version)
    assert await store.head(version.article_id) == made
    assert await store.version(version.article_id, 1) == replace(version, capture=None)


async def test_everything_of_a_version_comes_back(store: Store) -> None:
    one = first(article("pier", "Old first line.", "Kept line."))
    two = following(one, article("pier", "New first line.", "Kept line.", byline=None, author=()), NOON + HOUR)
    await recorded(store, one)
    await recorded(store, two)
    assert await store.versions(one.article_id) == [replace(one, capture=None), replace(two, capture=None)]
    assert await store.capture(one.article_id, 2) == two.capture


async def test_the_article_counts_versions_and_edits_by_the_newspaper_alone(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    three = following(two, article("pier", "C"), NOON + 2 * HOUR, cause=Cause.REBASE)
    four = following(three, article("pier", "D"), NOON + 3 * HOUR)
    for version in (one, two, three):
        await recorded(store, version)
    await store.append_version(four, expected=3, head=head(four), is_held=True)
    found = await store.db.articles.find_one({"_id": one.article_id})
    assert found is not None
    assert (found["versions"], found["edits"]) == (4, 1)


async def test_held_edits_count_when_they_are_released(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    for version in (one, two):
        await recorded(store, version)
    assert await store.hold(SOURCE, NOON + HOUR, reason="every story changed", at=NOON + HOUR) == 1
    held = await store.db.articles.find_one({"_id": one.article_id})
    assert await store.held_counts() == {SOURCE: 1}
    assert (await verify(store)).problems == ()
    assert await store.release_held(SOURCE, by="ada", at=NOON + 2 * HOUR) == 1
    released = await store.db.articles.find_one({"_id": one.article_id})
    kinds = [event["kind"] for event in await store.db.events.find().sort("at").to_list()]
    assert held is not None
    assert released is not None
    assert (held["edits"], released["edits"], kinds) == (0, 1, ["held", "released"])


async def test_wordings_name_the_newest_version_that_has_them(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    three = following(two, article("pier", "A"), NOON + 2 * HOUR)
    for version in (one, two, three):
        await recorded(store, version)
    assert await store.wordings(one.article_id) == {"w:A": 3, "w:B": 2}


async def test_a_story_is_found_by_every_address_it_had(store: Store) -> None:
    version = first(article())
    made = await recorded(store, version, aliases=("https://courier.example/old-slug",))
    assert await store.find(SOURCE, "https://courier.example/old-slug") == [made]
    assert await store.find(None, version.article.url) == [made]
    assert await store.find("gazette", version.article.url) == []


async def test_eight_workers_with_one_new_story_leave_one_version(config: Config) -> None:
    versions = [first(article("pier", "Same text."), NOON + i * HOUR / 60) for i in range(8)]
    stores = await asyncio.gather(*(Store.open(config) for _ in versions))
    results = await asyncio.gather(
        *(recorded(store, version) for store, version in zip(stores, versions, strict=True)), return_exceptions=True
    )
    losers = [result for result in results if isinstance(result, BaseException)]
    history = await stores[0].versions(versions[0].article_id)
    report = await verify(stores[0])
    for store in stores:
        await store.close()
    assert [type(loser) for loser in losers] == [StaleHead] * 7
    assert len(history) == 1
    assert report.problems == ()


async def test_eight_workers_with_one_edit_leave_one_version(store: Store) -> None:
    one = first(article("pier", "A"))
    await recorded(store, one)
    edits = [following(one, article("pier", f"B{i}"), NOON + HOUR) for i in range(8)]
    results = await asyncio.gather(*(recorded(store, edit) for edit in edits), return_exceptions=True)
    assert sum(isinstance(result, StaleHead) for result in results) == 7
    assert [version.number for version in await store.versions(one.article_id)] == [1, 2]
    assert (await verify(store)).problems == ()


async def test_writing_the_same_version_twice_writes_it_once(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    for version in (one, one, two, two):
        await recorded(store, version)
    found = await store.db.articles.find_one({"_id": one.article_id})
    assert found is not None
    assert (found["versions"], found["edits"]) == (2, 1)


async def test_a_version_that_does_not_chain_on_is_refused(store: Store) -> None:
    one = first(article("pier", "A"))
    await recorded(store, one)
    stray = replace(following(one, article("pier", "B"), NOON + HOUR), chain="f" * 64)
    with pytest.raises(ValueError, match="does not chain on"):
        await recorded(store, stray)


async def test_a_writer_that_knows_an_old_head_is_told_so(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    await recorded(store, one)
    await recorded(store, two)
    with pytest.raises(StaleHead):
        await recorded(store, following(one, article("pier", "C"), NOON + 2 * HOUR))
    with pytest.raises(StaleHead):
        await store.touch(head(one))
    with pytest.raises(StaleHead):
        await store.touch(head(first(article("unheard-of"))))


async def test_touch_keeps_the_version_and_moves_the_schedule(store: Store) -> None:
    version = first(article())
    made = await recorded(store, version)
    later = replace(
        made,
        stamp="rules-2",
        validators=Validators('"new"', "Mon, 05 Jan 2026 12:00:00 GMT"),
        check_history=replace(made.check_history, checks=2, unchanged_streak=1, last_checked_at=NOON + HOUR),
        next_check_at=NOON + 3 * HOUR,
        priority=0.25,
        aliases=("https://courier.example/older",),
    )
    await store.touch(later)
    assert await store.head(version.article_id) == later


async def test_gone_and_restored_are_written_down_once_each(store: Store) -> None:
    version = first(article())
    made = await recorded(store, version)
    gone = replace(made, state=State.GONE, state_reason="http_410", state_since=NOON + HOUR)
    back = replace(made, state=State.WATCHED, state_since=NOON + 2 * HOUR)
    for each in (gone, gone, back):
        await store.touch(each)
    found = await store.db.events.find({"article_id": version.article_id}).sort("at").to_list()
    assert [(event["kind"], event["detail"]) for event in found] == [("gone", "http_410"), ("restored", "")]


async def test_a_new_address_is_written_down(store: Store) -> None:
    version = first(article())
    made = await recorded(store, version)
    await store.touch(replace(made, url="https://courier.example/new-slug", aliases=(made.url,)))
    found = await store.db.events.find({"article_id": version.article_id}).to_list()
    assert [(event["kind"], event["detail"]) for event in found] == [
        ("moved", "https://courier.example/lighthouse → https://courier.example/new-slug")
    ]


async def test_a_version_without_its_head_becomes_the_head(store: Store) -> None:
    one = first(article("pier", "A"))
    two = following(one, article("pier", "B"), NOON + HOUR)
    await recorded(store, one)
    await recorded(store, two)
    await store.db.articles.update_one(
        {"_id": one.article_id}, {"$set": {"head.number": 1, "head.chain": one.chain, "versions": 1, "edits": 0}}
    )
    await store.db.added.delete_many({})
    repaired = await store.head(one.article_id)
    assert repaired is not None
    assert (repaired.number, repaired.wording_digest, repaired.validators) == (2, "w:B", Validators())
    assert (await verify(store)).problems == ()


async def test_an_article_lost_after_its_first_version_is_made_again(store: Store) -> None:
    one = first(article("pier", "A"))
    await recorded(store, one)
    await store.db.articles.delete_one({"_id": one.article_id})
    repaired = await store.head(one.article_id)
    assert repaired is not None
    assert (repaired.number, repaired.chain, repaired.next_check_at) == (1, one.chain, one.seen_at)
    assert repaired.check_history == CheckHistory(SOURCE, NOON, NOON - HOUR, NOON, checks=1)


async def test_a_late_writer_keeps_its_schedule_after_a_repair_was_faster(store: Store) -> None:
    one = first(article("pier", "A"))
    made = await recorded(store, one)
    await store.db.articles.delete_one({"_id": one.article_id})
    await store.head(one.article_id)
    await store.append_version(one, expected=0, head=made)
    assert await store.head(one.article_id) == made


async def test_text_with_lone_surrogates_is_stored_and_verifies(store: Store) -> None:
    one = first(article("pier", "Half a \ud83d pair", "A whole \ud83d\ude00 pair", "NUL \0 inside"))
    await recorded(store, one)
    found = await store.version(one.article_id, 1)
    assert found is not None
    assert found.article.paragraphs == ("Half a \ufffd pair", "A whole 😀 pair", "NUL \0 inside")
    assert (await verify(store)).problems == ()


async def test_a_text_beyond_mongodb_s_bound_is_refused_and_leaves_nothing(store: Store) -> None:
    one = first(article("pier", "x" * 17 * 2**20, wording_digest="w", display_digest="t"))
    with pytest.raises(DocumentTooLarge, match=r"version 1 of .* takes [0-9,]+ bytes"):
        await recorded(store, one)
    assert await store.head(one.article_id) is None
