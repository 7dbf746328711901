"""Edits in whole reports: how many neutral ones weigh more than the lowest filter's border, how many reversals less.

The tables were written before the rules were mended by them, but for `revisions_unread`, which nobody has read since.
What is still false is counted, and may not grow.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, Change
from tests.change.test_probes import article

PROBES = Path(__file__).parent / "probes"
BORDER = 0.2
HEADLINE = "Newsroom"
FALSE_AT_MOST = {
    "prose_neutral": 0.01, "prose_reversals": 0.015, "prose_headlines": 0.18,
    # Whole sentences said otherwise; before the rules were mended by the first, 50 and 46 per cent.
    "revisions_read": 0.155, "revisions_unread": 0.175,
}  # fmt: skip


def whole(probe: dict[str, Any], side: str) -> Article:
    """Return one version of a report; the headline is the same one if the probe has none."""
    headline, paragraphs = probe.get(f"{side}_headline", HEADLINE), tuple(probe[side])
    return replace(article(paragraphs, probe["language"]), headline=headline, paragraphs=paragraphs)


def change_of(old: str, new: str) -> Change:
    probe = {"language": "en", "old": [old], "new": [new]}
    before, after = whole(probe, "old"), whole(probe, "new")
    return describe(before, after, compare(before, after))


def false_of(name: str, is_false: Callable[[float], bool]) -> tuple[list[str], int]:
    rows = [json.loads(line) for line in (PROBES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    false = []
    for row in rows:
        versions = whole(row, "old"), whole(row, "new")
        for old, new in (versions, versions[::-1]):
            change = describe(old, new, compare(old, new))
            if is_false(change.significance):
                false.append(f"{row.get('kind') or row['types']} {change.significance:.2f} {change.reasons}")
    return false, 2 * len(rows)


@pytest.mark.parametrize("name", ["prose_neutral", "prose_headlines", "revisions_read", "revisions_unread"])
def test_neutral_edits_of_a_report_stay_at_the_border(name: str) -> None:
    false, count = false_of(name, lambda weight: weight > BORDER)
    assert len(false) <= FALSE_AT_MOST[name] * count, false


def test_reversals_in_a_report_reach_the_border() -> None:
    false, count = false_of("prose_reversals", lambda weight: weight < BORDER)
    assert len(false) <= FALSE_AT_MOST["prose_reversals"] * count, false


@pytest.mark.parametrize(
    ("old", "new", "is_cause"),
    [
        ("Play stopped because of rain.", "Play stopped owing to rain.", False),
        ("Play stopped because of rain.", "Play stopped due to rain.", False),
        ("Work is due to begin in May.", "Work is due to start in May.", False),
        ("Play stopped because of rain.", "Play went on despite rain.", True),
        ("Play stopped because of rain.", "Play stopped because of snow.", True),
    ],
)
def test_another_connective_of_the_same_sense_is_no_other_cause(old: str, new: str, is_cause: bool) -> None:
    change = change_of(old, new)
    assert (change.significance > BORDER) is is_cause, change.reasons


def test_voice_and_clauses_of_one_rank_exchange_nobody() -> None:
    for old, new, is_exchanged in (
        ("Heavy rain caused floods in Marenka.", "Floods caused by heavy rain in Marenka.", False),
        ("United play Norwich, while Rovers host Fenwick.", "Rovers host Fenwick, while United play Norwich.", False),
        ("United defeated Rovers on Sunday.", "Rovers defeated United on Sunday.", True),
    ):
        change = change_of(old, new)
        assert ("roles" in change.types) is is_exchanged, (old, new, change.reasons)
