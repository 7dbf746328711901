"""The edits of a diff: old and new text of each changed row, the spans that differ, and whether it mends a typo."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from newscrawl.change.facts import Fact, plain, words
from newscrawl.change.lexicon import BOILERPLATE, NEVER_TYPOS
from newscrawl.items import Diff, DiffOp, DiffRow, SegmentOp

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edit:
    """One row that changed; `old` or `new` is empty if the row is in one version only."""

    op: DiffOp
    is_headline: bool
    is_lede: bool
    old: str
    new: str
    deleted: tuple[Span, ...]
    inserted: tuple[Span, ...]

    @property
    def is_paired(self) -> bool:
        return bool(self.old and self.new)

    def is_typography(self) -> bool:
        """Return whether only quotation marks, dashes, spaces or paragraph breaks differ."""
        return self.is_paired and plain(self.old) == plain(self.new)

    def is_boilerplate(self) -> bool:
        if self.is_paired:
            changed = [self.old[slice(*s)] for s in self.deleted] + [self.new[slice(*s)] for s in self.inserted]
            return bool(BOILERPLATE.search(self.old) and BOILERPLATE.search(self.new)) and sum(map(len, changed)) > 0
        return BOILERPLATE.search(self.old or self.new) is not None

    def is_typo(self) -> bool:
        """Return whether every changed word differs from the other version's by a misspelling or by case only."""
        if not self.is_paired:
            return False
        deleted = [word for span in self.deleted for word in words(self.old[slice(*span)])]
        inserted = [word for span in self.inserted for word in words(self.new[slice(*span)])]
        if len(deleted) + len(inserted) == 1:
            return _is_doubled((deleted or inserted)[0], self.old if deleted else self.new)
        pairs = zip(deleted, inserted, strict=False)
        return len(deleted) == len(inserted) <= 3 and all(_is_misspelling(old, new) for old, new in pairs)

    def removed_of(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return those facts of the old text that the edit deletes, in whole or in part."""
        return _overlapping(facts, self.deleted)

    def added_of(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return those facts of the new text that the edit inserts, in whole or in part."""
        return _overlapping(facts, self.inserted)


def _overlapping(facts: Sequence[Fact], spans: Sequence[Span]) -> list[Fact]:
    """Return the facts that overlap one of the spans; the spans are in order and do not overlap each other."""
    starts = [start for start, _ in spans]
    overlapping = []
    for fact in facts:
        last = bisect_left(starts, fact.end) - 1
        if last >= 0 and spans[last][1] > fact.start:
            overlapping.append(fact)
    return overlapping


def _is_doubled(word: str, text: str) -> bool:
    return f"{word} {word}".casefold() in text.casefold()


def _is_misspelling(old: str, new: str) -> bool:
    if old.casefold() == new.casefold():
        return True
    length = min(len(old), len(new))
    if length < 4 or any(character.isdecimal() for character in old + new):
        return False
    if NEVER_TYPOS.fullmatch(old) or NEVER_TYPOS.fullmatch(new):
        return False
    # Short names that differ by a letter are different names: Iran, Iraq.
    if old[0].isupper() and new[0].isupper() and length < 6:
        return False
    return OSA.distance(old.casefold(), new.casefold()) <= (1 if length < 8 else 2)


def edits(diff: Diff) -> list[Edit]:
    """Return the rows whose wording changed, the headline's first; kept and merely moved rows are left out."""
    changed = list(_edits_of(diff.headline, is_headline=True))
    for row in diff.rows:
        changed += _edits_of(row, is_headline=False)
    return changed


def _edits_of(row: DiffRow, *, is_headline: bool) -> Iterator[Edit]:
    old = new = ""
    deleted: list[Span] = []
    inserted: list[Span] = []
    for segment in row.segments:
        if segment.op is SegmentOp.DELETE:
            deleted.append((len(old), len(old) + len(segment.text)))
        if segment.op is SegmentOp.INSERT:
            inserted.append((len(new), len(new) + len(segment.text)))
        old += segment.text if segment.op is not SegmentOp.INSERT else ""
        new += segment.text if segment.op is not SegmentOp.DELETE else ""
    if deleted or inserted:
        is_lede = not is_headline and (0 in row.a or 0 in row.b)
        yield Edit(row.op, is_headline, is_lede, old, new, tuple(deleted), tuple(inserted))
