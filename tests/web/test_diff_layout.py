"""The layout of a diff has every letter of both versions, in order, and its links lead to an anchor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl import diff
from newscrawl.humanize import approximate_duration, change_interval, counted, later
from newscrawl.items import Article, Diff, DiffOp, DiffRow, PageKind, SegmentOp
from newscrawl.lru_cache import LruCache
from newscrawl.web.diff_layout import diff_layout, diff_summary
from tests.web.press import BRIDGE

SENTENCES = [text for draft in BRIDGE for text in draft.paragraphs] + ["One.", "Two words.", "Two more words."]
PARAGRAPHS = st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join), max_size=9)


def article(paragraphs: list[str], headline: str = "Bridge") -> Article:
    return Article("s", "g", "https://a.example/", headline, tuple(paragraphs), "w", "t", "s", PageKind.ARTICLE, "r")


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_both_columns_have_their_whole_text(old: list[str], new: list[str]) -> None:
    a, b = article(old), article(new)
    layout = diff_layout(diff.compare(a, b), a, b)
    for side, texts, own_op in (("a", old, SegmentOp.DELETE), ("b", new, SegmentOp.INSERT)):
        column = {}
        for row in layout.rows:
            for paragraph in getattr(row, side).paragraphs:
                assert paragraph.number not in column
                column[paragraph.number] = "".join(s.text for s in paragraph.segments)
                assert all(s.op in (SegmentOp.KEEP, own_op) for s in paragraph.segments)
        assert column == dict(enumerate(texts, start=1))


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_every_link_to_another_place_has_its_anchor(old: list[str], new: list[str]) -> None:
    a, b = article(old), article(new)
    layout = diff_layout(diff.compare(a, b), a, b)
    anchors = {f"old-{p.number}" for row in layout.rows for p in row.a.paragraphs}
    anchors |= {f"new-{p.number}" for row in layout.rows for p in row.b.paragraphs}
    assert {link.anchor for row in layout.rows for link in (*row.a.links, *row.b.links)} <= anchors


def permalinks(compared: Diff, a: Article, b: Article) -> dict[str, tuple[str, int]]:
    """The permalinks of a layout, with the side and number of the paragraph that each leads to."""
    rows = list(diff_layout(compared, a, b).rows)
    found = [("old", p) for row in rows for p in row.a.paragraphs] + [
        ("new", p) for row in rows for p in row.b.paragraphs
    ]
    named = [(p.permalink, (side, p.number)) for side, p in found if p.permalink]
    assert len(dict(named)) == len(named)
    return dict(named)


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_permalinks_are_the_same_whatever_is_aligned_with_what(old: list[str], new: list[str]) -> None:
    a, b = article(old), article(new)
    aligned = diff.compare(a, b)
    removed = [DiffRow(DiffOp.REMOVED, (n,), ()) for n in range(len(old))]
    added = [DiffRow(DiffOp.ADDED, (), (n,)) for n in range(len(new))]
    apart = replace(aligned, rows=(*removed, *added), passages=())
    found = permalinks(aligned, a, b)
    assert found == permalinks(diff.readable(aligned, a, b), a, b) == permalinks(apart, a, b)
    changed = {("old", n) for n, text in enumerate(old, 1) if text not in new}
    assert set(found.values()) == changed | {("new", n) for n, text in enumerate(new, 1) if text not in old}


def test_a_permalink_is_of_the_text_and_not_of_its_place() -> None:
    a, b = article(["One.", "Two words."]), article(["One.", "Two more words."])
    later = article(["First.", "One.", "Two more words."])
    (old, new) = permalinks(diff.compare(a, b), a, b)
    places = permalinks(diff.compare(a, later), a, later)
    assert places[old] == ("old", 2)
    assert places[new] == ("new", 3)
    other = article(["One.", "Two other words."])
    assert new not in permalinks(diff.compare(a, other), a, other)


def test_a_moved_paragraph_leaves_a_placeholder_at_its_old_place() -> None:
    old = [f"Paragraph {name} speaks of something of its own, {name}." for name in ("alpha", "beta", "gamma", "delta")]
    a, b = article(old), article([*old[1:], old[0]])
    layout = diff_layout(diff.compare(a, b), a, b)
    first = next(layout.rows)
    assert first.is_placeholder
    assert [link.anchor for link in first.a.links] == ["new-4"]


def test_summary_counts_what_changed() -> None:
    a, b = article(["Kept as it is."]), article(["Kept as it is.", "Added at the end of it."], "Bridge to close")
    summary = diff_summary(diff.compare(a, b))
    assert "headline" in summary.lower()
    assert "1 paragraph added" in summary
    assert "paragraph" not in diff_summary(diff.compare(a, a))


@pytest.mark.parametrize(
    ("duration", "text"),
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
def test_approximate_durations(duration: timedelta, text: str) -> None:
    assert approximate_duration(duration) == text
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert later(start + duration, start).endswith("earlier") or duration < timedelta(seconds=30)


def test_an_interval_states_both_ends() -> None:
    start = datetime(2026, 1, 6, 14, 5, tzinfo=UTC)
    assert change_interval(start, start + timedelta(minutes=15)) == "between 14:05 and 14:20 UTC on 6 January 2026"
    assert change_interval(None, start) == "by 6 January 2026, 14:05 UTC"
    assert "between 6 January 2026, 14:05 UTC and 7 January" in change_interval(start, start + timedelta(days=1))


def test_counted() -> None:
    assert [counted(n, "version") for n in (0, 1, 1200)] == ["0 versions", "1 version", "1,200 versions"]


def test_cached_values_stay_within_the_weight() -> None:
    cache: LruCache[str, str] = LruCache(10)
    cache.put("a", "A", 4)
    cache.put("b", "B", 4)
    assert cache.get("a") == "A"  # used: b is dropped first
    cache.put("c", "C", 4)
    assert [cache.get(key) for key in "abc"] == ["A", None, "C"]
    assert cache.put("d", "D", 11) == "D"
    assert cache.get("d") is None
