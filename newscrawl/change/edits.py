"""The edits of a diff: old and new text of each changed row, the spans that differ, and whether it mends a typo."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from newscrawl.change.beginnings import has_match
from newscrawl.change.fact import Fact
from newscrawl.change.facts import plain, words
from newscrawl.change.lexicon import BOILERPLATE, PAGE_LINE, STAMP
from newscrawl.change.spelling import Spelling, is_grammar, respelled
from newscrawl.items import Diff, DiffOp, DiffRow, Segment, SegmentOp

Span = tuple[int, int]
_MAX_TYPOS = 3  # words
_MAX_READ_TOGETHER = 8_000  # characters of a row: more than any paragraph that a newsroom writes
_SENTENCE_END = re.compile(r"[.!?…؟。！？]['\"”’»」）)]*(?:\s+|(?<=[。！？」）]))")
_SPACE = re.compile(r"\s+")
# Signs that say something: within numbers, of money, of shares; question marks ask.
_TELLING = re.compile(r"(?<=\d)[.,:](?=\d)|[%$€£¥?+]|(?<![\w)])-(?=\d)")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A passage between kept words: what it was and what it is, one of them empty if it was only added or removed."""

    old: str
    new: str
    old_span: Span
    new_span: Span


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
    replaced: tuple[Replacement, ...] = ()
    paragraph: int | None = None  # in the newer version, or in the older one if it stands there only

    @property
    def is_paired(self) -> bool:
        return bool(self.old and self.new)

    def is_typography(self) -> bool:
        """Return whether only quotation marks, dashes, spaces or paragraph breaks differ."""
        return self.is_paired and (plain(self.old) == plain(self.new) or self._is_of_signs())

    def _is_of_signs(self) -> bool:
        """Return whether letters and digits are the same: marks, spaces, skin tones and variants of signs differ."""
        deleted, inserted = _letters(self.old, self.deleted), _letters(self.new, self.inserted)
        return deleted == inserted and _signs_only(self.old, self.new)

    def is_boilerplate(self) -> bool:
        if STAMP.fullmatch(self.old or self.new) and STAMP.fullmatch(self.new or self.old):
            return True
        if PAGE_LINE.fullmatch(self.old or self.new) and PAGE_LINE.fullmatch(self.new or self.old):
            return True
        if self.is_paired:
            is_changed = any(end > start for start, end in (*self.deleted, *self.inserted))
            return is_changed and has_match(BOILERPLATE, self.old) and has_match(BOILERPLATE, self.new)
        return has_match(BOILERPLATE, self.old or self.new)

    def spelling(self, language: str) -> Spelling | None:
        """Return which way the spelling changed if that is all that changed; None if any word is another one."""
        if not self.is_paired:
            return None
        gaps = [
            (words(_whole_words(self.old, gap.old_span)), words(_whole_words(self.new, gap.new_span)))
            for gap in self.replaced
        ]
        deleted, inserted = ([word for gap in gaps for word in gap[side]] for side in (0, 1))
        if deleted == inserted:
            return None  # words in another order
        is_single = len(deleted) + len(inserted) == 1
        if is_single and _is_doubled((deleted or inserted)[0], self.old if deleted else self.new):
            return Spelling.CORRECTED if deleted else Spelling.SLIPPED_IN
        if language == "en" and is_grammar(self.old, self.new):
            return Spelling.OTHER
        if not deleted or any(len(old) != len(new) for old, new in gaps):
            joined = "".join(deleted).casefold() == "".join(inserted).casefold()
            return Spelling.OTHER if deleted and joined else None
        changed = [(old, new) for old, new in zip(deleted, inserted, strict=True) if old != new]
        ways = {respelled(old, new, language) for old, new in changed[: _MAX_TYPOS + 1]}
        if None in ways or len(changed) > _MAX_TYPOS:
            return None
        return next(iter(ways)) if len(ways) == 1 else Spelling.OTHER

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


