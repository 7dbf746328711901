"""Pairs of wordings, old and new: whether another pair says or exchanges them, or both sides say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from newscrawl.change import negations, reversals
from newscrawl.change.edits import Edit, Replacement
from newscrawl.change.wordnet import is_place

Pair = tuple[str, str]
_MIN_RESPELT = 5  # letters; Iran and Iraq are two
_OF_PLACES = ("n", "an", "ian", "ean", "ese", "ish", "er", "i")


def are_said(pair: Pair, others: Iterable[Pair]) -> bool:
    """Return whether another pair has both words of this one in it."""
    old, new = (side.casefold() for side in pair)
    return any(old in one.casefold() and new in two.casefold() for one, two in others)


def is_longer(pair: Pair) -> bool:
    """Return whether a name only got or lost words: "Tom Harlow", "Harlow"."""
    old, new = ({word.removesuffix("'s").removesuffix("’s") for word in side.split()} for side in pair)
    return bool(old and new) and (old <= new or new <= old)


def is_respelt(pair: Pair) -> bool:
    """Return whether a long name differs by a letter behind the first: more likely a slip than somebody else."""
    is_of_one_initial = pair[0][:1] == pair[1][:1]
    return is_of_one_initial and min(map(len, pair)) >= _MIN_RESPELT and OSA.distance(*pair, score_cutoff=1) <= 1


def is_derived(pair: Pair) -> bool:
    """Return whether one name is a place and the other made of it: "Chile", "Chilean"; "Nigerian" is not of Niger."""
    place, people = sorted(pair, key=len)
    if not is_place(place) or is_place(f"{place}ia"):
        return False
    stem = place.rstrip("aeiouy")
    made = {base + ending for base in (place, stem, stem + place[len(stem) :][:1]) for ending in _OF_PLACES}
    return people.removesuffix("s") in made


def exchanged(pairs: Sequence[Pair]) -> Pair | None:
    """Return the pair that another one has the other way round: who and whom were exchanged."""
    return next((pair for pair in pairs if all(pair) and pair[::-1] in pairs), None)


def has_negated_opposite(edit: Edit, language: str) -> bool:
    """Return whether a word gave way to its opposite negated: "isn't open", "is closed" say the same."""
    if not negations.has_cue(edit, language):
        return False
    opposed = [(gap, reversals.opposites_in(gap, edit, language)) for gap in edit.replaced]
    if any(_is_one_negated(gap, words, language) for gap, words in opposed):
        return True
    return any(words and negations.are_turned_in(gap, language, words) for gap, words in opposed) or any(
        negations.are_turned_in(one, language, words) or negations.are_turned_in(other, language, words)
        for one, other, words in reversals.opposites_between(edit, language)
    )


def _is_one_negated(gap: Replacement, words: Sequence[str], language: str) -> bool:
    """Return whether of two opposite words of a passage one is negated: "left", "did not stay"."""
    return any(
        negations.is_negated(one, gap.old, language) != negations.is_negated(other, gap.new, language)
        for one, other in zip(words[::2], words[1::2], strict=True)
    )
