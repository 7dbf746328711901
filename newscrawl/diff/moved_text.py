"""Find sentences and quotes that moved from one paragraph into another one that is not linked with it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newscrawl.diff.budget import Budget
from newscrawl.diff.units import Weights, shared_weight, total_weight, weights
from newscrawl.diff.words import sentences, word_spans
from newscrawl.items import DiffRow, MovedText, SegmentOp

Word = tuple[str, int, int]  # folded, with its start and end in its paragraph
Span = tuple[int, int]

OPENING = '“„«»"‘「『('
CLOSING = '”“«»"’」』).,!?…。！？'
SENTENCE_END = ".!?…:—–。！？"

# Equal words in a row that count as moved text: fewer are often chance ("the spokesman said in a statement").
MIN_RUN = 7
MIN_WHOLE_RUN = 5  # enough if the run is a whole quote or sentence
MIN_SIMILARITY = 0.6  # of two sentences that are one, reworded
# An old lede is rarely deleted. It is usually repeated further down in fewer words: this share of the new sentence
# must have stood in it.
MIN_LEDE_SHARE = 0.45
MIN_LEDE_WORDS = 10
WORD_STEPS = 4  # of changed text; beyond the budget single sentences are not searched for
PAIR_STEPS = 4  # of two sentences compared for similarity; beyond the budget only the lede is searched for
STEM = 5  # letters; "interpreted" and "interpreting" are one word in reworded sentences
MAX_OCCURRENCES = 20  # of the first words of a run that are tried


@dataclass(frozen=True, slots=True)
class _ChangedWords:
    """Words that only one version has, in one segment of one paragraph."""

    row: int
    paragraph: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    row: int
    paragraph: int
    span: Span
    stems: Counter[str]

    @property
    def is_lede(self) -> bool:
        return self.paragraph == 0 and self.span[0] == 0


@dataclass(frozen=True, slots=True)
class _Run:
    """Equal words in a row: where they begin in two pieces of changed text, and how many there are."""

    old: _ChangedWords
    old_start: int
    new: _ChangedWords
    new_start: int
    size: int


def moved_texts(rows: Sequence[DiffRow], a: Sequence[str], b: Sequence[str], budget: Budget) -> tuple[MovedText, ...]:
    """Return the text that moved from a paragraph of `a` into an unlinked one of `b`, in the order of `a`."""
    deleted = list(_changed_words(rows, a, SegmentOp.DELETE))
    inserted = list(_changed_words(rows, b, SegmentOp.INSERT))
    size = sum(len(changed.words) for changed in (*deleted, *inserted))
    if not deleted or not inserted or not budget.afford(WORD_STEPS * size):
        return ()
    equal = _equal_runs(deleted, inserted, a, b)
    reworded = _reworded_sentences(deleted, inserted, a, b, budget)
    by_length = sorted(equal, key=lambda moved: moved.a_span[0] - moved.a_span[1])
    chosen = _without_overlaps([*by_length, *reworded])
    return tuple(sorted(chosen, key=lambda moved: (moved.a, moved.a_span)))


def _without_overlaps(candidates: Sequence[MovedText]) -> list[MovedText]:
    """Return the candidates that overlap with no earlier one."""
    taken_a: dict[int, _Spans] = defaultdict(_Spans)
    taken_b: dict[int, _Spans] = defaultdict(_Spans)
    chosen: list[MovedText] = []
    for moved in candidates:
        if taken_a[moved.a].is_free(moved.a_span) and taken_b[moved.b].is_free(moved.b_span):
            taken_a[moved.a].add(moved.a_span)
            taken_b[moved.b].add(moved.b_span)
            chosen.append(moved)
    return chosen


class _Spans:
    """Spans of one paragraph that do not overlap, in order."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def is_free(self, span: Span) -> bool:
        at = bisect_left(self._spans, span)
        after, before = self._spans[at : at + 1], self._spans[max(at - 1, 0) : at]
        return not (after and after[0][0] < span[1]) and not (before and span[0] < before[0][1])

    def add(self, span: Span) -> None:
        insort(self._spans, span)


def _changed_words(rows: Sequence[DiffRow], texts: Sequence[str], op: SegmentOp) -> Iterator[_ChangedWords]:
    opposite = SegmentOp.INSERT if op is SegmentOp.DELETE else SegmentOp.DELETE
    for number, row in enumerate(rows):
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
) -> Iterator[_ChangedWords]:
    """Yield the words of a segment, which begins at `at` in the row's joined text, paragraph by paragraph."""
    words_of: dict[int, list[Word]] = defaultdict(list)
    index = 0
    for word, start, end in word_spans(text):
        while index + 1 < len(paragraphs) and at + start >= starts[index + 1]:
            index += 1
        words_of[index].append((word, at + start - starts[index], at + end - starts[index]))
    for index, words in words_of.items():
        yield _ChangedWords(row, paragraphs[index], tuple(words))


def _equal_runs(
    deleted: Sequence[_ChangedWords], inserted: Sequence[_ChangedWords], a: Sequence[str], b: Sequence[str]
) -> list[MovedText]:
    index: dict[tuple[str, ...], list[tuple[_ChangedWords, int]]] = defaultdict(list)
    for old in deleted:
        for start in range(len(old.words) - MIN_WHOLE_RUN + 1):
            index[_first_words(old, start)].append((old, start))
    equal: list[MovedText] = []
    for new in inserted:
        start = 0
        while start <= len(new.words) - MIN_WHOLE_RUN:
            run = _longest_run(index.get(_first_words(new, start), ()), new, start)
            if run is None:
                start += 1
                continue
            moved = _moved_text(run, a, b)
            is_whole = _is_whole(a[moved.a], moved.a_span) and _is_whole(b[moved.b], moved.b_span)
            if run.size >= MIN_RUN or is_whole:
                equal.append(moved)
            start += run.size
    return equal


