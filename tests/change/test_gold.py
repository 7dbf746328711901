"""Floors on labelled revisions of others: negations, opposites, numbers, grammar (`make bench BENCH=meaning`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.meaning_bench import measured
from newscrawl.config import PROJECT_ROOT

pytestmark = pytest.mark.slow
GOLD = Path(os.environ.get("NEWSCRAWL_GOLD", PROJECT_ROOT.parent / "shared" / "gold"))
AT_LEAST = {
    "condaqa affirmative named negation %": 87.5,
    "condaqa AUC affirmative against paraphrase": 0.75,
    "breaking NLI AUC contradiction against entailment": 0.98,
    "antonyms named %": 97.0,
    "cardinals numbers %": 100.0,
    "ordinals numbers %": 100.0,
}
AT_MOST = {
    "argrewrite grammar named negation %": 1.0,
    "argrewrite grammar silent or unnoted %": 1.0,
    "argrewrite grammar weight >= .1 %": 3.0,
    "breaking NLI contradictions under .1 %": 1.0,
    "synonyms named %": 0.0,
    "numbers written otherwise named %": 0.0,
    "real words typo %": 0.0,
}


def test_labelled_revisions_are_described_as_well_as_measured() -> None:
    if not GOLD.exists():
        pytest.skip("the labelled revisions are not beside this checkout (NEWSCRAWL_GOLD)")
    values = measured(GOLD)
    below = {name: values[name] for name, floor in AT_LEAST.items() if values[name] < floor}
    above = {name: values[name] for name, limit in AT_MOST.items() if values[name] > limit}
    assert (below, above) == ({}, {})
