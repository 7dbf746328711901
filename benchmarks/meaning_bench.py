"""Measure what `describe` says on labelled revisions: `python -m benchmarks.meaning_bench [--gold DIR] [--misses N]`.

Each pair stands as the fourth paragraph of a ten-paragraph article whose other paragraphs, headline and dates stay.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from newscrawl.change import cues, describe
from newscrawl.change.tokens import tokens
from newscrawl.change.wordnet import is_spelt_right
from newscrawl.diff import compare
from newscrawl.items import Article, Change, Instant, PageKind, Precision

ROOT = Path(__file__).resolve().parent.parent
NEUTRAL = (
    "The council met in the old hall by the river, and the meeting was open to the public as always.",
    "Members read the minutes, and the clerk noted who had come and who had sent apologies.",
    "A choir from the school sang before the session began, as is the custom at this time of the year.",
    "The hall has been painted, and the benches were returned after their repair in the workshop.",
    "Coffee was served in the lobby by the women's club, which collects for the roof of the library.",
)
PUBLISHED = Instant(datetime(2026, 3, 2, 7, tzinfo=UTC), Precision.SECOND, "2026-03-02T07:00:00Z")


def article(text: str, language: str = "en", modified: Instant | None = PUBLISHED) -> Article:
    paragraphs = (*NEUTRAL[:3], text, *NEUTRAL[3:])
    return Article(
        source="gold", guid="1", url="https://gold.example/1", headline="Council meets in the old hall",
        paragraphs=paragraphs, wording_digest=text, display_digest=text, stamp="s", kind=PageKind.ARTICLE, rules="r",
        date_published=PUBLISHED, date_modified=modified, in_language=language,
    )  # fmt: skip


def change_of(old: str, new: str, language: str = "en") -> Change:
    before, after = article(old, language), article(new, language)
    return describe(before, after, compare(before, after))


def gold(folder: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return how often a positive outranks a negative; ties count half (Mann-Whitney)."""
    pairs = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return pairs / (len(positive) * len(negative))


def share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return 100 * sum(values) / len(values) if values else 0.0


def is_spelling(old: str, new: str) -> bool:
    """Return whether all words that differ are misspelt on one side: two letters away, and in no dictionary.

    The label of the revisions covers articles, agreement, prepositions and punctuation marks as well.
    """
    before, after = tokens(old), tokens(new)
    changed = [
        code for code in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if code[0] != "equal"
    ]
    return bool(changed) and all(
        i2 - i1 == j2 - j1 and all(map(_is_misspelt, before[i1:i2], after[j1:j2])) for _, i1, i2, j1, j2 in changed
    )


def _is_misspelt(old: str, new: str) -> bool:
    known = [is_spelt_right(word) or word.casefold() in cues.words("function", "en") for word in (old, new)]
    return OSA.distance(old.casefold(), new.casefold()) in (1, 2) and not all(known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=os.environ.get("NEWSCRAWL_GOLD", ROOT.parent / "shared" / "gold"))
    parser.add_argument("--misses", type=int, default=0, help="print so many misses of each row")
    arguments = parser.parse_args()
    for name, value in measured(Path(arguments.gold), arguments.misses).items():
        print(f"{name:60} {value:7.3f}")


