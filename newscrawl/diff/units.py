"""Units (paragraphs or sentences) of two texts, and the weight of the words they share: rare words weigh more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from rapidfuzz.distance import LCSseq

from newscrawl.diff.words import words

Bag = dict[str, int]
Weights = dict[str, int]  # whole numbers: their sums do not depend on the order, as those of floats do

MAX_LCS_WORDS = 10_000  # the time of a comparison grows with the product of both lengths
LCS_CELLS = 2**16  # pairs of words that a comparison does in one step: it does 64 at once
WEIGHT_UNIT = 10_000


class Unit:
    """One paragraph or sentence, with its folded words in order and the count of each, computed on first use.

    `is_shared`: the other text has the same unit, letter for letter.
    """

    __slots__ = ("_bag", "_words", "is_shared", "text")

    def __init__(self, text: str, *, is_shared: bool = False) -> None:
        self.text = text
        self.is_shared = is_shared
        self._words: list[str] | None = None
        self._bag: Bag | None = None

    @property
    def words(self) -> list[str]:
        if self._words is None:
            self._words = words(self.text)
        return self._words

    @property
    def bag(self) -> Bag:
        if self._bag is None:
            self._bag = Counter(self.words)
        return self._bag

    @property
    def key(self) -> str:
        """Return what equal units have in common: the text, or, if it is not shared, the words without punctuation."""
        return self.text if self.is_shared else " ".join(self.words) or self.text


def units(a: Sequence[str], b: Sequence[str], shared: set[str]) -> tuple[list[Unit], list[Unit]]:
    """Return the units of both texts, of which `shared` stand in both; equal texts are one object."""
    unit_of = {text: Unit(text, is_shared=text in shared) for text in (*a, *b)}
    return [unit_of[text] for text in a], [unit_of[text] for text in b]


def weights(bags: Sequence[Bag], shared_texts: Iterable[str] = ()) -> Weights:
    """Return the weight of each word of `bags`: its inverse document frequency in both texts.

    `shared_texts` are the units that both texts have. They only count towards the frequency of words, so splitting
    them at spaces is enough.
    """
    frequency: Counter[str] = Counter()
    for bag in bags:
        frequency.update(bag.keys())
    total = len(bags)
    vocabulary = frequency.keys() | set()
    for text in shared_texts:
        for word in vocabulary.intersection(text.casefold().split()):
            frequency[word] += 1
        total += 1
    by_count = {count: round(WEIGHT_UNIT * log(1.0 + total / count)) for count in set(frequency.values())}
    return {word: by_count[count] for word, count in frequency.items()}


def total_weight(bag: Bag, weight: Weights) -> int:
    """Return the weight of all words of `bag`."""
    return sum([weight[word] * count for word, count in bag.items()])


def shared_weight(a: Bag, b: Bag, weight: Weights) -> int:
    """Return the weight of the words that both bags have, as often as both have them."""
    return sum([weight[word] * (a[word] if a[word] < b[word] else b[word]) for word in a.keys() & b.keys()])


def remaining(bag: Bag, others: Iterable[Bag]) -> Bag:
    """Return what is left of `bag` without the words of `others` (multiset difference)."""
    rest = dict(bag)
    for other in others:
        for word in rest.keys() & other.keys():
            rest[word] = max(rest[word] - other[word], 0)
    return rest


def lcs_length(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of the first `MAX_LCS_WORDS` words."""
    return LCSseq.similarity(a[:MAX_LCS_WORDS], b[:MAX_LCS_WORDS])


def lcs_steps(a: Sequence[str], b: Sequence[str]) -> int:
    """Return what `lcs_length` of these words costs, in steps of a budget."""
    return min(len(a), MAX_LCS_WORDS) * min(len(b), MAX_LCS_WORDS) // LCS_CELLS
