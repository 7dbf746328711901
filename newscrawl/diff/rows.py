"""Convert an alignment into rows in reading order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from newscrawl.diff.align import Alignment
from newscrawl.items import DiffOp, DiffRow, Segment, SegmentOp

SegmentsOf = Callable[[str, str], tuple[Segment, ...]]


def diff_rows(
    alignment: Alignment, a: Sequence[str], b: Sequence[str], ends: tuple[int, int], segments_of: SegmentsOf
) -> tuple[DiffRow, ...]:
    """Return rows that contain every paragraph of both texts exactly once; `segments_of` compares two paragraphs.

    `ends`: so many first and last paragraphs are equal in both; `alignment` links those between them.
    """
    head, tail = ends
    end_a, end_b = len(a) - tail, len(b) - tail
    first = (_kept(i, i, a[i]) for i in range(head))
    last = (_kept(end_a + k, end_b + k, a[end_a + k]) for k in range(tail))
    return (*first, *_rows_between(alignment, a, b, (range(head, end_a), range(head, end_b)), segments_of), *last)


def _kept(i: int, j: int, text: str) -> DiffRow:
    return DiffRow(DiffOp.KEPT, (i,), (j,), (Segment(SegmentOp.KEEP, text),) if text else ())


def _rows_between(
    alignment: Alignment, a: Sequence[str], b: Sequence[str], ranges: tuple[range, range], segments_of: SegmentsOf
) -> tuple[DiffRow, ...]:
    moved = set(alignment.moved)
    rows: list[DiffRow] = []
    for in_a, in_b in _linked_groups(alignment):
        old, new = "\n".join(a[i] for i in in_a), "\n".join(b[j] for j in in_b)
        is_moved = (in_a[0], in_b[0]) in moved
        op = _op(in_a, in_b, is_moved=is_moved, is_equal=old == new)
        rows.append(DiffRow(op, in_a, in_b, segments_of(old, new)))
    linked_a = {i for row in rows for i in row.a}
    linked_b = {j for row in rows for j in row.b}
    rows += [one_sided(DiffOp.ADDED, j, b[j]) for j in ranges[1] if j not in linked_b]
    rows += [one_sided(DiffOp.REMOVED, i, a[i]) for i in ranges[0] if i not in linked_a]
    return in_reading_order(rows)


def one_sided(op: DiffOp, index: int, text: str) -> DiffRow:
    segment_op = SegmentOp.INSERT if op is DiffOp.ADDED else SegmentOp.DELETE
    segments = (Segment(segment_op, text),) if text else ()
    return DiffRow(op, () if op is DiffOp.ADDED else (index,), (index,) if op is DiffOp.ADDED else (), segments)


def in_reading_order(rows: Iterable[DiffRow]) -> tuple[DiffRow, ...]:
    """Return rows in the order of the new text; a removed row follows the row that it followed in the old text."""
    new = sorted((row for row in rows if row.b), key=lambda row: row.b)
    removed = sorted((row for row in rows if not row.b), key=lambda row: row.a)
    # A moved row is elsewhere now: what followed it follows the row before it.
    rows_in_place = {i: row for row in new if row.op is not DiffOp.MOVED for i in row.a}
    followers: dict[tuple[int, ...], list[DiffRow]] = defaultdict(list)
    in_place = sorted(rows_in_place)
    for row in removed:
        before = bisect_left(in_place, row.a[0])
        followers[rows_in_place[in_place[before - 1]].b if before else ()].append(row)
    ordered = list(followers[()])
    for row in new:
        ordered.append(row)
        ordered += followers.get(row.b, ())
    return tuple(ordered)


def _linked_groups(alignment: Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the linked units as (old, new); the parts of a split or merge are in one group."""
    partners_of_a: dict[int, list[int]] = defaultdict(list)
    partners_of_b: dict[int, list[int]] = defaultdict(list)
    for i, j in (*alignment.anchor_chain, *alignment.moved, *alignment.split_merge_parts):
        partners_of_a[i].append(j)
        partners_of_b[j].append(i)
    groups = {
        (tuple(sorted({i for j in in_b for i in partners_of_b[j]})), tuple(sorted(in_b)))
        for in_b in partners_of_a.values()
    }
    return sorted(groups, key=lambda group: group[1])


def _op(a: tuple[int, ...], b: tuple[int, ...], *, is_moved: bool, is_equal: bool) -> DiffOp:
    if len(b) > 1:
        return DiffOp.SPLIT
    if len(a) > 1:
        return DiffOp.MERGED
    if is_moved:
        return DiffOp.MOVED
    return DiffOp.KEPT if is_equal else DiffOp.EDITED
