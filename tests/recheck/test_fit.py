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
from newscrawl.recheck.prior import Day, Prior, shipped_prior
from newscrawl.recheck.statistics import EDITED, FRESH, SourceStatistics

START = 1772434800.0
BASE = shipped_prior()


RELAXED = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def edited_stories(count: int, *, source: str, times: float, seed: int = 5) -> list[History]:
    """Return stories whose first edit follows the shipped_prior rates, so many times over."""
    dice = random.Random(seed)
    stories = []
    for i in range(count):
        start = START + i * 1800.0
        target, hour = dice.expovariate(1.0) / times, 0.0
        while hour < 72.0 and BASE.total(0, hour) < target:
            hour += 0.05
        versions = (start + hour * 3600,) if hour < 72.0 else ()
        end = versions[0] + 1 if versions else start + 72 * 3600
        stories.append(History(str(i), source, start, start, end, versions))
    return stories


def test_a_source_that_is_three_times_as_lively_is_found_so() -> None:
    rates = fit([*edited_stories(400, source="calm", times=1.0), *edited_stories(400, source="lively", times=3.0)])
    calm, lively = SourceStatistics.of(rates["calm"]).factor(FRESH), SourceStatistics.of(rates["lively"]).factor(FRESH)
    assert 0.8 < calm < 1.3
    assert 2.2 < lively / calm < 3.8


def test_a_source_with_three_stories_stays_near_the_general_rates() -> None:
    rates = fit(edited_stories(3, source="new", times=10.0))
    assert 0.4 < SourceStatistics.of(rates["new"]).factor(FRESH) < 2.5


def test_signals_are_scored_by_the_edits_behind_them() -> None:
    honest = [
        replace(story, signals=(story.versions[0] + 300,))
        for story in edited_stories(200, source="honest", times=2.0)
        if story.versions
    ]
    liars = [replace(story, source="liar", signals=(story.discovered + 60,)) for story in honest]
    tallies = {source: SourceStatistics.of(rates) for source, rates in fit([*honest, *liars]).items()}
    assert tallies["honest"].precision > 0.9
    assert tallies["honest"].recall > 0.9
    assert tallies["liar"].precision < 0.5
    assert tallies["liar"].recall < 0.5


def test_fitted_tables_never_rise_along_a_row() -> None:
    tables = fit_prior(edited_stories(300, source="s", times=1.0))
    for row in tables["hazards"]:
        assert all(before >= after for before, after in pairwise(row))
    assert Prior.of(tables).total(0, 24.0) > 0


def test_shipped_tables_never_rise_and_their_day_has_mean_one() -> None:
    for row in BASE.hazards:
        assert all(before >= after for before, after in pairwise(row))
    assert list(BASE.ages) == sorted(BASE.ages, reverse=True)
    assert abs(sum(BASE.hours) / 24 - 1) < 0.01


def test_an_empty_source_is_the_general_one() -> None:
    assert SourceStatistics().factor(FRESH) == SourceStatistics().factor(EDITED) == 1.0
    assert SourceStatistics.of({}) == SourceStatistics()


@RELAXED
@given(start=st.floats(0, 24), hours=st.floats(0.01, 500))
def test_a_stretch_of_the_day_sums_to_its_parts(start: float, hours: float) -> None:
    day = Day(BASE.hours)
    middle = start + hours / 3
    whole = day.upto(start + hours) - day.upto(start)
    parts = (day.upto(middle) - day.upto(start)) + (day.upto(start + hours) - day.upto(middle))
    assert abs(whole - parts) < 1e-6
