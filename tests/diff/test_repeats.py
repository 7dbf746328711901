"""Short paragraphs that occur several times, as in live blogs, are paired as their neighbours are, and move along."""

from __future__ import annotations

import random

import pytest

from newscrawl.diff import apply_rows, compare_texts
from newscrawl.items import DiffOp

LINES = ("Advertisement", "Goal!", "Read more", "Yes.", "Here is the latest:", "Updated 10:15 GMT")
Q = "Will the harbour be closed to all ships during the works of next winter, minister?"
R = "Who pays for the new bridge, for the road behind it and for the dredging of the river?"


def live_blog(rng: random.Random, paragraphs: int) -> tuple[list[str], list[str]]:
    """Return two versions: a tenth are repeated lines; 20 are added on top, 3 % edited, and nothing is moved."""
    vocabulary = [f"{rng.choice('bdfgklmnprst')}{rng.choice('aeiou')}{number:x}" for number in range(4000)]

    def line() -> str:
        words = [rng.choice(vocabulary) for _ in range(rng.randint(8, 40))]
        return rng.choice(LINES) if rng.random() < 0.1 else " ".join(words)

    old = [line() for _ in range(paragraphs)]
    kept = [text.replace(" ", " newly ", 2) if len(text) > 30 and rng.random() < 0.03 else text for text in old]
    return old, [line() for _ in range(20)] + kept


@pytest.mark.parametrize("seed", range(5))
def test_a_live_blog_with_repeated_lines_has_no_moves(seed: int) -> None:
    old, new = live_blog(random.Random(seed), 2000)
    rows = compare_texts(old, new)
    ops = [row.op for row in rows]
    assert ops.count(DiffOp.MOVED) == 0
    assert ops.count(DiffOp.ADDED) == 20
    assert ops.count(DiffOp.REMOVED) == 0
    assert apply_rows(rows, old) == tuple(new)


def test_a_repeated_line_that_went_and_one_that_came_are_not_a_move() -> None:
    old = ["Yes.", Q, "Yes.", R, "Yes.", Q + R]
    new = [Q, "Yes.", R, "Yes.", Q + R, "Yes."]
    assert [row.op.value for row in compare_texts(old, new)] == [
        "removed",
        "kept",
        "kept",
        "kept",
        "kept",
        "kept",
        "added",
    ]


def test_a_repeated_line_moves_along_with_its_neighbour() -> None:
    others = [f"Paragraph {word} of an article about the harbour and its {word} quays." for word in "abcdefgh"]
    old = [*others, Q, "Yes.", R, "Yes."]
    new = [Q, "Yes.", *others, R, "Yes."]
    rows = compare_texts(old, new)
    assert {row.a: row.b for row in rows if row.op is DiffOp.MOVED} == {(8,): (0,), (9,): (1,)}


def test_short_lines_that_resemble_each_other_are_not_moved() -> None:
    others = [f"Paragraph {word} of an article about the harbour and its {word} quays." for word in "abcdefgh"]
    rows = compare_texts(["Updated at 10:15 GMT", *others], [*others, "Updated at 11:45 GMT"])
    assert DiffOp.MOVED not in {row.op for row in rows}
