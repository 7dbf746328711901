"""The price at which the price rule equals another policy, so that the two can be compared."""

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
    """Return the price at which `aim` is zero within `tolerance`, and the score there.

    `aim` falls as the price rises. False position on the logarithm of the price, halved where it creeps; where no
    price comes within the tolerance, the nearest one tried.
    """
    tried = _Tried(score_at, aim)
    low, high = map(log, between)
    while tried.gap(low) < 0 and low > log(MIN_PRICE):
        low, high = low - 1.0, low
    while tried.gap(high) > 0 and high < log(MAX_PRICE):
        low, high = high, high + 1.0
    for n in range(ROUNDS):
        if tried.nearest_gap <= tolerance:
            break
        a, b = tried.gap(low), tried.gap(high)
        share = 0.5 if n % 3 == 2 or a <= b else min(max(a / (a - b), 0.05), 0.95)
        middle = low + (high - low) * share
        if tried.gap(middle) >= 0:
            low = middle
        else:
            high = middle
    return tried.nearest


class _Tried:
    """Prices tried so far; none is replayed twice."""

    def __init__(self, score_at: Callable[[float], Score], aim: Callable[[Score], float]) -> None:
        self._score_at, self._aim = score_at, aim
        self._scores: dict[float, Score] = {}

    def gap(self, log_price: float) -> float:
        if log_price not in self._scores:
            self._scores[log_price] = self._score_at(exp(log_price))
        return self._aim(self._scores[log_price])

    @property
    def nearest(self) -> tuple[float, Score]:
        price = min(self._scores, key=lambda tried: abs(self._aim(self._scores[tried])))
        return exp(price), self._scores[price]

    @property
    def nearest_gap(self) -> float:
        return abs(self._aim(self.nearest[1]))
