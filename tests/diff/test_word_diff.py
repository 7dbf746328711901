"""Word marks read as an editor would set them."""

from __future__ import annotations

import pytest

from newscrawl.diff.word_diff import marks
from newscrawl.items import SegmentOp

SIGNS = {SegmentOp.KEEP: ("", ""), SegmentOp.INSERT: ("{+", "+}"), SegmentOp.DELETE: ("[-", "-]")}


def shown(old: str, new: str) -> str:
    return "".join(segment.text.join(SIGNS[segment.op]) for segment in marks(old, new))


@pytest.mark.parametrize(
    ("old", "new", "read"),
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
def test_what_changed_is_marked_at_words(old: str, new: str, read: str) -> None:
    assert shown(old, new) == read


def test_a_coincidental_word_between_two_large_edits_is_folded_in() -> None:
    old, new = "They were killed in January of 2019, police said", "They died in March of 2020, officials said"
    assert shown(old, new) == "They [-were killed in January of 2019, police-]{+died in March of 2020, officials+} said"


def test_a_long_kept_stretch_between_large_edits_stays_kept() -> None:
    old = "Yesterday morning the harbour master of Port Amsel resigned unexpectedly"
    new = "This afternoon the harbour master of Port Amsel was dismissed"
    assert " the harbour master of Port Amsel " in shown(old, new).replace("-]{+This afternoon+}", "")


def test_words_kept_beside_a_pure_insertion_are_not_folded() -> None:
    old, new = "of the coast guard 12 people hurt", "of the interior ministry 15 people hurt, two of them badly"
    assert shown(old, new).endswith(" people hurt{+, two of them badly+}")


def test_a_coarse_comparison_keeps_the_common_ends() -> None:
    segments = marks("one two three four", "one 2 three 4 four", is_coarse=True)
    assert [segment.op for segment in segments] == [SegmentOp.KEEP, SegmentOp.DELETE, SegmentOp.INSERT, SegmentOp.KEEP]
