"""Compare two versions of one text word by word."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

from newscrawl.diff.words import is_word, tokens
from newscrawl.items import Segment, SegmentOp

KEEP, INSERT, DELETE = SegmentOp.KEEP, SegmentOp.INSERT, SegmentOp.DELETE

Tokens = list[str]
# The kept tokens before an edit, the deleted ones, the inserted ones. A whole comparison is a list of edits and a tail:
# the kept tokens after the last edit.
Edit = tuple[Tokens, Tokens, Tokens]
Block = tuple[int, int, int]  # start in a, start in b, number of tokens

# A longest common subsequence takes a bit for each pair of tokens; above this only both ends are compared.
MAX_CELLS = 200_000_000
# More kept words than this between two edits are never a coincidence.
MAX_COINCIDENT_WORDS = 4
SHORT_WORD = 3  # letters of an article or preposition


def word_segments(old: str, new: str, *, is_coarse: bool = False) -> tuple[Segment, ...]:
    """Return the segments from `old` to `new`, cut between words; short coincidental matches are part of the edits."""
    if old == new:
        return (Segment(KEEP, old),) if old else ()
    edits, tail = _edits(tokens(old), tokens(new), is_coarse=is_coarse)
    edits, tail = _slide(_merge_coincidences(edits), tail)
    return tuple(_segments(edits, tail))


def _edits(a: Tokens, b: Tokens, *, is_coarse: bool) -> tuple[list[Edit], Tokens]:
    """Return the edits between the matching blocks, white space included, and the tail."""
    edits: list[Edit] = []
    kept: Tokens = []
    i = j = 0
    for start_a, start_b, size in [*_blocks(a, b, is_coarse=is_coarse), (len(a), len(b), 0)]:
        head, deleted, inserted, tail = _trim(a[i:start_a], b[j:start_b])
        kept += head
        if deleted or inserted:
            edits.append((kept, deleted, inserted))
            kept = []
        i, j = start_a + size, start_b + size
        kept += tail
        kept += a[start_a:i]
    return edits, kept


def _blocks(a: Tokens, b: Tokens, *, is_coarse: bool) -> list[Block]:
    """Return the blocks of equal tokens along a longest common subsequence.

    White space is left out of the subsequence: matching spaces mean nothing and could displace words.
    """
    visible_a = [k for k, token in enumerate(a) if not token.isspace()]
    visible_b = [k for k, token in enumerate(b) if not token.isspace()]
    if is_coarse or len(visible_a) * len(visible_b) > MAX_CELLS:
        return []
    blocks: list[Block] = []
    for code in LCSseq.opcodes([a[k] for k in visible_a], [b[k] for k in visible_b]):
        if code.tag == "equal":
            in_a, in_b = visible_a[code.src_start : code.src_end], visible_b[code.dest_start : code.dest_end]
            blocks += _verified(a, b, in_a, in_b)
    return blocks


def _verified(a: Tokens, b: Tokens, in_a: list[int], in_b: list[int]) -> list[Block]:
    """Return a run of equal visible tokens as one block if the white space between them is equal too, else singly.

    rapidfuzz compares hashes, but a diff has to be exact, so tokens are compared once more.
    """
    start_a, end_a, start_b, end_b = in_a[0], in_a[-1] + 1, in_b[0], in_b[-1] + 1
    if a[start_a:end_a] == b[start_b:end_b]:
        return [(start_a, start_b, end_a - start_a)]
    return [(p, q, 1) for p, q in zip(in_a, in_b, strict=True) if a[p] == b[q]]


def _trim(deleted: Tokens, inserted: Tokens) -> tuple[Tokens, Tokens, Tokens, Tokens]:
    """Return the common head of two token lists, the part that only each has, and the common tail."""
    if deleted == inserted:
        return deleted, [], [], []
    shorter = min(len(deleted), len(inserted))
    head = 0
    while head < shorter and deleted[head] == inserted[head]:
        head += 1
    tail = 0
    while tail < shorter - head and deleted[-1 - tail] == inserted[-1 - tail]:
        tail += 1
    end_a, end_b = len(deleted) - tail, len(inserted) - tail
    return deleted[:head], deleted[head:end_a], inserted[head:end_b], deleted[end_a:]


def _letters(edit: Edit) -> int:
    return max(len("".join(edit[1])), len("".join(edit[2])))


def _merge_coincidences(edits: list[Edit]) -> list[Edit]:
    """Merge two edits if the words between them have no more letters than either: showing these as kept misleads."""
    merged: list[Edit] = []
    letters: list[int] = []  # of each edit in `merged`
    for edit in edits:
        merged.append(edit)
        letters.append(_letters(edit))
        while len(merged) > 1 and _is_coincidence(merged[-2], merged[-1], min(letters[-2:])):
            (before, deleted, inserted), (between, more_deleted, more_inserted) = merged[-2:]
            merged[-2:] = [(before, [*deleted, *between, *more_deleted], [*inserted, *between, *more_inserted])]
            letters[-2:] = [_letters(merged[-1])]
    return merged


def _is_coincidence(first: Edit, second: Edit, max_letters: int) -> bool:
    between = second[0]
    if len(between) > 4 * MAX_COINCIDENT_WORDS or not (first[1] or second[1]) or not (first[2] or second[2]):
        return False  # two insertions, or two deletions, are readable with kept words between them
    if any("\n" in token for token in between):
        return False
    words = [len(token) for token in between if is_word(token)]
    if not all((first[1], first[2], second[1], second[2])):
        max_letters = min(max_letters, SHORT_WORD)  # beside a pure insertion or deletion, kept words are readable
    return len(words) <= MAX_COINCIDENT_WORDS and sum(words) <= max_letters


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
