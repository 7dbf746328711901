"""Find which units (paragraphs or sentences) of two texts correspond: in place, moved, split or merged.

The equal units at both ends are in place. What lies between goes through three passes, each bounded. First, candidate
pairs: equal units, and units that share rare words (an inverted index, so that unrelated units are never compared).
Second, the heaviest chain of candidates that increases in both texts, as in patience diff but weighted: these pairs are
in place. Third, what is left: similar units elsewhere were moved, and units next to a linked one may be parts of a
split or merge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from newscrawl.diff.budget import Budget
from newscrawl.diff.equal_units import equal_candidates, equal_pairs, heaviest_chain
from newscrawl.diff.moves import moves
from newscrawl.diff.similar_units import MIN_SIMILARITY, afford_similarity, are_surely_similar, similar_pairs
from newscrawl.diff.splits_merges import split_merge_parts
from newscrawl.diff.units import Unit, Weights, units, weights

Pair = tuple[int, int]  # unit of a, unit of b
Candidate = tuple[float, int, int]  # similarity, unit of a, unit of b

# Added for each neighbouring pair that agrees, and subtracted if none does. Set on human alignments: F1 stays within
# .003 of its best from .06 to .12.
NEIGHBOUR_BONUS = 0.08


@dataclass(slots=True)
class Alignment:
    """The linked pairs of units: in place, moved, and the further parts of splits and merges."""

    anchor_chain: list[Pair] = field(default_factory=list)  # in place: increasing in both texts
    moved: list[Pair] = field(default_factory=list)
    split_merge_parts: list[Pair] = field(default_factory=list)


def align(a: Sequence[str], b: Sequence[str], ends: Pair, budget: Budget) -> Alignment:
    """Return the links between the equal ends: so many first units, and so many last ones, are in place."""
    head, tail = ends
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if not middle_a or not middle_b:
        return Alignment()
    middle = _align(middle_a, middle_b, set(a) & set(b), budget)
    return Alignment(
        _shifted(middle.anchor_chain, head), _shifted(middle.moved, head), _shifted(middle.split_merge_parts, head)
    )


def equal_ends(a: Sequence[str], b: Sequence[str]) -> Pair:
    """Return how many units both texts begin with, and how many of the others they end with."""
    shorter = min(len(a), len(b))
    head = 0
    while head < shorter and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < shorter - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return head, tail


def _shifted(pairs: Sequence[Pair], by: int) -> list[Pair]:
    return [(i + by, j + by) for i, j in pairs]


def _align(a: Sequence[str], b: Sequence[str], shared: set[str], budget: Budget) -> Alignment:
    """Align the units between the equal ends; `shared` are those that stand anywhere in both texts."""
    units_a, units_b = units(a, b, shared)
    # Both neighbours of a single paragraph agree. Most such edits are certain before any word is weighed.
    lowest = MIN_SIMILARITY - NEIGHBOUR_BONUS
    old, new = units_a[0], units_b[0]
    if len(a) == len(b) == 1 and are_surely_similar(old, new, lowest, len(shared)):
        return Alignment([(0, 0)] if old.key == new.key or afford_similarity(old, new, budget) else [])

    @cache
    def weight() -> Weights:
        bags = [unit.bag for unit in dict.fromkeys((*units_a, *units_b)) if not unit.is_shared]
        return weights(bags, shared)

    unique, repeated = equal_pairs(units_a, units_b)
    open_a = _open(units_a, {i for i, _ in (*unique, *repeated)})
    open_b = _open(units_b, {j for _, j in (*unique, *repeated)})
    similar = similar_pairs(units_a, units_b, open_a, open_b, weight, budget)
    chain = _anchor_chain(units_a, units_b, equal_candidates(units_a, units_b, unique, repeated), similar)
    moved = moves(chain, unique, repeated, similar, units_a)
    return Alignment(chain, moved, split_merge_parts([*chain, *moved], units_a, units_b, weight, budget))


def _open(units: Sequence[Unit], matched: set[int]) -> list[int]:
    """Return the units that have no equal unit in the other text, not at its equal ends either."""
    return [number for number, unit in enumerate(units) if number not in matched and not unit.is_shared]


def _anchor_chain(
    a: Sequence[Unit], b: Sequence[Unit], anchors: list[Candidate], similar: Sequence[Candidate]
) -> list[Pair]:
    """Return the chain of pairs in place; a first chain is computed to find which pairs have neighbours that agree."""
    if not similar:
        return heaviest_chain(anchors)
    lowest = MIN_SIMILARITY - NEIGHBOUR_BONUS
    first_chain = heaviest_chain(
        anchors + [(score - lowest + 0.02, i, j) for score, i, j in similar if score >= lowest]
    )
    agreed = {*first_chain, (-1, -1), (len(a), len(b))}

    def in_context(score: float, i: int, j: int) -> float:
        agreeing = ((i - 1, j - 1) in agreed) + ((i + 1, j + 1) in agreed)
        return score + NEIGHBOUR_BONUS * (agreeing - 1) - MIN_SIMILARITY

    rated = [(in_context(score, i, j), i, j) for score, i, j in similar]
    return heaviest_chain(anchors + [(gain + 0.02, i, j) for gain, i, j in rated if gain >= 0.0])
