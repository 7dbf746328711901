"""Alternating headlines are one period; each real rewrite starts a new one."""

from __future__ import annotations

from newscrawl.change import headline_periods


def periods(letters: str) -> list[tuple[str, bool]]:
    """Return the headlines of each period and whether they alternate; each letter is a headline."""
    return [("".join(period.headlines), period.is_oscillating) for period in headline_periods(list(letters))]


def test_alternating_headlines_are_one_period_with_both_wordings() -> None:
    first, second = "Plan fails", "Why the plan failed"
    (period,) = headline_periods([first, second, first, second, first])
    assert period.headlines == (first, second)
    assert period.is_oscillating
    assert (period.first, period.last, period.returns) == (0, 4, 3)


def test_one_return_is_a_reversal_and_not_a_test() -> None:
    assert periods("ABA") == [("A", False), ("B", False), ("A", False)]


def test_headlines_before_and_after_a_test_have_their_own_periods() -> None:
    assert periods("XABABC") == [("X", False), ("AB", True), ("C", False)]


def test_three_alternating_headlines_are_one_test() -> None:
    assert periods("ABCABC") == [("ABC", True)]


def test_successive_rewrites_do_not_oscillate() -> None:
    assert periods("AABCCD") == [("A", False), ("B", False), ("C", False), ("D", False)]


def test_headlines_that_differ_by_typography_are_one() -> None:
    (period,) = headline_periods(["“No” wins", '"No" wins'])
    assert period.headlines == ("“No” wins",)


def test_no_versions_have_no_periods() -> None:
    assert headline_periods([]) == ()