def measured(folder: Path, misses: int = 0) -> dict[str, float]:
    changes = {
        name: [(pair, change_of(pair["A"], pair["B"])) for pair in gold(folder, name) if pair["A"] != pair["B"]]
        for name in ("condaqa", "breaking_nli", "cf_nli", "argrewrite")
    }
    by_label: dict[str, list[tuple[dict[str, Any], Change]]] = defaultdict(list)
    for name, rows in changes.items():
        for pair, change in rows:
            by_label[f"{name} {pair['label']} {pair.get('gold', '')}".strip()].append((pair, change))
    condaqa = {label: by_label[f"condaqa {label}"] for label in ("affirmative", "paraphrase", "scope")}
    grammar = by_label["argrewrite Conventions/Grammar/Spelling"]
    misspelt = [row for row in grammar if is_spelling(row[0]["A"], row[0]["B"])]
    nli = changes["breaking_nli"]
    contradictions = [row for row in nli if row[0]["gold"] == "contradiction"]
    entailments = [row for row in nli if row[0]["gold"] == "entailment"]
    antonyms = [row for row in contradictions if row[0]["label"].startswith("antonyms")]

    def named(rows: Sequence[tuple[dict[str, Any], Change]], *types: str) -> float:
        return share(bool(set(types) & set(change.types)) for _, change in rows)

    def weights(rows: Sequence[tuple[dict[str, Any], Change]]) -> list[float]:
        return [change.significance for _, change in rows]

    result = {
        "condaqa affirmative named negation %": named(condaqa["affirmative"], "negation", "opposite"),
        "condaqa affirmative under .1 %": share(weight < 0.1 for weight in weights(condaqa["affirmative"])),
        "condaqa AUC affirmative against paraphrase": auc(
            weights(condaqa["affirmative"]), weights(condaqa["paraphrase"])
        ),
        "argrewrite grammar named negation %": named(grammar, "negation"),
        "argrewrite grammar silent or unnoted %": share(c.silent or c.unnoted for _, c in grammar),
        "argrewrite grammar weight >= .1 %": share(weight >= 0.1 for weight in weights(grammar)),
        "argrewrite grammar typo %": named(grammar, "typo"),
        "argrewrite grammar typo or typography %": named(grammar, "typo", "typography"),
        f"argrewrite typo of the {len(misspelt)} spelling edits %": named(misspelt, "typo"),
        "breaking NLI AUC contradiction against entailment": auc(weights(contradictions), weights(entailments)),
        "breaking NLI contradictions under .1 %": share(weight < 0.1 for weight in weights(contradictions)),
        "antonyms named %": named(antonyms, "opposite", "negation"),
        "synonyms named %": named(by_label["breaking_nli synonyms entailment"], "opposite", "negation", "thing"),
        "cardinals numbers %": named(by_label["breaking_nli cardinals contradiction"], "numbers"),
        "ordinals numbers %": named(by_label["breaking_nli ordinals contradiction"], "numbers"),
        "numbers written otherwise named %": share(
            "numbers" in c.types for p, c in entailments if p["label"] in ("cardinals", "ordinals")
        ),
        "real words typo %": named(contradictions, "typo"),
        "cf_nli reversals under .1 %": share(
            c.significance < 0.1
            for p, c in changes["cf_nli"]
            if p["label"] in ("entailment>contradiction", "contradiction>entailment")
        ),
    }
    for label in sorted(by_label):
        result[f"  {label}: mean weight"] = sum(weights(by_label[label])) / len(by_label[label])
    if misses:
        _print_misses(
            "affirmative", [r for r in condaqa["affirmative"] if not {"negation", "opposite"} & set(r[1].types)], misses
        )
        _print_misses("grammar heavy", [r for r in grammar if r[1].significance >= 0.1], misses)
        _print_misses("grammar negation", [r for r in grammar if "negation" in r[1].types], misses)
        _print_misses("contradictions light", [r for r in contradictions if r[1].significance < 0.1], misses)
        _print_misses("entailments heavy", [r for r in entailments if r[1].significance >= 0.1], misses)
        _print_misses("typos", [r for r in contradictions if "typo" in r[1].types], misses)
        _print_misses(
            "grammar not typo",
            [r for r in grammar if "typo" not in r[1].types and "typography" not in r[1].types],
            misses,
        )
        _print_misses("paraphrases heavy", [r for r in condaqa["paraphrase"] if r[1].significance >= 0.2], misses)
    return result


def _print_misses(title: str, rows: Sequence[tuple[dict[str, Any], Change]], count: int) -> None:
    print(f"--- {title}: {len(rows)}", Counter(pair["label"] for pair, _ in rows).most_common(6))
    for pair, change in rows[:: max(1, len(rows) // count)][:count]:
        print(
            f"  {pair['A'][-220:]!r}\n  {pair['B'][-220:]!r}\n    {change.types} {change.significance} {change.reasons}"
        )


if __name__ == "__main__":
    main()
