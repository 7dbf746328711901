"""The price of a check, learnt of each source from the share of wordings that one wants to catch.

Every check that finds a new wording also says how likely others were overwritten unseen before it. Where more are
likely lost than is wanted, the price falls a little, else it rises a little (stochastic approximation: Robbins and
Monro 1951). The price of a source without edits stays where it began; its checks are rare by its rates.
"""

from __future__ import annotations

from math import exp, log

from newscrawl.recheck.statistics import SourceStatistics

CATCH = 0.9  # also the default of NEWSCRAWL_CATCH
START_PRICE = 0.01  # of a new source, at a catch of 0.9
MIN_PRICE, MAX_PRICE = 1e-4, 0.5
FIRST_STEP, LAST_STEP, STEPS = 0.2, 0.01, 10.0  # of the logarithm of the price; after STEPS checks a step is half
LARGEST_EXCESS = -4.0  # of losses in one check over the wanted ones, as a multiple of these


class LearntPrice:
    """The price for one source, kept in its statistics as a sum of steps, so that two crawls' steps can be added up."""

    def __init__(self, catch: float, statistics: SourceStatistics) -> None:
        self.catch = catch
        self._statistics = statistics
        # Losses grow with the root of the price: with the wait grow both the edits and the share of them overwritten.
        self._start = log(START_PRICE) + 2 * log((1.0 - catch) / (1.0 - CATCH))

    @property
    def price(self) -> float:
        return exp(self._within_bounds(self._start + self._statistics.price[0]))

    def learn(self, caught: float) -> None:
        """Move the price after a check that found a wording and caught about that share of those it stands for."""
        moved, steps = self._statistics.price
        excess = min(max((caught - self.catch) / (1.0 - self.catch), LARGEST_EXCESS), 1.0)
        size = max(FIRST_STEP / (1.0 + steps / STEPS), LAST_STEP)
        moved = self._within_bounds(self._start + moved + size * excess) - self._start
        self._statistics.price[:] = moved, steps + 1.0

    @staticmethod
    def _within_bounds(log_price: float) -> float:
        return min(max(log_price, log(MIN_PRICE)), log(MAX_PRICE))