def _first_words(changed: _ChangedWords, start: int) -> tuple[str, ...]:
    return tuple(word for word, _, _ in changed.words[start : start + MIN_WHOLE_RUN])


def _longest_run(occurrences: Sequence[tuple[_ChangedWords, int]], new: _ChangedWords, new_start: int) -> _Run | None:
    """Return the longest run that begins at an occurrence in another row."""
    longest: _Run | None = None
    for old, old_start in occurrences[:MAX_OCCURRENCES]:
        if old.row == new.row:
            continue
        size = _common_words(old.words, old_start, new.words, new_start)
        if longest is None or size > longest.size:
            longest = _Run(old, old_start, new, new_start, size)
    return longest


def _common_words(old: Sequence[Word], old_start: int, new: Sequence[Word], new_start: int) -> int:
    max_size = min(len(old) - old_start, len(new) - new_start)
    size = 0
    while size < max_size and old[old_start + size][0] == new[new_start + size][0]:
        size += 1
    return size


def _moved_text(run: _Run, a: Sequence[str], b: Sequence[str]) -> MovedText:
    old_words = run.old.words[run.old_start : run.old_start + run.size]
    new_words = run.new.words[run.new_start : run.new_start + run.size]
    old_text, new_text = a[run.old.paragraph], b[run.new.paragraph]
    a_span, b_span = (old_words[0][1], old_words[-1][2]), (new_words[0][1], new_words[-1][2])
    a_span, b_span = _with_punctuation(old_text, a_span, new_text, b_span)
    return MovedText(old_text[slice(*a_span)], run.old.paragraph, run.new.paragraph, a_span, b_span)


def _with_punctuation(a: str, a_span: Span, b: str, b_span: Span) -> tuple[Span, Span]:
    """Extend both spans by the quotation marks before them and the punctuation after them that both texts have."""
    (a_start, a_end), (b_start, b_end) = a_span, b_span
    while min(a_start, b_start) > 0 and a[a_start - 1] == b[b_start - 1] and a[a_start - 1] in OPENING:
        a_start, b_start = a_start - 1, b_start - 1
    while a_end < len(a) and b_end < len(b) and a[a_end] == b[b_end] and a[a_end] in CLOSING:
        a_end, b_end = a_end + 1, b_end + 1
    return (a_start, a_end), (b_start, b_end)


def _is_whole(text: str, span: Span) -> bool:
    """Return whether a span is a whole quote or sentence: no word of it lies before or after the span."""
    start, end = span
    first, last = text[start], text[end - 1]
    while start > 0 and text[start - 1] == " ":
        start -= 1
    while end < len(text) and text[end] == " ":
        end += 1
    is_start = start == 0 or text[start - 1] in OPENING + SENTENCE_END or first in OPENING
    return is_start and (end == len(text) or text[end] in CLOSING or last in CLOSING)


def _reworded_sentences(
    deleted: Sequence[_ChangedWords],
    inserted: Sequence[_ChangedWords],
    a: Sequence[str],
    b: Sequence[str],
    budget: Budget,
) -> list[MovedText]:
    old, new = list(_changed_sentences(deleted, a)), list(_changed_sentences(inserted, b))
    weight = weights([sentence.stems for sentence in (*old, *new)])
    if not budget.afford(PAIR_STEPS * len(old) * len(new)):
        old = [sentence for sentence in old if sentence.is_lede]
    rated: list[tuple[float, MovedText]] = []
    for before in old:
        for after in new:
            similarity = _similarity(before, after, weight) if before.row != after.row else 0.0
            if similarity:
                text = a[before.paragraph][slice(*before.span)]
                moved = MovedText(text, before.paragraph, after.paragraph, before.span, after.span)
                rated.append((similarity, moved))
    return _without_overlaps([moved for _, moved in sorted(rated, key=lambda pair: -pair[0])])


def _similarity(old: _Sentence, new: _Sentence, weight: Weights) -> float:
    """Return how likely `new` is `old` in other words; 0 if the similarity is too low to mean anything."""
    common = shared_weight(old.stems, new.stems, weight)
    new_weight = total_weight(new.stems, weight)
    similarity = 2.0 * common / (total_weight(old.stems, weight) + new_weight)
    if similarity >= MIN_SIMILARITY:
        return similarity
    if old.is_lede and new.stems.total() >= MIN_LEDE_WORDS and common >= MIN_LEDE_SHARE * new_weight:
        return common / new_weight
    return 0.0


def _changed_sentences(changes: Sequence[_ChangedWords], texts: Sequence[str]) -> Iterator[_Sentence]:
    """Yield the sentences in which most words stand in this version only."""
    words_of: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for changed in changes:
        words_of[changed.row, changed.paragraph] += changed.words
    for (row, paragraph), words in words_of.items():
        if len(words) < MIN_WHOLE_RUN:
            continue
        starts = [start for _, start, _ in words]
        for start, end in sentences(texts[paragraph]):
            count = bisect_left(starts, end) - bisect_left(starts, start)
            if count < MIN_WHOLE_RUN:
                continue
            stems = [word[:STEM] for word, _, _ in word_spans(texts[paragraph][start:end])]
            if 2 * count > len(stems):
                yield _Sentence(row, paragraph, (start, end), Counter(stems))
