"""Alignment of paragraphs, moved text and blame, on small texts for one case each."""

from __future__ import annotations

from datetime import UTC, datetime

from newscrawl.diff import apply_rows, blame, compare, compare_texts
from newscrawl.diff.align import align
from newscrawl.diff.budget import Budget
from newscrawl.items import Article, Cause, DiffOp, DiffRow, PageKind, Version

A = "The council of Port Amsel met on Tuesday to discuss the future of its old harbour."
B = "Residents had collected two thousand signatures against the plan within three weeks."
C = "A second vote is expected in April, when the new budget has been agreed upon."
D = "The harbour was founded by monks in the twelfth century and burnt down twice."


def ops(rows: tuple[DiffRow, ...]) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [(row.op.value, row.a, row.b) for row in rows]


def article(*paragraphs: str) -> Article:
    return Article(
        source="s",
        guid="g",
        url="https://news.example/1",
        headline="Harbour",
        paragraphs=paragraphs,
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
    )


def version(number: int, *paragraphs: str) -> Version:
    at = datetime(2026, 1, number, tzinfo=UTC)
    return Version("id", number, at, None, article(*paragraphs), "", None, Cause.EDIT, "")


def test_an_inserted_paragraph_leaves_the_others_in_place() -> None:
    assert ops(compare_texts([A, B], [C, A, B])) == [("added", (), (0,)), ("kept", (0,), (1,)), ("kept", (1,), (2,))]


def test_a_removed_paragraph_keeps_its_position() -> None:
    assert [row[0] for row in ops(compare_texts([A, B, C], [A, C]))] == ["kept", "removed", "kept"]


def test_a_moved_paragraph_is_one_row_at_its_new_position() -> None:
    assert ops(compare_texts([A, B, C, D], [D, A, B, C]))[0] == ("moved", (3,), (0,))


def test_a_moved_and_edited_paragraph_is_still_found() -> None:
    rows = compare_texts([A, B, C, D], [D.replace("twice", "three times"), A, B, C])
    assert rows[0].op is DiffOp.MOVED
    assert len(rows[0].segments) > 1


def test_split_and_merged_paragraphs_are_one_row() -> None:
    assert ("split", (0,), (0, 1)) in ops(compare_texts([f"{A} {B}", C], [A, B, C]))
    assert ("merged", (0, 1), (0,)) in ops(compare_texts([A, B, C], [f"{A} {B}", C]))


def test_a_paragraph_split_into_three_parts_is_one_row() -> None:
    assert ops(compare_texts([f"{A} {B} {C}"], [A, B, C])) == [("split", (0,), (0, 1, 2))]


def test_a_short_paragraph_that_grew_long_is_edited_not_replaced() -> None:
    short = "No one was hurt there."
    assert ops(compare_texts([A, short, B], [A, f"{short} {C} {D}", B]))[1] == ("edited", (1,), (1,))


def test_unrelated_paragraphs_are_not_paired_by_position() -> None:
    assert {row.op for row in compare_texts([A, B], [C, D])} == {DiffOp.ADDED, DiffOp.REMOVED}


def test_repeated_paragraphs_pair_in_order() -> None:
    rows = compare_texts(["Advertisement", A, "Advertisement", B], ["Advertisement", A, "Advertisement", C, B])
    assert [row.op.value for row in rows] == ["kept", "kept", "kept", "added", "kept"]


def test_a_sentence_that_moved_to_another_paragraph_is_found() -> None:
    (moved,) = compare(article(f"{A} {B}", C), article(A, f"{C} {B}")).passages
    assert (moved.text, moved.a, moved.b) == (B, 0, 1)
    assert f"{C} {B}"[slice(*moved.b_span)] == B


def test_an_unchanged_text_has_no_moved_text() -> None:
    assert compare(article(A, B), article(A, B)).passages == ()


def test_beyond_its_budget_alignment_still_pairs_equal_paragraphs() -> None:
    alignment = align([A, B, C], [C, A, B], (0, 0), Budget(0))
    assert (sorted(alignment.anchor_chain), alignment.moved) == ([(0, 1), (1, 2)], [(2, 0)])


def test_a_diff_beyond_its_budget_is_marked_as_coarse() -> None:
    old, new = article(A, B), article(A.replace("Tuesday", "Monday"), C)
    assert compare(old, new, max_steps=0).is_coarse
    assert not compare(old, new).is_coarse


def test_blame_gives_when_each_sentence_entered_and_last_changed() -> None:
    sentences = blame([version(1, A), version(2, A, B), version(3, A.replace("Tuesday", "Monday"), B)])
    assert [(s.paragraph, s.entered, s.changed) for s in sentences] == [(-1, 1, 1), (0, 1, 3), (1, 2, 2)]


def test_blame_recognises_a_sentence_that_came_back() -> None:
    sentences = blame([version(1, A, B), version(2, A), version(3, A, B)])
    assert (sentences[-1].text, sentences[-1].entered, sentences[-1].earlier) == (B, 3, 1)


def test_blame_follows_a_sentence_into_another_paragraph() -> None:
    sentences = blame([version(1, f"{A} {B}", C), version(2, A, f"{C} {B}")])
    assert {(s.text, s.entered, s.changed) for s in sentences if s.paragraph >= 0} == {(A, 1, 1), (C, 1, 1), (B, 1, 1)}


def test_lines_without_words_in_a_long_text_that_was_edited_throughout_are_compared() -> None:
    old = [f"Paragraph {n} of an article about the harbour and its {n * n} quays." for n in range(60)]
    new = [text.replace("harbour", "old port") for text in old]
    old[30], new[30] = "Advertisement", "* * *"
    rows = compare_texts(old, new)
    assert apply_rows(rows, old) == tuple(new)
    assert [row.op.value for row in rows if 30 in row.a or 30 in row.b] == ["removed", "added"]
