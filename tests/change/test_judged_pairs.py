"""The pairs that people judge, what is shown of them, and how newscrawl's significance follows their judgements."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.judged_bench import HALVES, against_judges, agreement, measured, ranks, spearman, weighted_kappa
from benchmarks.judged_pairs import (
    JUDGED,
    NEUTRAL,
    OTHERS,
    REVERSALS,
    Loaded,
    Pair,
    Text,
    half_of,
    judged_by_all,
    judgements,
    load,
)
from benchmarks.judged_text import shown
from newscrawl.change.error_rates import error_rates
from newscrawl.config import PROJECT_ROOT

ROWS = [json.loads(line) for line in (JUDGED / "pairs.jsonl").read_text("utf-8").splitlines()]
INVENTED = [row for row in ROWS if "ref" not in row]
RATES = error_rates()  # that readers are shown, too
SPEARMAN_AT_LEAST = {part.name: part.correlation - 0.005 for part in RATES.parts}
# Measured: the rules were made on the first, and mended on the second. The aim is 0, and 2 per cent (docs/judging.md).
FACTUAL_UNDER_FILTER_AT_MOST = {part.name: part.missed for part in RATES.parts}
NEUTRAL_OVER_FILTER_AT_MOST = {part.name: part.overrated_per_cent for part in RATES.parts}
MANUAL = PROJECT_ROOT / "docs" / "judging.md"


def sides(text: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of both wordings as they stand in a shown pair."""
    before, after = [], []
    for line in text.splitlines()[1:]:
        sign, paragraph = line.removeprefix("# ")[0], line.removeprefix("# ")[2:]
        if sign != "+":
            before.append(re.sub(r"\[-(.*?)-\]", r"\1", re.sub(r"\{\+.*?\+\}", "", paragraph)))
        if sign != "-":
            after.append(re.sub(r"\{\+(.*?)\+\}", r"\1", re.sub(r"\[-.*?-\]", "", paragraph)))
    return before, after


def pair(number: str, kind: str = "negation") -> Pair:
    return Pair(number, "dev", kind, "en", Text("Pool", ("It will close.",)), Text("Pool", ("It will not close.",)))


def test_the_set_has_pairs_of_every_kind_in_both_halves() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 320
    assert len(INVENTED) >= 240
    kinds = {half: Counter(row["kind"] for row in INVENTED if row["half"] == half) for half in HALVES[:2]}
    assert set(kinds["dev"]) | set(kinds["test"]) <= REVERSALS | NEUTRAL | OTHERS
    assert {kind for half in kinds for kind in REVERSALS if not kinds[half][kind]} == set()
    languages = Counter(row["language"] for row in INVENTED)
    assert set(languages) == {"en", "es", "de", "fr", "pt", "it", "nl", "ru", "ar", "ja", "zh"}
    assert languages.total() - languages["en"] >= 30


def test_the_half_of_a_pair_is_that_of_its_article_or_publisher() -> None:
    first = [row for row in ROWS if row["id"].startswith("p")]
    assert [row["id"] for row in first if row["half"] != half_of(row["article"])] == []
    # The pairs that came later stand in one part by their article too.
    parts = {row["article"]: row["half"] for row in ROWS}
    assert [row["id"] for row in ROWS if row["half"] != parts[row["article"]]] == []


def test_real_pairs_are_named_and_never_quoted() -> None:
    assert {frozenset(row) for row in ROWS if "ref" in row} == {frozenset({"id", "half", "kind", "article", "ref"})}


def test_real_pairs_are_found_beside_the_checkout(gold: Path) -> None:
    loaded = load(gold)
    assert loaded.skipped == {}
    assert [each.id for each in loaded.pairs if each.before == each.after] == []


