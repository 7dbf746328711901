"""Find the units that stand elsewhere now: equal ones, obviously similar ones, and repeated ones with a neighbour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from newscrawl.diff.units import Unit

Pair = tuple[int, int]  # unit of a, unit of b
Candidate = tuple[float, int, int]  # similarity, unit of a, unit of b

MIN_SIMILARITY = 0.65  # elsewhere the similarity must be obvious
MIN_SIMILARITY_LONG = 0.5  # long paragraphs are much less often similar by chance
LONG_WORDS = 25
MIN_WORDS = 6  # shorter ones ("Updated 10:15 GMT") resemble others of their kind: only equal ones can be moved


def moves(
    anchor_chain: Sequence[Pair],
    unique: Sequence[Pair],
    repeated: Sequence[Pair],
    similar: Sequence[Candidate],
    a: Sequence[Unit],
) -> list[Pair]:
    """Return the pairs of units that are not in the chain, the most similar first."""
    open_pairs = _OpenPairs(anchor_chain)
    likely = [(2.0, i, j) for i, j in unique]
    likely += [(score, i, j) for score, i, j in similar if score >= _min_similarity(a[i])]
    likely.sort(key=lambda candidate: abs(candidate[1] - candidate[2]))
    likely.sort(key=itemgetter(0), reverse=True)
    moved = open_pairs.taken((i, j) for _, i, j in likely)
    return moved + _moved_neighbours(moved, set(repeated), open_pairs)


class _OpenPairs:
    """The units of both texts that are linked already, so that none is linked twice."""

    def __init__(self, linked: Iterable[Pair]) -> None:
        self._linked_a: set[int] = set()
        self._linked_b: set[int] = set()
        self.taken(linked)

    def taken(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Link those of `pairs` whose units are both open; return them."""
        taken: list[Pair] = []
        for i, j in pairs:
            if i not in self._linked_a and j not in self._linked_b:
                self._linked_a.add(i)
                self._linked_b.add(j)
                taken.append((i, j))
        return taken


def _min_similarity(unit: Unit) -> float:
    if len(unit.words) < MIN_WORDS:
        return 2.0
    return MIN_SIMILARITY_LONG if len(unit.words) >= LONG_WORDS else MIN_SIMILARITY


def _moved_neighbours(moved: Sequence[Pair], repeated: set[Pair], open_pairs: _OpenPairs) -> list[Pair]:
    """Return the repeated units that moved along with a neighbour.

    Alone, a text that occurs several times did not move: one occurrence was removed, and another one added.
    """
    found: list[Pair] = []
    beside = list(moved) if repeated else []
    while beside:
        i, j = beside.pop()
        neighbours = open_pairs.taken(pair for pair in ((i - 1, j - 1), (i + 1, j + 1)) if pair in repeated)
        found += neighbours
        beside += neighbours
    return found
