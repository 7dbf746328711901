"""Weigh what units (paragraphs, sentences) of two texts have in common: rare words count more than common ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from rapidfuzz.distance import LCSseq

from newscrawl.diff.words import words

Bag = dict[str, int]

MOST_ORDERED = 10_000  # words; the time of a comparison grows with the product of both lengths


@dataclass(slots=True)
class Unit:
    """One paragraph or sentence: its folded words in order, and how often each occurs."""

    text: str
    words: list[str]
    bag: Bag
    key: str  # equal keys: the same words, whatever the punctuation


def units(a: Iterable[str], b: Iterable[str]) -> tuple[list[Unit], list[Unit]]:
    """Read the units of both texts; what stands in both is read once."""
    known: dict[str, Unit] = {}

    def unit(text: str) -> Unit:
        made = known.get(text)
        if made is None:
            found = words(text)
            made = known[text] = Unit(text, found, Counter(found), " ".join(found) or text)
        return made

    return [unit(text) for text in a], [unit(text) for text in b]


class Weights(dict[str, float]):
    """The weight of each word: its inverse document frequency in both texts, reckoned when first asked for."""

    def __init__(self, a: Sequence[Unit], b: Sequence[Unit]) -> None:
        super().__init__()
        self._frequency: Counter[str] = Counter()
        for unit in (*a, *b):
            self._frequency.update(unit.bag.keys())
        self._total = len(a) + len(b)

    def __missing__(self, word: str) -> float:
        weight = self[word] = log(1.0 + self._total / (self._frequency[word] or 1))
        return weight

    def mass(self, bag: Bag) -> float:
        """Return what all words of `bag` weigh together."""
        return sum([self[word] * count for word, count in bag.items()])


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
    rest = Counter(bag)
    for other in taken:
        rest.subtract({word: count for word, count in other.items() if word in bag})
    return +rest


def in_order(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many words both have in the same order, looking at the first `MOST_ORDERED`."""
    return LCSseq.similarity(a[:MOST_ORDERED], b[:MOST_ORDERED])
