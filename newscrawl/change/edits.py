"""The edits of a diff as meaning sees them: old and new text of each row, with what differs in both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from newscrawl.change.facts import Found, plain, words
from newscrawl.change.lexicon import BOILERPLATE, NEVER_TYPOS
from newscrawl.items import Diff, DiffOp, DiffRow, SegmentOp

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edit:
    """One row that changed; `old` or `new` is empty where the row stands in one version only."""

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
        """Tell whether only quotation marks, dashes, spaces or paragraph breaks differ."""
        return self.is_paired and plain(self.old) == plain(self.new)

    def is_boilerplate(self) -> bool:
        if self.is_paired:
            changed = [self.old[slice(*s)] for s in self.deleted] + [self.new[slice(*s)] for s in self.inserted]
            return bool(BOILERPLATE.search(self.old) and BOILERPLATE.search(self.new)) and sum(map(len, changed)) > 0
        return BOILERPLATE.search(self.old or self.new) is not None

    def is_typo(self) -> bool:
        """Tell whether every changed word is a slip of the keys in the other version, or a letter's case."""
        if not self.is_paired:
            return False
        gone = [w for span in self.deleted for w in words(self.old[slice(*span)])]
        come = [w for span in self.inserted for w in words(self.new[slice(*span)])]
        if abs(len(gone) - len(come)) == 1 and len(gone) + len(come) == 1:
            return _is_doubled((gone or come)[0], self.old if gone else self.new)
        pairs = list(zip(gone, come, strict=False))
        return len(gone) == len(come) <= 3 and all(_is_slip(a, b) for a, b in pairs)

    def removed_of(self, found: Sequence[Found]) -> list[Found]:
        return _touching(found, self.deleted)

    def added_of(self, found: Sequence[Found]) -> list[Found]:
        return _touching(found, self.inserted)


def _touching(found: Sequence[Found], spans: Sequence[Span]) -> list[Found]:
    """Return the things that lie at least partly in one of the spans, which are in order and do not overlap."""
    starts = [start for start, _ in spans]
    touched = []
    for thing in found:
        last = bisect_left(starts, thing.end) - 1
        if last >= 0 and spans[last][1] > thing.start:
            touched.append(thing)
    return touched


def _is_doubled(word: str, text: str) -> bool:
    return f"{word} {word}".casefold() in text.casefold()


def _is_slip(a: str, b: str) -> bool:
    if a.casefold() == b.casefold():
        return True
    if any(c.isdecimal() for c in a + b) or min(len(a), len(b)) < 4:
        return False
    if NEVER_TYPOS.fullmatch(a) or NEVER_TYPOS.fullmatch(b):
        return False
    # Short names differ by a letter and are others: Iran, Iraq.
    if a[0].isupper() and b[0].isupper() and min(len(a), len(b)) < 6:
        return False
    return OSA.distance(a.casefold(), b.casefold()) <= (1 if min(len(a), len(b)) < 8 else 2)


def edits(diff: Diff) -> list[Edit]:
    """Return the rows that changed, the headline's first; kept and merely moved rows change no wording."""
    found = list(_edits_of(diff.headline, is_headline=True))
    for row in diff.rows:
        found += _edits_of(row, is_headline=False)
    return found


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
