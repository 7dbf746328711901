"""Edits become public once they are no mass change: every source of this file is one paper on a real store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, Hold, Revisit, ScrapedArticle, Source, Version, WindowCheck, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.store import Store
from newscrawl.store.check_windows import MAX_CHECKS
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter
from newscrawl.store.verify import verify
from pipelines.normalize import parsed_page

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MINUTE, TERM = timedelta(minutes=1), timedelta(hours=2)
BOX = "Read the harbour letter, every Friday at noon, free for all who live by the water."


class Layout(Rules):
    match = "div.story"
    body = "div.story > p"


class LayoutWithBoxes(Rules):
    """New rules with a defect: they read boxes as text."""

    match = "div.story"
    body = "div.story p"


@dataclass
class Paper:
    """A source whose articles are numbers, checked one a minute."""

    store: Store
    layouts: tuple[type[Rules], ...] = (Layout,)
    editions: dict[int, int] = field(default_factory=dict)  # how often an article was edited
    is_redesigned: bool = False  # from then on, each page has a line more that is read as text
    now: datetime = START

    def __post_init__(self) -> None:
        self.begin_run()

    def begin_run(self, *, later: timedelta = timedelta(0)) -> None:
        """Begin a run; what the one before had in memory is lost, as by a SIGKILL, unless it was ended."""
        self.now += later
        self.mass_changes = MassChanges(self.store, "paper", TERM)

    async def end_run(self) -> None:
        await self.mass_changes.end(self.now)

    @property
    def history(self) -> History:
        recheck = SourcePolicy("paper", policy("sniffer"))
        return History(self.store, PageReader(SOURCE, self.layouts), recheck, self.mass_changes)

    async def publish(self, count: int) -> None:
        """Record that many articles, long before the tests begin."""
        self.begin_run()
        await self.check(*range(1, count + 1))
        await self.end_run()
        self.begin_run(later=timedelta(days=1))

    def edit(self, *numbers: int) -> None:
        for number in numbers:
            self.editions[number] = self.editions.get(number, 0) + 1

    async def check(self, *numbers: int) -> list[str]:
        """Check articles; return the outcomes."""
        return [await self._check(number) for number in numbers]

    async def _check(self, number: int) -> str:
        self.now += MINUTE
        url = f"https://paper.example/2026/03/ferry-{number}"
        headers = (("content-type", "text/html; charset=utf-8"),)
        capture = Capture(url, url, 200, headers, self._page(number), self.now)
        history = self.history
        reader = PageReader(SOURCE, self.layouts)
        page = parsed_page(ScrapedArticle("paper", str(number), capture, reader.extract(capture)), reader)
        return (await history.append(await history.judge(page))).outcome.value

    async def not_modified(self, *numbers: int) -> None:
        for number in numbers:
            self.now += MINUTE
            url = f"https://paper.example/2026/03/ferry-{number}"
            revisit = Revisit("paper", article_id("paper", str(number)), Capture(url, url, 304, (), b"", self.now))
            await self.history.append(await self.history.judge(revisit))

    def _page(self, number: int) -> bytes:
        edited = self.editions.get(number, 0)
        lines = [
            f"Ferry {number} to Oyster Island sails again after nine weeks in dry dock, the harbour board said.",
            f"Both engines were replaced, and {40 + edited} metres of railing, at a cost of {number}.4 million crowns.",
            "“She turns on a sixpence now,” said the captain, who has steered the boat since 1998.",
            *(
                ["Subscribe to the harbour letter, said the template at the end of the page."]
                if self.is_redesigned
                else []
            ),
        ]
        text = "".join(f"<p>{line}</p>" for line in lines)
        return (
            f"<!doctype html><html lang=en><head><title>Ferry {number} sails</title></head><body><article>"
            f"<h1>Ferry {number} sails</h1><div class=story>{text}<div class=box><p>{BOX}</p></div></div></article>"
        ).encode()

    async def public(self) -> list[int]:
        """Return the articles whose edits readers see, after a check that their counts agree."""
        batch = await Reader(self.store).changes.changes(ListFilter(), limit=200)
        assert (await verify(self.store)).problems == ()
        return sorted(int(entry.line.url.rpartition("-")[2]) for entry in batch.items)

    async def held(self) -> dict[int, Hold]:
        return {int(v.url.rpartition("-")[2]): v.hold for v in await self.store.held("paper")}


@pytest.fixture
def paper(store: Store) -> Paper:
    return Paper(store)


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
