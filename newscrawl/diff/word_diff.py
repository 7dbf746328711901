"""Compare two versions of one text word by word."""

from __future__ import annotations

from collections.abc import Iterator

from newscrawl.diff.budget import Budget
from newscrawl.diff.matching import kept_tokens
from newscrawl.diff.words import is_unspaced, is_word, tokens
from newscrawl.items import Segment, SegmentOp

KEEP, INSERT, DELETE = SegmentOp.KEEP, SegmentOp.INSERT, SegmentOp.DELETE

Tokens = list[str]
# The kept tokens before an edit, the deleted ones, the inserted ones. A whole comparison is a list of edits and a tail:
# the kept tokens after the last edit.
Edit = tuple[Tokens, Tokens, Tokens]

# One short word, or one mark, that stands in both texts between two substitutions is chance if all four sides of these
# have so many times its letters. Of 120 such words in ArgRewrite, CondaQA and counterfactual NLI, read one by one, all
# but ten had kept their place in the sentence ("of the", "is", "and"): the bound is high.
COINCIDENCE_RATIO = 4
MIN_COINCIDENT_LETTERS = 3  # "a" counts like "the"
MAX_COINCIDENT_LETTERS = 4
MARK_LETTERS = 4  # a comma between two parts of a list is hardly ever chance either: it counts like a word
SENTENCE_MARKS = frozenset(".!?…؟۔।。！？")


def word_segments(old: str, new: str, budget: Budget) -> tuple[Segment, ...]:
    """Return the segments from `old` to `new`, cut between words; short coincidental matches are part of the edits."""
    if old == new:
        return (Segment(KEEP, old),) if old else ()
    edits, tail = _edits(tokens(old), tokens(new), budget)
    edits, tail = _slide(_merge_coincidences(edits), tail)
    return tuple(_segments(edits, tail))


def _edits(a: Tokens, b: Tokens, budget: Budget) -> tuple[list[Edit], Tokens]:
    """Return the edits between the kept tokens, white space included, and the tail.

    White space is left out of the matching: matching spaces mean nothing and could displace words.
    """
    kept, a, b, tail = _trim(a, b)
    if not a or not b:
        return [(kept, a, b)], tail
    visible_a = [k for k, token in enumerate(a) if not token.isspace()]
    visible_b = [k for k, token in enumerate(b) if not token.isspace()]
    edits: list[Edit] = []
    i = j = 0
    matches = kept_tokens([a[k] for k in visible_a], [b[k] for k in visible_b], budget)
    for p, q in [*((visible_a[p], visible_b[q]) for p, q in matches), (len(a), len(b))]:
        between_a, between_b = a[i:p], b[j:q]
        if between_a == between_b:
            kept += between_a
        else:
            head, deleted, inserted, kept_after = _trim(between_a, between_b)
            edits.append((kept + head, deleted, inserted))
            kept = kept_after
        kept += a[p : p + 1]
        i, j = p + 1, q + 1
    return edits, kept + tail


def _trim(deleted: Tokens, inserted: Tokens) -> tuple[Tokens, Tokens, Tokens, Tokens]:
    """Return the common head of two token lists, the part that only each has, and the common tail."""
    shorter = min(len(deleted), len(inserted))
    head = 0
    while head < shorter and deleted[head] == inserted[head]:
        head += 1
    tail = 0
    while tail < shorter - head and deleted[-1 - tail] == inserted[-1 - tail]:
        tail += 1
    end_a, end_b = len(deleted) - tail, len(inserted) - tail
    return deleted[:head], deleted[head:end_a], inserted[head:end_b], deleted[end_a:]


def _merge_coincidences(edits: list[Edit]) -> list[Edit]:
    """Merge two edits if what stands between them is chance: showing it as kept misleads."""
    merged: list[Edit] = []
    letters = 0  # of the last of `merged`
    for edit in edits:
        if merged and _is_coincidence(merged[-1], edit, min(letters, _letters(edit))):
            _, deleted, inserted = merged[-1]
            deleted += [*edit[0], *edit[1]]
            inserted += [*edit[0], *edit[2]]
            letters += _letters(edit)
        else:
            merged.append(edit)
            letters = _letters(edit)
    return merged


