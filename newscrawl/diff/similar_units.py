"""Find the likely pairs of units that are similar but not equal, without comparing all with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from math import log

from newscrawl.diff.budget import Budget
from newscrawl.diff.units import Bag, Unit, Weights, lcs_length, lcs_steps, shared_weight, total_weight

Candidate = tuple[float, int, int]  # similarity, unit of a, unit of b
CommonWeights = Callable[[Bag], Iterable[tuple[int, int]]]  # for a bag: units of b with the weight both share

# Set on human alignments. F1 stays within .003 of its best for MIN_SIMILARITY .28 to .34.
MIN_SIMILARITY = 0.3  # in place; on news, true pairs score above .27 and false ones below .19
ORDER_SHARE = 0.3  # share of the similarity that depends on the order of the words, not on their rarity
CONTAINED = 0.9  # share of a unit that must stand in a longer one, in order, to count as the same unit, extended
MIN_CONTAINED_WORDS = 4  # shorter units may be contained by chance
CONTAINED_SIMILARITY = 0.45  # of such a pair: enough in place, not elsewhere
ALL_PAIRS_UNITS = 40  # up to so many units of b are all compared; more are found by an index of their words
COMMON_WORD_UNITS = 8  # a word in more units is not in the index; plus 1 for every 20 units of b
MIN_ROUGH_SIMILARITY = 0.12  # share of common weight below which two units are not compared further
MAX_CANDIDATES = 8  # for one unit
MIN_UNITS_BY_INDEX = 10  # found for each unit, whatever the budget
SIMILARITY_STEPS = 8
ROUNDED = 0.01  # more than what rounding the weights to whole numbers may add to a share


def similar_pairs(
    a: Sequence[Unit],
    b: Sequence[Unit],
    open_a: Sequence[int],
    open_b: Sequence[int],
    weights: Callable[[], Weights],
    budget: Budget,
) -> list[Candidate]:
    """Return the likely pairs of the open units, which have no equal unit in the other text."""
    if not open_a or not open_b:
        return []
    weight = weights()
    weights_b = {j: total_weight(b[j].bag, weight) for j in open_b}
    distinct_b = {j: sum([weight[word] for word in b[j].bag]) for j in open_b}
    # Each unit gets its share of the budget, so that one that comes late is not left without.
    share = budget.left // len(open_a)
    common_weights = _by_all_pairs if len(open_b) <= ALL_PAIRS_UNITS else _by_index(share // 2, budget)
    common_with = common_weights(b, open_b, weight)
    max_candidates = min(max(share // 2 // SIMILARITY_STEPS, 1), MAX_CANDIDATES)
    # In a long text that was edited throughout, the index may find nothing; the unit at the same place is tried anyway.
    same_place: dict[int, list[int]] = defaultdict(list)
    if len(open_b) > ALL_PAIRS_UNITS:
        for i, j in (*zip(open_a, open_b, strict=False), *zip(reversed(open_a), reversed(open_b), strict=False)):
            same_place[i].append(j)
    candidates: list[Candidate] = []
    for i in open_a:
        unit = a[i]
        if not unit.words:
            continue
        weight_a = total_weight(unit.bag, weight)
        distinct_a = sum([weight[word] for word in unit.bag])
        rough = [(2.0 * common / (distinct_a + distinct_b[j]), -j) for j, common in common_with(unit.bag)]
        likely = nlargest(max_candidates, (pair for pair in rough if pair[0] >= MIN_ROUGH_SIMILARITY))
        for j in {**{-negative_j: None for _, negative_j in likely}, **dict.fromkeys(same_place.get(i, ()))}:
            if not b[j].words:
                continue  # "***": only an equal line is the same
            if not afford_similarity(unit, b[j], budget):
                return candidates
            candidates.append((_similarity(unit, b[j], weight_a, weights_b[j], weight), i, j))
    return candidates


def afford_similarity(a: Unit, b: Unit, budget: Budget) -> bool:
    return budget.afford(SIMILARITY_STEPS + lcs_steps(a.words, b.words))


def are_surely_similar(a: Unit, b: Unit, similarity: float, shared_count: int) -> bool:
    """Return whether two units are so similar, whatever their words weigh, as edits of a few words are.

    They are the only ones beside `shared_count` units of both texts, so the rarest word weighs at most `ratio` times
    more than the most frequent one.
    """
    if a.is_shared or b.is_shared or not a.words or not b.words:
        return False
    share = similarity / (1.0 - ORDER_SHARE) + ROUNDED
    ratio = log(1.0 + 2 + shared_count) / log(2.0)
    for bag_a, bag_b in ((a.bag, b.bag), (dict.fromkeys(a.bag, 1), dict.fromkeys(b.bag, 1))):
        common = sum([min(count, bag_b[word]) for word, count in bag_a.items() if word in bag_b])
        other = sum(bag_a.values()) + sum(bag_b.values()) - 2 * common
        if 2 * common < share * (2 * common + ratio * other):
            return False
    return True


def _by_all_pairs(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> CommonWeights:
    """Return a function from a bag to the weight that it shares with each open unit of b, by comparing with all."""
    bags = [(j, b[j].bag.keys()) for j in open_b]

    def common_with(bag: Bag) -> Iterable[tuple[int, int]]:
        return [(j, sum([weight[word] for word in common])) for j, keys in bags if (common := bag.keys() & keys)]

    return common_with


def _by_index(share: int, budget: Budget) -> Callable[[Sequence[Unit], Sequence[int], Weights], CommonWeights]:
    """Return the same for many units: it uses an index of their words, the rarest first, without the most common."""

    def by_index(b: Sequence[Unit], open_b: Sequence[int], weight: Weights) -> CommonWeights:
        index: dict[str, list[int]] = defaultdict(list)
        for j in open_b:
            for word in b[j].bag:
                index[word].append(j)
        # Words that stand in many units cost the most time and discriminate least: only _similarity uses them.
        max_units = COMMON_WORD_UNITS + len(open_b) // 20
        rare = {word: indices for word, indices in index.items() if len(indices) <= max_units}

        def common_with(bag: Bag) -> Iterable[tuple[int, int]]:
            common: dict[int, int] = defaultdict(int)
            left = max(share, MIN_UNITS_BY_INDEX)
            for size, word in sorted((len(rare[word]), word) for word in bag.keys() & rare.keys()):
                left -= size
                if left < 0 or not budget.afford(size):
                    budget.is_exceeded = True
                    break
                for j in rare[word]:
                    common[j] += weight[word]
            return common.items()

        return common_with

    return by_index


def _similarity(a: Unit, b: Unit, weight_a: int, weight_b: int, weight: Weights) -> float:
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
