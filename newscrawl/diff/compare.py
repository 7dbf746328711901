"""Compare two versions of an article, or two lists of paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawl.diff.align import align
from newscrawl.diff.deadline import Deadline
from newscrawl.diff.moved_text import moved_texts
from newscrawl.diff.rows import diff_rows
from newscrawl.diff.word_diff import word_segments
from newscrawl.items import Article, Diff, DiffOp, DiffRow, Segment, SegmentOp


def compare(a: Article, b: Article, *, deadline_seconds: float = 1.0) -> Diff:
    """Return the diff from version `a` to version `b`: exact in any case, but coarser if the deadline passes."""
    deadline = Deadline(deadline_seconds)
    rows = _compare(a.paragraphs, b.paragraphs, deadline)
    moved = moved_texts(rows, a.paragraphs, b.paragraphs, deadline)
    return Diff(
        headline=_line(a.headline, b.headline),
        byline=_line(a.byline, b.byline),
        rows=rows,
        passages=moved,
        is_coarse=deadline.is_passed,
    )


def compare_texts(a: Sequence[str], b: Sequence[str], *, deadline_seconds: float = 1.0) -> tuple[DiffRow, ...]:
    """Return the rows between two lists of paragraphs (or sentences)."""
    return _compare(a, b, Deadline(deadline_seconds))


def _compare(a: Sequence[str], b: Sequence[str], deadline: Deadline) -> tuple[DiffRow, ...]:
    def segments_of(old: str, new: str) -> tuple[Segment, ...]:
        return word_segments(old, new, is_coarse=deadline.passed())

    return diff_rows(align(a, b, deadline), a, b, segments_of)


def readable(diff: Diff, a: Article, b: Article) -> Diff:
    """Return a diff for people: a byline that names the same authors in another form ("By X and Y", "X, Y") is kept.

    For display only: each side shows its own byline, and `apply` would not restore it.
    """
    if diff.byline.op is DiffOp.KEPT or not a.author or a.author != b.author:
        return diff
    return replace(diff, byline=replace(diff.byline, op=DiffOp.KEPT, segments=()))


def _line(old: str | None, new: str | None) -> DiffRow:
    """Return the row of a headline or byline; a side that the page does not have is empty."""
    if old is None or new is None:
        op = DiffOp.KEPT if old == new else DiffOp.ADDED if old is None else DiffOp.REMOVED
        segment_op = SegmentOp.INSERT if old is None else SegmentOp.DELETE
        text = old or new
        segments = (Segment(segment_op, text),) if text else ()
        return DiffRow(op, () if old is None else (0,), () if new is None else (0,), segments)
    return DiffRow(DiffOp.KEPT if old == new else DiffOp.EDITED, (0,), (0,), word_segments(old, new))
