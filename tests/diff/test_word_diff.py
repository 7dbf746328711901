"""Words are marked as an editor would mark them."""

from __future__ import annotations

import pytest

from newscrawl.diff.budget import Budget
from newscrawl.diff.word_diff import word_segments
from newscrawl.items import SegmentOp

SIGNS = {SegmentOp.KEEP: ("", ""), SegmentOp.INSERT: ("{+", "+}"), SegmentOp.DELETE: ("[-", "-]")}


def marked(old: str, new: str) -> str:
    return "".join(segment.text.join(SIGNS[segment.op]) for segment in word_segments(old, new, Budget()))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("12 were hurt", "15 were hurt", "[-12-]{+15+} were hurt"),
        ("quick brown", "quick brown fox", "quick brown{+ fox+}"),
        ("X. The dog left.", "X. The cat slept. The dog left.", "X. {+The cat slept. +}The dog left."),
        ("a b", "a  b", "a {+ +}b"),
        ('He said "yes"', "He said “yes”", 'He said [-"-]{+“+}yes[-"-]{+”+}'),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("ten – twelve", "ten — twelve", "ten [-–-]{+—+} twelve"),
        ("感染者が12人", "感染者が新たに15人", "感染者が[-12-]{+新たに15+}人"),
        ("قتل 12 شخصا", "قتل 15 شخصا", "قتل [-12-]{+15+} شخصا"),
        ("hi 👨‍👩‍👧‍👦!", "hi 👨‍👩‍👧!", "hi [-👨‍👩‍👧‍👦-]{+👨‍👩‍👧+}!"),
        ("cafe\u0301 open", "cafe open", "[-cafe\u0301-]{+cafe+} open"),
    ],
)
def test_changes_are_marked_at_whole_words(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_a_coincidental_word_between_two_large_edits_becomes_part_of_one() -> None:
    old = "It is time to stop the senseless destruction that drunk drivers bring about."
    new = "It is easily replaced by a self-driving machine that would certainly need a licence."
    expected = (
        "It is [-time to stop the senseless destruction that drunk drivers bring about-]"
        "{+easily replaced by a self-driving machine that would certainly need a licence+}."
    )
    assert marked(old, new) == expected


def test_a_short_word_that_kept_its_place_between_small_edits_stays_kept() -> None:
    old, new = "They were killed in January of 2019, police said", "They died in March of 2020, officials said"
    expected = "They [-were killed-]{+died+} in [-January-]{+March+} of [-2019-]{+2020+}, [-police-]{+officials+} said"
    assert marked(old, new) == expected


def test_one_long_word_is_kept_rather_than_two_marks() -> None:
    assert marked("x, y, driving z", "w driving v, u, t") == "[-x, y,-]{+w+} driving [-z-]{+v, u, t+}"


def test_of_equal_chains_the_one_with_fewer_edits_is_taken() -> None:
    old, new = "Most of these cars cost more", "Lastly, as of right now, most of these cars cost more"
    assert marked(old, new) == "[-Most-]{+Lastly, as of right now, most+} of these cars cost more"


def test_many_kept_words_between_large_edits_stay_kept() -> None:
    old = "Yesterday morning the harbour master of Port Amsel resigned unexpectedly"
    new = "This afternoon the harbour master of Port Amsel was dismissed"
    assert " the harbour master of Port Amsel " in marked(old, new).replace("-]{+This afternoon+}", "")


def test_words_kept_beside_a_pure_insertion_stay_kept() -> None:
    old, new = "of the coast guard 12 people hurt", "of the interior ministry 15 people hurt, two of them badly"
    assert marked(old, new).endswith(" people hurt{+, two of them badly+}")


def test_a_coarse_comparison_keeps_the_common_start_and_end() -> None:
    segments = word_segments("one two three four", "one 2 three 4 four", Budget(0))
    assert [segment.op for segment in segments] == [SegmentOp.KEEP, SegmentOp.DELETE, SegmentOp.INSERT, SegmentOp.KEEP]
