"""Find which units of two texts tell the same thing: kept or edited in place, moved, split, merged.

Three passes, each bounded: candidates by shared rare words (an inverted index, so that unrelated units are never
compared), the heaviest chain of candidates that keeps the order (the spine), then what is left anywhere (moves) and
beside its neighbours (pieces of splits and merges).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

from newscrawl.diff.deadline import Deadline
from newscrawl.diff.splits_merges import pieces
from newscrawl.diff.units import Bag, Unit, Weights, in_order, mass, shared, units, weights

Pair = tuple[int, int]
Candidate = tuple[float, int, int]  # similarity, unit of a, unit of b
Rough = Callable[[Bag], Iterable[tuple[int, float]]]

# Set on human alignments; F1 stays within .003 of its best for ALIKE .28 to .34, NEIGHBOURS .06 to .12.
ALIKE = 0.3  # in place; on news, true pairs score above .27 and false ones below .19
NEIGHBOURS = 0.08  # what a pair gains for each neighbouring pair that agrees, and loses when none does
MOVED = 0.65  # elsewhere: only what is plainly the same;
MOVED_LONG = 0.5  # long paragraphs resemble one another by chance far less
LONG = 25  # words
IN_ORDER = 0.3  # part of the similarity that looks at the order of the words, not at their rarity
MAX_REPEATS = 64  # pairs made of one repeated text ("Advertisement")
WHOLE = 0.9  # share of a unit that stands in a longer one, in order, to call that one the same, grown
FEW_WORDS = 4  # of a unit that could be found anywhere by chance
GROWN = 0.45  # how alike the two are then: enough in place, not elsewhere
FEW = 40  # units that are simply all compared; more of them are looked up by their words
COMMON = 8  # units; a word in more of them finds no candidates
UNLIKELY = 0.12  # share of rare words below which two units are not even compared
MAX_CANDIDATES = 8  # kept for one unit


@dataclass(slots=True)
class Alignment:
    """Pairs in place and moved ones, and the further pieces of splits and merges."""

    spine: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    pieces: list[Pair] = field(default_factory=list)


def align(a: Sequence[str], b: Sequence[str], deadline: Deadline) -> Alignment:
    units_a, units_b = units(a, b)
    lone = [unit.bag for unit in {*units_a, *units_b} if not unit.is_shared]
    weight = weights(lone, {unit.text for unit in units_a if unit.is_shared})
    exact = _exact_pairs(units_a, units_b)
    settled_a = {i for i, _ in exact}
    settled_b = {j for _, j in exact}
    alike = _candidates(units_a, units_b, weight, settled_a, settled_b, deadline)
    spine = _spine(units_a, units_b, exact, alike)
    found = Alignment(spine=spine, moved=_moves(spine, exact, alike, units_a))
    if not deadline.passed():
        found.pieces = pieces([*found.spine, *found.moved], units_a, units_b, weight)
    return found


def _spine(a: Sequence[Unit], b: Sequence[Unit], exact: Sequence[Pair], alike: Sequence[Candidate]) -> list[Pair]:
    """Return the chain of pairs in place: a first one shows who has neighbours that agree, a second one settles it."""
    # Where either of two could be the one that moved, the longer one stays.
    anchors = [(1.0 + 0.001 * min(len(a[i].text), 400), i, j) for i, j in exact]
    if not alike:
        return _heaviest_chain(anchors)
    low = ALIKE - NEIGHBOURS
    first = _heaviest_chain(anchors + [(score - low + 0.02, i, j) for score, i, j in alike if score >= low])
    agreed = {*first, (-1, -1), (len(a), len(b))}

    def in_context(score: float, i: int, j: int) -> float:
        agreeing = ((i - 1, j - 1) in agreed) + ((i + 1, j + 1) in agreed)
        return score + NEIGHBOURS * (agreeing - 1) - ALIKE

    return _heaviest_chain(anchors + [(gain + 0.02, i, j) for s, i, j in alike if (gain := in_context(s, i, j)) >= 0.0])


def _exact_pairs(a: Sequence[Unit], b: Sequence[Unit]) -> list[Pair]:
    places_b: dict[str, list[int]] = {}
    for j, unit in enumerate(b):
        places_b.setdefault(unit.key, []).append(j)
    places_a: dict[str, list[int]] = {}
    for i, unit in enumerate(a):
        key = unit.key
        if key in places_b:
            places_a.setdefault(key, []).append(i)
    pairs: list[Pair] = []
    for key, in_a in places_a.items():
        in_b = places_b[key]
        if len(in_a) * len(in_b) <= MAX_REPEATS:
            pairs += [(i, j) for i in in_a for j in in_b]
        else:
            pairs += zip(in_a, in_b, strict=False)
            pairs += zip(reversed(in_a), reversed(in_b), strict=False)
    return pairs


def _candidates(
    a: Sequence[Unit],
    b: Sequence[Unit],
    weight: Weights,
    settled_a: set[int],
    settled_b: set[int],
    deadline: Deadline,
) -> list[Candidate]:
    """Return the likely pairs of units that have no equal on the other side."""
    open_b = [j for j in range(len(b)) if j not in settled_b]
    masses = {j: mass(b[j].bag, weight) for j in open_b}
    rough = _by_pairs(b, open_b, weight) if len(open_b) <= FEW else _by_index(b, open_b, weight)
    found: list[Candidate] = []
    for i, unit in enumerate(a):
        if i in settled_a or not unit.words:
            continue
        if deadline.passed():
            break
        own = mass(unit.bag, weight)
        scored = [(2.0 * common / (own + masses[j]), j) for j, common in rough(unit.bag)]
        likely = nlargest(MAX_CANDIDATES, (pair for pair in scored if pair[0] >= UNLIKELY))
        found += [(_similarity(unit, b[j], own, masses[j], weight), i, j) for _, j in likely]
    return found


def _by_pairs(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> Rough:
    """Return what tells the mass that a bag has in common with each open unit of b, looking at all of them."""
    bags = [(j, b[j].bag.keys()) for j in open_b]

    def rough(bag: Bag) -> Iterable[tuple[int, float]]:
        return [(j, sum([weight[word] for word in common])) for j, keys in bags if (common := bag.keys() & keys)]

    return rough


def _by_index(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> Rough:
    """Do the same for many units: by an index of their words, without those that stand in too many of them."""
    index: dict[str, list[int]] = defaultdict(list)
    for j in open_b:
        for word in b[j].bag:
            index[word].append(j)
    # Words that stand in many units cost the most and say the least: they count for the few likely pairs alone.
    most = COMMON + len(open_b) // 20
    rare = {word: places for word, places in index.items() if len(places) <= most}

    def rough(bag: Bag) -> Iterable[tuple[int, float]]:
        common: dict[int, float] = defaultdict(float)
        for word in bag.keys() & rare.keys():
            for j in rare[word]:
                common[j] += weight[word]
        return common.items()

    return rough


def _similarity(a: Unit, b: Unit, mass_a: float, mass_b: float, weight: Weights) -> float:
    common = shared(a.bag, b.bag, weight)
    share = 2.0 * common / (mass_a + mass_b)
    contained = common / min(mass_a, mass_b)
    if share < ALIKE / 2 and contained < WHOLE:
        return share  # no order of words could lift it high enough
    words = in_order(a.words, b.words)
    shorter = min(len(a.words), len(b.words))
    alike = (1.0 - IN_ORDER) * share + IN_ORDER * 2.0 * words / (len(a.words) + len(b.words))
    if contained >= WHOLE and shorter >= FEW_WORDS and words >= WHOLE * shorter:
        return max(alike, GROWN)
    return alike


def _heaviest_chain(candidates: Iterable[Candidate]) -> list[Pair]:
    """Return the pairs of greatest total weight that rise in both indices.

    A staircase of (b, best total so far) is kept in rising order of both, so the next best is one bisection away.
    """
    # By unit of a; of b falling, so that no unit of a comes twice in a chain.
    ordered = sorted(candidates, key=itemgetter(2), reverse=True)
    ordered.sort(key=itemgetter(1))
    ends: list[int] = []
    totals: list[float] = []
    nodes: list[int] = []
    before: list[int] = []
    for number, (score, _, j) in enumerate(ordered):
        at = bisect_left(ends, j)
        before.append(nodes[at - 1] if at else -1)
        total = score + (totals[at - 1] if at else 0.0)
        if at < len(ends) and ends[at] == j and totals[at] >= total:
            continue
        last = at
        while last < len(ends) and totals[last] <= total:
            last += 1
        ends[at:last] = [j]
        totals[at:last] = [total]
        nodes[at:last] = [number]
    chain: list[Pair] = []
    at = nodes[-1] if nodes else -1
    while at >= 0:
        chain.append((ordered[at][1], ordered[at][2]))
        at = before[at]
    return chain[::-1]


def _moves(spine: Sequence[Pair], exact: Sequence[Pair], alike: Sequence[Candidate], a: Sequence[Unit]) -> list[Pair]:
    """Return pairs out of place among what the spine left over, the most alike first."""
    taken_a = {i for i, _ in spine}
    taken_b = {j for _, j in spine}
    rest = [(2.0, i, j) for i, j in exact]
    rest += [(s, i, j) for s, i, j in alike if s >= (MOVED_LONG if len(a[i].words) >= LONG else MOVED)]
    moved: list[Pair] = []
    for _, i, j in sorted(rest, key=lambda c: (-c[0], abs(c[1] - c[2]))):
        if i not in taken_a and j not in taken_b:
            moved.append((i, j))
            taken_a.add(i)
            taken_b.add(j)
    return moved
