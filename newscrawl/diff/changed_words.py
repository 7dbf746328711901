"""The words that only one of two versions has, paragraph by paragraph, and where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from newscrawl.diff.words import folded_words, word_spans
from newscrawl.items import DiffRow, SegmentOp

Span = tuple[int, int]


class ChangedWords:
    """Words that only one version has, folded, in one segment of one paragraph, and where they stand in it."""

    __slots__ = ("_spans", "_text", "at", "paragraph", "row", "words")

    def __init__(self, row: int, paragraph: int, text: str, at: int) -> None:
        self.row = row
        self.paragraph = paragraph
        self.words = folded_words(text)
        self.at = at  # where the text begins
        self._text = text
        self._spans: list[Span] | None = None

    @property
    def spans(self) -> list[Span]:
        if self._spans is None:
            self._spans = [(self.at + start, self.at + end) for _, start, end in word_spans(self._text)]
        return self._spans

    def is_all_of(self, text: str) -> bool:
        return self.at == 0 and len(self._text) == len(text)


def changed_words(rows: Iterable[tuple[int, DiffRow]], texts: Sequence[str], op: SegmentOp) -> Iterator[ChangedWords]:
    opposite = SegmentOp.INSERT if op is SegmentOp.DELETE else SegmentOp.DELETE
    for number, row in rows:
        paragraphs = row.a if op is SegmentOp.DELETE else row.b
        starts = _starts(paragraphs, texts)
        at = 0
        for segment in row.segments:
            if segment.op is op:
                yield from _by_paragraph(number, paragraphs, starts, at, segment.text)
            if segment.op is not opposite:
                at += len(segment.text)


def _starts(paragraphs: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return where each paragraph of a row begins in the row's joined text."""
    starts = [0]
    for paragraph in paragraphs:
        starts.append(starts[-1] + len(texts[paragraph]) + 1)
    return starts


def _by_paragraph(
    row: int, paragraphs: Sequence[int], starts: Sequence[int], at: int, text: str
) -> Iterator[ChangedWords]:
    """Yield the words of a segment, which begins at `at` in the row's joined text, paragraph by paragraph."""
    for index in range(bisect_right(starts, at) - 1, bisect_left(starts, at + len(text), hi=len(paragraphs))):
        # A row joins its paragraphs with newlines, which are in no word.
        start, end = max(at, starts[index]), min(at + len(text), starts[index + 1] - 1)
        changed = ChangedWords(row, paragraphs[index], text[start - at : max(end - at, 0)], start - starts[index])
        if changed.words:
            yield changed
