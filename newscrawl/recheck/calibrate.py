"""Find the price at which the price rule equals another policy, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from newscrawl.recheck.simulate import Score

MIN_PRICE, MAX_PRICE = 1e-5, 10.0
ROUNDS = 8


def matching(
    score_at: Callable[[float], Score],
    aim: Callable[[Score], float],
    *,
    tolerance: float,
    between: tuple[float, float] = (0.002, 0.15),
) -> tuple[float, Score]:
    """Return the price at which `aim` is zero within `tolerance`, and the score at that price.

    `aim` must fall as the price rises. The method is false position on the logarithm of the price, with a bisection in
    every third round for slow convergence. If no price reaches the tolerance, the nearest one tried is returned.
    """
    search = _PriceSearch(score_at, aim)
    low, high = map(log, between)
    while search.gap(low) < 0 and low > log(MIN_PRICE):
        low, high = low - 1.0, low
    while search.gap(high) > 0 and high < log(MAX_PRICE):
        low, high = high, high + 1.0
    for number in range(ROUNDS):
        if search.nearest_gap <= tolerance:
            break
        gap_low, gap_high = search.gap(low), search.gap(high)
        is_bisection = number % 3 == 2 or gap_low <= gap_high
        share = 0.5 if is_bisection else min(max(gap_low / (gap_low - gap_high), 0.05), 0.95)
        middle = low + (high - low) * share
        if search.gap(middle) >= 0:
            low = middle
        else:
            high = middle
    return search.nearest


class _PriceSearch:
    """Scores by the logarithm of the price; no price is replayed twice."""

    def __init__(self, score_at: Callable[[float], Score], aim: Callable[[Score], float]) -> None:
        self._score_at, self._aim = score_at, aim
        self._scores: dict[float, Score] = {}

    def gap(self, log_price: float) -> float:
        if log_price not in self._scores:
            self._scores[log_price] = self._score_at(exp(log_price))
        return self._aim(self._scores[log_price])

    @property
    def nearest(self) -> tuple[float, Score]:
        log_price = min(self._scores, key=lambda candidate: abs(self._aim(self._scores[candidate])))
        return exp(log_price), self._scores[log_price]

    @property
    def nearest_gap(self) -> float:
        return abs(self._aim(self.nearest[1]))
