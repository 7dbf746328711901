"""Applying a diff gives exactly the new text, and its inverse exactly the old one, for any texts."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.diff import apply, apply_rows, compare, compare_texts, invert, invert_rows, readable
from newscrawl.diff.patch import new_text, old_text
from newscrawl.items import Article, DiffOp, PageKind
from tests.diff.revisions import articles, revisions

# Few different words give many coincidental matches; these hold what breaks naive code.
WORDS = st.sampled_from(
    ["a", "b", "the", "said.", "“Yes,”", "U.S.", "5,000", "\n", "", " ", "東京", "。", "مرحبا", "é", "👨‍👩‍👧", "\u0301"]
)
TEXT = st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=30))
PARAGRAPHS = st.lists(TEXT, max_size=7)


def article(headline: str, byline: str | None, paragraphs: list[str]) -> Article:
    return Article(
        source="s",
        guid="g",
        url="https://news.example/1",
        headline=headline,
        byline=byline,
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
    )


@given(PARAGRAPHS, PARAGRAPHS)
@example(["a\nb"], ["a", "b"])
@example(["a b c. d e f."], ["a b c.", "d e f."])
@settings(max_examples=200, deadline=None)
def test_applying_rows_gives_the_new_text_and_their_inverse_the_old_one(a: list[str], b: list[str]) -> None:
    rows = compare_texts(a, b)
    assert apply_rows(rows, a) == tuple(b)
    assert apply_rows(invert_rows(rows), b) == tuple(a)


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=80, deadline=None)
def test_inverting_rows_twice_gives_the_same_rows(a: list[str], b: list[str]) -> None:
    rows = compare_texts(a, b)
    assert invert_rows(invert_rows(rows)) == rows


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=80, deadline=None)
def test_every_paragraph_is_in_one_row_and_new_ones_are_in_order(a: list[str], b: list[str]) -> None:
    rows = compare_texts(a, b)
    assert sorted(i for row in rows for i in row.a) == list(range(len(a)))
    assert [j for row in rows for j in row.b] == list(range(len(b)))


@given(PARAGRAPHS, PARAGRAPHS, st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_a_diff_beyond_its_budget_is_coarser_and_still_exact(a: list[str], b: list[str], max_steps: int) -> None:
    rows = compare_texts(a, b, max_steps=max_steps)
    assert apply_rows(rows, a) == tuple(b)
    assert apply_rows(invert_rows(rows), b) == tuple(a)


@given(TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=80, deadline=None)
def test_a_whole_diff_can_be_applied_and_inverted(
    headline: str, headline_b: str, byline: str | None, byline_b: str | None, a: list[str], b: list[str]
) -> None:
    old, new = article(headline, byline, a), article(headline_b, byline_b, b)
    diff = compare(old, new)
    applied = apply(diff, old)
    assert (applied.headline, applied.byline, applied.paragraphs) == (headline_b, byline_b, tuple(b))
    restored = apply(invert(diff), new)
    assert (restored.headline, restored.byline, restored.paragraphs) == (headline, byline, tuple(a))


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=80, deadline=None)
def test_spans_of_moved_text_are_its_position_in_both_paragraphs(a: list[str], b: list[str]) -> None:
    for moved in compare(article("", None, a), article("", None, b)).passages:
        assert a[moved.a][slice(*moved.a_span)] == moved.text
        assert b[moved.b][slice(*moved.b_span)]


def test_equal_texts_have_kept_rows_only() -> None:
    text = ["One.", "Two.", "Two.", ""]
    assert {row.op for row in compare_texts(text, text)} == {DiffOp.KEPT}


def test_a_diff_of_another_text_is_refused() -> None:
    rows = compare_texts(["One.", "Two."], ["One.", "Three."])
    with pytest.raises(ValueError, match="another text"):
        apply_rows(rows, ["One.", "Four."])
    with pytest.raises(ValueError):
        apply_rows(rows, ["One.", "Two.", "More."])


@pytest.mark.corpus
def test_diffs_of_revised_articles_can_be_applied_and_inverted(corpus: Path) -> None:
    texts = articles(corpus / "pages.jsonl")
    random.Random(5).shuffle(texts)
    for revision in revisions(texts, 120, seed=5):
        rows = compare_texts(revision.a, revision.b)
        assert apply_rows(rows, revision.a) == tuple(revision.b)
        assert apply_rows(invert_rows(rows), revision.b) == tuple(revision.a)
        for row in rows:
            assert old_text(row) == "\n".join(revision.a[i] for i in row.a)
            assert new_text(row) == "\n".join(revision.b[j] for j in row.b)


def test_byline_in_another_form_is_kept_for_readers_and_exact_for_machines() -> None:
    a = replace(article("H", "By Imke Rastrow and Tobin Fairlake", ["One."]), author=("Imke Rastrow", "Tobin Fairlake"))
    b = replace(a, byline="Imke Rastrow, Tobin Fairlake")
    diff = compare(a, b)
    assert apply(diff, a).byline == b.byline
    assert readable(diff, a, b).byline.op is DiffOp.KEPT
    other = replace(b, author=("Imke Rastrow",), byline="Imke Rastrow")
    assert readable(compare(a, other), a, other).byline.op is not DiffOp.KEPT
