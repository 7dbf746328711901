"""Tokens, words and sentences by Unicode's rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.diff.words import sentences, tokens, word_spans, words


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_tokens_join_to_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(st.text(alphabet="aZé5 .,-'’&@#:/–\u00a0%(“\n"))
@settings(max_examples=300, deadline=None)
def test_plain_text_has_the_same_tokens_in_any_company(text: str) -> None:
    assert tokens(f"{text}\n\u3042") == [*tokens(f"{text}\n"), "\u3042"]


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    assert "".join("".join(text[slice(*span)] for span in spans).split()) == "".join(text.split())


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_spans_of_words_lie_in_the_text(text: str) -> None:
    for word, start, end in word_spans(text):
        assert text[start:end].casefold() == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It rose 5.2% to $1,234.50 at 14:05.",
            ["It", " ", "rose", " ", "5.2", "%", " ", "to", " ", "$", "1,234.50", " ", "at", " ", "14:05", "."],
        ),
        ("“Don’t,” he said—twice.", ["“", "Don’t", ",", "”", " ", "he", " ", "said", "—", "twice", "."]),
        ("東京で12人", ["東", "京", "で", "12", "人"]),
        ("カタカナ語", ["カタカナ", "語"]),
        ("قال: «نعم»", ["قال", ":", " ", "«", "نعم", "»"]),
        ("مُحَمَّد", ["مُحَمَّد"]),
        ("e\u0301te\u0301 हिन्दी", ["e\u0301te\u0301", " ", "हिन्दी"]),
        ("ok 👨‍👩‍👧🇸🇪👍🏽", ["ok", " ", "👨‍👩‍👧", "🇸🇪", "👍🏽"]),
        ("a\n\nb", ["a", "\n\n", "b"]),
        ("a well-known 2-1 win", ["a", " ", "well-known", " ", "2-1", " ", "win"]),
        (
            "The U.S. at 5 a.m., e.g. now",
            ["The", " ", "U.S.", " ", "at", " ", "5", " ", "a.m.", ",", " ", "e.g.", " ", "now"],
        ),
        ("в т.д. США", ["в", " ", "т.д.", " ", "США"]),
        ("see https://a.example/b,c?d=1.", ["see", " ", "https://a.example/b,c?d=1", "."]),
        ("（https://a.example/bを見る", ["（", "https://a.example/b", "を", "見", "る"]),
        ("by @news_desk, #metoo", ["by", " ", "@news_desk", ",", " ", "#metoo"]),
        ("desk@gazette.example.", ["desk@gazette.example", "."]),
        ("said--twice - no", ["said", "-", "-", "twice", " ", "-", " ", "no"]),
        ("AT&T and/or Q&A", ["AT&T", " ", "and", "/", "or", " ", "Q&A"]),
    ],
)
def test_text_is_cut_into_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_words_are_folded_and_unspaced_scripts_come_in_pairs() -> None:
    assert words("The U.S. “Navy” (5,000 men)") == ["the", "u.s", "navy", "5,000", "men"]
    assert words("東京都") == ["東京", "京都", "都"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gen. Mark A. Milley met Mr. Jones in the U.S. capital. He left at 5 p.m. on Jan. 3.", 2),
        ("“Why now?” he asked. Nobody knew!", 2),
        ("It cost $1.5 million. That is a lot.", 2),
        ("Am 3. Oktober kam Dr. Weber. Er blieb bis zum 19. Jahrhundertfest.", 2),
        ("警察が発表した。「大きな音がした。」と話した。", 3),
        ("أعلن الوزير ذلك. هل يعود؟ لا أحد يعلم.", 3),
        ("No mark at the end", 1),
        ("", 0),
    ],
)
def test_a_sentence_ends_at_its_mark_but_not_at_an_abbreviation(text: str, count: int) -> None:
    assert len(sentences(text)) == count
