"""Histories: every wording once, in order, with any number of writers and after any crash."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from newscrawl.config import Config
from newscrawl.errors import DocumentTooLarge, StaleHead
from newscrawl.items import Cause, CheckHistory, HeldState, Hold, State, Validators, Version
from newscrawl.store import Store
from newscrawl.store.reader import Reader
from newscrawl.store.verify import verify
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


async def counts(store: Store, version: Version) -> tuple[int, int]:
    """Return how many versions and edits a reader sees of a version's article."""
    view = await Reader(store).articles.article(version.article_id)
    return view.versions, view.edits


async def events(store: Store, version: Version) -> list[tuple[str, str]]:
    return [(event.kind, event.detail) for event in await Reader(store).articles.events(version.article_id)]


async def test_a_first_version_makes_the_article(store: Store) -> None:
    version = first_version(article())
    head = await append(store, version)
    assert await store.head(version.article_id) == head
    assert await store.version(version.article_id, 1) == replace(version, capture=None)


async def test_everything_of_a_version_comes_back(store: Store) -> None:
    first = first_version(article("pier", "Old first line.", "Kept line."))
    second = next_version(first, article("pier", "New first line.", "Kept line.", byline=None, author=()), NOON + HOUR)
    await append(store, first)
    await append(store, second)
    assert await store.versions(first.article_id) == [replace(first, capture=None), replace(second, capture=None)]
    assert await store.capture(first.article_id, 2) == second.capture


async def test_only_edits_that_are_not_held_are_counted_as_edits(store: Store) -> None:
    first = first_version(article("pier", "A"))
    edit = next_version(first, article("pier", "B"), NOON + HOUR)
    rebased = next_version(edit, article("pier", "C"), NOON + 2 * HOUR, cause=Cause.REBASE)
    held = next_version(rebased, article("pier", "D"), NOON + 3 * HOUR)
    for version in (first, edit, rebased):
        await append(store, version)
    await store.append_version(held, expected=3, head=head_of(held), hold=Hold.PENDING)
    assert await counts(store, first) == (4, 1)


async def test_held_edits_are_counted_when_they_are_released(store: Store) -> None:
    first = first_version(article("pier", "A"))
    edit = next_version(first, article("pier", "B"), NOON + HOUR)
    for version in (first, edit):
        await append(store, version)
    mass_change = HeldState(NOON + HOUR, Hold.MASS_CHANGE, "every article changed")
    assert await store.hold(SOURCE, mass_change, at=NOON + HOUR) == 1
    assert await counts(store, first) == (2, 0)
    assert await store.held_counts() == {SOURCE: 1}
    assert (await verify(store)).problems == ()
    assert await store.release_held(SOURCE, by="ada", at=NOON + 2 * HOUR) == 1
    assert await counts(store, first) == (2, 1)
    assert await events(store, first) == [("held", "every article changed"), ("released", "")]  # who did is not public
    released = await store.db.events.find_one({"article_id": first.article_id, "kind": "released"})
    assert released is not None
    assert released["by"] == "ada"


async def test_wordings_have_the_newest_version_that_has_them(store: Store) -> None:
    first = first_version(article("pier", "A"))
    second = next_version(first, article("pier", "B"), NOON + HOUR)
    third = next_version(second, article("pier", "A"), NOON + 2 * HOUR)
    for version in (first, second, third):
        await append(store, version)
    assert await store.wordings(first.article_id) == {"w:A": 3, "w:B": 2}


async def test_an_article_is_found_by_every_url_it_had(store: Store) -> None:
    version = first_version(article())
    head = await append(store, version, aliases=("https://courier.example/old-slug",))
    assert await store.find(SOURCE, "https://courier.example/old-slug") == [head]
    assert await store.find(None, version.article.url) == [head]
    assert await store.find("gazette", version.article.url) == []


async def test_eight_workers_with_one_new_article_leave_one_version(config: Config) -> None:
    versions = [first_version(article("pier", "Same text."), NOON + i * HOUR / 60) for i in range(8)]
    stores = await asyncio.gather(*(Store.open(config) for _ in versions))
    results = await asyncio.gather(
        *(append(store, version) for store, version in zip(stores, versions, strict=True)), return_exceptions=True
    )
    errors = [result for result in results if isinstance(result, BaseException)]
    history = await stores[0].versions(versions[0].article_id)
    report = await verify(stores[0])
    for store in stores:
        await store.close()
    assert [type(error) for error in errors] == [StaleHead] * 7
    assert len(history) == 1
    assert report.problems == ()


async def test_eight_workers_with_one_edit_leave_one_version(store: Store) -> None:
    first = first_version(article("pier", "A"))
    await append(store, first)
    edits = [next_version(first, article("pier", f"B{i}"), NOON + HOUR) for i in range(8)]
    results = await asyncio.gather(*(append(store, edit) for edit in edits), return_exceptions=True)
    assert sum(isinstance(result, StaleHead) for result in results) == 7
    assert [version.number for version in await store.versions(first.article_id)] == [1, 2]
    assert (await verify(store)).problems == ()


