"""Weigh what units (paragraphs, sentences) of two texts have in common: rare words count more than common ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from rapidfuzz.distance import LCSseq

from newscrawl.diff.words import words

Bag = dict[str, int]
Weights = dict[str, float]

MAX_ORDERED = 10_000  # words; the time of a comparison grows with the product of both lengths


class Unit:
    """One paragraph or sentence: its folded words in order, and how often each occurs, read when first asked for.

    `is_shared` says that the other text has the same unit to the letter.
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
        """Return what equal units have in common: the letters, or for lone ones the words whatever the punctuation."""
        return self.text if self.is_shared else " ".join(self.words) or self.text


def units(a: Sequence[str], b: Sequence[str]) -> tuple[list[Unit], list[Unit]]:
    """Make the units of both texts; what stands in both is one unit."""
    both = set(a) & set(b)
    known = {text: Unit(text, is_shared=text in both) for text in (*a, *b)}
    return [known[text] for text in a], [known[text] for text in b]


def weights(lone: Sequence[Bag], common: Iterable[str] = ()) -> Weights:
    """Return what each word of the `lone` bags weighs: its inverse document frequency in both texts.

    `common` are the texts that both sides share: they only tell which words are frequent, so cut at spaces they serve.
    """
    frequency: Counter[str] = Counter()
    for bag in lone:
        frequency.update(bag.keys())
    total = len(lone)
    vocabulary = frequency.keys() | set()
    for text in common:
        frequency.update(vocabulary.intersection(text.casefold().split()))
        total += 1
    by_count = {count: log(1.0 + total / count) for count in set(frequency.values())}
    return {word: by_count[count] for word, count in frequency.items()}


def mass(bag: Bag, weight: Weights) -> float:
    """Return what all words of `bag` weigh together."""
    return sum([weight[word] * count for word, count in bag.items()])


def shared(a: Bag, b: Bag, weight: Weights) -> float:
    """Return the mass of the words that both bags have, as often as both have them."""
    if len(b) < len(a):
        a, b = b, a
    mass = 0.0
    for word, count in a.items():
        other = b.get(word)
        if other is not None:
            mass += weight[word] * (count if count < other else other)
    return mass


def left_over(bag: Bag, taken: Iterable[Bag]) -> Bag:
    """Return what of `bag` the bags in `taken` do not account for."""
    rest = dict(bag)
    for other in taken:
        for word in rest.keys() & other.keys():
            rest[word] = max(rest[word] - other[word], 0)
    return rest


def in_order(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many words both have in the same order, looking at the first `MAX_ORDERED`."""
    return LCSseq.similarity(a[:MAX_ORDERED], b[:MAX_ORDERED])
