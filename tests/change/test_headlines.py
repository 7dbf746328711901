"""Alternating headlines fold into one spell; real rewrites stay what they are."""

from __future__ import annotations

from newscrawl.change import spells


def shape(letters: str) -> list[tuple[str, bool]]:
    """Name spells by their headlines; one letter stands for one headline."""
    return [("".join(spell.headlines), spell.is_oscillating) for spell in spells(list(letters))]


def test_alternating_headlines_are_one_spell_with_both_wordings() -> None:
    (spell,) = spells(["Plan fails", "Why the plan failed", "Plan fails", "Why the plan failed", "Plan fails"])
    assert spell.headlines == ("Plan fails", "Why the plan failed")
    assert spell.is_oscillating
    assert (spell.first, spell.last, spell.returns) == (0, 4, 3)


def test_one_return_is_a_reversal_and_no_test() -> None:
    assert shape("ABA") == [("A", False), ("B", False), ("A", False)]


def test_headlines_before_and_after_a_test_stand_alone() -> None:
    assert shape("XABABC") == [("X", False), ("AB", True), ("C", False)]


def test_three_headlines_in_turn_are_one_test() -> None:
    assert shape("ABCABC") == [("ABC", True)]


def test_successive_rewrites_are_no_oscillation() -> None:
    assert shape("AABCCD") == [("A", False), ("B", False), ("C", False), ("D", False)]


def test_typography_makes_no_other_headline() -> None:
    (spell,) = spells(["“No” wins", '"No" wins'])
    assert spell.headlines == ("“No” wins",)


def test_no_versions_have_no_spells() -> None:
    assert spells([]) == ()
