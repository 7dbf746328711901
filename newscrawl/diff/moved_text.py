"""Find sentences and quotes that went from one paragraph into another while the paragraphs themselves stayed apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newscrawl.diff.deadline import Deadline
from newscrawl.diff.units import Weights, mass, shared, weights
from newscrawl.diff.words import sentences, word_spans
from newscrawl.items import DiffRow, MovedText, SegmentOp

Word = tuple[str, int, int]  # folded, and where it stands in its paragraph
Span = tuple[int, int]

OPENING = '“„«»"‘「『('
CLOSING = '”“«»"’」』).,!?…。！？'
SENTENCE_END = ".!?…:—–。！？"

# Equal words in a row that make a passage: fewer are often chance ("the spokesman said in a statement").
RUN = 7
SHORT_RUN = 5  # enough where the run is the whole of a quote or sentence
ALIKE = 0.6  # share two sentences must have in common to be one, reworded
# An old lede hardly ever vanishes, it is told again further down in fewer words: what of a new sentence stood in it.
RETOLD = 0.45
RETOLD_WORDS = 10
MAX_WORDS = 60_000  # of changed text: in longer ones nobody looks for single sentences
MAX_PAIRS = 20_000  # of sentences compared for likeness; beyond, only the lede is looked for
STEM = 5  # letters; "interpreted" and "interpreting" are one word in reworded sentences


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words that only one version has, side by side in one paragraph."""

    row: int
    paragraph: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    row: int
    paragraph: int
    span: tuple[int, int]
    stems: Counter[str]

    @property
    def is_lede(self) -> bool:
        return self.paragraph == 0 and self.span[0] == 0


def passages(rows: Sequence[DiffRow], a: Sequence[str], b: Sequence[str], deadline: Deadline) -> tuple[MovedText, ...]:
    """Return what left one paragraph of `a` and came into an unrelated one of `b`, in the order of `a`."""
    lost = list(_stretches(rows, a, SegmentOp.DELETE))
    found = list(_stretches(rows, b, SegmentOp.INSERT))
    if not lost or not found or sum(len(s.words) for s in (*lost, *found)) > MAX_WORDS or deadline.passed():
        return ()
    runs = _equal_runs(lost, found, a, b)
    reworded = [] if deadline.passed() else _reworded_sentences(lost, found, a, b)
    chosen: list[MovedText] = []
    for passage in [*sorted(runs, key=lambda p: p.a_span[0] - p.a_span[1]), *reworded]:
        if not any(_overlaps(passage, other) for other in chosen):
            chosen.append(passage)
    return tuple(sorted(chosen, key=lambda p: (p.a, p.a_span)))


def _overlaps(one: MovedText, other: MovedText) -> bool:
    in_a = one.a == other.a and one.a_span[0] < other.a_span[1] and other.a_span[0] < one.a_span[1]
    in_b = one.b == other.b and one.b_span[0] < other.b_span[1] and other.b_span[0] < one.b_span[1]
    return in_a or in_b


def _stretches(rows: Sequence[DiffRow], texts: Sequence[str], op: SegmentOp) -> Iterator[_Stretch]:
    other = SegmentOp.INSERT if op is SegmentOp.DELETE else SegmentOp.DELETE
    for number, row in enumerate(rows):
        paragraphs = row.a if op is SegmentOp.DELETE else row.b
        starts = _starts(paragraphs, texts)
        at = 0
        for segment in row.segments:
            if segment.op is op:
                yield from _cut(number, paragraphs, starts, at, segment.text)
            if segment.op is not other:
                at += len(segment.text)


