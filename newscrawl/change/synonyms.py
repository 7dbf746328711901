"""Which English words may stand for one another, by WordNet 3.0: of one meaning, a similar or a wider one, or derived.

`benchmarks/wordnet_synonyms.py` makes the table from WordNet's files; its licence is in NOTICE.
"""

from __future__ import annotations

import gzip
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from newscrawl.change.wordnet import lemmas


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of numbers, each in one array behind the other: the meanings of a word, and those near a meaning."""

    word_rows: dict[str, int]
    starts: array[int]
    numbers: array[int]
    first_meaning: int  # the row of meaning 0

    def row(self, row: int) -> array[int]:
        return self.numbers[self.starts[row] : self.starts[row + 1]]


@cache
def _table() -> _Table:
    packed = resources.files("newscrawl.change").joinpath("synonyms.txt.gz").read_bytes()
    listed, _, near = gzip.decompress(packed).decode().partition("\n\n")
    words: dict[str, int] = {}
    starts, numbers = array("i", [0]), array("i")
    for line in listed.split("\n"):
        word, *row = line.split()
        words[word] = len(starts) - 1
        numbers.extend(map(int, row))
        starts.append(len(numbers))
    for line in near.split("\n"):
        numbers.extend(map(int, line.split()))
        starts.append(len(numbers))
    return _Table(words, starts, numbers, len(words))


class Meanings:
    """What the words of a text mean, so that many words are sought in it at once."""

    def __init__(self, words: Iterable[str]) -> None:
        known = set(words)
        self._words = {lemma for word in known for lemma in lemmas(word)}
        self._senses = frozenset().union(*map(_senses, known))
        self._near = frozenset().union(*map(_near, known))

    def have(self, word: str) -> bool:
        """Return whether a word of the text may stand for `word`."""
        if lemmas(word) & self._words:
            return True
        return bool(_senses(word) & self._near or _near(word) & self._senses)


@lru_cache(maxsize=20_000)
def _senses(word: str) -> frozenset[int]:
    table = _table()
    rows = (table.word_rows[lemma] for lemma in lemmas(word) if lemma in table.word_rows)
    return frozenset(sense for row in rows for sense in table.row(row))


@lru_cache(maxsize=20_000)
def _near(word: str) -> frozenset[int]:
    """Return the meanings of a word, and those beside them."""
    table, own = _table(), _senses(word)
    return own.union(*(table.row(table.first_meaning + sense) for sense in own))
