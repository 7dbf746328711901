"""Compare newscrawl's significance with that of two judges: `python -m benchmarks.judged_bench [--print N:M]`.

`--print 1:40` shows the first forty pairs as text, without kind or weight, for those who judge by docs/judging.md.
Their judgements stand in tests/change/judged/judge_a.jsonl and judge_b.jsonl, a line a pair: {"id": …, "weight": …}.
Without options: how far the judges agree, and how newscrawl's weights follow the mean of both, on each half.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pvariance

from benchmarks.judged_pairs import JUDGES, NEUTRAL, REVERSALS, Loaded, Pair, judged_by_all, load, significance
from benchmarks.judged_text import shown

HALVES = ("dev", "test", "read", "unseen")  # rules were made on the first, mended on the next two; nobody read the last
FILTER = 0.2  # a reversal weighs at least this much, a change of style at most
FACTUAL = (
    0.3  # the judges' mean from which a reversal is one of a fact: below, they hold that nothing is stated otherwise
)


@dataclass(frozen=True, slots=True)
class Measured:
    pair: Pair
    weight: float  # newscrawl's
    judged: tuple[float, ...]

    @property
    def mean(self) -> float:
        return fmean(self.judged)

    @property
    def is_factual(self) -> bool:
        """Return whether the pair is a reversal by its kind, and the judges hold it to be one of a fact."""
        return self.pair.kind in REVERSALS and self.mean >= FACTUAL

    @property
    def is_too_low(self) -> bool:
        return self.is_factual and self.weight < FILTER

    @property
    def is_too_high(self) -> bool:
        return self.pair.kind in NEUTRAL and self.weight > FILTER


def ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal values share the mean of their ranks."""
    below = {value: sum(other < value for other in values) for value in set(values)}
    count = Counter(values)
    return [below[value] + (count[value] + 1) / 2 for value in values]


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the rank correlation, with ties: Pearson's of the ranks."""
    x, y = ranks(a), ranks(b)
    mean_x, mean_y = fmean(x), fmean(y)
    shared = sum((p - mean_x) * (q - mean_y) for p, q in zip(x, y, strict=True))
    spread = sum((p - mean_x) ** 2 for p in x) * sum((q - mean_y) ** 2 for q in y)
    if spread == 0:
        raise ValueError("all weights of one side are equal: they rank nothing")
    return float(shared / spread**0.5)


def weighted_kappa(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Cohen's kappa with quadratic weights (1968): 1 is agreement, 0 what the margins alone would give."""
    by_chance = pvariance(a) + pvariance(b) + (fmean(a) - fmean(b)) ** 2
    if by_chance == 0:
        raise ValueError("both judges gave one weight only: there is nothing to agree on")
    return 1 - fmean((p - q) ** 2 for p, q in zip(a, b, strict=True)) / by_chance


def agreement(rows: Sequence[tuple[Pair, tuple[float, ...]]]) -> dict[str, float]:
    """Return how far the judges agree on `rows`."""
    a, b = [weights[0] for _, weights in rows], [weights[1] for _, weights in rows]
    return {
        "judges: pairs judged by both": len(rows),
        "judges: Spearman": spearman(a, b),
        "judges: kappa, quadratic weights": weighted_kappa(a, b),
        "judges: mean absolute difference": fmean(abs(p - q) for p, q in zip(a, b, strict=True)),
    }


def measured(loaded: Loaded) -> list[Measured]:
    """Return the pairs that both judges have judged, each with newscrawl's own weight."""
    return [Measured(pair, significance(pair), weights) for pair, weights in judged_by_all(loaded)]


def against_judges(rows: Sequence[Measured]) -> dict[str, float]:
    """Return, for each half, how newscrawl's weights follow the judges' mean, and which are false."""
    result: dict[str, float] = {}
    for half in HALVES:
        mine = [row for row in rows if row.pair.half == half]
        reversals = [row for row in mine if row.pair.kind in REVERSALS]
        neutral = [row for row in mine if row.pair.kind in NEUTRAL]
        result |= {
            f"{half}: pairs": len(mine),
            f"{half}: Spearman with the judges' mean": spearman(
                [row.weight for row in mine], [row.mean for row in mine]
            ),
            f"{half}: mean absolute difference": fmean(abs(row.weight - row.mean) for row in mine),
            f"{half}: reversals": len(reversals),
            f"{half}: reversals under .2": sum(row.weight < FILTER for row in reversals),
            f"{half}: factual reversals": sum(row.is_factual for row in mine),
            f"{half}: factual reversals under .2": sum(row.is_too_low for row in mine),
            f"{half}: style, typo, template": len(neutral),
            f"{half}: style, typo, template over .2 %": 100 * fmean(row.is_too_high for row in neutral),
        }
    return result


def _print_misses(rows: Sequence[Measured], count: int) -> None:
    false = [row for row in rows if row.is_too_low or row.is_too_high]
    far = sorted((row for row in rows if row not in false), key=lambda row: -abs(row.weight - row.mean))
    for row in [*false, *far[:count]]:
        label = "reversal under .2" if row.is_too_low else "neutral over .2" if row.is_too_high else "far"
        print(f"{label}: {row.pair.kind}, {row.pair.half}, newscrawl {row.weight:.2f}, judges {row.judged}")
        print(shown(row.pair, 0))


def _print_pairs(loaded: Loaded, wanted: str) -> None:
    first, _, last = wanted.partition(":")
    for number, pair in enumerate(loaded.pairs[int(first) - 1 : int(last or first)], int(first)):
        print(shown(pair, number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", dest="wanted", metavar="N:M", help="show pairs N to M as text, for judges")
    parser.add_argument("--misses", type=int, metavar="N", help="show what is false, and N of the farthest (dev half)")
    arguments = parser.parse_args()
    loaded = load()
    if arguments.wanted:
        _print_pairs(loaded, arguments.wanted)
        return
    for reason, count in Counter(loaded.skipped.values()).items():
        print(f"{count} pairs skipped: {reason}")
    judged = list(judged_by_all(loaded))
    print(f"{len(loaded.pairs)} pairs, {len(judged)} of them judged by {' and '.join(JUDGES)}")
    if not judged:
        return
    rows = measured(loaded)
    for name, value in (agreement(judged) | against_judges(rows)).items():
        print(f"{name:50} {value:7.3f}")
    if arguments.misses is not None:
        # The other half is for measuring: whoever reads its misses makes rules on it.
        _print_misses([row for row in rows if row.pair.half == "dev"], arguments.misses)


if __name__ == "__main__":
    main()
