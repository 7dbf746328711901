"""Which changed facts a note on the page names: "An earlier version misstated the toll as 12"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from newscrawl.change import cues
from newscrawl.change.fact_changes import FactChanges
from newscrawl.change.moments import moments
from newscrawl.change.numerals import numbers
from newscrawl.change.tokens import tokens
from newscrawl.items import NotedFact

Pair = tuple[str, str]
_TYPES = (
    "negation", "opposite", "roles", "numbers", "names", "place", "speaker", "thing", "cause", "time", "modality",
    "attribution", "hedging",
)  # fmt: skip
_MIN_LETTERS = 3  # of a word that names a fact
_QUOTES = "quotes"


def noted_facts(facts: FactChanges, language: str) -> tuple[NotedFact, ...]:
    """Return the changed facts that the new notes name, each with its note.

    A note names a fact by its wording, old or new ("12", "Tom Harlow"); one that repeats neither names all facts of the
    kind that it speaks of ("the death toll").
    """
    found: dict[tuple[str, Pair], NotedFact] = {}
    for note in (*facts.corrections, *facts.updates):
        all_facts = list(_pairs(facts, note))
        by_wording = [(kind, pair) for kind, pair in all_facts if _says(note, pair, language)]
        kinds = kinds_of(note)
        for kind, pair in by_wording or [(kind, pair) for kind, pair in all_facts if kind in kinds]:
            found.setdefault((kind, pair), NotedFact(kind, *pair, note))
    return tuple(found.values())


def names_none(note: str, noted: Sequence[NotedFact]) -> bool:
    """Return whether a note says only that the page was changed, and not what: it is then a note on all of it."""
    return not kinds_of(note) and not any(fact.note == note for fact in noted)


@lru_cache(maxsize=256)
def kinds_of(note: str) -> frozenset[str]:
    """Return the kinds of facts that a note speaks of."""
    return frozenset(kind for words, kinds in _kind_patterns() if words.search(note) for kind in kinds.split())


@lru_cache(maxsize=1)
def _kind_patterns() -> tuple[tuple[regex.Pattern[str], str], ...]:
    return tuple((regex.compile(pattern, regex.IGNORECASE), kinds) for kinds, pattern in cues.table("note_kinds"))


def _pairs(facts: FactChanges, note: str) -> Iterator[tuple[str, Pair]]:
    """Yield the changed facts with their types; what the note itself added is none."""
    for kind in _TYPES:
        yield from ((kind, pair) for pair in getattr(facts, kind) if pair[0] or pair[1] not in note)
    yield from ((_QUOTES, pair) for pair in facts.quotes_altered)
    yield from ((_QUOTES, (text, "")) for text in facts.quotes_removed)


def _says(note: str, pair: Pair, language: str) -> bool:
    """Return whether a note repeats what distinguishes the old or the new wording of a fact."""
    for read in (numbers, moments):
        stated = {fact.key for fact in read(note, language)}
        keys = [{fact.key for fact in read(side, language)} for side in pair]
        if stated & (keys[0] ^ keys[1]):
            return True
    said = {word.casefold() for word in tokens(note)}
    sides = [{word.casefold() for word in tokens(side) if len(word) >= _MIN_LETTERS} for side in pair]
    apart = (sides[0] - sides[1], sides[1] - sides[0])
    return any(words and words <= said for words in apart)
