"""Reading histories from JSON lines."""

from __future__ import annotations

import json

import pytest

from newscrawl.errors import ConfigError
from newscrawl.recheck.histories import FOLLOWED_SECONDS, parse

SECONDS = {
    "article": "a",
    "source": "s",
    "published": 1772434800,
    "discovered": 1772435400,
    "observed_until": 1773000000,
}


def test_seconds_and_iso_times_mean_the_same() -> None:
    iso = {
        "article": "a",
        "source": "s",
        "published": "2026-03-02T07:00:00Z",
        "discovered": "2026-03-02T08:10:00+01:00",
        "observed_until": "2026-03-08T20:00:00",
    }
    assert list(parse([json.dumps(SECONDS)])) == list(parse([json.dumps(iso)]))


def test_missing_fields_have_defaults() -> None:
    (history,) = parse(['{"article": "a", "source": "s", "published": 1772434800, "versions": [1772438400]}'])
    assert history.discovered == history.published
    assert history.observed_until == history.published + FOLLOWED_SECONDS
    assert history.signals == ()


def test_versions_are_sorted_and_those_before_the_first_check_left_out() -> None:
    line = json.dumps({**SECONDS, "versions": [1772500000, 1772434900, 1772436000]})
    (history,) = parse([line])
    assert history.versions == (1772436000, 1772500000)


@pytest.mark.parametrize(
    "line", ['{"article": "a"}', "[1, 2]", "nonsense", '{"article": "a", "published": "tomorrow"}']
)
def test_the_error_for_a_bad_line_names_its_file_and_number(line: str) -> None:
    with pytest.raises(ConfigError, match=r"mine\.jsonl, line 2"):
        list(parse([json.dumps(SECONDS), line], name="mine.jsonl"))
