"""Compare two versions of an article, or two lists of paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawl.diff.align import align, equal_ends
from newscrawl.diff.budget import MAX_STEPS, Budget
from newscrawl.diff.moved_text import moved_texts
from newscrawl.diff.rows import diff_rows
from newscrawl.diff.word_diff import word_segments
from newscrawl.items import Article, Diff, DiffOp, DiffRow, Segment, SegmentOp


def compare(a: Article, b: Article, *, max_steps: int = MAX_STEPS) -> Diff:
    """Return the diff from version `a` to version `b`: the same one always, and exact.

    Aligning, marking words and searching for moved text may each take `max_steps`; beyond that the diff is coarser, and
    `Diff.is_coarse` says so.
    """
    aligning, marking, moving = (Budget(max_steps) for _ in range(3))
    headline = _line(a.headline, b.headline, marking)
    byline = _line(a.byline, b.byline, marking)
    rows = _rows(a.paragraphs, b.paragraphs, aligning, marking)
    moved = moved_texts(rows, a.paragraphs, b.paragraphs, moving)
    is_coarse = any(budget.is_exceeded for budget in (aligning, marking, moving))
    return Diff(headline, byline, rows, moved, is_coarse=is_coarse)


def compare_texts(a: Sequence[str], b: Sequence[str], *, max_steps: int = MAX_STEPS) -> tuple[DiffRow, ...]:
    """Return the rows between two lists of paragraphs (or sentences)."""
    return _rows(a, b, Budget(max_steps), Budget(max_steps))


def _rows(a: Sequence[str], b: Sequence[str], aligning: Budget, marking: Budget) -> tuple[DiffRow, ...]:
    def segments_of(old: str, new: str) -> tuple[Segment, ...]:
        return word_segments(old, new, marking)

    ends = equal_ends(a, b)
    return diff_rows(align(a, b, ends, aligning), a, b, ends, segments_of)


def readable(diff: Diff, a: Article, b: Article) -> Diff:
    """Return a diff for people: a byline that names the same authors in another form ("By X and Y", "X, Y") is kept.

    For display only: each side shows its own byline, and `apply` would not restore it.
    """
    if diff.byline.op is DiffOp.KEPT or not a.author or a.author != b.author:
        return diff
    return replace(diff, byline=replace(diff.byline, op=DiffOp.KEPT, segments=()))


def _line(old: str | None, new: str | None, budget: Budget) -> DiffRow:
    """Return the row of a headline or byline; a side that the page does not have is empty."""
    if old is None or new is None:
        op = DiffOp.KEPT if old == new else DiffOp.ADDED if old is None else DiffOp.REMOVED
        segment_op = SegmentOp.INSERT if old is None else SegmentOp.DELETE
        text = old or new
        segments = (Segment(segment_op, text),) if text else ()
        return DiffRow(op, () if old is None else (0,), () if new is None else (0,), segments)
    return DiffRow(DiffOp.KEPT if old == new else DiffOp.EDITED, (0,), (0,), word_segments(old, new, budget))
