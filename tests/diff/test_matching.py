"""Kept tokens are the heaviest chain, for any texts, and long texts are cut without losing their order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.diff import matching
from newscrawl.diff.budget import Budget
from newscrawl.diff.matching import Match, kept_tokens

TOKENS = st.lists(st.sampled_from(["a", ",", "the", "with", "harbour", "12", "é", "京"]), max_size=14)
LONG = st.lists(st.sampled_from([*"abcdefgh", "harbour", "minister", "said", ",", "."]), max_size=300)


def total(a: Sequence[str], b: Sequence[str], chain: Sequence[Match]) -> int:
    """Return the weight of a chain less the cost of its edits, counted from their definition."""
    result, previous = 0, (-1, -1)
    for i, j in [*chain, (len(a), len(b))]:
        gap = (i - previous[0] > 1) + (j - previous[1] > 1)
        result -= (0, matching.ONE_SIDED_COST, matching.TWO_SIDED_COST)[gap]
        result += matching._weight(a[i]) if i < len(a) else 0
        previous = (i, j)
    return result


def heaviest(a: Sequence[str], b: Sequence[str]) -> int:
    """Return the greatest total of any chain, by trying every match as the last one."""
    best: dict[Match, int] = {(-1, -1): 0}
    ends = [(i, j) for i in range(len(a)) for j in range(len(b)) if a[i] == b[j]]
    for i, j in [*ends, (len(a), len(b))]:
        gains = []
        for (p, q), before in best.items():
            if p < i and q < j:
                cost = (0, matching.ONE_SIDED_COST, matching.TWO_SIDED_COST)[(i - p > 1) + (j - q > 1)]
                gains.append(before - cost)
        best[i, j] = max(gains) + (matching._weight(a[i]) if i < len(a) else 0)
    return best[len(a), len(b)]


@given(TOKENS, TOKENS)
@settings(max_examples=200, deadline=None)
def test_no_chain_is_heavier_than_the_one_that_is_found(a: list[str], b: list[str]) -> None:
    chain = matching._heaviest_chain(a, b)
    assert total(a, b, chain) == heaviest(a, b)


@given(LONG, LONG, st.integers(0, 3000))
@settings(max_examples=100, deadline=None)
def test_kept_tokens_are_equal_and_in_order_whatever_the_budget(a: list[str], b: list[str], steps: int) -> None:
    kept = kept_tokens(a, b, Budget(steps))
    assert all(a[i] == b[j] for i, j in kept)
    assert all(p < i and q < j for (p, q), (i, j) in pairwise(kept))


def test_a_long_text_with_few_edits_is_matched_between_its_chunks() -> None:
    rng = random.Random(4)
    old = [f"word{rng.randrange(5000)}" if number % 7 else "the" for number in range(60_000)]
    new = [f"new{number}" if number % 1000 == 500 else token for number, token in enumerate(old)]
    budget = Budget()
    assert len(kept_tokens(old, new, budget)) == 60_000 - 60
    assert not budget.is_exceeded


def test_a_text_without_anchors_is_coarse_and_says_so() -> None:
    budget = Budget()
    assert kept_tokens(["a", *["b", "c"] * 20_000, "d"], ["a", *["c", "e"] * 20_000, "d"], budget) == [
        (0, 0),
        (40_001, 40_001),
    ]
    assert budget.is_exceeded
