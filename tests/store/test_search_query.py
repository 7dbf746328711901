"""What a search means: words, beginnings, phrases and alternatives, and what of a text they are."""

from __future__ import annotations

import pytest

from newscrawl.store.reader.search_query import SearchQuery, problem

TEXT = "The council’s immigration plan costs 6.2 million, said Zoë Marrow."


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("council plan", True),
        ("council zeppelin", False),
        ("zeppelin OR council", True),
        ("zeppelin OR airship council", False),
        ("zeppelin OR immig* zoe", True),
        ("immig*", True),
        ("migration*", False),
        ('"6.2 million"', True),
        ('"2.6 million"', False),
        ('"2.6 million" OR "said Zoë"', True),
        ("council or zeppelin", False),  # "or" in small letters is a word
    ],
)
def test_a_text_has_an_alternative_of_each_group(query: str, is_found: bool) -> None:
    search_query = SearchQuery.of(query)
    assert (search_query.has_terms([TEXT]) and search_query.has_phrases([TEXT])) is is_found


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("OR council", "OR stands between"),
        ("council OR", "OR stands between"),
        ("council OR OR plan", "OR stands between"),
        ("i*", "needs 2 letters"),
        ("(i*", "needs 2 letters"),
        (".*", None),
        (" ".join("abcdefghijklm"), "more than 12 words"),
        ("immig* OR council", None),
        ("橋*", None),
        ("", None),
        ('"', None),
    ],
)
def test_what_cannot_be_meant_is_said(query: str, says: str | None) -> None:
    found = problem(query)
    assert found is None if says is None else says in (found or "")
    SearchQuery.of(query)  # is lenient: subscriptions of long ago are matched by what can be meant


@pytest.mark.parametrize(
    ("query", "text", "sought"),
    [
        ("zoe immig*", TEXT, ["immigration", "Zoë"]),
        ("工事 橋", "市は橋の工事を始める。", ["橋", "工事"]),
        ("x", "", []),
    ],
)
def test_the_words_that_are_sought_are_marked(query: str, text: str, sought: list[str]) -> None:
    pieces = SearchQuery.of(query).marked(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_sought in pieces if is_sought] == sought
