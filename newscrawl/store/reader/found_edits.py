"""The edit in which a search found its words: a sentence with what was replaced, added or removed in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newscrawl import diff
from newscrawl.items import DiffOp, Segment, SegmentOp
from newscrawl.store.terms import terms

MAX_SENTENCES = 200  # of the other version among which the counterpart is sought
MAX_LENGTH = 2000  # characters of a sentence that is compared
ALIKE = 0.4  # share of words that a sentence has in common with what it was


def found_edit(sentence: str, passages: Mapping[str, Sequence[str]], *, is_new: bool) -> tuple[Segment, ...]:
    """Return what became of a sentence, or out of what it was made; `passages` are those of the version's change."""
    others = passages.get("old_sentences" if is_new else "new_sentences", ())
    other = _counterpart(sentence, others[:MAX_SENTENCES])
    if other is not None:
        rows = diff.compare_texts(*(((other,), (sentence,)) if is_new else ((sentence,), (other,))))
        if len(rows) == 1 and rows[0].op is DiffOp.EDITED:
            return rows[0].segments
    changed = passages.get("added" if is_new else "removed", ())
    return _with_marks(sentence, changed, SegmentOp.INSERT if is_new else SegmentOp.DELETE)


def _counterpart(sentence: str, others: Sequence[str]) -> str | None:
    """Return the sentence that has most words in common with another, if it has enough."""
    words = frozenset(terms((sentence[: MAX_LENGTH + 1],)))
    best, best_share = None, ALIKE
    for other in others if len(sentence) <= MAX_LENGTH else ():
        if len(other) > MAX_LENGTH or other == sentence:
            continue
        its = frozenset(terms((other,)))
        share = len(words & its) / max(len(words | its), 1)
        if share > best_share:
            best, best_share = other, share
    return best


def _with_marks(sentence: str, changed: Sequence[str], op: SegmentOp) -> tuple[Segment, ...]:
    """Return a sentence with the passages marked that stand in it; as a whole, where it is part of one or has none."""
    segments: list[Segment] = []
    at = 0
    for passage in () if any(sentence in text for text in changed) else changed:
        start = sentence.find(passage, at)
        if start < 0:
            continue
        kept = [Segment(SegmentOp.KEEP, sentence[at:start])] if start > at else []
        segments += [*kept, Segment(op, passage)]
        at = start + len(passage)
    if not segments:
        return (Segment(op, sentence),)
    return (*segments, Segment(SegmentOp.KEEP, sentence[at:])) if at < len(sentence) else tuple(segments)
