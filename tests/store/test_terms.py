"""The terms under which texts are found, whatever their scripts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawl.store.terms import MAX_TERM_LENGTH, folded, query_terms, terms

SCRIPTS = st.text(st.sampled_from("abZß09_-’“ éÜŁßǅकि्षгЖαΣ東京タワーไทยกำ한국어ע ִברعَرَ\U0001f600²Ⅷ\x00"), max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council's 60 Members_all", ["the", "council", "s", "60", "members", "all"]),
        ("“Café” – straße 5", ["cafe", "strasse", "5"]),
        ("東京タワー opened", ["東京", "京タ", "タワ", "ワー", "opened", "東", "京"]),
        ("x" * 90, ["x" * MAX_TERM_LENGTH]),
        ("", []),
    ],
)
def test_terms_are_words_without_case_and_accents(text: str, expected: list[str]) -> None:
    assert terms((text,)) == expected


@given(SCRIPTS)
@example("plain words of ASCII")
@example("“quoted” words")
def test_a_text_has_every_term_that_asks_for_its_own_words(text: str) -> None:
    assert set(query_terms(text)) <= set(terms((text,)))


@given(SCRIPTS, SCRIPTS)
def test_a_paragraph_in_an_unspaced_script_alters_no_term_of_another(first: str, second: str) -> None:
    """However a paragraph is split into words, in one text with others it is split in the same way."""
    assert set(terms((first, second))) == set(terms((f"{first}\n{second}",)))


@given(SCRIPTS)
def test_folding_again_alters_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
