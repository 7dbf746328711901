"""Words marked in revised sentences of scientific papers, beside those that were marked by hand.

The sentences are invented after arXivEdits: citations, formulas, hyphens, sentences joined and cut. A line of the file
has both versions in one: deleted words in [-…-], inserted ones in {+…+}.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rapidfuzz.distance import LCSseq

from newscrawl.diff.budget import Budget
from newscrawl.diff.word_diff import word_segments
from newscrawl.items import Segment, SegmentOp
from tests.diff.scoring import Score

KEEP, INSERT, DELETE = SegmentOp.KEEP, SegmentOp.INSERT, SegmentOp.DELETE
LINES = (Path(__file__).parent / "scientific_edits.txt").read_text("utf-8").splitlines()
MARK = re.compile(r"\[-(.*?)-\]|\{\+(.*?)\+\}")
TOKEN = re.compile(r"[(\"]|[^\s(\"]\S*?(?=[.,;:!?\")]*(?:\s|$))|[.,;:!?)]")  # a word of a paper: a formula is one
Marked = set[tuple[int, int]]  # side, number of the token
Method = Callable[[str, str], Marked]


def segments_of(line: str) -> list[Segment]:
    segments: list[Segment] = []
    at = 0
    for match in MARK.finditer(line):
        segments.append(Segment(KEEP, line[at : match.start()]))
        segments.append(Segment(DELETE, match[1]) if match[1] is not None else Segment(INSERT, match[2]))
        at = match.end()
    return [*segments, Segment(KEEP, line[at:])]


def text_of(segments: Iterable[Segment], other: SegmentOp) -> str:
    return "".join(segment.text for segment in segments if segment.op is not other)


def marked_tokens(segments: Sequence[Segment]) -> Marked:
    """Return the tokens of both sides that have a mark on any of their characters."""
    marked: Marked = set()
    for side, (op, other) in enumerate(((DELETE, INSERT), (INSERT, DELETE))):
        is_marked = [segment.op is op for segment in segments if segment.op is not other for _ in segment.text]
        found = enumerate(TOKEN.finditer(text_of(segments, other)))
        marked |= {(side, number) for number, token in found if any(is_marked[slice(*token.span())])}
    return marked


def newscrawl(old: str, new: str) -> Marked:
    return marked_tokens(word_segments(old, new, Budget()))


def by_opcodes(codes: Iterable[tuple[str, int, int, int, int]]) -> Marked:
    changed = [code for code in codes if code[0] != "equal"]
    old = {(0, number) for _, start, end, _, _ in changed for number in range(start, end)}
    return old | {(1, number) for _, _, _, start, end in changed for number in range(start, end)}


def difflib_words(old: str, new: str) -> Marked:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    return by_opcodes(difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes())


def common_subsequence(old: str, new: str) -> Marked:
    """Mark what is not in a longest common subsequence, as News Sniffer does."""
    codes = LCSseq.opcodes(TOKEN.findall(old), TOKEN.findall(new))
    return by_opcodes((c.tag, c.src_start, c.src_end, c.dest_start, c.dest_end) for c in codes)


def f1(method: Method) -> float:
    score = Score()
    for segments in map(segments_of, LINES):
        score.count(method(text_of(segments, INSERT), text_of(segments, DELETE)), marked_tokens(segments))
    return score.f1


def test_the_words_that_an_annotator_marked_are_marked() -> None:
    ours = f1(newscrawl)
    assert len(LINES) == 25
    assert ours >= 0.95
    assert ours >= max(f1(difflib_words), f1(common_subsequence)) - 0.005  # easy sentences: all mark nearly the same
