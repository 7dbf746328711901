"""Mark the words that changed between two texts that tell the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

from newscrawl.diff.words import is_word, tokens
from newscrawl.items import Segment, SegmentOp

KEEP, INSERT, DELETE = SegmentOp.KEEP, SegmentOp.INSERT, SegmentOp.DELETE

Tokens = list[str]
# One edit: the kept tokens before it, the deleted ones, the inserted ones. A text is edits and a kept tail.
Edit = tuple[Tokens, Tokens, Tokens]

# A longest common subsequence takes a bit for each pair of tokens; beyond this only the ends are compared.
MAX_CELLS = 200_000_000
# A kept stretch of more words than this between two edits is never called a coincidence.
MAX_COINCIDENT = 4
SHORT_WORD = 3  # letters of an article or preposition


def marks(old: str, new: str, *, is_coarse: bool = False) -> tuple[Segment, ...]:
    """Return the segments from `old` to `new`, cut at words, with small coincidental matches folded into the edits."""
    if old == new:
        return (Segment(KEEP, old),) if old else ()
    edits, tail = _edits(tokens(old), tokens(new), is_coarse=is_coarse)
    edits, tail = _slide(_fold(edits), tail)
    return tuple(_segments(edits, tail))


def _edits(a: Tokens, b: Tokens, *, is_coarse: bool) -> tuple[list[Edit], Tokens]:
    """Walk the matching blocks of words; what lies between two of them is an edit, space included."""
    edits: list[Edit] = []
    kept: Tokens = []
    i = j = 0
    for start_a, start_b, size in [*_blocks(a, b, is_coarse=is_coarse), (len(a), len(b), 0)]:
        head, deleted, inserted, rest = _trim(a[i:start_a], b[j:start_b])
        kept += head
        if deleted or inserted:
            edits.append((kept, deleted, inserted))
            kept = []
        i, j = start_a + size, start_b + size
        kept += rest
        kept += a[start_a:i]
    return edits, kept


def _blocks(a: Tokens, b: Tokens, *, is_coarse: bool) -> list[tuple[int, int, int]]:
    """Return where (in a, in b) how many visible tokens are equal, along a longest common subsequence.

    White space takes no part in it: a match of spaces says nothing, and would cost words.
    """
    place_a = [k for k, token in enumerate(a) if not token.isspace()]
    place_b = [k for k, token in enumerate(b) if not token.isspace()]
    if is_coarse or len(place_a) * len(place_b) > MAX_CELLS:
        return []
    found = LCSseq.opcodes([a[k] for k in place_a], [b[k] for k in place_b])
    blocks: list[tuple[int, int, int]] = []
    for code in found:
        if code.tag == "equal":
            blocks += _verified(a, b, place_a[code.src_start : code.src_end], place_b[code.dest_start : code.dest_end])
    return blocks


def _verified(a: Tokens, b: Tokens, in_a: list[int], in_b: list[int]) -> list[tuple[int, int, int]]:
    """Return a run of equal visible tokens as one block where the space between is equal too, else each alone.

    rapidfuzz compares hashes; a diff has to be right to the letter, so tokens are compared once more.
    """
    start_a, end_a, start_b, end_b = in_a[0], in_a[-1] + 1, in_b[0], in_b[-1] + 1
    if a[start_a:end_a] == b[start_b:end_b]:
        return [(start_a, start_b, end_a - start_a)]
    return [(p, q, 1) for p, q in zip(in_a, in_b, strict=True) if a[p] == b[q]]


def _trim(deleted: Tokens, inserted: Tokens) -> tuple[Tokens, Tokens, Tokens, Tokens]:
    """Return the common head, what differs in both, and the common tail of one gap."""
    if deleted == inserted:
        return deleted, [], [], []
    most = min(len(deleted), len(inserted))
    head = 0
    while head < most and deleted[head] == inserted[head]:
        head += 1
    tail = 0
    while tail < most - head and deleted[-1 - tail] == inserted[-1 - tail]:
        tail += 1
    end_a, end_b = len(deleted) - tail, len(inserted) - tail
    return deleted[:head], deleted[head:end_a], inserted[head:end_b], deleted[end_a:]


def _weight(edit: Edit) -> int:
    return max(len("".join(edit[1])), len("".join(edit[2])))


def _fold(edits: list[Edit]) -> list[Edit]:
    """Swallow kept stretches that weigh less than the edits on both sides: reading them as kept would mislead."""
    done: list[Edit] = []
    heavy: list[int] = []  # what each edit in `done` weighs
    for edit in edits:
        done.append(edit)
        heavy.append(_weight(edit))
        while len(done) > 1 and _is_coincidence(done[-2], done[-1], min(heavy[-2:])):
            (before, deleted, inserted), (between, more_deleted, more_inserted) = done[-2:]
            done[-2:] = [(before, [*deleted, *between, *more_deleted], [*inserted, *between, *more_inserted])]
            heavy[-2:] = [_weight(done[-1])]
    return done


def _is_coincidence(first: Edit, second: Edit, least: int) -> bool:
    between = second[0]
    if len(between) > 4 * MAX_COINCIDENT or not (first[1] or second[1]) or not (first[2] or second[2]):
        return False  # two insertions, or two deletions, read well with what was kept between them
    if any("\n" in token for token in between):
        return False
    kept = [len(token) for token in between if is_word(token)]
    if not all((first[1], first[2], second[1], second[2])):
        least = min(least, SHORT_WORD)  # beside a pure insertion or deletion, what was kept reads as kept
    return len(kept) <= MAX_COINCIDENT and sum(kept) <= least


def _slide(edits: list[Edit], tail: Tokens) -> tuple[list[Edit], Tokens]:
    """Move pure insertions and deletions to the nearest natural border: a paragraph's, a sentence's, a clause's."""
    moved: list[Edit] = []
    kept_next = [edit[0] for edit in edits[1:]] + [tail]
    carry: Tokens | None = None
    for (kept, deleted, inserted), after in zip(edits, kept_next, strict=True):
        before = kept if carry is None else carry
        carry = after
        if not (deleted and inserted):
            before, change, carry = _best_slide(before, deleted or inserted, after, is_first=not moved)
            deleted, inserted = (change, inserted) if deleted else (deleted, change)
        moved.append((before, deleted, inserted))
    return moved, tail if carry is None else carry


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
    # An edit that touches its neighbour would melt into it: only the first one may slide to the very start.
    floor = start - left if is_first or left < start else start - left + 1
    best = max(range(floor, start + right + 1), key=lambda k: (_border(line, k), -abs(k - start)))
    return line[:best], line[best : best + size], line[best + size :]


def _border(line: Tokens, place: int) -> int:
    """Rate how naturally an edit begins at `place`."""
    if place == 0 or "\n" in line[place - 1]:
        return 5
    if not line[place - 1].isspace():
        return 3 if line[place - 1] in "。！？」" else 0
    before = line[place - 2] if place > 1 else ""
    if before in {".", "!", "?", "…", "”", "؟"}:
        return 4
    return 2 if before and not is_word(before) else 1


def _segments(edits: list[Edit], tail: Tokens) -> Iterator[Segment]:
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
