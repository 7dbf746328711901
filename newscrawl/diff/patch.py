"""Apply a diff to the text it was made from, and invert it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newscrawl.diff.rows import in_reading_order
from newscrawl.items import Article, Diff, DiffOp, DiffRow, MovedText, Segment, SegmentOp

_OPPOSITE = {
    DiffOp.ADDED: DiffOp.REMOVED,
    DiffOp.REMOVED: DiffOp.ADDED,
    DiffOp.SPLIT: DiffOp.MERGED,
    DiffOp.MERGED: DiffOp.SPLIT,
}
_OPPOSITE_SEGMENT = {SegmentOp.INSERT: SegmentOp.DELETE, SegmentOp.DELETE: SegmentOp.INSERT}


@dataclass(frozen=True, slots=True)
class Text:
    """The parts of an article that a diff covers."""

    headline: str
    byline: str | None
    paragraphs: tuple[str, ...]


def apply(diff: Diff, a: Article | Text) -> Text:
    """Return the text that `diff` makes of `a`. Raises ValueError if it was made from another text."""
    headline = apply_rows((diff.headline,), (a.headline,))
    byline = apply_rows((diff.byline,), () if a.byline is None else (a.byline,))
    return Text(headline[0], byline[0] if byline else None, apply_rows(diff.rows, a.paragraphs))


def apply_rows(rows: Sequence[DiffRow], a: Sequence[str]) -> tuple[str, ...]:
    """Return the paragraphs that `rows` make of the paragraphs `a`. Raises ValueError if they do not fit."""
    new_paragraphs: dict[int, str] = {}
    old_count = 0
    for row in rows:
        if old_text(row) != "\n".join(a[i] for i in row.a if i < len(a)):
            raise ValueError(f"this diff was made from another text: old paragraphs {row.a} differ")
        old_count += len(row.a)
        new = new_text(row)
        parts = [new] if len(row.b) == 1 else new.split("\n") if row.b else []
        new_paragraphs.update(zip(row.b, parts, strict=True))
    if old_count != len(a):
        raise ValueError(f"this diff was made from a text of {old_count} paragraphs, not {len(a)}")
    return tuple(new_paragraphs[j] for j in range(len(new_paragraphs)))


def old_text(row: DiffRow) -> str:
    return "".join(segment.text for segment in row.segments if segment.op is not SegmentOp.INSERT)


def new_text(row: DiffRow) -> str:
    return "".join(segment.text for segment in row.segments if segment.op is not SegmentOp.DELETE)


def invert(diff: Diff) -> Diff:
    """Return the diff in the other direction: applied to the new text it gives the old one."""
    return replace(
        diff,
        headline=_invert_row(diff.headline),
        byline=_invert_row(diff.byline),
        rows=invert_rows(diff.rows),
        passages=tuple(MovedText(moved.text, moved.b, moved.a, moved.b_span, moved.a_span) for moved in diff.passages),
    )


def invert_rows(rows: Sequence[DiffRow]) -> tuple[DiffRow, ...]:
    return in_reading_order([_invert_row(row) for row in rows])


def _invert_row(row: DiffRow) -> DiffRow:
    segments = tuple(Segment(_OPPOSITE_SEGMENT.get(segment.op, segment.op), segment.text) for segment in row.segments)
    return DiffRow(_OPPOSITE.get(row.op, row.op), row.b, row.a, segments)
