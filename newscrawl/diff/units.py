"""Weigh what units (paragraphs, sentences) of two texts have in common: rare words count more than common ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from newscrawl.diff.words import words

Bag = dict[str, int]
Weights = dict[str, float]


@dataclass(slots=True)
class Unit:
    """One paragraph or sentence: its folded words in order, how often each occurs, and what they weigh together."""

    text: str
    words: list[str]
    bag: Bag
    mass: float = 0.0
    key: str = field(default="")  # equal keys: the same words, whatever the punctuation


def units(texts: Iterable[str]) -> list[Unit]:
    made = []
    for text in texts:
        found = words(text)
        made.append(Unit(text, found, Counter(found), key=" ".join(found) or text))
    return made


def weights(a: Sequence[Unit], b: Sequence[Unit]) -> Weights:
    """Return the weight of each word: its inverse document frequency in both texts; sets the units' masses."""
    frequency: Counter[str] = Counter()
    for unit in (*a, *b):
        frequency.update(unit.bag.keys())
    total = len(a) + len(b)
    by_count = {count: log(1.0 + total / count) for count in set(frequency.values())}
    weight = {word: by_count[count] for word, count in frequency.items()}
    for unit in (*a, *b):
        unit.mass = sum(weight[word] * count for word, count in unit.bag.items())
    return weight


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
