"""Find which units (paragraphs or sentences) of two texts correspond: in place, moved, split or merged.

Three passes, each bounded. First, candidate pairs: equal units, and units that share rare words (an inverted index, so
that unrelated units are never compared). Second, the heaviest chain of candidates that increases in both texts, as in
patience diff but weighted: these pairs are in place. Third, what is left: similar units elsewhere were moved, and units
next to a linked one may be parts of a split or merge.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import itemgetter

from newscrawl.diff.deadline import Deadline
from newscrawl.diff.splits_merges import split_merge_parts
from newscrawl.diff.units import Bag, Unit, Weights, lcs_length, shared_weight, total_weight, units, weights

Pair = tuple[int, int]  # unit of a, unit of b
Candidate = tuple[float, int, int]  # similarity, unit of a, unit of b
CommonWeights = Callable[[Bag], Iterable[tuple[int, float]]]  # for a bag: units of b with the weight both share

# Set on human alignments. F1 stays within .003 of its best for MIN_SIMILARITY .28 to .34, NEIGHBOUR_BONUS .06 to .12.
MIN_SIMILARITY = 0.3  # in place; on news, true pairs score above .27 and false ones below .19
NEIGHBOUR_BONUS = 0.08  # added for each neighbouring pair that agrees, and subtracted if none does
MIN_SIMILARITY_MOVED = 0.65  # elsewhere the similarity must be obvious
MIN_SIMILARITY_MOVED_LONG = 0.5  # long paragraphs are much less often similar by chance
LONG_WORDS = 25
ORDER_SHARE = 0.3  # share of the similarity that depends on the order of the words, not on their rarity
MAX_REPEATED_PAIRS = 64  # of one repeated text ("Advertisement")
CONTAINED = 0.9  # share of a unit that must stand in a longer one, in order, to count as the same unit, extended
MIN_CONTAINED_WORDS = 4  # shorter units may be contained by chance
CONTAINED_SIMILARITY = 0.45  # of such a pair: enough in place, not elsewhere
ALL_PAIRS_UNITS = 40  # up to so many units of b are all compared; more are found by an index of their words
COMMON_WORD_UNITS = 8  # a word in more units is not in the index; plus 1 for every 20 units of b
MIN_ROUGH_SIMILARITY = 0.12  # share of common weight below which two units are not compared further
MAX_CANDIDATES = 8  # for one unit


@dataclass(slots=True)
class Alignment:
    """The linked pairs of units: in place, moved, and the further parts of splits and merges."""

    anchor_chain: list[Pair] = field(default_factory=list)  # in place: increasing in both texts
    moved: list[Pair] = field(default_factory=list)
    split_merge_parts: list[Pair] = field(default_factory=list)


def align(a: Sequence[str], b: Sequence[str], deadline: Deadline) -> Alignment:
    units_a, units_b = units(a, b)
    bags = [unit.bag for unit in {*units_a, *units_b} if not unit.is_shared]
    weight = weights(bags, {unit.text for unit in units_a if unit.is_shared})
    equal = _equal_pairs(units_a, units_b)
    matched_a = {i for i, _ in equal}
    matched_b = {j for _, j in equal}
    similar = _similar_pairs(units_a, units_b, weight, matched_a, matched_b, deadline)
    chain = _anchor_chain(units_a, units_b, equal, similar)
    alignment = Alignment(anchor_chain=chain, moved=_moves(chain, equal, similar, units_a))
    if not deadline.passed():
        links = [*alignment.anchor_chain, *alignment.moved]
        alignment.split_merge_parts = split_merge_parts(links, units_a, units_b, weight)
    return alignment


def _anchor_chain(
    a: Sequence[Unit], b: Sequence[Unit], equal: Sequence[Pair], similar: Sequence[Candidate]
) -> list[Pair]:
    """Return the chain of pairs in place; a first chain is computed to find which pairs have neighbours that agree."""
    # If either of two equal units could be the one that moved, the longer one stays in place.
    anchors = [(1.0 + 0.001 * min(len(a[i].text), 400), i, j) for i, j in equal]
    if not similar:
        return _heaviest_chain(anchors)
    lowest = MIN_SIMILARITY - NEIGHBOUR_BONUS
    first_chain = _heaviest_chain(
        anchors + [(score - lowest + 0.02, i, j) for score, i, j in similar if score >= lowest]
    )
    agreed = {*first_chain, (-1, -1), (len(a), len(b))}

    def in_context(score: float, i: int, j: int) -> float:
        agreeing = ((i - 1, j - 1) in agreed) + ((i + 1, j + 1) in agreed)
        return score + NEIGHBOUR_BONUS * (agreeing - 1) - MIN_SIMILARITY

    rated = [(in_context(score, i, j), i, j) for score, i, j in similar]
    return _heaviest_chain(anchors + [(gain + 0.02, i, j) for gain, i, j in rated if gain >= 0.0])


def _equal_pairs(a: Sequence[Unit], b: Sequence[Unit]) -> list[Pair]:
    indices_b: dict[str, list[int]] = {}
    for j, unit in enumerate(b):
        indices_b.setdefault(unit.key, []).append(j)
    indices_a: dict[str, list[int]] = {}
    for i, unit in enumerate(a):
        key = unit.key
        if key in indices_b:
            indices_a.setdefault(key, []).append(i)
    pairs: list[Pair] = []
    for key, in_a in indices_a.items():
        in_b = indices_b[key]
        if len(in_a) * len(in_b) <= MAX_REPEATED_PAIRS:
            pairs += [(i, j) for i in in_a for j in in_b]
        else:
            pairs += zip(in_a, in_b, strict=False)
            pairs += zip(reversed(in_a), reversed(in_b), strict=False)
    return pairs


def _similar_pairs(
    a: Sequence[Unit],
    b: Sequence[Unit],
    weight: Weights,
    matched_a: set[int],
    matched_b: set[int],
    deadline: Deadline,
) -> list[Candidate]:
    """Return the likely pairs of units that have no equal unit in the other text."""
    open_b = [j for j in range(len(b)) if j not in matched_b]
    weights_b = {j: total_weight(b[j].bag, weight) for j in open_b}
    common_weights = _by_all_pairs if len(open_b) <= ALL_PAIRS_UNITS else _by_index
    common_with = common_weights(b, open_b, weight)
    candidates: list[Candidate] = []
    for i, unit in enumerate(a):
        if i in matched_a or not unit.words:
            continue
        if deadline.passed():
            break
        weight_a = total_weight(unit.bag, weight)
        rough = [(2.0 * common / (weight_a + weights_b[j]), j) for j, common in common_with(unit.bag)]
        likely = nlargest(MAX_CANDIDATES, (pair for pair in rough if pair[0] >= MIN_ROUGH_SIMILARITY))
        candidates += [(_similarity(unit, b[j], weight_a, weights_b[j], weight), i, j) for _, j in likely]
    return candidates


def _by_all_pairs(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> CommonWeights:
    """Return a function from a bag to the weight that it shares with each open unit of b, by comparing with all."""
    bags = [(j, b[j].bag.keys()) for j in open_b]

    def common_with(bag: Bag) -> Iterable[tuple[int, float]]:
        return [(j, sum([weight[word] for word in common])) for j, keys in bags if (common := bag.keys() & keys)]

    return common_with


def _by_index(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> CommonWeights:
    """Return the same function for many units: it uses an index of their words, without the most common ones."""
    index: dict[str, list[int]] = defaultdict(list)
    for j in open_b:
        for word in b[j].bag:
            index[word].append(j)
    # Words that stand in many units cost the most time and discriminate least: only _similarity uses them.
    max_units = COMMON_WORD_UNITS + len(open_b) // 20
    rare = {word: indices for word, indices in index.items() if len(indices) <= max_units}

    def common_with(bag: Bag) -> Iterable[tuple[int, float]]:
        common: dict[int, float] = defaultdict(float)
        for word in bag.keys() & rare.keys():
            for j in rare[word]:
                common[j] += weight[word]
        return common.items()

    return common_with


def _similarity(a: Unit, b: Unit, weight_a: float, weight_b: float, weight: Weights) -> float:
    """Return the similarity (0..1) of two units: their common words by weight, and the order of these words."""
    common = shared_weight(a.bag, b.bag, weight)
    share = 2.0 * common / (weight_a + weight_b)
    contained = common / min(weight_a, weight_b)
    if share < MIN_SIMILARITY / 2 and contained < CONTAINED:
        return share  # no order of words could raise it to MIN_SIMILARITY
    in_order = lcs_length(a.words, b.words)
    shorter = min(len(a.words), len(b.words))
    similarity = (1.0 - ORDER_SHARE) * share + ORDER_SHARE * 2.0 * in_order / (len(a.words) + len(b.words))
    if contained >= CONTAINED and shorter >= MIN_CONTAINED_WORDS and in_order >= CONTAINED * shorter:
        return max(similarity, CONTAINED_SIMILARITY)
    return similarity


def _heaviest_chain(candidates: Iterable[Candidate]) -> list[Pair]:
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


def _moves(
    anchor_chain: Sequence[Pair], equal: Sequence[Pair], similar: Sequence[Candidate], a: Sequence[Unit]
) -> list[Pair]:
    """Return pairs of units that are not in the chain, the most similar first."""
    taken_a = {i for i, _ in anchor_chain}
    taken_b = {j for _, j in anchor_chain}
    candidates = [(2.0, i, j) for i, j in equal]
    candidates += [
        (score, i, j)
        for score, i, j in similar
        if score >= (MIN_SIMILARITY_MOVED_LONG if len(a[i].words) >= LONG_WORDS else MIN_SIMILARITY_MOVED)
    ]
    moved: list[Pair] = []
    for _, i, j in sorted(candidates, key=lambda c: (-c[0], abs(c[1] - c[2]))):
        if i not in taken_a and j not in taken_b:
            moved.append((i, j))
            taken_a.add(i)
            taken_b.add(j)
    return moved
