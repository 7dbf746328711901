"""The most telling edits of a change as marked words in their sentence: what lists, feeds and searches show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from heapq import nlargest

from newscrawl.change.edits import Edit, Replacement
from newscrawl.change.fact_changes import FactChanges, Pair
from newscrawl.change.significance import fact_pairs
from newscrawl.items import Excerpt, Segment, SegmentOp

MAX_EXCERPTS = 2
MAX_CONTEXT = 100  # characters of kept words on either side of the marks
MAX_MARKED = 160  # characters of a marked passage
_SENTENCE_END = re.compile(r"[.!?…؟۔।][\"'”’»)」』]*\s|[。！？][」』]?")
_HEADLINE = 0.15
_MIN_PAIRS, _MAX_COMPARED = 5, 100_000  # facts that edits are searched for; of few edits all, of many the heaviest
_LEDE = 0.05


def excerpts(telling: Sequence[Edit], facts: FactChanges) -> tuple[Excerpt, ...]:
    """Return the one or two edits that change most of what the article says, the most telling first.

    `telling` are those that are more than typography or boilerplate.
    """
    pairs = [(weight, _stated(pair), pair) for weight, pair in fact_pairs(facts)]
    pairs.sort(key=lambda weighed: -weighed[0])
    pairs = pairs[: max(_MIN_PAIRS, _MAX_COMPARED // max(1, len(telling)))]
    ranked = nlargest(MAX_EXCERPTS, telling, key=lambda edit: _weight(edit, pairs))
    return tuple(_excerpt(edit, [pair for _, stated, pair in pairs if _says(edit, stated)]) for edit in ranked)


def _weight(edit: Edit, pairs: Sequence[tuple[float, Pair, Pair]]) -> float:
    """Return the weight of the facts that an edit changes, and a little for its place and size."""
    said = sum(weight for weight, stated, _ in pairs if _says(edit, stated))
    size = sum(end - start for start, end in (*edit.deleted, *edit.inserted))
    return said + _HEADLINE * edit.is_headline + _LEDE * edit.is_lede + min(size, 400) / 4000 + 0.02 * edit.is_paired


def _stated(pair: Pair) -> Pair:
    """Return what both wordings begin with; passages may be cut or have words around them."""
    before, after = (side.split(" … ")[0].strip() for side in pair)
    return before, after


def _says(edit: Edit, stated: Pair) -> bool:
    """Return whether an edit replaces one wording by the other."""
    before, after = stated
    return before in edit.old and after in edit.new


def _excerpt(edit: Edit, pairs: Sequence[Pair]) -> Excerpt:
    gaps = edit.replaced or (Replacement(edit.old, edit.new, (0, len(edit.old)), (0, len(edit.new))),)
    said = (gap for pair in pairs for gap in gaps if _is_of(gap, pair))
    target = next(said, max(gaps, key=_size))
    segments, at = _segments(edit, gaps, target)
    marked = [Segment(each.op, _cut_behind(each.text, MAX_MARKED)) for each in segments[at]]
    before = [each for group in segments[:at] for each in group]
    behind = [each for group in segments[at + 1 :] for each in group]
    whole = (*_before(before), *marked, *_behind(behind))
    return Excerpt(tuple(each for each in whole if each.text), edit.paragraph)


def _size(gap: Replacement) -> int:
    return len(gap.old) + len(gap.new)


def _is_of(gap: Replacement, pair: tuple[str, str]) -> bool:
    """Return whether a replaced passage has the words of a pair, or the pair has those of the passage."""
    sides = ((gap.old.strip(), pair[0]), (gap.new.strip(), pair[1]))
    return any((gap.old.strip(), gap.new.strip())) and all(
        not passage or passage in wording or bool(wording and wording in passage) for passage, wording in sides
    )


def _segments(edit: Edit, gaps: Sequence[Replacement], target: Replacement) -> tuple[list[list[Segment]], int]:
    """Return the kept and replaced passages of a row in order, and which of them is the target."""
    groups: list[list[Segment]] = []
    at = position = 0
    for gap in gaps:
        groups.append([Segment(SegmentOp.KEEP, edit.new[position : gap.new_span[0]])])
        if gap is target:
            at = len(groups)
        groups.append([Segment(SegmentOp.DELETE, gap.old), Segment(SegmentOp.INSERT, gap.new)])
        position = gap.new_span[1]
    groups.append([Segment(SegmentOp.KEEP, edit.new[position:])])
    return groups, at


def _before(segments: Sequence[Segment]) -> list[Segment]:
    """Return what stands before the marks in their sentence, at most `MAX_CONTEXT` characters."""
    kept: list[Segment] = []
    room = MAX_CONTEXT
    for segment in reversed(segments):
        is_kept = segment.op is SegmentOp.KEEP
        ends = [match.end() for match in _SENTENCE_END.finditer(segment.text)] if is_kept else []
        text = segment.text[ends[-1] :] if ends else segment.text
        is_cut = len(text) > room
        kept.insert(0, Segment(segment.op, _cut_before(text, room) if is_cut else text))
        room -= len(text)
        if ends or room <= 0:
            break
    return kept


def _behind(segments: Sequence[Segment]) -> list[Segment]:
    kept: list[Segment] = []
    room = MAX_CONTEXT
    for segment in segments:
        end = _SENTENCE_END.search(segment.text) if segment.op is SegmentOp.KEEP else None
        text = segment.text[: end.end()].rstrip() if end else segment.text
        is_cut = len(text) > room
        text = _cut_behind(text, room) if is_cut else text
        kept.append(Segment(segment.op, text))
        room -= len(text)
        if end or is_cut or room <= 0:
            break
    return kept


def _cut_behind(text: str, size: int) -> str:
    """Return at most so many characters, cut between words, with an ellipsis; never within a letter and its marks."""
    if len(text) <= size:
        return text
    cut = text[:size]
    if " " in cut[size // 2 :]:
        cut = cut.rpartition(" ")[0]
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return f"{cut.rstrip()} …"


def _cut_before(text: str, size: int) -> str:
    cut = text[-size:]
    if " " in cut[: size // 2]:
        cut = cut.partition(" ")[2]
    while cut and unicodedata.combining(cut[0]):
        cut = cut[1:]
    return f"… {cut.lstrip() if cut[:1].isspace() else cut}"
