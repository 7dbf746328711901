"""A diff laid out: every letter of both versions is there, in order, and links lead somewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl import diff
from newscrawl.humanize import approximate_duration, change_interval, counted, later
from newscrawl.items import Article, PageKind, SegmentOp
from newscrawl.web.context import LruCache
from newscrawl.web.diff_layout import diff_layout, in_words
from tests.web.press import BRIDGE

SENTENCES = [s for told in BRIDGE for s in told.paragraphs] + ["One.", "Two words.", "Two more words."]
PARAGRAPHS = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join), max_size=9)


def article(paragraphs: list[str], headline: str = "Bridge") -> Article:
    return Article("s", "g", "https://a.example/", headline, tuple(paragraphs), "w", "t", "s", PageKind.ARTICLE, "r")


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_both_columns_hold_their_whole_text(old: list[str], new: list[str]) -> None:
    a, b = article(old), article(new)
    made = diff_layout(diff.compare(a, b), a, b)
    for side, texts, own in (("a", old, SegmentOp.DELETE), ("b", new, SegmentOp.INSERT)):
        found = {}
        for row in made.rows:
            for paragraph in getattr(row, side).paragraphs:
                assert paragraph.number not in found
                found[paragraph.number] = "".join(s.text for s in paragraph.segments)
                assert all(s.op in (SegmentOp.KEEP, own) for s in paragraph.segments)
        assert found == dict(enumerate(texts, start=1))


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_every_link_to_another_place_has_its_anchor(old: list[str], new: list[str]) -> None:
    a, b = article(old), article(new)
    made = diff_layout(diff.compare(a, b), a, b)
    anchors = {f"old-{p.number}" for row in made.rows for p in row.a.paragraphs}
    anchors |= {f"new-{p.number}" for row in made.rows for p in row.b.paragraphs}
    assert {place.anchor for row in made.rows for place in (*row.a.places, *row.b.places)} <= anchors


def test_a_moved_paragraph_leaves_a_note_where_it_stood() -> None:
    old = [f"Paragraph {name} speaks of something of its own, {name}." for name in ("alpha", "beta", "gamma", "delta")]
    a, b = article(old), article([*old[1:], old[0]])
    made = diff_layout(diff.compare(a, b), a, b)
    first = next(made.rows)
    assert first.is_ghost
    assert [place.anchor for place in first.a.places] == ["new-4"]


def test_in_words_counts_what_happened() -> None:
    a, b = article(["Kept as it is."]), article(["Kept as it is.", "Added at the end of it."], "Bridge to close")
    assert in_words(diff.compare(a, b)) == "Headline rewritten; 1 paragraph added"
    assert in_words(diff.compare(a, a)) == "The words are the same"


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=49), "49 minutes"),
        (timedelta(minutes=55), "about an hour"),
        (timedelta(hours=3, minutes=10), "about 3 hours"),
        (timedelta(hours=23, minutes=50), "1 day"),
        (timedelta(days=40), "40 days"),
        (timedelta(days=100), "about 3 months"),
        (timedelta(days=800), "about 2 years"),
    ],
)
def test_lengths_of_time_in_words(gap: timedelta, words: str) -> None:
    assert approximate_duration(gap) == words
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert later(start + gap, start).endswith("earlier") or gap < timedelta(seconds=30)


def test_an_interval_states_both_ends() -> None:
    start = datetime(2026, 1, 6, 14, 5, tzinfo=UTC)
    assert change_interval(start, start + timedelta(minutes=15)) == "between 14:05 and 14:20 UTC on 6 January 2026"
    assert change_interval(None, start) == "by 6 January 2026, 14:05 UTC"
    assert "between 6 January 2026, 14:05 UTC and 7 January" in change_interval(start, start + timedelta(days=1))


def test_counted() -> None:
    assert [counted(n, "version") for n in (0, 1, 1200)] == ["0 versions", "1 version", "1,200 versions"]


def test_remembered_values_stay_within_their_weight() -> None:
    kept: LruCache[str, str] = LruCache(10)
    kept.put("a", "A", 4)
    kept.put("b", "B", 4)
    assert kept.get("a") == "A"  # used: b is forgotten first
    kept.put("c", "C", 4)
    assert [kept.get(key) for key in "abc"] == ["A", None, "C"]
    assert kept.put("d", "D", 11) == "D"
    assert kept.get("d") is None
