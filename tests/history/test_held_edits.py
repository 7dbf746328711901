"""What becomes of held edits: decisions of persons and of later checks, and proofs of new rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from newscrawl.items import Hold, Version, WindowCheck, article_id
from newscrawl.store import Store
from newscrawl.store.check_windows import MAX_CHECKS
from newscrawl.store.reader import Reader

from .paper import MINUTE, START, TERM, Layout, LayoutWithBoxes, Paper

# Decisions


async def test_later_checks_of_other_articles_release_what_was_held(paper: Paper) -> None:
    await paper.publish(6)
    paper.edit(1, 2, 3)
    await paper.check(1, 2, 3, 4, 5)
    await paper.end_run()
    assert await paper.public() == []
    paper.begin_run(later=timedelta(hours=3))
    assert await paper.check(1, 2, 3) == ["unchanged"] * 3
    assert await paper.public() == [], "the held articles themselves prove nothing"
    await paper.check(6)
    assert await paper.public() == [1, 2, 3]
    events = await Reader(paper.store).articles.events(article_id("paper", "1"))
    assert [(event.kind, event.detail) for event in events][-1] == (
        "released",
        "3 other articles read unchanged since, 3 changed",
    )


async def test_held_edits_count_until_they_are_decided(paper: Paper) -> None:
    """Hours later one unchanged article is not enough against three that changed."""
    await paper.publish(6)
    paper.edit(1, 2, 3)
    await paper.check(1, 2, 3)
    await paper.end_run()
    for number, public in {4: [], 5: [], 6: [1, 2, 3]}.items():
        paper.begin_run(later=2 * TERM)
        await paper.check(number)
        await paper.end_run()
        assert await paper.public() == public


async def test_mass_edit_by_the_publisher_is_released_by_a_person(paper: Paper) -> None:
    await paper.publish(8)
    paper.edit(*range(1, 9))
    await paper.check(1, 2, 3, 4)
    await paper.end_run()
    assert await paper.store.release_held("paper", by="ada", at=paper.now) == 4
    assert await paper.public() == [1, 2, 3, 4]
    paper.begin_run(later=15 * MINUTE)
    await paper.check(5)
    await paper.end_run()
    assert await paper.public() == [1, 2, 3, 4, 5], "the released edits do not count against it"


async def test_dismissed_edits_stay_in_the_history_and_are_not_counted(paper: Paper) -> None:
    await paper.publish(4)
    paper.is_redesigned = True
    await paper.check(1, 2, 3)
    await paper.end_run()
    assert await paper.store.dismiss_held("paper", by="ada", at=paper.now) == 3
    assert (await paper.public(), await paper.held()) == ([], {})
    first, second = await Reader(paper.store).articles.versions(article_id("paper", "1"))
    assert (first.hold, second.hold) == (None, Hold.DISMISSED)
    paper.begin_run(later=15 * MINUTE)
    await paper.check(4)
    await paper.end_run()
    assert await paper.public() == [], "the pages are still read like this"
    assert await paper.held() == {4: Hold.MASS_CHANGE}
    assert await paper.store.release_dismissed("paper", by="ada", at=paper.now) == 3
    assert (await paper.public(), await paper.held()) == ([1, 2, 3], {4: Hold.MASS_CHANGE})
    assert (await paper.store.check_window("paper")).held is not None


async def test_pending_edits_are_left_to_the_runs_when_a_person_decides(paper: Paper) -> None:
    """What a run under way has found so far nobody has reviewed."""
    await paper.publish(8)
    paper.is_redesigned = True
    await paper.check(1, 2, 3)
    await paper.end_run()
    assert await paper.store.release_held("paper", by="ada", at=paper.now) == 3
    paper.begin_run(later=15 * MINUTE)
    await paper.check(4, 5, 6)
    assert await paper.store.release_held("paper", by="ada", at=paper.now) == 0
    assert await paper.store.dismiss_held("paper", by="ada", at=paper.now) == 0
    await paper.end_run()
    assert await paper.public() == [1, 2, 3]
    assert await paper.held() == dict.fromkeys((4, 5, 6), Hold.MASS_CHANGE)


async def test_run_that_is_killed_while_it_releases_leaves_the_rest_to_the_next(paper: Paper) -> None:
    await paper.publish(6)
    paper.edit(1, 2, 3)
    await paper.check(1, 2, 3, 4, 5)
    await paper.end_run()
    window = await paper.store.check_window("paper")
    paper.begin_run(later=timedelta(hours=3))
    await paper.check(6)
    assert await paper.public() == [1, 2, 3]
    assert window.held is not None
    await paper.store.hold_edits("paper", window.held)  # as if it had been killed before the state ended
    await paper.store.hold("paper", window.held, at=paper.now)
    paper.begin_run(later=15 * MINUTE)
    await paper.check(4)
    await paper.end_run()
    assert await paper.public() == [1, 2, 3]


# New rules


async def test_first_edit_under_new_rules_is_held_until_another_article_reads_unchanged(paper: Paper) -> None:
    await paper.publish(3)
    paper.edit(1)
    await paper.check(1)
    await paper.end_run()
    paper.layouts = (Layout, LayoutWithBoxes)
    paper.begin_run(later=timedelta(days=1))
    paper.edit(1)
    await paper.check(1)
    await paper.end_run()
    assert await paper.held() == {1: Hold.NEW_STAMP}
    paper.begin_run(later=timedelta(days=1))
    await paper.check(1)
    await paper.end_run()
    assert await paper.held() == {1: Hold.NEW_STAMP}, "the same article proves nothing"
    paper.begin_run(later=timedelta(days=1))
    await paper.check(2)
    assert (await paper.public(), await paper.held()) == ([1, 1], {})
    await paper.end_run()
    paper.begin_run(later=timedelta(days=1))
    paper.edit(3)
    await paper.check(3)
    await paper.end_run()
    assert await paper.public() == [1, 1, 3], "the stamp stays proven"


async def test_edit_whose_proof_comes_while_it_is_written_is_public(paper: Paper) -> None:
    """A run records two pages at a time: another article may read unchanged between the decision and the version."""
    await paper.publish(3)
    paper.edit(1)
    await paper.check(1)
    await paper.end_run()
    paper.layouts = (Layout, LayoutWithBoxes)
    paper.begin_run(later=timedelta(days=1))
    paper.edit(1)
    append_version = paper.store.append_version

    async def append_after_another_check(version: Version, **values: Any) -> None:
        if values.get("hold") is Hold.NEW_STAMP:
            await paper.check(2)
        await append_version(version, **values)

    paper.store.append_version = append_after_another_check  # type: ignore[method-assign]
    await paper.check(1)
    await paper.end_run()
    assert (await paper.public(), await paper.held()) == ([1, 1], {})


async def test_new_rules_under_which_articles_read_unchanged_need_no_other_proof(paper: Paper) -> None:
    await paper.publish(4)
    paper.edit(1)
    await paper.check(1)
    await paper.end_run()
    paper.layouts = (Layout, LayoutWithBoxes)
    paper.begin_run(later=timedelta(days=1))
    await paper.check(1, 2, 3)
    await paper.end_run()
    paper.begin_run(later=timedelta(days=1))
    paper.edit(4)
    await paper.check(4)
    await paper.end_run()
    assert await paper.public() == [1, 4]


async def test_archive_without_a_window_knows_the_stamps_of_its_heads(paper: Paper) -> None:
    await paper.publish(2)
    await paper.store.db.windows.delete_many({})
    paper.begin_run()
    paper.edit(1)
    await paper.check(1)
    await paper.end_run()
    assert await paper.public() == [1]


# Cost


async def test_window_of_ten_thousand_checks_stays_one_small_document(store: Store) -> None:
    for batch in range(20):
        checks = [
            WindowCheck(f"article-{n}", START + n * MINUTE / 500, START, "s1", n % 2 == 0)
            for n in range(batch * 500, batch * 500 + 500)
        ]
        window = await store.add_to_window("paper", checks, since=START)
    assert [check.article_id for check in window.checks] == [f"article-{n}" for n in range(9800, 10_000)]
    assert len(window.checks) == MAX_CHECKS
    (size,) = [
        d["size"] async for d in await store.db.windows.aggregate([{"$project": {"size": {"$bsonSize": "$$ROOT"}}}])
    ]
    assert size < 40_000