async def test_writing_the_same_version_twice_writes_it_once(store: Store) -> None:
    first = first_version(article("pier", "A"))
    second = next_version(first, article("pier", "B"), NOON + HOUR)
    for version in (first, first, second, second):
        await append(store, version)
    assert await counts(store, first) == (2, 1)


async def test_a_version_that_does_not_chain_on_is_refused(store: Store) -> None:
    first = first_version(article("pier", "A"))
    await append(store, first)
    stray = replace(next_version(first, article("pier", "B"), NOON + HOUR), chain="f" * 64)
    with pytest.raises(ValueError, match="does not chain on"):
        await append(store, stray)


async def test_a_writer_with_an_old_head_gets_stale_head(store: Store) -> None:
    first = first_version(article("pier", "A"))
    second = next_version(first, article("pier", "B"), NOON + HOUR)
    await append(store, first)
    await append(store, second)
    with pytest.raises(StaleHead):
        await append(store, next_version(first, article("pier", "C"), NOON + 2 * HOUR))
    with pytest.raises(StaleHead):
        await store.touch(head_of(first))
    with pytest.raises(StaleHead):
        await store.touch(head_of(first_version(article("unheard-of"))))


async def test_touch_leaves_the_version_and_stores_the_schedule(store: Store) -> None:
    version = first_version(article())
    head = await append(store, version)
    later = replace(
        head,
        stamp="rules-2",
        validators=Validators('"new"', "Mon, 05 Jan 2026 12:00:00 GMT"),
        check_history=replace(head.check_history, checks=2, unchanged_streak=1, last_checked_at=NOON + HOUR),
        next_check_at=NOON + 3 * HOUR,
        priority=0.25,
        aliases=("https://courier.example/older",),
    )
    await store.touch(later)
    assert await store.head(version.article_id) == later


async def test_gone_and_restored_are_one_event_each(store: Store) -> None:
    version = first_version(article())
    head = await append(store, version)
    gone = replace(head, state=State.GONE, state_reason="http_410", state_since=NOON + HOUR)
    back = replace(head, state=State.WATCHED, state_since=NOON + 2 * HOUR)
    for touched in (gone, gone, back):
        await store.touch(touched)
    assert await events(store, version) == [("gone", "http_410"), ("restored", "")]


async def test_a_new_url_is_an_event(store: Store) -> None:
    version = first_version(article())
    head = await append(store, version)
    await store.touch(replace(head, url="https://courier.example/new-slug", aliases=(head.url,)))
    [(kind, detail)] = await events(store, version)
    assert kind == "moved"
    assert detail == "https://courier.example/lighthouse → https://courier.example/new-slug"


async def test_a_version_without_its_head_becomes_the_head(store: Store) -> None:
    first = first_version(article("pier", "A"))
    second = next_version(first, article("pier", "B"), NOON + HOUR)
    await append(store, first)
    await append(store, second)
    await set_head_back(store, first)
    repaired = await store.head(first.article_id)
    assert repaired is not None
    assert (repaired.number, repaired.wording_digest, repaired.validators) == (2, "w:B", Validators())
    assert (await verify(store)).problems == ()


async def test_an_article_lost_after_its_first_version_is_made_again(store: Store) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    await delete_article(store, version)
    repaired = await store.head(version.article_id)
    assert repaired is not None
    assert (repaired.number, repaired.chain, repaired.next_check_at) == (1, version.chain, version.seen_at)
    assert repaired.check_history == CheckHistory(SOURCE, NOON, NOON - HOUR, NOON, checks=1)


async def test_a_late_writer_stores_its_schedule_after_a_repair_was_faster(store: Store) -> None:
    version = first_version(article("pier", "A"))
    head = await append(store, version)
    await delete_article(store, version)
    await store.head(version.article_id)
    await store.append_version(version, expected=0, head=head)
    assert await store.head(version.article_id) == head


async def test_text_with_lone_surrogates_is_stored_and_verifies(store: Store) -> None:
    version = first_version(article("pier", "Half a \ud83d pair", "A whole \ud83d\ude00 pair", "NUL \0 inside"))
    await append(store, version)
    stored = await store.version(version.article_id, 1)
    assert stored is not None
    assert stored.article.paragraphs == ("Half a \ufffd pair", "A whole 😀 pair", "NUL \0 inside")
    assert (await verify(store)).problems == ()


async def test_a_text_above_mongodb_s_limit_is_refused_and_leaves_nothing(store: Store) -> None:
    version = first_version(article("pier", "x" * 17 * 2**20, wording_digest="w", display_digest="t"))
    with pytest.raises(DocumentTooLarge, match=r"version 1 of .* takes [0-9,]+ bytes"):
        await append(store, version)
    assert await store.head(version.article_id) is None
