"""Quality of alignment on human alignments and on revisions of real articles with known truth: floors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mark_bench import METHODS, measure
from newscrawl.diff import compare, compare_texts
from newscrawl.items import Article, DiffOp, DiffRow, PageKind
from tests.diff.revisions import Revision, articles, read_alignments, revisions
from tests.diff.scoring import Score, changed, links

pytestmark = pytest.mark.corpus


AUTHOR = re.compile(r"argrewrite_(\d+)")


def scores(pairs: Path, half: int | None = None) -> tuple[Score, Score]:
    """Return the scores of all links and of those of changed units; `half` 0 or 1 takes every other author."""
    every, only_changed = Score(), Score()
    for pair in read_alignments(pairs):
        author = AUTHOR.search(str(pair["id"]))
        if half is not None and author is not None and int(author[1]) % 2 != half:
            continue
        a, b = pair["A"], pair["B"]
        true = {(i, j) for i, j in pair["links"]}
        stated = links(compare_texts(a, b)) - {(i, j) for i, j in pair.get("optional") or []}
        every.count(stated, true)
        only_changed.count(changed(stated, a, b), changed(true, a, b))
    return every, only_changed


@pytest.mark.parametrize("half", [0, 1])
def test_human_sentence_alignments_are_found(gold: Path, half: int) -> None:
    every, only_changed = scores(gold / "diff" / "argrewrite_dev.jsonl.gz", half)
    assert every.f1 >= 0.975
    assert only_changed.f1 >= 0.95


def test_human_sentence_alignments_of_all_authors_are_found(gold: Path) -> None:
    _, only_changed = scores(gold / "diff" / "argrewrite_dev.jsonl.gz")
    assert only_changed.f1 >= 0.955


def test_marks_cut_no_more_edits_than_a_common_subsequence_and_keep_what_it_keeps(gold: Path) -> None:
    pairs = read_alignments(gold / "gold" / "argrewrite.jsonl.gz")
    sample = [(str(pair["A"]), str(pair["B"])) for pair in pairs if pair["A"] != pair["B"]]
    ours, theirs = (measure(METHODS[name], sample) for name in ("newscrawl", "words in common (News Sniffer)"))
    assert ours["marked"] <= 1.01 * theirs["marked"]
    assert ours["edits"] <= theirs["edits"]
    assert ours["islands"] <= 0.9 * theirs["islands"]


def test_paragraphs_of_real_rewrites_are_aligned_without_errors(gold: Path) -> None:
    every, only_changed = scores(gold / "diff" / "news_gold.jsonl")
    assert every.f1 == 1.0
    assert only_changed.f1 == 1.0


def test_a_lede_and_a_quote_that_moved_to_other_paragraphs_are_found(gold: Path) -> None:
    alignment = next(iter(read_alignments(gold / "diff" / "news_gold.jsonl")))
    diff = compare(_article(alignment["A"]), _article(alignment["B"]))
    assert {(moved.a, moved.b) for moved in diff.passages} == {(0, 8), (2, 7)}
    quote = next(moved for moved in diff.passages if moved.a == 2)
    assert quote.text.startswith("to ensure that the movement")


def _article(paragraphs: list[str]) -> Article:
    return Article(
        source="s",
        guid="g",
        url="https://news.example/1",
        headline="H",
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
    )


Compared = list[tuple[Revision, tuple[DiffRow, ...]]]


@pytest.fixture(scope="module")
def compared(corpus: Path) -> Compared:
    texts = articles(corpus / "pages.jsonl")
    return [(r, compare_texts(r.a, r.b)) for r in revisions(texts, 250, seed=77)]


def score(compared: Compared, stated: Callable[..., Any], true: Callable[..., Any]) -> Score:
    total = Score()
    for revision, rows in compared:
        total.count(stated(revision, rows), true(revision))
    return total


def test_links_of_synthetic_revisions_are_found(compared: Compared) -> None:
    every = score(compared, lambda _, rows: links(rows), lambda r: r.links)
    only_changed = score(compared, lambda r, rows: changed(links(rows), r.a, r.b), lambda r: changed(r.links, r.a, r.b))
    assert every.f1 >= 0.994
    assert only_changed.f1 >= 0.988


def test_moves_in_synthetic_revisions_are_found(compared: Compared) -> None:
    assert score(compared, lambda _, rows: links(rows, DiffOp.MOVED), lambda r: r.moved).f1 >= 0.945


def test_splits_and_merges_in_synthetic_revisions_are_found(compared: Compared) -> None:
    ops = (DiffOp.SPLIT, DiffOp.MERGED)
    assert score(compared, lambda _, rows: links(rows, *ops), lambda r: r.parts).f1 >= 0.97


def test_kinds_of_paragraphs_in_synthetic_revisions_are_right(compared: Compared) -> None:
    right = total = 0
    for revision, rows in compared:
        true = {j: _kinds(revision, j) for j in range(len(revision.b))}
        total += len(true)
        right += sum(1 for row in rows for j in row.b if row.op in true[j])
    assert right / total >= 0.98


def _kinds(revision: Revision, j: int) -> set[DiffOp]:
    origins = [i for i, other in revision.links if other == j]
    if any((i, j) in revision.parts for i in origins):
        return {DiffOp.SPLIT, DiffOp.MERGED}
    if not origins:
        return {DiffOp.ADDED}
    if any((i, j) in revision.moved for i in origins):
        return {DiffOp.MOVED}
    return {DiffOp.KEPT if revision.a[origins[0]] == revision.b[j] else DiffOp.EDITED}


def test_two_long_live_blogs_compare_within_a_second(corpus: Path) -> None:
    pool = list(dict.fromkeys(text for paragraphs in articles(corpus / "pages.jsonl") for text in paragraphs))
    old, new = pool[:2000], pool[2000:2040] + pool[:1960]
    new[100::20] = [text.replace(" the ", " this ").replace(" de ", " of ") for text in new[100::20]]
    started = time.process_time()
    rows = compare_texts(old, new)
    assert time.process_time() - started < 1.0
    assert set(range(40)) <= {j for row in rows if row.op is DiffOp.ADDED for j in row.b}