def _starts(paragraphs: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return where each paragraph of a row begins in the row's joined text."""
    starts = [0]
    for paragraph in paragraphs:
        starts.append(starts[-1] + len(texts[paragraph]) + 1)
    return starts


def _cut(row: int, paragraphs: Sequence[int], starts: Sequence[int], at: int, text: str) -> Iterator[_Stretch]:
    by_paragraph: dict[int, list[Word]] = defaultdict(list)
    place = 0
    for word, start, end in word_spans(text):
        while place + 1 < len(paragraphs) and at + start >= starts[place + 1]:
            place += 1
        by_paragraph[place].append((word, at + start - starts[place], at + end - starts[place]))
    for place, found in by_paragraph.items():
        yield _Stretch(row, paragraphs[place], tuple(found))


def _equal_runs(
    lost: Sequence[_Stretch], found: Sequence[_Stretch], a: Sequence[str], b: Sequence[str]
) -> list[MovedText]:
    index: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for number, stretch in enumerate(lost):
        for k in range(len(stretch.words) - SHORT_RUN + 1):
            index[_keys(stretch, k, SHORT_RUN)].append((number, k))
    made: list[MovedText] = []
    for stretch in found:
        k = 0
        while k <= len(stretch.words) - SHORT_RUN:
            size, old, start = _longest(lost, index.get(_keys(stretch, k, SHORT_RUN), ()), stretch, k)
            if size >= SHORT_RUN:
                passage = _passage(old, start, stretch, k, size, a, b)
                if size >= RUN or (_is_whole(a[passage.a], passage.a_span) and _is_whole(b[passage.b], passage.b_span)):
                    made.append(passage)
            k += max(size, 1)
    return made


def _keys(stretch: _Stretch, start: int, size: int) -> tuple[str, ...]:
    return tuple(word for word, _, _ in stretch.words[start : start + size])


def _longest(
    lost: Sequence[_Stretch], places: Sequence[tuple[int, int]], stretch: _Stretch, start: int
) -> tuple[int, _Stretch, int]:
    best = (0, stretch, start)
    for number, k in places[:20]:
        old = lost[number]
        if old.row == stretch.row:
            continue
        size = 0
        while (
            k + size < len(old.words)
            and start + size < len(stretch.words)
            and old.words[k + size][0] == stretch.words[start + size][0]
        ):
            size += 1
        if size > best[0]:
            best = (size, old, k)
    return best


def _passage(
    old: _Stretch, start: int, new: _Stretch, k: int, size: int, a: Sequence[str], b: Sequence[str]
) -> MovedText:
    a_span = (old.words[start][1], old.words[start + size - 1][2])
    b_span = (new.words[k][1], new.words[k + size - 1][2])
    a_span, b_span = _with_marks(a[old.paragraph], a_span, b[new.paragraph], b_span)
    return MovedText(a[old.paragraph][slice(*a_span)], old.paragraph, new.paragraph, a_span, b_span)


def _with_marks(a: str, a_span: Span, b: str, b_span: Span) -> tuple[Span, Span]:
    """Widen both spans by the quotation marks before them and the marks behind them that both texts have."""
    (a_start, a_end), (b_start, b_end) = a_span, b_span
    while min(a_start, b_start) > 0 and a[a_start - 1] == b[b_start - 1] and a[a_start - 1] in OPENING:
        a_start, b_start = a_start - 1, b_start - 1
    while a_end < len(a) and b_end < len(b) and a[a_end] == b[b_end] and a[a_end] in CLOSING:
        a_end, b_end = a_end + 1, b_end + 1
    return (a_start, a_end), (b_start, b_end)


def _is_whole(text: str, span: Span) -> bool:
    """Tell whether a span is all of a quote or sentence: it has no word before or behind it in there."""
    before, behind = text[: span[0]].rstrip(" "), text[span[1] :].lstrip(" ")
    is_begun = not before or before[-1] in OPENING + SENTENCE_END or text[span[0]] in OPENING
    return is_begun and (not behind or behind[0] in CLOSING or text[span[1] - 1] in CLOSING)


def _reworded_sentences(
    lost: Sequence[_Stretch], found: Sequence[_Stretch], a: Sequence[str], b: Sequence[str]
) -> list[MovedText]:
    old, new = list(_sentences(lost, a)), list(_sentences(found, b))
    weight = weights([sentence.stems for sentence in (*old, *new)])
    if len(old) * len(new) > MAX_PAIRS:
        old = [sentence for sentence in old if sentence.is_lede]
    rated: list[tuple[float, MovedText]] = []
    for one in old:
        for two in new:
            alike = _alike(one, two, weight) if one.row != two.row else 0.0
            if alike:
                text = a[one.paragraph][slice(*one.span)]
                rated.append((alike, MovedText(text, one.paragraph, two.paragraph, one.span, two.span)))
    made: list[MovedText] = []
    for _, passage in sorted(rated, key=lambda r: -r[0]):
        if not any(_overlaps(passage, other) for other in made):
            made.append(passage)
    return made


def _alike(old: _Sentence, new: _Sentence, weight: Weights) -> float:
    """Return how likely `new` tells `old` in other words, 0 for a likeness that proves nothing."""
    common = shared(old.stems, new.stems, weight)
    in_new = mass(new.stems, weight)
    likeness = 2.0 * common / (mass(old.stems, weight) + in_new)
    if likeness >= ALIKE:
        return likeness
    if old.is_lede and new.stems.total() >= RETOLD_WORDS and common >= RETOLD * in_new:
        return common / in_new
    return 0.0


def _sentences(stretches: Sequence[_Stretch], texts: Sequence[str]) -> Iterator[_Sentence]:
    """Yield the sentences that are mostly made of words only this version has."""
    changed: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for stretch in stretches:
        changed[stretch.row, stretch.paragraph] += stretch.words
    for (row, paragraph), new in changed.items():
        for start, end in sentences(texts[paragraph]):
            stems = [word[:STEM] for word, _, _ in word_spans(texts[paragraph][start:end])]
            changed_words = sum(1 for _, left, right in new if start <= left and right <= end)
            if changed_words >= SHORT_RUN and 2 * changed_words > len(stems):
                yield _Sentence(row, paragraph, (start, end), Counter(stems))
