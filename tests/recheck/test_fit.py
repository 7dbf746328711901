"""Rates from histories."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.recheck import fit
from newscrawl.recheck.fit import fit_prior
from newscrawl.recheck.histories import History
from newscrawl.recheck.prior import DayProfile, Prior, shipped_prior
from newscrawl.recheck.statistics import EDITED, FRESH, SourceStatistics

START = 1772434800.0
PRIOR = shipped_prior()


RELAXED = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def edited_articles(count: int, *, source: str, times: float, seed: int = 5) -> list[History]:
    """Return articles whose first edit follows the shipped rates multiplied by `times`."""
    rng = random.Random(seed)
    articles = []
    for i in range(count):
        start = START + i * 1800.0
        target, hour = rng.expovariate(1.0) / times, 0.0
        while hour < 72.0 and PRIOR.cumulative_hazard(0, hour) < target:
            hour += 0.05
        versions = (start + hour * 3600,) if hour < 72.0 else ()
        end = versions[0] + 1 if versions else start + 72 * 3600
        articles.append(History(str(i), source, start, start, end, versions))
    return articles


def test_a_source_that_edits_three_times_as_often_gets_three_times_the_factor() -> None:
    rates = fit([*edited_articles(400, source="calm", times=1.0), *edited_articles(400, source="busy", times=3.0)])
    calm, busy = SourceStatistics.of(rates["calm"]).factor(FRESH), SourceStatistics.of(rates["busy"]).factor(FRESH)
    assert 0.8 < calm < 1.3
    assert 2.2 < busy / calm < 3.8


def test_a_source_with_three_articles_stays_near_the_general_rates() -> None:
    rates = fit(edited_articles(3, source="new", times=10.0))
    assert 0.4 < SourceStatistics.of(rates["new"]).factor(FRESH) < 2.5


def test_signals_are_counted_as_true_if_an_edit_came_before_them() -> None:
    reliable = [
        replace(article, signals=(article.versions[0] + 300,))
        for article in edited_articles(200, source="reliable", times=2.0)
        if article.versions
    ]
    unreliable = [replace(article, source="unreliable", signals=(article.discovered + 60,)) for article in reliable]
    statistics = {source: SourceStatistics.of(rates) for source, rates in fit([*reliable, *unreliable]).items()}
    assert statistics["reliable"].precision > 0.9
    assert statistics["reliable"].recall > 0.9
    assert statistics["unreliable"].precision < 0.5
    assert statistics["unreliable"].recall < 0.5


def test_fitted_tables_never_rise_along_a_row() -> None:
    tables = fit_prior(edited_articles(300, source="s", times=1.0))
    for row in tables["hazards"]:
        assert all(before >= after for before, after in pairwise(row))
    assert Prior.of(tables).cumulative_hazard(0, 24.0) > 0


def test_shipped_tables_never_rise_and_their_profile_of_the_day_has_mean_one() -> None:
    for row in PRIOR.hazards:
        assert all(before >= after for before, after in pairwise(row))
    assert list(PRIOR.ages) == sorted(PRIOR.ages, reverse=True)
    assert abs(sum(PRIOR.hours) / 24 - 1) < 0.01


def test_a_source_without_checks_has_the_general_rates() -> None:
    assert SourceStatistics().factor(FRESH) == SourceStatistics().factor(EDITED) == 1.0
    assert SourceStatistics.of({}) == SourceStatistics()


@RELAXED
@given(start=st.floats(0, 24), hours=st.floats(0.01, 500))
def test_the_integral_of_the_day_is_the_sum_of_its_parts(start: float, hours: float) -> None:
    day = DayProfile(PRIOR.hours)
    middle, end = start + hours / 3, start + hours
    assert abs(day.integral(start, end) - day.integral(start, middle) - day.integral(middle, end)) < 1e-6


def test_the_integral_of_a_whole_day_is_the_sum_of_its_hours() -> None:
    assert abs(DayProfile(PRIOR.hours).integral(7.5, 31.5) - sum(PRIOR.hours)) < 1e-6
