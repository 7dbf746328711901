"""Held versions: marked, published and dismissed, with counts that agree after any crash."""

from __future__ import annotations

import pytest

from newscrawl.items import AlarmKind, Finding, HeldState, Hold, Version, WindowCheck
from newscrawl.store import Store
from newscrawl.store.verify import verify
from tests.store.samples import HOUR, NOON, SOURCE, append, article, first_version, head_of, next_version

MASS_CHANGE = HeldState(NOON, Hold.MASS_CHANGE, "every article changed")


async def edited(store: Store, guid: str, hold: Hold | None) -> Version:
    """Append an article and an edit of it."""
    first = first_version(article(guid, "A"))
    edit = next_version(first, article(guid, "B"), NOON + HOUR)
    await append(store, first)
    await store.append_version(edit, expected=1, head=head_of(edit), hold=hold)
    return edit


async def test_pending_edit_is_published_once(store: Store) -> None:
    edit = await edited(store, "pier", Hold.PENDING)
    assert [(v.article_id, v.number, v.hold) for v in await store.pending(SOURCE)] == [
        (edit.article_id, 2, Hold.PENDING)
    ]
    assert await store.publish(SOURCE, [(edit.article_id, 2)]) == 1
    assert await store.publish(SOURCE, [(edit.article_id, 2)]) == 0
    assert (await verify(store)).problems == ()


@pytest.mark.parametrize("hold", [Hold.PENDING, None])
async def test_crash_between_count_and_version_is_repaired_by_repeating(store: Store, hold: Hold | None) -> None:
    edit = await edited(store, "pier", hold)
    count = int(hold is not None)  # as publishing or holding stores it before it marks the version
    await store.db.articles.update_one({"_id": edit.article_id}, {"$set": {"edits": count}})
    assert (await verify(store)).problems != ()
    if hold is None:
        await store.hold(SOURCE, MASS_CHANGE, at=NOON + HOUR)
    else:
        await store.publish(SOURCE, [(edit.article_id, 2)])
    assert (await verify(store)).problems == ()


async def test_decision_about_one_source_leaves_the_others(store: Store) -> None:
    await edited(store, "pier", Hold.MASS_CHANGE)
    assert await store.release_held("gazette", by="ada", at=NOON + HOUR) == 0
    assert await store.dismiss_held("gazette", by="ada", at=NOON + HOUR) == 0
    assert await store.held_counts() == {SOURCE: 1}
    assert await store.held_counts("gazette") == {}


@pytest.mark.parametrize("is_released", [True, False])
async def test_decision_of_a_person_ends_state_and_alarm(store: Store, is_released: bool) -> None:
    edit = await edited(store, "pier", Hold.MASS_CHANGE)
    check = WindowCheck(edit.article_id, NOON + HOUR, NOON, "rules-1", is_edit=True)
    await store.add_to_window(SOURCE, [check], since=NOON)
    await store.hold_edits(SOURCE, MASS_CHANGE)
    await store.open_alarm(SOURCE, Finding(AlarmKind.MASS_CHANGE, "every article changed"), at=NOON + HOUR)
    decide = store.release_held if is_released else store.dismiss_held
    assert await decide(SOURCE, by="ada", at=NOON + HOUR) == 1
    window = await store.check_window(SOURCE)
    assert window.held is None
    assert await store.alarms() == []
    assert [c.article_id for c in window.edits] == ([] if is_released else [edit.article_id])


async def test_state_is_that_of_the_first_edit_that_was_held(store: Store) -> None:
    assert (await store.hold_edits(SOURCE, MASS_CHANGE)).held == MASS_CHANGE
    later = HeldState(NOON + HOUR, Hold.NEW_STAMP, "another reason")
    assert (await store.hold_edits(SOURCE, later)).held == MASS_CHANGE
