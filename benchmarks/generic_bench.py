"""Measure reading without rules: `python -m benchmarks.generic_bench [--cross-validate] [--list FIELD [--half A]]`.

Every page of the corpus is read as if its source had no rules. The sources are split into two halves by a hash of their
names: what is tuned on half A is judged on half B. With `--cross-validate` each page is read by weights that were
learned without its source. `--list` prints the pages of a half on which a field is wrong; `--list pairs` the pairs of
captures with the same words that are read as different texts.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.extract_bench import default_corpus, entries, json_lines, means, scorer
from benchmarks.learn_text_density import examples_by_source, folds, learn
from newscrawl.cli.extract_pages import read_page
from newscrawl.extract import Page, generic
from newscrawl.extract.headline import alternative_headlines
from newscrawl.items import Capture

HALVES = ("A", "B")
FIELDS = ("title", "title_any", "headline", "date_exact", "authors", "rouge_f", "para_f")

Readings = Mapping[str, Mapping[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--list", choices=(*FIELDS, "pairs"))
    parser.add_argument("--half", choices=HALVES, default="A")
    arguments = parser.parse_args()
    corpus, field = arguments.corpus, arguments.list
    readings = cross_validated(corpus) if arguments.cross_validate else read_all(corpus)
    if field == "pairs":
        print(*false_changes(corpus, readings)[arguments.half][0], sep="\n")
    elif field:
        rows = rows_by_half(corpus, readings)[arguments.half]
        print(*(f"{row[field]:.3f} {row['id']}" for row in rows if row.get(field, 1.0) < 1.0), sep="\n")
    else:
        for name, values in figures(corpus, readings).items():
            print(name, "  ".join(f"{key} {value:g}" for key, value in values.items()))


def half(source: str) -> str:
    """Return which half a source is in; its name alone decides."""
    return HALVES[hashlib.sha256(source.encode()).digest()[-1] % 2]


def read_all(corpus: Path) -> Readings:
    """Return what is read of every page as of a source without rules."""
    with ProcessPoolExecutor() as pool:
        return dict(pool.map(partial(_read, corpus), entries(corpus), chunksize=8))


def cross_validated(corpus: Path) -> Readings:
    """Return what is read of every page by weights that were learned without its source."""
    readings: dict[str, Mapping[str, Any]] = {}
    sources = sorted({entry["source"] for entry in entries(corpus)})
    with ProcessPoolExecutor() as pool:
        for pages in pool.map(partial(_read_fold, corpus), folds(sources)):
            readings |= pages
    return readings


def _read_fold(corpus: Path, held_out: set[str]) -> Readings:
    examples = examples_by_source(corpus)
    learned = learn([example for source in examples if source not in held_out for example in examples[source]])
    shipped = dict(generic.WEIGHTS)
    try:
        generic.WEIGHTS.clear()
        generic.WEIGHTS.update(learned)
        return dict(_read(corpus, entry) for entry in entries(corpus) if entry["source"] in held_out)
    finally:
        generic.WEIGHTS.clear()
        generic.WEIGHTS.update(shipped)


def _read(corpus: Path, entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    body = gzip.decompress((corpus / entry["html"]).read_bytes())
    read = read_page({**entry, "source": f"{entry['source']} without rules"}, body)
    url = entry["url"] or "http://unknown.invalid/"
    page = Page(Capture(url, url, 200, (), body, datetime(2026, 1, 1, tzinfo=UTC)))
    return entry["id"], read | {"alternatives": alternative_headlines(page, read["title"])}


def rows_by_half(corpus: Path, readings: Readings) -> dict[str, list[dict[str, Any]]]:
    """Return the scores of every article; `headline` is right if any of the headlines that were read is."""
    score = scorer(corpus)
    rouge = score.Rouge(score.load_punkt(None))
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in HALVES}
    for entry in entries(corpus):
        if entry["kind"] != "article" or entry.get("variant_of"):
            continue
        read, expected = readings[entry["id"]], entry["expected"]
        row = score.score_page(entry, read, rouge)
        if expected.get("title"):
            stated = {score.norm(text) for text in (read["title"], *read["alternatives"])}
            right = {score.norm(text) for text in (expected["title"], *(expected.get("title_alternates") or ()))}
            row["headline"] = float(not stated.isdisjoint(right))
        rows[half(entry["source"])].append(row)
    return rows


def false_changes(corpus: Path, readings: Readings) -> dict[str, tuple[list[str], int]]:
    """Return by half the pairs of captures with the same words that are read as different texts, and of how many."""
    return _pairs(corpus, "redesign_pairs.jsonl", readings, is_same=True)


def missed_edits(corpus: Path, readings: Readings) -> dict[str, tuple[list[str], int]]:
    """Return by half the pairs of captures with a true edit that are read as the same text, and of how many."""
    return _pairs(corpus, "change_pairs.jsonl", readings, is_same=False)


def _pairs(corpus: Path, name: str, readings: Readings, *, is_same: bool) -> dict[str, tuple[list[str], int]]:
    score = scorer(corpus)
    pages = {entry["id"]: entry for entry in entries(corpus)}
    pairs = [pair for pair in json_lines(corpus / name) if pair["text_identical"] or not is_same]
    results = [(pair, score.score_pair(pair, pages, readings)) for pair in pairs]
    wrong = [pair for pair, result in results if result["failed"] or bool(result["strict"]) is is_same]
    return {
        name: (
            [pair["id"] for pair in wrong if half(pair["source"]) == name],
            sum(half(pair["source"]) == name for pair in pairs),
        )
        for name in HALVES
    }


def figures(corpus: Path, readings: Readings) -> dict[str, dict[str, float]]:
    """Return by half the scores and the share of false changes in percent, and how many edits are missed."""
    rows = rows_by_half(corpus, readings)
    false, missed = false_changes(corpus, readings), missed_edits(corpus, readings)
    return {
        name: means(rows[name], FIELDS)
        | {"false_changes": round(100 * len(false[name][0]) / false[name][1], 1), "missed_edits": len(missed[name][0])}
        for name in HALVES
    }


if __name__ == "__main__":
    main()
