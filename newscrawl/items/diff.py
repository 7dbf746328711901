"""The aligned difference of two versions: rows, segments, moved text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DiffOp(StrEnum):
    """How the paragraphs of one row changed."""

    KEPT = "kept"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"  # to another place, perhaps edited too: see its segments
    SPLIT = "split"  # one paragraph became several
    MERGED = "merged"  # several became one


class SegmentOp(StrEnum):
    KEEP = "keep"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text in a row; keep and delete together are exactly the old text, keep and insert the new one."""

    op: SegmentOp
    text: str


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One aligned row: indices of old paragraphs (a) and new ones (b). A side's paragraphs join with a newline."""

    op: DiffOp
    a: tuple[int, ...]
    b: tuple[int, ...]
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedText:
    """A sentence or quote found in another paragraph than before; spans are character offsets in those paragraphs."""

    text: str
    a: int
    b: int
    a_span: tuple[int, int]
    b_span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Diff:
    """The aligned difference of two versions.

    `rows` are in the order of the new text; a removed row stands where its text stood between kept rows, a moved row
    where its paragraph stands now.
    """

    headline: DiffRow
    byline: DiffRow
    rows: tuple[DiffRow, ...]
    passages: tuple[MovedText, ...] = ()
    is_coarse: bool = False  # the texts exceeded the budget of steps: exact, but less detailed