def _is_coincidence(first: Edit, second: Edit, letters_beside: int) -> bool:
    if not (first[1] and first[2] and second[1] and second[2]):
        return False  # beside a pure insertion or deletion, kept words are readable
    visible = [token for token in second[0] if not token.isspace()]
    if len(visible) > 1 + (bool(visible) and is_unspaced(visible[0])) or any("\n" in token for token in second[0]):
        return False
    if any(token in SENTENCE_MARKS or token[0].isupper() or token[0].isdigit() for token in visible):
        return False
    letters = max(sum(len(t) if is_word(t) else MARK_LETTERS for t in visible), MIN_COINCIDENT_LETTERS)
    return letters <= MAX_COINCIDENT_LETTERS and COINCIDENCE_RATIO * letters <= letters_beside


def _letters(edit: Edit) -> int:
    return min(sum(map(len, edit[1])), sum(map(len, edit[2])))


def _slide(edits: list[Edit], tail: Tokens) -> tuple[list[Edit], Tokens]:
    """Shift pure insertions and deletions to the nearest boundary of a paragraph, a sentence or a clause."""
    shifted: list[Edit] = []
    kept_after = [edit[0] for edit in edits[1:]] + [tail]
    remaining: Tokens | None = None  # the kept tokens before this edit, as the previous shift left them
    for (kept, deleted, inserted), after in zip(edits, kept_after, strict=True):
        before = kept if remaining is None else remaining
        remaining = after
        if not (deleted and inserted):
            before, change, remaining = _best_slide(before, deleted or inserted, after, is_first=not shifted)
            deleted, inserted = (change, inserted) if deleted else (deleted, change)
        shifted.append((before, deleted, inserted))
    return shifted, tail if remaining is None else remaining


def _best_slide(before: Tokens, change: Tokens, after: Tokens, *, is_first: bool) -> tuple[Tokens, Tokens, Tokens]:
    size = len(change)
    left = 0
    while left < len(before) and before[-1 - left] == change[-1 - left % size]:
        left += 1
    right = 0
    while right < len(after) and after[right] == change[right % size]:
        right += 1
    if not left and not right:
        return before, change, after
    line = [*before, *change, *after]
    start = len(before)
    # An edit that touches the previous one would merge with it: only the first edit may shift to the very start.
    leftmost = start - left if is_first or left < start else start - left + 1
    candidates = range(leftmost, start + right + 1)
    best = max(candidates, key=lambda position: (_boundary_rank(line, position), -abs(position - start)))
    return line[:best], line[best : best + size], line[best + size :]


def _boundary_rank(line: Tokens, position: int) -> int:
    """Return how natural it is for an edit to begin at `position`: 5 at a paragraph, 4 at a sentence, 0 in a word."""
    if position == 0 or "\n" in line[position - 1]:
        return 5
    if not line[position - 1].isspace():
        return 3 if line[position - 1] in "。！？」" else 0
    before = line[position - 2] if position > 1 else ""
    if before in {".", "!", "?", "…", "”", "؟"}:
        return 4
    return 2 if before and not is_word(before) else 1


def _segments(edits: list[Edit], tail: Tokens) -> Iterator[Segment]:
    """Yield the segments of edits and tail; neighbours with the same operation are joined."""
    open_op: SegmentOp | None = None
    text = ""
    for kept, deleted, inserted in [*edits, (tail, [], [])]:
        for op, part in ((KEEP, kept), (DELETE, deleted), (INSERT, inserted)):
            if part and op is open_op:
                text += "".join(part)
            elif part:
                if open_op is not None:
                    yield Segment(open_op, text)
                open_op, text = op, "".join(part)
    if open_op is not None:
        yield Segment(open_op, text)
