"""Say what a change between two versions means: its types, how much it matters and why, in words and numbers."""

from __future__ import annotations

from newscrawl.items import Article, Change, Diff, DiffOp, SegmentOp


def describe(previous: Article, current: Article, diff: Diff) -> Change:
    """Return the meaning of `diff`, which leads from `previous` to `current`."""
    ops = [row.op for row in diff.rows]
    rows = (diff.headline, *diff.rows)
    added = [s.text for row in rows for s in row.segments if s.op is SegmentOp.INSERT]
    removed = [s.text for row in rows for s in row.segments if s.op is SegmentOp.DELETE]
    types = ("headline",) if diff.headline.op is not DiffOp.KEPT else ()
    return Change(
        types=types,
        words_added=sum(len(text.split()) for text in added),
        words_removed=sum(len(text.split()) for text in removed),
        paragraphs_added=ops.count(DiffOp.ADDED),
        paragraphs_removed=ops.count(DiffOp.REMOVED),
        paragraphs_edited=sum(op in {DiffOp.EDITED, DiffOp.SPLIT, DiffOp.MERGED} for op in ops),
        paragraphs_moved=ops.count(DiffOp.MOVED),
        summary="text changed",
        added=tuple(added),
        removed=tuple(removed),
    )