def test_real_pairs_that_are_not_there_are_skipped_with_a_reason(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert len(loaded.pairs) == len(INVENTED)
    assert all("not beside this checkout" in reason for reason in loaded.skipped.values())
    assert len(loaded.skipped) == len(ROWS) - len(INVENTED)


def test_what_is_shown_has_both_wordings_of_every_short_pair(tmp_path: Path) -> None:
    for each in load(tmp_path).pairs:
        before, after = sides(shown(each, 1))
        assert before == [each.before.headline, *each.before.paragraphs], each.id
        assert after == [each.after.headline, *each.after.paragraphs], each.id


def test_what_is_shown_does_not_say_which_kind_a_pair_is() -> None:
    assert shown(pair("p1"), 1) == shown(replace(pair("p1"), kind="typo", half="test"), 1)
    assert shown(pair("p1"), 1) == "=== 1 · p1 · en\n#   Pool\n~ It will {+not +}close.\n"


def test_of_a_long_article_the_edits_are_shown_with_their_neighbours() -> None:
    old = tuple(f"Paragraph {n}." for n in range(1, 21))
    long = Pair("p1", "dev", "numbers", "en", Text("H", old), Text("H", (*old[:9], "Another.", *old[10:])))
    assert shown(long, 1).splitlines()[2:] == [
        "  Paragraph 1.", "  (7 unchanged)", "  Paragraph 9.", "- Paragraph 10.", "+ Another.", "  Paragraph 11.",
        "  (9 unchanged)",
    ]  # fmt: skip


def test_equal_weights_share_their_rank() -> None:
    assert ranks([0.2, 0.1, 0.2, 0.9]) == [2.5, 1.0, 2.5, 4.0]
    assert spearman([1, 2, 3, 4], [10, 20, 40, 30]) == pytest.approx(0.8)
    assert spearman([1, 2, 2, 3], [1, 2, 2, 3]) == pytest.approx(1)
    with pytest.raises(ValueError, match="rank nothing"):
        spearman([0.1, 0.1], [0.1, 0.2])


def test_kappa_is_1_for_the_same_weights_and_0_for_what_chance_gives() -> None:
    assert weighted_kappa([0, 0.5, 1], [0, 0.5, 1]) == pytest.approx(1)
    assert weighted_kappa([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(0)
    # Of two categories the weights do not matter: Cohen's own, (0.7 - 0.5) / (1 - 0.5).
    a, b = [0] * 50 + [1] * 50, [0] * 35 + [1] * 15 + [0] * 15 + [1] * 35
    assert weighted_kappa(a, b) == pytest.approx(0.4)


def test_a_weight_outside_the_scale_and_an_id_judged_twice_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.judged_pairs.JUDGED", tmp_path)
    (tmp_path / "judge_a.jsonl").write_text('{"id": "p001", "weight": 0.33}\n')
    with pytest.raises(ValueError, match=r"p001 weighs 0\.33"):
        judgements("judge_a")
    (tmp_path / "judge_a.jsonl").write_text('{"id": "p001", "weight": 0.3}\n{"id": "p001", "weight": 1}\n')
    with pytest.raises(ValueError, match="twice"):
        judgements("judge_a")
    (tmp_path / "judge_a.jsonl").write_text('{"id": "p001", "weight": 0.05}\n{"id": "p002", "weight": 1}\n')
    (tmp_path / "judge_b.jsonl").write_text('{"id": "p002", "weight": 0.9}\n')
    judged = list(judged_by_all(Loaded([pair("p001"), pair("p002")])))
    assert [(each.id, weights) for each, weights in judged] == [("p002", (1.0, 0.9))]


def test_weights_follow_the_judges_on_both_halves() -> None:
    loaded = load()
    rows = list(judged_by_all(loaded))
    assert len(rows) == len(loaded.pairs), "a judge has left out pairs"
    values = agreement(rows) | against_judges(measured(loaded))
    correlations = {half: values[f"{half}: Spearman with the judges' mean"] for half in HALVES}
    assert {half for half in HALVES if correlations[half] < SPEARMAN_AT_LEAST[half]} == set(), correlations
    low = {half: values[f"{half}: factual reversals under .2"] for half in HALVES}
    assert {half for half in HALVES if low[half] > FACTUAL_UNDER_FILTER_AT_MOST[half]} == set(), low
    over = {half: values[f"{half}: style, typo, template over .2 %"] for half in HALVES}
    assert {half for half in HALVES if over[half] > NEUTRAL_OVER_FILTER_AT_MOST[half]} == set(), over


def test_readers_and_the_manual_have_the_same_rates() -> None:
    rows = {
        cells[0]: cells[3:]
        for line in MANUAL.read_text("utf-8").splitlines()
        if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 7
    }
    assert rows["rank correlation with the judges' mean"] == [f"{p.correlation:.3f}"[1:] for p in RATES.parts]
    assert rows["factual reversals under .2"] == [f"{p.missed} of {p.reversals}" for p in RATES.parts]
    assert rows["style, typo, template over .2"] == [f"{p.overrated_per_cent:g} %" for p in RATES.parts]
    assert f"All {RATES.pairs} pairs" in MANUAL.read_text("utf-8")
    assert len(ROWS) == RATES.pairs
