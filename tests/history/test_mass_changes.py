"""Edits become public once they are no mass change; those of one are held."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from newscrawl.items import Hold

from .paper import MINUTE, TERM, Paper

# Ordinary edits


async def test_single_edit_is_pending_until_its_run_ends(paper: Paper) -> None:
    await paper.publish(1)
    paper.edit(1)
    assert await paper.check(1) == ["changed"]
    assert (await paper.public(), await paper.held()) == ([], {1: Hold.PENDING})
    await paper.end_run()
    assert (await paper.public(), await paper.held()) == ([1], {})


async def test_single_edit_is_public_once_three_other_articles_read_unchanged(paper: Paper) -> None:
    await paper.publish(5)
    paper.edit(1)
    await paper.check(2, 1, 3, 4)
    assert await paper.public() == []
    await paper.check(5)
    assert await paper.public() == [1]


async def test_article_that_is_edited_again_and_again_is_no_mass_change(paper: Paper) -> None:
    await paper.publish(4)
    for _ in range(6):
        paper.edit(1)
        await paper.check(1)
        await paper.end_run()
        paper.begin_run(later=10 * MINUTE)
    assert await paper.public() == [1] * 6


async def test_three_edits_of_ten_articles_are_public_when_the_run_ends(paper: Paper) -> None:
    await paper.publish(10)
    paper.edit(8, 9, 10)
    await paper.check(*range(1, 11))
    assert await paper.public() == []
    await paper.end_run()
    assert await paper.public() == [8, 9, 10]


@pytest.mark.parametrize("edited", [2, 3])
async def test_edits_are_public_at_the_end_of_a_run_whose_other_articles_are_not_modified(
    paper: Paper, edited: int
) -> None:
    await paper.publish(10)
    paper.edit(*range(1, edited + 1))
    await paper.check(*range(1, edited + 1))
    await paper.not_modified(*range(edited + 1, 11))
    await paper.end_run()
    assert await paper.public() == list(range(1, edited + 1))


async def test_pending_edits_of_a_killed_run_are_public_when_the_next_run_ends(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1)
    await paper.check(1)
    paper.begin_run(later=10 * MINUTE)
    await paper.check(2)
    assert await paper.public() == []
    await paper.end_run()
    assert await paper.public() == [1]


# Mass changes


@pytest.mark.parametrize("order", [(1, 2, 3, 4), (4, 1, 2, 3), (1, 4, 2, 3), (1, 2, 4, 3)])
async def test_three_edits_of_a_source_of_four_articles_are_held(paper: Paper, order: tuple[int, ...]) -> None:
    await paper.publish(4)
    paper.edit(1, 2, 3)
    for number in order:
        await paper.check(number)
        assert await paper.public() == []
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys((1, 2, 3), Hold.MASS_CHANGE)
    assert await paper.store.held_counts() == {"paper": 3}


async def test_edits_of_two_runs_within_the_window_are_one_mass_change(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1, 2, 3)
    await paper.check(1, 2)
    await paper.end_run()
    assert (await paper.public(), await paper.held()) == ([], dict.fromkeys((1, 2), Hold.PENDING))
    paper.begin_run(later=30 * MINUTE)
    await paper.check(3)
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys((1, 2, 3), Hold.MASS_CHANGE)


async def test_two_edits_wait_for_other_checks_until_the_window_ends(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1, 2)
    await paper.check(1, 2)
    await paper.end_run()
    paper.begin_run(later=TERM - 10 * MINUTE)
    await paper.end_run()
    assert await paper.public() == []
    paper.begin_run(later=10 * MINUTE)
    await paper.end_run()
    assert await paper.public() == [1, 2]


async def test_two_edits_of_a_run_are_public_once_as_many_other_articles_read_unchanged(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1, 2)
    await paper.check(1, 2)
    await paper.end_run()
    paper.begin_run(later=15 * MINUTE)
    await paper.check(3, 4)
    await paper.end_run()
    assert await paper.public() == [1, 2]


@pytest.mark.parametrize("killed_after", range(1, 6))
async def test_run_that_is_killed_between_edits_leaves_none_of_a_mass_change_public(
    paper: Paper, killed_after: int
) -> None:
    """Each check of the mass change is followed by a kill; the claims of the killed run end half an hour later."""
    await paper.publish(6)
    paper.edit(*range(1, 7))
    for number in range(1, 7):
        await paper.check(number)
        assert await paper.public() == []
        if number <= killed_after:
            paper.begin_run(later=15 * MINUTE)
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys(range(1, 7), Hold.MASS_CHANGE)


async def test_run_that_is_killed_between_window_and_versions_holds_them_when_it_is_back(paper: Paper) -> None:
    """The state is stored before the versions are marked; those that were not are still pending, never public."""
    await paper.publish(3)
    paper.edit(1, 2, 3)
    await paper.check(1, 2, 3)
    await paper.end_run()
    await paper.store.db.versions.update_many({"held": "mass_change"}, {"$set": {"held": "pending"}})
    assert await paper.public() == []
    paper.begin_run(later=15 * MINUTE)
    await paper.mass_changes.open(paper.now)
    assert await paper.held() == dict.fromkeys((1, 2, 3), Hold.MASS_CHANGE)


async def test_pending_edits_of_a_killed_run_count_however_late_the_next_run_is(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1, 2, 3)
    await paper.check(1, 2)
    paper.begin_run(later=2 * TERM)
    await paper.check(3)
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys((1, 2, 3), Hold.MASS_CHANGE)


@pytest.mark.slow
async def test_redesign_of_a_large_source_is_held_over_several_runs(paper: Paper) -> None:
    """The run before the redesign is within the window: its unchanged articles do not excuse the edits."""
    await paper.publish(100)
    await paper.check(*range(1, 31))
    await paper.end_run()
    paper.is_redesigned = True
    for first in range(1, 101, 25):
        paper.begin_run(later=15 * MINUTE)
        assert set(await paper.check(*range(first, first + 25))) == {"changed"}
        assert await paper.public() == []
        await paper.end_run()
        assert await paper.public() == []
    paper.begin_run(later=timedelta(hours=9))
    assert await paper.check(*range(1, 101, 10)) == ["unchanged"] * 10, "they are read wrongly again"
    await paper.end_run()
    assert (await paper.public(), len(await paper.held())) == ([], 100)


async def test_single_edit_hours_after_an_undecided_mass_change_is_held_too(paper: Paper) -> None:
    await paper.publish(10)
    paper.is_redesigned = True
    await paper.check(1, 2, 3)
    await paper.end_run()
    paper.begin_run(later=timedelta(hours=9))
    await paper.check(4)
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys((1, 2, 3, 4), Hold.MASS_CHANGE)


async def test_edit_that_became_public_within_the_window_is_held_with_the_mass_change_after_it(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1, 2, 3)
    await paper.check(1)
    await paper.end_run()
    assert await paper.public() == [1]
    paper.begin_run(later=15 * MINUTE)
    await paper.check(2, 3)
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys((1, 2, 3), Hold.MASS_CHANGE)


async def test_edits_that_are_recorded_at_the_same_time_are_decided_together(paper: Paper) -> None:
    await paper.publish(6)
    paper.edit(*range(1, 7))
    await asyncio.gather(*(paper.check(number) for number in range(1, 7)))
    await paper.end_run()
    assert await paper.public() == []
    assert await paper.held() == dict.fromkeys(range(1, 7), Hold.MASS_CHANGE)
