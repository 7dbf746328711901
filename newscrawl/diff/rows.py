"""Turn an alignment into rows in reading order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from newscrawl.diff.align import Alignment
from newscrawl.items import DiffOp, DiffRow, Segment, SegmentOp

Marker = Callable[[str, str], tuple[Segment, ...]]


def rows(found: Alignment, a: Sequence[str], b: Sequence[str], mark: Marker) -> tuple[DiffRow, ...]:
    """Return every paragraph of both texts in exactly one row each."""
    moved = set(found.moved)
    made: list[DiffRow] = []
    for of_a, of_b in _groups(found):
        old, new = "\n".join(a[i] for i in of_a), "\n".join(b[j] for j in of_b)
        is_moved = (of_a[0], of_b[0]) in moved
        made.append(DiffRow(_op(of_a, of_b, is_moved=is_moved, is_equal=old == new), of_a, of_b, mark(old, new)))
    linked_a = {i for row in made for i in row.a}
    linked_b = {j for row in made for j in row.b}
    made += [one_sided(DiffOp.ADDED, j, b[j]) for j in range(len(b)) if j not in linked_b]
    made += [one_sided(DiffOp.REMOVED, i, a[i]) for i in range(len(a)) if i not in linked_a]
    return in_order(made)


def one_sided(op: DiffOp, index: int, text: str) -> DiffRow:
    segment_op = SegmentOp.INSERT if op is DiffOp.ADDED else SegmentOp.DELETE
    segments = (Segment(segment_op, text),) if text else ()
    return DiffRow(op, () if op is DiffOp.ADDED else (index,), (index,) if op is DiffOp.ADDED else (), segments)


def in_order(rows: Iterable[DiffRow]) -> tuple[DiffRow, ...]:
    """Return rows in the order of the new text, each removed one behind what it stood behind in the old text."""
    new = sorted((row for row in rows if row.b), key=lambda row: row.b)
    removed = sorted((row for row in rows if not row.b), key=lambda row: row.a)
    # A moved row left its place: what stood behind it follows the row before.
    anchors = {i: row for row in new if row.op is not DiffOp.MOVED for i in row.a}
    behind: dict[tuple[int, ...], list[DiffRow]] = defaultdict(list)
    for row in removed:
        anchor = next((anchors[i] for i in range(row.a[0] - 1, -1, -1) if i in anchors), None)
        behind[anchor.b if anchor else ()].append(row)
    ordered = list(behind[()])
    for row in new:
        ordered.append(row)
        ordered += behind.get(row.b, ())
    return tuple(ordered)


def _groups(found: Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the linked units, pieces of a split or merge together."""
    bs: dict[int, list[int]] = defaultdict(list)
    of: dict[int, list[int]] = defaultdict(list)
    for i, j in (*found.spine, *found.moved, *found.pieces):
        bs[i].append(j)
        of[j].append(i)
    groups = {(tuple(sorted({x for j in js for x in of[j]})), tuple(sorted(js))) for js in bs.values()}
    return sorted(groups, key=lambda group: group[1])


def _op(a: tuple[int, ...], b: tuple[int, ...], *, is_moved: bool, is_equal: bool) -> DiffOp:
    if len(b) > 1:
        return DiffOp.SPLIT
    if len(a) > 1:
        return DiffOp.MERGED
    if is_moved:
        return DiffOp.MOVED
    return DiffOp.KEPT if is_equal else DiffOp.EDITED
