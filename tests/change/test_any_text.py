"""The change between any two texts can be described, and its numbers add up."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, Change, PageKind

WORDS = st.sampled_from(
    ["said", "“No,”", "Mr. Smith", "5,000", "12 percent", "may", "Correction:", "東京", "。", "مرحبا", "\n", "é", "the"]
)
PARAGRAPHS = st.lists(st.one_of(st.lists(WORDS, max_size=9).map(" ".join), st.text(max_size=30)), max_size=6)


def article(headline: str, paragraphs: list[str]) -> Article:
    return Article(
        source="s",
        guid="g",
        url="https://news.example/1",
        headline=headline,
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
    )


def change(a: list[str], b: list[str]) -> Change:
    old, new = article("Headline", a), article("Headline", b)
    return describe(old, new, compare(old, new))


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=200, deadline=None)
def test_significance_lies_between_0_and_1_and_is_the_sum_of_its_reasons(a: list[str], b: list[str]) -> None:
    described = change(a, b)
    parts = [float(part) for reason in described.reasons for part in re.findall(r"\(([+-]\d\.\d\d)\)\Z", reason)]
    assert len(parts) == len(described.reasons)
    assert abs(described.significance - sum(parts)) < 0.005
    assert 0.0 <= described.significance <= 1.0


@given(PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=100, deadline=None)
def test_texts_that_differ_have_a_type_and_a_summary_of_one_line(a: list[str], b: list[str]) -> None:
    described = change(a, b)
    assert bool(described.types) == (a != b)
    assert bool(described.summary) == (a != b)
    assert len(described.summary.splitlines()) <= 1


@given(PARAGRAPHS)
@settings(max_examples=50, deadline=None)
def test_an_equal_text_has_an_empty_change(a: list[str]) -> None:
    assert change(a, a) == Change()
