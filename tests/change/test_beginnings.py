"""A pattern searched only where it can begin finds what it finds when it is searched everywhere."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.change import moments, numerals
from newscrawl.change.beginnings import Beginnings, beginnings_of, matches
from newscrawl.change.facts import _WORD, words
from newscrawl.change.lexicon import ATTRIBUTION, BOILERPLATE, HEDGES, UPDATE
from newscrawl.change.moment_values import names
from newscrawl.change.spelling import _WORD as _SPELT_WORD
from newscrawl.change.spelling import _words
from newscrawl.change.tokens import _TOKEN, tokens
from newscrawl.correction_notes import CORRECTION

VERBOSE = (ATTRIBUTION, HEDGES, UPDATE, BOILERPLATE, CORRECTION)
# Parts of the patterns themselves, and what is equal to a letter in another case only: ß, ﬁ, ſ, ı, K (kelvin).
LITERALS = sorted({word for pattern in VERBOSE for word in re.findall(r"[^\W\d_]{2,}", pattern.pattern)})
SIGNS = ["", ",", "\u2019", "-", "2", "14:05", "2019", "\u0301", "ß", "ﬁ", "ſ", "ı", "\u212a", "©", "½", "_", "京"]
NUMBERS = [
    "May",
    "3rd",
    "a hundred",
    "half a million",
    "dreißig",
    "DREISSIG",
    "vingt et un",
    "أحد عشر",
    "Mai",
    "5月3日",
]
TEXT = st.lists(
    st.sampled_from([*LITERALS, *SIGNS, *NUMBERS, "the", "x@y.example"]).map(lambda part: part), max_size=14
).flatmap(lambda parts: st.sampled_from([" ", "", "  ", "\u00a0"]).map(lambda sign: sign.join(parts)))
ANY_CASE = TEXT.flatmap(lambda text: st.sampled_from([text, text.upper(), text.title(), text.replace("ss", "ß")]))


def found(iterator: object) -> list[tuple[int, int]]:
    return [match.span() for match in iterator]  # type: ignore[attr-defined]


@pytest.mark.parametrize("pattern", VERBOSE, ids=["attribution", "hedges", "update", "boilerplate", "correction"])
@given(text=ANY_CASE)
@settings(max_examples=150, deadline=None)
def test_verbose_patterns_find_the_same(pattern: regex.Pattern[str], text: str) -> None:
    assert found(matches(pattern, text)) == found(pattern.finditer(text))


LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "ru", "ar", "ja", "zh", "hi", "el")
TIMES = sorted({
    *(name for language in LANGUAGES for kind in ("months", "days") for name in names(language, kind)),
    *(word for words in moments._RELATIVE.values() for word in re.findall(r"[^\W\d_]{2,}", words)),
    *("in", "on", "à", "в", "3", "14.05", "3 pm", "14 Uhr", "午後 3時半", "五月", " 5時", "'80s", "sixties", "noon",
      "٣ مارس", "half past six", "at half six", "um halb sieben", "a las seis y media", "половине седьмого",
      "الساعة السادسة والنصف", "nine o'clock in the evening", "8 Uhr abends", "2024/03/12", "à six heures", "alle sei"),
})  # fmt: skip
FIGURES = sorted({
    *(word for tables in numerals.WORDS.values() for table in tables.values() for word in table),
    *("a hundred", "A\u00a0million", "an-dozen", "half a billion", ".5", "1.5", "٣", "3rd", "2m", "1 000"),
})  # fmt: skip


def in_any_case(parts: list[str]) -> st.SearchStrategy[str]:
    texts = st.lists(st.sampled_from([*parts, *SIGNS, "the", "."]), max_size=10)
    joined = texts.flatmap(lambda chosen: st.sampled_from([" ", "", "\u00a0", "-"]).map(lambda sign: sign.join(chosen)))
    return joined.flatmap(lambda text: st.sampled_from([text, text.upper(), text.title()]))


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=in_any_case(TIMES))
@settings(max_examples=80, deadline=None)
def test_dates_and_times_are_the_same(language: str, text: str) -> None:
    everywhere = found(moments._pattern(language).finditer(moments.in_ascii_digits(text)))
    assert moments.moment_spans(text, language) == everywhere


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=in_any_case(FIGURES))
@settings(max_examples=80, deadline=None)
def test_numbers_are_the_same(language: str, text: str) -> None:
    pattern = numerals._patterns(language)[0]
    assert found(numerals._beginnings(language).matches(pattern, text)) == found(pattern.finditer(text))


@given(st.one_of(ANY_CASE, st.text(max_size=60), st.text(alphabet="aé5²½'’-_ .\u00ad", max_size=20)))
@settings(max_examples=300, deadline=None)
def test_plain_text_has_the_same_words_by_the_standard_library(text: str) -> None:
    assert tokens(text) == _TOKEN.findall(text)
    assert words(text) == _WORD.findall(text)
    assert _words(text) == _SPELT_WORD.findall(text)


def test_a_pattern_that_begins_with_any_letter_is_refused() -> None:
    with pytest.raises(ValueError, match="any letter"):
        beginnings_of(regex.compile(r"(?xiV1) said | \w+\ denied"))


def test_optional_letters_and_groups_belong_to_the_beginning_or_not() -> None:
    pattern = regex.compile(r"(?xiV1) \b(?: colou?r | (?:very\ )?old | x[ab]+y )\b")
    text = "Color colour very old, OLD xaby oldest"
    assert [match[0] for match in matches(pattern, text)] == ["Color", "colour", "very old", "OLD", "xaby"]


def test_beginnings_with_one_letter_are_words_or_more() -> None:
    pattern = regex.compile(r"a\ hundred|half", regex.IGNORECASE)
    found_at = Beginnings(["a ", "half"]).matches(pattern, "A hundred and half; ahalf a hundreda")
    assert [match[0] for match in found_at] == ["A hundred", "half", "a hundred"]
