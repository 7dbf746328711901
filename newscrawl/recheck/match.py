"""The price at which the price rule equals another policy, so that the two can be compared."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from newscrawl.recheck.simulate import Score

LEAST_PRICE, MOST_PRICE = 1e-6, 10.0
ROUNDS = 12


def matching(score_at: Callable[[float], Score], aim: Callable[[Score], float], *, tolerance: float) -> Score:
    """Return the score at the price where `aim`, which falls with the price, crosses zero from above.

    Of the prices tried, the dearest whose aim is not negative within `tolerance`: a match by the catch rate never
    catches less than asked for by more than that. False position on the logarithm, halved where it creeps.
    """
    low, high = log(1e-3), log(0.2)
    at_low, at_high = score_at(exp(low)), score_at(exp(high))
    while aim(at_low) < 0 and low > log(LEAST_PRICE):
        high, at_high = low, at_low
        low -= 1.5
        at_low = score_at(exp(low))
    while aim(at_high) > 0 and high < log(MOST_PRICE):
        low, at_low = high, at_high
        high += 1.0
        at_high = score_at(exp(high))
    best = min(at_low, at_high, key=lambda score: abs(aim(score)))
    for n in range(ROUNDS):
        if abs(aim(best)) <= tolerance:
            break
        a, b = aim(at_low), aim(at_high)
        share = 0.5 if n % 3 == 2 or a - b <= 0 else min(max(a / (a - b), 0.05), 0.95)
        middle = low + (high - low) * share
        score = score_at(exp(middle))
        if aim(score) >= 0:
            low, at_low = middle, score
        else:
            high, at_high = middle, score
        best = min(best, score, key=lambda score: abs(aim(score)))
    return best
