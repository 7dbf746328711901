"""Compare two versions of an article, or two lists of paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawl.diff.align import align
from newscrawl.diff.deadline import Deadline
from newscrawl.diff.moved_text import passages
from newscrawl.diff.rows import rows
from newscrawl.diff.word_diff import marks
from newscrawl.items import Article, Diff, DiffOp, DiffRow, Segment, SegmentOp


def compare(a: Article, b: Article, *, deadline_seconds: float = 1.0) -> Diff:
    """Return what turns version `a` into version `b`: right to the letter, coarser where the deadline passes."""
    deadline = Deadline(deadline_seconds)
    found = _compare(a.paragraphs, b.paragraphs, deadline)
    moved = passages(found, a.paragraphs, b.paragraphs, deadline)
    return Diff(
        headline=_line(a.headline, b.headline),
        byline=_line(a.byline, b.byline),
        rows=found,
        passages=moved,
        is_coarse=deadline.is_passed,
    )


def compare_texts(a: Sequence[str], b: Sequence[str], *, deadline_seconds: float = 1.0) -> tuple[DiffRow, ...]:
    """Return the rows between two lists of paragraphs (or sentences)."""
    return _compare(a, b, Deadline(deadline_seconds))


def _compare(a: Sequence[str], b: Sequence[str], deadline: Deadline) -> tuple[DiffRow, ...]:
    def mark(old: str, new: str) -> tuple[Segment, ...]:
        return marks(old, new, is_coarse=deadline.passed())

    return rows(align(a, b, deadline), a, b, mark)


def readable(diff: Diff, a: Article, b: Article) -> Diff:
    """Return a diff for people: a byline printed another way ("By X and Y", "X, Y") that names the same is kept.

    For reading only: each side shows its own letters, and `apply` would not restore them.
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
    return DiffRow(DiffOp.KEPT if old == new else DiffOp.EDITED, (0,), (0,), marks(old, new))
