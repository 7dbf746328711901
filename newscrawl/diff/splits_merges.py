"""Find the further pieces of paragraphs that were split, and of those that were merged into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from newscrawl.diff.units import Unit, Weights, in_order, left_over, mass, shared

Pair = tuple[int, int]

# Share of a piece that must be found in what its neighbour leaves over of the whole; set on human alignments, where
# F1 stays within .002 of its best from .4 to .6.
CONTAINED = 0.55
# Part of that share which asks for the words in their order, not for their rarity.
IN_ORDER = 0.5
FEW_WORDS = 3  # shorter pieces ("Live updates") must stand in the whole to the letter


@dataclass(slots=True)
class _Side:
    """The units of one text and the partners each has in the other."""

    units: Sequence[Unit]
    partners: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def pieces(links: Iterable[Pair], a: Sequence[Unit], b: Sequence[Unit], weight: Weights) -> list[Pair]:
    """Return pairs of a unit without a partner and its neighbour's partner, where that one tells both."""
    old, new = _Side(a), _Side(b)
    for i, j in links:
        old.partners[i].append(j)
        new.partners[j].append(i)
    split = [(whole, piece) for piece, whole in _attach(new, old, weight)]
    merged = list(_attach(old, new, weight))
    return split + merged


def _attach(here: _Side, there: _Side, weight: Weights) -> Iterator[Pair]:
    """Yield the (piece here, whole there) pairs found, linking them on the way: a third piece hangs on the second."""
    for k in range(len(here.units)):
        if here.partners.get(k) or here.units[k].is_shared:
            continue  # a repeated paragraph of which the other text has fewer is no piece
        options = {here.partners[n][0] for n in (k - 1, k + 1) if len(here.partners.get(n, ())) == 1}
        rated = [(_contained(k, whole, here, there, weight), whole) for whole in options]
        share, whole = max(rated, default=(0.0, -1))
        if share >= CONTAINED:
            here.partners[k].append(whole)
            there.partners[whole].append(k)
            yield k, whole


def _contained(k: int, whole: int, here: _Side, there: _Side, weight: Weights) -> float:
    piece, text = here.units[k], there.units[whole]
    others = [here.units[n] for n in there.partners[whole]]
    if others == [text]:
        return 0.0  # the neighbour was kept as it is: nothing is left over
    if any("\n" in unit.text for unit in (piece, text, *others)):
        return 0.0  # a row joins its paragraphs with newlines, and must come apart again
    if len(piece.bag) < FEW_WORDS:
        return float(_stands_in(piece, text, others))
    whole_mass = mass(piece.bag, weight)
    if shared(text.bag, piece.bag, weight) < (CONTAINED - IN_ORDER / 2) * whole_mass:
        return 0.0
    rest = left_over(text.bag, [other.bag for other in others])
    share = shared(rest, piece.bag, weight) / whole_mass
    if share < CONTAINED - IN_ORDER / 2:
        return 0.0
    before = there.partners[whole]
    without = in_order(text.words, _joined(here, sorted(before)))
    gain = in_order(text.words, _joined(here, sorted([*before, k]))) - without
    return (1.0 - IN_ORDER) * share + IN_ORDER * gain / len(piece.words)


def _joined(side: _Side, numbers: Iterable[int]) -> list[str]:
    return [word for n in numbers for word in side.units[n].words]


def _stands_in(piece: Unit, whole: Unit, others: Sequence[Unit]) -> bool:
    if not piece.words or not (whole.text.startswith(piece.text) or whole.text.endswith(piece.text)):
        return False
    return whole.text.count(piece.text) > sum(other.text.count(piece.text) for other in others)
