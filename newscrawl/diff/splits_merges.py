"""Find the further parts of paragraphs that were split, and of those that were merged into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from newscrawl.diff.budget import Budget
from newscrawl.diff.units import Unit, Weights, lcs_length, lcs_steps, remaining, shared_weight, total_weight

Pair = tuple[int, int]

# Share of a part that must be found in what its neighbour leaves over of the whole. Set on human alignments, where F1
# stays within .002 of its best from .4 to .6.
MIN_SHARE = 0.55
# How much of that share depends on the order of the words, not on their rarity.
ORDER_SHARE = 0.5
WORDS_A_STEP = 16
MIN_WORDS = 3  # shorter parts ("Live updates") must stand in the whole letter for letter


@dataclass(slots=True)
class _Side:
    """The units of one text and the partners each has in the other."""

    units: Sequence[Unit]
    partners: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def split_merge_parts(
    links: Iterable[Pair], a: Sequence[Unit], b: Sequence[Unit], weights: Callable[[], Weights], budget: Budget
) -> list[Pair]:
    """Return pairs of an unlinked unit and its neighbour's partner, if that partner contains both."""
    old, new = _Side(a), _Side(b)
    for i, j in links:
        old.partners[i].append(j)
        new.partners[j].append(i)
    split = [(whole, part) for part, whole in _link_parts(new, old, weights, budget)]
    merged = list(_link_parts(old, new, weights, budget))
    return split + merged


def _link_parts(here: _Side, there: _Side, weights: Callable[[], Weights], budget: Budget) -> Iterator[Pair]:
    """Yield (part here, whole there) and link each pair at once, so that a third part can follow the second."""
    for part in range(len(here.units)):
        if here.partners.get(part) or here.units[part].is_shared:
            continue  # a repeated paragraph that occurs less often in the other text is not a part
        neighbours = (part - 1, part + 1)
        wholes = {here.partners[n][0] for n in neighbours if len(here.partners.get(n, ())) == 1}
        rated = [
            (_contained_share(part, whole, here, there, weights), whole)
            for whole in sorted(wholes)
            if budget.afford(_steps(part, whole, here, there))
        ]
        share, whole = max(rated, default=(0.0, -1))
        if share >= MIN_SHARE:
            here.partners[part].append(whole)
            there.partners[whole].append(part)
            yield part, whole


def _steps(part: int, whole: int, here: _Side, there: _Side) -> int:
    """Return what it costs to compare a part with the whole; all words of a whole and its parts are counted."""
    whole_words = there.units[whole].words
    parts = sum(len(here.units[other].words) for other in there.partners[whole])
    return 1 + (len(whole_words) + parts) // WORDS_A_STEP + 2 * lcs_steps(whole_words, whole_words)


def _contained_share(part: int, whole: int, here: _Side, there: _Side, weights: Callable[[], Weights]) -> float:
    """Return the share of a part that is found in the whole and not already in the whole's other parts."""
    part_unit, whole_unit = here.units[part], there.units[whole]
    other_parts = there.partners[whole]
    others = [here.units[other] for other in other_parts]
    if others == [whole_unit]:
        return 0.0  # the neighbour is unchanged: nothing is left over
    if any("\n" in unit.text for unit in (part_unit, whole_unit, *others)):
        return 0.0  # a row joins its paragraphs with newlines, and `apply` must be able to separate them
    if len(part_unit.bag) < MIN_WORDS:
        return float(_is_at_an_end(part_unit, whole_unit, others))
    weight = weights()
    part_weight = total_weight(part_unit.bag, weight)
    if shared_weight(whole_unit.bag, part_unit.bag, weight) < (MIN_SHARE - ORDER_SHARE / 2) * part_weight:
        return 0.0
    left_over = remaining(whole_unit.bag, [other.bag for other in others])
    share = shared_weight(left_over, part_unit.bag, weight) / part_weight
    if share < MIN_SHARE - ORDER_SHARE / 2:
        return 0.0
    without_part = lcs_length(whole_unit.words, _words(here, sorted(other_parts)))
    with_part = lcs_length(whole_unit.words, _words(here, sorted([*other_parts, part])))
    return (1.0 - ORDER_SHARE) * share + ORDER_SHARE * (with_part - without_part) / len(part_unit.words)


def _words(side: _Side, numbers: Iterable[int]) -> list[str]:
    return [word for number in numbers for word in side.units[number].words]


def _is_at_an_end(part: Unit, whole: Unit, others: Sequence[Unit]) -> bool:
    """Return whether a short part begins or ends the whole and is not just contained in the other parts."""
    if not part.words or not (whole.text.startswith(part.text) or whole.text.endswith(part.text)):
        return False
    return whole.text.count(part.text) > sum(other.text.count(part.text) for other in others)
