"""Which edits of a source are a mass change, by its newest checks that read a text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.change.mass_changes import Counts, cleared, is_disproved, is_proven, mass_change_since, must_wait
from newscrawl.items import CheckWindow, WindowCheck

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LONG_AGO = NOON - timedelta(days=1)


def checks(line: str, *, compared_with: datetime = LONG_AGO, stamp: str = "s1") -> list[WindowCheck]:
    """Return one check a minute, each of another article: E for an edit, u for an unchanged text, 3 for a 304."""
    return [
        WindowCheck(
            f"article-{n}", NOON + n * MINUTE, compared_with, stamp, is_edit=letter == "E", has_text=letter != "3"
        )
        for n, letter in enumerate(line)
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="nothing"),
        pytest.param("E", id="one edit"),
        pytest.param("EE", id="two edits"),
        pytest.param("uuuuuuuEEE", id="the last three of ten"),
        pytest.param("EEEuuu", id="half of them"),
        pytest.param("EuEuEuEuEuEuEuEu", id="half of them, alternating"),
        pytest.param("u" * 100 + "EEEEE", id="the last five of many"),
        pytest.param("EEE" + "3" * 7, id="three of ten, and nothing else was modified"),
        pytest.param("EEEEEu" + "3" * 11, id="most texts, and fewer than a third of all articles"),
    ],
)
def test_ordinary_edits_are_no_mass_change(line: str) -> None:
    assert mass_change_since(checks(line)) is None


@pytest.mark.parametrize(
    ("line", "first"),
    [
        pytest.param("EEE", 0, id="three edits and nothing else"),
        pytest.param("EuEE", 0, id="three of four"),
        pytest.param("EuEuE", 0, id="three of five"),
        pytest.param("EEE333333", 0, id="all texts, and a third of all articles"),
        pytest.param("3" * 100 + "E" * 6, 100, id="a redesign of a site that answered 304 before"),
        pytest.param("u" * 100 + "E" * 6, 100, id="a redesign after many unchanged texts"),
        pytest.param("u" * 60 + "EEuEEuEEE", 60, id="a redesign that has not reached every page"),
    ],
)
def test_a_mass_change_begins_with_its_first_edit(line: str, first: int) -> None:
    assert mass_change_since(checks(line)) == NOON + first * MINUTE


def test_a_text_first_read_after_the_edit_says_nothing_about_it() -> None:
    late = checks("EEE" + "u" * 30, compared_with=NOON + MINUTE / 2)
    assert mass_change_since(late) == NOON
    assert not is_disproved(late, NOON)


def test_a_mass_change_is_disproved_once_fewer_than_three_in_five_changed() -> None:
    assert not is_disproved(checks("EEE"), NOON)
    assert not is_disproved(checks("EEEuu"), NOON)
    assert is_disproved(checks("EEEuuu"), NOON)
    assert not is_disproved(checks("EEE" + "3" * 30), NOON), "a 304 does not show how a page is read"


def test_unchanged_texts_before_a_redesign_do_not_disprove_it() -> None:
    assert not is_disproved(checks("u" * 20 + "EEEEEE"), NOON + 20 * MINUTE)


def test_an_edit_is_cleared_by_three_articles_that_read_unchanged_after_it() -> None:
    for line, is_cleared in {"uuuuE": False, "Euu": False, "Euuu": True, "EuEuEu": True, "EEEEEuuu": False}.items():
        window = checks(line)
        edit = next(check for check in window if check.is_edit)
        assert (edit in cleared(window)) is is_cleared, line


@given(st.lists(st.tuples(st.sampled_from("Eu3"), st.integers(-5, 30)), max_size=30))
def test_edits_are_cleared_by_the_counts_of_the_checks_after_each(drawn: list[tuple[str, int]]) -> None:
    """However many there are, and whenever the other articles were recorded."""
    window = [
        replace(check, compared_with=NOON + minutes * MINUTE)
        for check, (_, minutes) in zip(checks("".join(letter for letter, _ in drawn)), drawn, strict=True)
    ]
    expected = []
    for place, check in enumerate(window):
        counts = Counts.since(window[place:], check.at)
        if check.is_edit and counts.unchanged >= 3 and not counts.is_most_of_texts:
            expected.append(check)
    assert cleared(window) == expected


@given(st.text("Eu", max_size=12))
def test_no_edit_that_was_cleared_is_the_first_of_a_small_mass_change(line: str) -> None:
    """Of three edits among at most five checks none becomes public on the way, whatever their order."""
    window = checks(line[:5])
    if mass_change_since(window) is None:
        return
    for length in range(1, len(window) + 1):
        shown = window[:length]
        assert not cleared(shown)


def test_two_edits_wait_while_nothing_else_was_checked() -> None:
    def waits(line: str) -> bool:
        return must_wait(CheckWindow("paper", tuple(checks(line))))

    assert not waits("E")
    assert waits("EE")
    assert waits("EEu")
    assert not waits("EEuu")
    assert not waits("EE33")


def test_a_stamp_is_proven_by_texts_that_read_unchanged_under_it() -> None:
    assert not is_proven(checks("E", stamp="s2"), "s2")
    assert not is_proven(checks("EE", stamp="s2") + checks("uuu", stamp="s1"), "s2")
    assert not is_proven(checks("EEEuu", stamp="s2"), "s2")
    assert is_proven(checks("Eu", stamp="s2"), "s2")
    assert is_proven(checks("u", stamp="s2"), "s2")
    assert not is_proven(checks("E333", stamp="s2"), "s2"), "a 304 reads nothing under any stamp"
