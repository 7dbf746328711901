"""Pair the equal units of two texts; units that occur several times are paired as their neighbours are."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from newscrawl.diff.units import Unit

Pair = tuple[int, int]  # unit of a, unit of b
Candidate = tuple[float, int, int]  # weight, unit of a, unit of b

MAX_REPEATED_PAIRS = 64  # of one repeated text ("Advertisement") up to so many are all candidates
NEIGHBOUR_WEIGHT = 0.01  # of an equal unit before or after: decides between the occurrences of a repeated text


def equal_pairs(a: Sequence[Unit], b: Sequence[Unit]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs of equal units that occur once in each text, and pairs of those that occur more often."""
    places_b = _places(b)
    places_a = {key: places for key, places in _places(a).items() if key in places_b}
    unique: list[Pair] = []
    repeated: list[Pair] = []
    frequent: list[str] = []
    for key, in_a in places_a.items():
        in_b = places_b[key]
        if len(in_a) == len(in_b) == 1:
            unique.append((in_a[0], in_b[0]))
        elif len(in_a) * len(in_b) <= MAX_REPEATED_PAIRS:
            repeated += [(i, j) for i in in_a for j in in_b]
        else:
            frequent.append(key)
    anchors = heaviest_chain((1.0, i, j) for i, j in unique) if frequent else []
    for key in frequent:
        repeated += _between_anchors(places_a[key], places_b[key], anchors)
    return unique, repeated


def _places(units: Sequence[Unit]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for number, unit in enumerate(units):
        places[unit.key].append(number)
    return places


def _between_anchors(in_a: Sequence[int], in_b: Sequence[int], anchors: Sequence[Pair]) -> Iterator[Pair]:
    """Yield pairs between the same two anchors: the first with the first, and the last with the last."""
    anchors_a, anchors_b = [i for i, _ in anchors], [j for _, j in anchors]
    gaps_b: dict[int, list[int]] = defaultdict(list)
    for j in in_b:
        gaps_b[bisect_left(anchors_b, j)].append(j)
    gaps_a: dict[int, list[int]] = defaultdict(list)
    for i in in_a:
        gaps_a[bisect_left(anchors_a, i)].append(i)
    for gap, here in gaps_a.items():
        there = gaps_b.get(gap, [])
        yield from zip(here, there, strict=False)
        if len(here) != len(there):
            yield from zip(reversed(here), reversed(there), strict=False)


def equal_candidates(
    a: Sequence[Unit], b: Sequence[Unit], unique: Iterable[Pair], repeated: Iterable[Pair]
) -> list[Candidate]:
    """Return the weights of equal pairs for the chain of units in place."""
    # If either of two equal units could be the one that moved, the longer one stays in place.
    candidates = [(1.0 + 0.001 * min(len(a[i].text), 400), i, j) for i, j in unique]
    for i, j in repeated:
        equal_before = i > 0 and j > 0 and a[i - 1].key == b[j - 1].key
        equal_after = i + 1 < len(a) and j + 1 < len(b) and a[i + 1].key == b[j + 1].key
        weight = 1.0 + 0.001 * min(len(a[i].text), 400) + NEIGHBOUR_WEIGHT * (equal_before + equal_after)
        candidates.append((weight, i, j))
    return candidates


def heaviest_chain(candidates: Iterable[Candidate]) -> list[Pair]:
    """Return the pairs of greatest total weight that increase in both indices.

    The best chains so far are kept by their last unit of b and their total, both increasing, so that the best one to
    continue is found by bisection.
    """
    # By unit of a; for one unit of a by falling unit of b, so that it cannot occur twice in a chain.
    ordered = sorted(candidates, key=itemgetter(2), reverse=True)
    ordered.sort(key=itemgetter(1))
    ends: list[int] = []
    totals: list[float] = []
    nodes: list[int] = []
    previous: list[int] = []
    for number, (score, _, j) in enumerate(ordered):
        at = bisect_left(ends, j)
        previous.append(nodes[at - 1] if at else -1)
        total = score + (totals[at - 1] if at else 0.0)
        if at < len(ends) and ends[at] == j and totals[at] >= total:
            continue
        last = at
        while last < len(ends) and totals[last] <= total:
            last += 1
        ends[at:last] = [j]
        totals[at:last] = [total]
        nodes[at:last] = [number]
    return _traced_back(ordered, previous, nodes[-1] if nodes else -1)


def _traced_back(ordered: Sequence[Candidate], previous: Sequence[int], last: int) -> list[Pair]:
    chain: list[Pair] = []
    while last >= 0:
        chain.append((ordered[last][1], ordered[last][2]))
        last = previous[last]
    return chain[::-1]
