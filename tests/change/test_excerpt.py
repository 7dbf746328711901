"""A change shows its one or two most telling edits, marked in their sentences, of bounded length in any script."""

from __future__ import annotations

import unicodedata

import pytest

from newscrawl.items import SegmentOp
from tests.change.test_reversals import change

LONG = "The harbour office keeps its lists in the tower above the gate, where anybody may read them on weekdays "


def test_the_most_telling_edit_comes_first_with_its_sentence() -> None:
    old = "It rained all day long. The suspect pleaded not guilty on Monday. People stood in the square and waited."
    new = "It rained all day. The suspect pleaded guilty on Monday. Many people stood in the square, waiting."
    first = change(old, new).excerpts[0]
    assert (first.old, first.new) == (
        "The suspect pleaded not guilty on Monday.",
        "The suspect pleaded guilty on Monday.",
    )
    assert [each.text.strip() for each in first.segments if each.op is SegmentOp.DELETE] == ["not"]
    assert first.paragraph == 3


def test_a_long_sentence_is_cut_between_words() -> None:
    old = LONG * 3 + "and five boats were lost, " + LONG * 3
    (found,) = change(old, old.replace("five", "seven")).excerpts
    assert len(found.old) < 260
    assert found.old.startswith("…")
    assert found.old.endswith("…")
    assert all(word in old.split() for word in found.old.strip("… ").split())


@pytest.mark.parametrize(
    ("language", "text", "old", "new"),
    [
        ("ja", "市議会は火曜日に会合を開いた" * 20 + "。", "火曜日", "水曜日"),
        ("ar", "عقد المجلس اجتماعا في قاعة المدينة يوم الاثنين وحضره كثيرون من السكان " * 8, "المدينة", "القرية"),
        ("hi", "परिषद ने सोमवार को पुराने हॉल में बैठक की और कई लोग आए " * 8, "सोमवार", "मंगलवार"),
        ("en", "👍🏽 The council met and everyone cheered 👍🏽 " * 12, "council", "senate"),
    ],
)
def test_excerpt_is_bounded_and_whole_in_any_script(language: str, text: str, old: str, new: str) -> None:
    before = text[: len(text) // 2] + old + text[len(text) // 2 :]
    for found in change(before, before.replace(old, new), language).excerpts:
        assert 0 < len(found.old) <= 2 * 100 + 160 + 8
        assert not unicodedata.combining(found.old.strip("… ")[0])


def test_change_of_typography_alone_has_no_excerpt() -> None:
    assert change("He said “no” to all.", 'He said "no" to all.').excerpts == ()


def test_added_and_removed_paragraphs_are_shown_from_their_beginning() -> None:
    (found, *_) = change("", "The mayor has resigned, her office said. More follows.").excerpts or (None,)
    assert found is not None
    assert found.new.startswith("The mayor has resigned")
    assert found.old == ""
