"""What WordNet 3.0 knows of English words: which there are, their opposites, kinds of nouns, names of places.

`benchmarks/wordnet_tables.py` makes the table from WordNet's files; its licence is in NOTICE.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

# WordNet's own rules of detachment (morphy), and doubled consonants: "stopped" is "stop".
_ENDINGS = (
    ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"),
    ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", ""), ("est", ""), ("er", "e"),
    ("est", "e"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ly", ""), ("ily", "y"),
)  # fmt: skip


_MIN_STEM = 3  # letters; many shorter ones are abbreviations: "atf" makes no "atfer"


@dataclass(frozen=True, slots=True)
class _Table:
    words: frozenset[str]
    irregular: dict[str, str]
    opposites: frozenset[str]  # pairs of words in their order, with a space between
    kinds: dict[str, list[list[int | str]]]
    places: frozenset[str]


@cache
def _table() -> _Table:
    packed = resources.files("newscrawl.change").joinpath("wordnet.json.gz").read_bytes()
    table: dict[str, Any] = json.loads(gzip.decompress(packed))
    return _Table(
        frozenset(table["words"].split()), table["irregular"], frozenset(table["opposites"]), table["kinds"],
        frozenset(table["places"]),
    )  # fmt: skip


@lru_cache(maxsize=10_000)
def lemmas(word: str) -> frozenset[str]:
    """Return the base forms that a word may be a form of, itself included if WordNet has it; empty if it is none."""
    return frozenset(_lemmas(word.lower().removesuffix("'s").removesuffix("’s")))


def _lemmas(word: str, endings: Sequence[tuple[str, str]] = _ENDINGS) -> Iterator[str]:
    table = _table()
    if word in table.words:
        yield word
    if word in table.irregular:
        yield table.irregular[word]
    for ending, replacement in endings:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2:
            continue
        if stem + replacement in table.words:
            yield stem + replacement
        if not replacement and stem[-1:] == stem[-2:-1] and stem[:-1] in table.words:
            yield stem[:-1]


def is_word(word: str) -> bool:
    """Return whether a word is English as far as WordNet knows: no function words, and few names."""
    return bool(lemmas(word))


def is_spelt_right(word: str) -> bool:
    """Return whether WordNet has a word so, or its form; adverbs are words of their own there: not "basicly"."""
    folded = word.lower().removesuffix("'s").removesuffix("’s")
    stems = _lemmas(folded, [ending for ending in _ENDINGS if not ending[0].endswith("ly")])
    return any(stem == folded or len(stem) > _MIN_STEM or stem in _table().irregular for stem in stems)


def is_place(name: str) -> bool:
    """Return whether a name is that of a place: a country, region, town, island, mountain or water."""
    return name.casefold().removeprefix("the ") in _table().places


def are_opposite(one: str, other: str) -> bool:
    """Return whether a form of one word is a direct antonym of a form of the other."""
    opposites = _table().opposites
    return any(" ".join(sorted((a, b))) in opposites for a in lemmas(one) for b in lemmas(other))


def shared_kind(one: str, other: str) -> str | None:
    """Return of which kind two nouns are different things; None if of none, or if one may stand for the other.

    It may if both name one synset, or if one is a kind of the other: a poodle is a dog.
    """
    if may_be_one(one, other):
        return None
    senses = [(a, b) for a in _senses(one) for b in _senses(other)]
    return next((kind for a, b in senses for kind in a if isinstance(kind, str) and kind in b), None)


def has_kind(words: str) -> bool:
    """Return whether a noun, or two words that are one, is known to be of some kind."""
    return bool(_senses(words))


def may_be_one(one: str, other: str) -> bool:
    """Return whether two nouns of a kind may name one thing: in one synset, or one a kind of the other."""
    return named_by([other]).may_have(one)


@dataclass(frozen=True, slots=True)
class Named:
    """What some nouns may name, and what stands above it."""

    things: frozenset[int | str]
    above: frozenset[int | str]

    def may_have(self, word: str) -> bool:
        """Return whether a noun may name one of the things: in one synset, or one a kind of the other."""
        own = _named(word)
        return bool(own.things and (own.things & self.above or self.things & own.above))


def named_by(words: Iterable[str]) -> Named:
    """Return what nouns may name, so that many are sought in it at once."""
    each = [named for named in map(_named, words) if named.things]
    return Named(
        frozenset().union(*(named.things for named in each)), frozenset().union(*(named.above for named in each))
    )


@lru_cache(maxsize=10_000)
def _named(word: str) -> Named:
    senses = _senses(word)
    return Named(frozenset(sense[0] for sense in senses), frozenset(thing for sense in senses for thing in sense))


@lru_cache(maxsize=10_000)
def _senses(words: str) -> tuple[tuple[int | str, ...], ...]:
    """Return the senses of a noun, or of two words that are one, each as what stands above it; of no kind's head."""
    kinds = _table().kinds
    first, _, last = words.rpartition(" ")
    forms = {f"{first} {lemma}".strip() for lemma in (last.lower(), *lemmas(last))}
    senses = [sense for form in sorted(forms) for sense in kinds.get(form.lower(), ())]
    return tuple(tuple(sense) for sense in senses if sense[0] not in sense[1:] and not isinstance(sense[0], str))