def _letters(text: str, spans: Sequence[Span]) -> int:
    return sum(sum(map(str.isalnum, text[start:end])) for start, end in spans)


def _signs_only(old: str, new: str) -> bool:
    first, second = ("".join(filter(str.isalnum, text)) for text in (old, new))
    return bool(first) and first == second and _has_same_stops(old, new)


def _has_same_stops(old: str, new: str) -> bool:
    """Return whether decimal points and commas within numbers, percent signs and currencies are the same."""
    return _TELLING.findall(old) == _TELLING.findall(new)


def _is_doubled(word: str, text: str) -> bool:
    return f"{word} {word}".casefold() in text.casefold()


def _whole_words(text: str, span: Span) -> str:
    """Return a passage widened to whole words: marks may begin within one."""
    start, end = span
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1 : end].isalnum():
        end += 1
    return text[start:end]


def edits(diff: Diff) -> list[Edit]:
    """Return the rows whose wording changed, the headline's first; kept and merely moved rows are left out."""
    changed = list(_edits_of(diff.headline, is_headline=True))
    for row in diff.rows:
        if row.op is not DiffOp.KEPT:
            for part in _parts(row):
                changed += _edits_of(part, is_headline=False)
    return changed


def _parts(row: DiffRow) -> Iterator[DiffRow]:
    """Yield a long row cut within its kept text, at ends of sentences where there are any; a short one as it is.

    Facts are found by comparing what stands in one paragraph: in one of 2 MB each would be compared with all others.
    """
    if sum(len(segment.text) for segment in row.segments) <= _MAX_READ_TOGETHER:
        yield row
        return
    part: list[Segment] = []
    size = 0
    for segment in row.segments:
        text = segment.text
        while segment.op is SegmentOp.KEEP and size + len(text) > _MAX_READ_TOGETHER // 2:
            cut = _cut(text, max(_MAX_READ_TOGETHER // 2 - size, 0))
            yield replace(row, segments=(*part, Segment(SegmentOp.KEEP, text[:cut])))
            part, size, text = [], 0, text[cut:]
        part.append(Segment(segment.op, text))
        size += len(text)
    yield replace(row, segments=tuple(part))


def _cut(text: str, start: int) -> int:
    """Return where to cut a kept text: behind the first end of a sentence, else behind a space, else at the end."""
    end = min(start + _MAX_READ_TOGETHER // 4, len(text))
    sign = _SENTENCE_END.search(text, start, end) or _SPACE.search(text, start, end)
    return sign.end() if sign else end


def _edits_of(row: DiffRow, *, is_headline: bool) -> Iterator[Edit]:
    old = new = ""
    deleted: list[Span] = []
    inserted: list[Span] = []
    replaced: list[Replacement] = []
    at: tuple[int, int] | None = None  # where the passage between kept words begins
    for segment in row.segments:
        if segment.op is SegmentOp.KEEP:
            if at is not None:
                replaced.append(_replacement(old, new, at))
            at = None
        elif at is None:
            at = len(old), len(new)
        if segment.op is SegmentOp.DELETE:
            deleted.append((len(old), len(old) + len(segment.text)))
        if segment.op is SegmentOp.INSERT:
            inserted.append((len(new), len(new) + len(segment.text)))
        old += segment.text if segment.op is not SegmentOp.INSERT else ""
        new += segment.text if segment.op is not SegmentOp.DELETE else ""
    if at is not None:
        replaced.append(_replacement(old, new, at))
    if deleted or inserted:
        is_lede = not is_headline and (0 in row.a or 0 in row.b)
        paragraph = None if is_headline else next(iter((*row.b, *row.a)), None)
        spans = tuple(deleted), tuple(inserted)
        yield Edit(row.op, is_headline, is_lede, old, new, *spans, tuple(replaced), paragraph)


def _replacement(old: str, new: str, at: tuple[int, int]) -> Replacement:
    return Replacement(old[at[0] :], new[at[1] :], (at[0], len(old)), (at[1], len(new)))
