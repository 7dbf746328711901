"""Find sentences and quotes that moved from one paragraph into another one that is not linked with it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newscrawl.diff.budget import Budget
from newscrawl.diff.changed_words import ChangedWords, changed_words
from newscrawl.diff.units import Weights, shared_weight, total_weight, weights
from newscrawl.diff.words import folded_words, sentences
from newscrawl.items import DiffOp, DiffRow, MovedText, SegmentOp

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

    old: ChangedWords
    old_start: int
    new: ChangedWords
    new_start: int
    size: int


def moved_texts(rows: Sequence[DiffRow], a: Sequence[str], b: Sequence[str], budget: Budget) -> tuple[MovedText, ...]:
    """Return the text that moved from a paragraph of `a` into an unlinked one of `b`, in the order of `a`."""
    changed_rows = [(number, row) for number, row in enumerate(rows) if row.op is not DiffOp.KEPT]
    if len(changed_rows) < 2:
        return ()
    deleted = list(changed_words(changed_rows, a, SegmentOp.DELETE))
    inserted = list(changed_words(changed_rows, b, SegmentOp.INSERT)) if deleted else []
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


def _equal_runs(
    deleted: Sequence[ChangedWords], inserted: Sequence[ChangedWords], a: Sequence[str], b: Sequence[str]
) -> list[MovedText]:
    index: dict[tuple[str, ...], list[tuple[ChangedWords, int]]] = defaultdict(list)
    for old in deleted:
        for start, first_words in enumerate(_runs(old.words)):
            index[first_words].append((old, start))
    equal: list[MovedText] = []
    for new in inserted:
        runs = list(_runs(new.words))
        if index.keys().isdisjoint(runs):
            continue
        start = 0
        while start < len(runs):
            run = _longest_run(index.get(runs[start], ()), new, start)
            if run is None:
                start += 1
                continue
            moved = _moved_text(run, a, b)
            is_whole = _is_whole(a[moved.a], moved.a_span) and _is_whole(b[moved.b], moved.b_span)
            if run.size >= MIN_RUN or is_whole:
                equal.append(moved)
            start += run.size
    return equal


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Return as many words in a row as the shortest run has, from each word on."""
    return zip(*(words[start:] for start in range(MIN_WHOLE_RUN)), strict=False)


def _longest_run(occurrences: Sequence[tuple[ChangedWords, int]], new: ChangedWords, new_start: int) -> _Run | None:
    """Return the longest run that begins at an occurrence in another row."""
    longest: _Run | None = None
    for old, old_start in occurrences[:MAX_OCCURRENCES]:
        if old.row == new.row:
            continue
        size = _common_words(old.words, old_start, new.words, new_start)
        if longest is None or size > longest.size:
            longest = _Run(old, old_start, new, new_start, size)
    return longest


def _common_words(old: Sequence[str], old_start: int, new: Sequence[str], new_start: int) -> int:
    max_size = min(len(old) - old_start, len(new) - new_start)
    size = 0
    while size < max_size and old[old_start + size] == new[new_start + size]:
        size += 1
    return size


def _moved_text(run: _Run, a: Sequence[str], b: Sequence[str]) -> MovedText:
    old_spans = run.old.spans[run.old_start : run.old_start + run.size]
    new_spans = run.new.spans[run.new_start : run.new_start + run.size]
    old_text, new_text = a[run.old.paragraph], b[run.new.paragraph]
    a_span, b_span = (old_spans[0][0], old_spans[-1][1]), (new_spans[0][0], new_spans[-1][1])
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
    deleted: Sequence[ChangedWords],
    inserted: Sequence[ChangedWords],
    a: Sequence[str],
    b: Sequence[str],
    budget: Budget,
) -> list[MovedText]:
    old = list(_changed_sentences(deleted, a))
    new = list(_changed_sentences(inserted, b)) if old else []
    if not new:
        return []
    weight = weights([sentence.stems for sentence in (*old, *new)])
    if not budget.afford(PAIR_STEPS * len(old) * len(new)):
        old = [sentence for sentence in old if sentence.is_lede]
    weights_new = [total_weight(sentence.stems, weight) for sentence in new]
    rated: list[tuple[float, MovedText]] = []
    for before in old:
        weight_old = total_weight(before.stems, weight)
        for after, weight_new in zip(new, weights_new, strict=True):
            similarity = 0.0
            if before.row != after.row:
                similarity = _similarity(before, after, weight_old, weight_new, weight)
            if similarity:
                text = a[before.paragraph][slice(*before.span)]
                moved = MovedText(text, before.paragraph, after.paragraph, before.span, after.span)
                rated.append((similarity, moved))
    return _without_overlaps([moved for _, moved in sorted(rated, key=lambda pair: -pair[0])])


def _similarity(old: _Sentence, new: _Sentence, old_weight: int, new_weight: int, weight: Weights) -> float:
    """Return how likely `new` is `old` in other words; 0 if the similarity is too low to mean anything."""
    if 2.0 * min(old_weight, new_weight) / (old_weight + new_weight) < MIN_SIMILARITY and not old.is_lede:
        return 0.0  # were the shorter one all in the longer one
    common = shared_weight(old.stems, new.stems, weight)
    similarity = 2.0 * common / (old_weight + new_weight)
    if similarity >= MIN_SIMILARITY:
        return similarity
    if old.is_lede and new.stems.total() >= MIN_LEDE_WORDS and common >= MIN_LEDE_SHARE * new_weight:
        return common / new_weight
    return 0.0


def _changed_sentences(changes: Sequence[ChangedWords], texts: Sequence[str]) -> Iterator[_Sentence]:
    """Yield the sentences in which most words stand in this version only."""
    changes_of: dict[tuple[int, int], list[ChangedWords]] = defaultdict(list)
    for changed in changes:
        changes_of[changed.row, changed.paragraph].append(changed)
    for (row, paragraph), parts in changes_of.items():
        if sum(len(part.words) for part in parts) < MIN_WHOLE_RUN:
            continue
        text = texts[paragraph]
        is_whole = parts[0].is_all_of(text)
        starts = [] if is_whole else [start for part in parts for start, _ in part.spans]
        for start, end in sentences(text):
            count = bisect_left(starts, end) - bisect_left(starts, start)
            if not is_whole and count < MIN_WHOLE_RUN:
                continue
            stems = [word[:STEM] for word in folded_words(text[start:end])]
            count = len(stems) if is_whole else count
            if count >= MIN_WHOLE_RUN and 2 * count > len(stems):
                yield _Sentence(row, paragraph, (start, end), Counter(stems))
