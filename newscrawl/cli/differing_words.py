"""The words by which two readings of a page differ, short enough for a list of articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported when used: `newscrawl --help` need not load them
    from newscrawl.items import Article, Diff, DiffRow
    from newscrawl.store.session import Store

MAX_EDITS = 8  # printed of an article
MAX_CHARACTERS = 160  # of one side of an edit


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that stand in the place of others; either side may be empty."""

    part: str  # headline, byline or body
    removed: str
    added: str

    def shortened(self) -> Edit:
        return replace(self, removed=_cut(self.removed), added=_cut(self.added))

    def __str__(self) -> str:
        removed = f"[-{self.removed}-]" if self.removed else ""
        return removed + (f"{{+{self.added}+}}" if self.added else "")


def edits_of(diff: Diff) -> list[Edit]:
    """Return all edits of a diff, the headline's first; paragraphs that only moved are none."""
    from newscrawl.items import DiffOp

    rows = [("headline", diff.headline), ("byline", diff.byline), *(("body", row) for row in diff.rows)]
    return [edit for part, row in rows if row.op is not DiffOp.KEPT for edit in _edits(part, row)]


def _edits(part: str, row: DiffRow) -> Iterator[Edit]:
    from newscrawl.items import SegmentOp

    removed, added = "", ""
    for segment in row.segments:
        if segment.op is SegmentOp.KEEP:
            if removed or added:
                yield Edit(part, removed, added)
            removed, added = "", ""
        elif segment.op is SegmentOp.DELETE:
            removed += segment.text
        else:
            added += segment.text
    if removed or added:
        yield Edit(part, removed, added)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1].rstrip()}…"


async def shown_texts(store: Store, article_id: str, articles: list[tuple[Article, int]]) -> list[Article] | None:
    """Return versions of an article, each with its number, without redacted words; None if one of them is hidden."""
    from newscrawl.store.takedowns import Row

    names = ("headline", "byline", "paragraphs")
    rows = [Row(article_id, {name: getattr(each, name) for name in names}, number) for each, number in articles]
    shown = await store.all_as_shown(rows)
    if not all(shown):
        return None
    return [replace(each, **(fields or {})) for (each, _), fields in zip(articles, shown, strict=True)]
