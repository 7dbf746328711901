"""Which English words may stand for one another, by WordNet 3.0: of one meaning, a similar or a wider one, or derived.

`benchmarks/wordnet_synonyms.py` makes the table from WordNet's files; its licence is in NOTICE.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from newscrawl.change.wordnet import lemmas


@dataclass(frozen=True, slots=True)
class _Table:
    """Lines of numbers behind each word, in the order of the words; and those near a meaning, in the order of these.

    They are read when they are asked for: to read all takes a tenth of a second, and a crawl asks for a few hundred.
    """

    words: list[bytes]
    near: list[bytes]

    def senses(self, word: str) -> Iterable[int]:
        start = f"{word} ".encode()
        at = bisect_left(self.words, start)
        is_there = at < len(self.words) and self.words[at].startswith(start)
        return map(int, self.words[at][len(start) :].split()) if is_there else ()

    def beside(self, sense: int) -> Iterable[int]:
        return map(int, self.near[sense].split())


@cache
def _table() -> _Table:
    packed = resources.files("newscrawl.change").joinpath("synonyms.txt.gz").read_bytes()
    words, _, near = gzip.decompress(packed).partition(b"\n\n")
    return _Table(words.split(b"\n"), near.split(b"\n"))


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
    return frozenset(sense for lemma in lemmas(word) for sense in table.senses(lemma))


@lru_cache(maxsize=20_000)
def _near(word: str) -> frozenset[int]:
    """Return the meanings of a word, and those beside them."""
    table, own = _table(), _senses(word)
    return own.union(*map(table.beside, own))
