"""The quality gate for pages that nobody has seen: what is left out of rules, and other markup of the corpus' pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page_variations import BESIDE, MARKUP, NEWS, TEMPLATE, Vary
from benchmarks.robustness_bench import VARIATIONS, left_out_scores, varied_scores

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

# Required means in percent; `make bench BENCH=robustness` measures them.
FLOORS = {
    "as tuned": {"title_any": 99.5, "date_exact": 99.0, "authors": 98.0, "rouge_f": 99.4, "para_f": 97.5},
    "layout left out": {"title_any": 99.0, "date_exact": 95.0, "authors": 96.0, "rouge_f": 98.0, "para_f": 95.5},
    "selectors left out": {"date_exact": 98.5, "authors": 96.5},
}
# Of exact paragraphs, with rules, over every 16th page.
FLOORS_OF_VARIATIONS = {NEWS: 99.5, BESIDE: 98.5, MARKUP: 97.0, TEMPLATE: 92.0}
MAX_WORSE = 4.0  # points that rules may read a variation worse than generic reading does


@pytest.fixture(scope="module")
def left_out(corpus: Path) -> dict[str, dict[str, float]]:
    return left_out_scores(corpus)


@pytest.fixture(scope="module")
def varied(corpus: Path) -> dict[str, tuple[float, float]]:
    return varied_scores(corpus, 16, VARIATIONS)


@pytest.mark.parametrize("name", FLOORS)
def test_pages_are_read_as_well_as_required_whatever_is_left_out(
    name: str, left_out: dict[str, dict[str, float]]
) -> None:
    measured = left_out[name]
    assert {field: measured[field] for field, floor in FLOORS[name].items() if measured[field] < floor} == {}


def test_layout_that_is_left_out_is_replaced_by_reading_no_worse_than_generic_reading(
    left_out: dict[str, dict[str, float]],
) -> None:
    without, generic = left_out["layout left out"], left_out["generic"]
    assert {field: (without[field], generic[field]) for field in generic if without[field] < generic[field] - 0.3} == {}


@pytest.mark.parametrize("group", FLOORS_OF_VARIATIONS, ids=["news", "beside", "markup", "template"])
def test_other_markup_is_read_as_exactly_as_required(
    group: tuple[Vary, ...], varied: dict[str, tuple[float, float]]
) -> None:
    rules = {vary.__name__: varied[vary.__name__][0] for vary in group}
    assert {name: score for name, score in rules.items() if score < FLOORS_OF_VARIATIONS[group]} == {}


def test_rules_read_no_markup_much_worse_than_generic_reading(varied: dict[str, tuple[float, float]]) -> None:
    assert {name: pair for name, pair in varied.items() if pair[0] < pair[1] - MAX_WORSE} == {}
