"""The strongest part of a change decides, others add ever less, and what says the same in another way weighs little."""

from __future__ import annotations

import itertools

import pytest

from newscrawl.change.significance import Part, total
from newscrawl.change.synonyms import Meanings
from newscrawl.change.wording import unanswered
from tests.change.test_reversals import change

PARTS = [
    Part("negation", 0.65), Part("numbers", 0.45), Part("numbers", 0.2, is_wording=True), Part("headline", 0.3),
    Part("wording", 0.2, is_wording=True), Part("text", 0.05, is_wording=True), Part("names", 0.4), Part("roles", 0.9),
]  # fmt: skip


def test_a_further_part_never_lowers_the_sum() -> None:
    for size in range(len(PARTS)):
        for some in itertools.combinations(PARTS, size):
            assert all(total([*some, further])[0] >= total(some)[0] for further in PARTS)


def test_the_strongest_part_counts_in_full_and_others_ever_less() -> None:
    assert total([Part("numbers", 0.4), Part("negation", 0.6)]) == (
        0.66, ("negation (+0.60)", "numbers (+0.06)"),
    )  # fmt: skip
    assert total([Part("wording", 0.2, is_wording=True), Part("typo", 0.05, is_wording=True)])[0] == 0.2


def test_what_is_above_1_is_cut_and_said() -> None:
    assert total([Part("roles", 1.0), Part("negation", 0.9)]) == (
        1.0, ("roles (+1.00)", "negation (+0.14)", "sum limited to 1 (-0.14)"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("By 5-2 the judges agreed.", "By five votes to two the judges agreed."),
        ("Seven in ten parents agree.", "70 % of parents agree."),
        ("The 14-day course is safe.", "The two-week course is safe."),
        ("He scored after 12 minutes.", "He scored in the 12th minute."),
        ("They raise 33 % fewer queens.", "They raise a third fewer queens."),
        ("Two thirds of voters agreed.", "About 67 per cent of voters agreed."),
        ("The shop isn't open on Sundays.", "The shop is closed on Sundays."),
        ("Two dozen people came.", "24 people came."),
    ],
)
def test_what_says_the_same_in_another_way_weighs_no_more_than_wording(old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after)
        assert found.significance <= 0.2, found.reasons


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("They own a petrol station.", "They own a vineyard."),
        ("It made a loss last year.", "It made a profit last year."),
        ("Her spokesman said no.", "The gas company's spokesman said no."),
        ("Five and seven boats sank.", "Five and nine boats sank."),
        ("It runs two weeks.", "It runs two months."),
    ],
)
def test_words_that_gave_way_to_others_weigh_at_least_the_border(old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after)
        assert found.significance >= 0.2, found.reasons


def test_synonyms_stand_for_one_another_and_other_words_do_not() -> None:
    text = Meanings(["began", "larger", "dropped"])
    assert [word for word in ("start", "big", "fell", "ended", "smaller") if text.have(word)] == [
        "start", "big", "fell",
    ]  # fmt: skip
    assert unanswered(["glad", "windows"], ["happy", "customers"], "en") == ["windows"]
