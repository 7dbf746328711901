"""What a front page is chosen from: the same changes, whichever list of them is read first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.items import Hold
from newscrawl.store import Store
from newscrawl.store.reader import ListFilter, Reader
from newscrawl.store.reader.front_page import CANDIDATES, ENOUGH, FRESH, MEDIUM, Candidate, Candidates
from newscrawl.store.reader.visibility import LISTED, is_listed
from tests.web.press import COST, LEDE, NOW, TRAFFIC, Draft, Press


def archive(rng: random.Random) -> list[Candidate]:
    """Return changes newest first, of a newspaper that is quiet or busy, mostly weighty or hardly ever."""
    count, minutes, weighty = rng.choice([5, 60, 290, 700]), rng.choice([1, 10, 40, 300]), rng.choice([0.02, 0.2, 0.8])
    seen_at, changes = NOW, []
    for number in range(count):
        seen_at -= timedelta(minutes=rng.expovariate(1 / minutes))
        level = rng.choice([1, 2, 3]) if rng.random() < weighty else 0
        changes.append(Candidate(f"{number}:2", str(number), "harbour", seen_at, level, level / 4, 1))
    return changes


def near_newest(changes: Sequence[Candidate]) -> list[Candidate]:
    return [change for change in changes if change.seen_at >= changes[0].seen_at - FRESH]


def expected(changes: Sequence[Candidate], *, is_spanned: bool) -> list[Candidate]:
    """Choose as it is said: of the newest of medium significance, or of any if these are few."""
    weighty = [change for change in changes if change.level >= MEDIUM][:CANDIDATES]
    chosen = weighty if is_spanned else near_newest(weighty)
    if len(chosen) >= ENOUGH:
        return chosen
    return list(changes[:CANDIDATES]) if is_spanned else near_newest(changes[:CANDIDATES])


@pytest.mark.parametrize("is_spanned", [False, True])
def test_changes_of_any_significance_tell_which_are_chosen_or_that_they_cannot(*, is_spanned: bool) -> None:
    told = 0
    for seed in range(400):
        changes = archive(random.Random(seed))
        newest = Candidates(changes[:CANDIDATES], len(changes) >= CANDIDATES)
        chosen = newest.chosen(is_spanned=is_spanned)
        assert chosen is None or list(chosen) == expected(changes, is_spanned=is_spanned), seed
        told += chosen is not None
    assert 100 < told < 400


async def test_a_page_is_the_same_for_a_reader_that_just_began(
    config: Config, store: Store, press: Press, reader: Reader
) -> None:
    """While few changes are weighty it has them all; when there are enough, those alone; and then few once more."""
    for weighty in (2, ENOUGH, 3):
        await store.db.versions.delete_many({})
        for number in range(ENOUGH + 5):
            await edited(press, f"story-{weighty}-{number}", number / 2)
        newest = await store.db.versions.find({"number": 2}, sort=[("seen_at", -1)], limit=weighty).to_list()
        ids = [version["_id"] for version in newest]
        await store.db.versions.update_many({"number": 2}, {"$set": {"level": 0, "change.significance": 0.1}})
        await store.db.versions.update_many({"_id": {"$in": ids}}, {"$set": {"level": 2, "change.significance": 0.6}})
        new = await Reader.open(config)
        pages = [await each.changes.front_page(ListFilter()) for each in (reader, reader, new)]
        await new.close()
        assert pages[0] == pages[1] == pages[2]
        assert pages[0].changes == (ENOUGH if weighty == ENOUGH else ENOUGH + 5)


async def test_the_query_for_listed_versions_finds_what_the_policy_lists(store: Store) -> None:
    marks: list[dict[str, Any]] = [
        {}, {"held": None}, {"hidden": None}, {"hidden": {"at": NOW, "reason": "order"}},
        *({"held": hold.value} for hold in Hold),
        {"held": Hold.PENDING.value, "hidden": {"at": NOW, "reason": "order"}},
    ]  # fmt: skip
    versions = [
        {"_id": f"{number}:1", "article_id": str(number), "number": 1} | mark for number, mark in enumerate(marks)
    ]
    await store.db.versions.insert_many(versions)
    found = await store.db.versions.find(LISTED, {"_id": 1}).to_list()
    assert {each["_id"] for each in found} == {each["_id"] for each in versions if is_listed(each)}
    assert len(found) == 3


async def edited(press: Press, slug: str, hours: float) -> None:
    before = Draft(hours, "Bridge to close", [LEDE, COST])
    await press.publish(slug, [before, Draft(hours + 0.25, "Bridge to close", [LEDE, COST, TRAFFIC])])
