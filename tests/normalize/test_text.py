from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.normalize import display, display_digest, fold, wording_digest

# What is folded, and what joins or parts its neighbours: any character alone meets these once in a thousand texts.
SIGNS = "aAfi \n'\"-.!?%‘`ʼʹ«‹»›“”″–—―−…⁄ﬀﬃﬅ＝！＇\u0301\u0338"
SIGNS += "\u200b\u200c\u200d\u200e\xad\ufe00\ufe0f\u1100\u1161\x80\ud800"
ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
ANY_TEXT = st.text(alphabet=ANY_CHARACTER, max_size=200) | st.text(st.sampled_from(SIGNS) | ANY_CHARACTER, max_size=20)
PLAIN = st.text(alphabet="abc XYZ 0123456789.,%$€-", max_size=60)


@given(ANY_TEXT)
def test_displayed_text_can_be_stored_and_is_stable(text: str) -> None:
    shown = display(text)
    shown.encode("utf-8")
    assert display(shown) == shown
    assert "\n" not in shown
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in shown)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def letters(text: str) -> list[str]:
    """Return the digits and letters of a text, without the two letters that are set as apostrophes."""
    return [char for char in unicodedata.normalize("NFKD", text) if char.isalnum() and char not in "\u02b9\u02bc"]


@given(ANY_TEXT)
def test_folding_keeps_every_digit_and_letter(text: str) -> None:
    assert letters(fold(text)) == letters(display(text))


def test_no_other_letter_is_an_apostrophe() -> None:
    alphabet = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [sign for sign in alphabet if sign.isalnum() and not any(map(str.isalnum, fold(sign)))] == list(
        "\u02b9\u02bc\u0374"
    )


@pytest.mark.parametrize("between", ["\u200c", "\u200d", "\ufe00", "\ufe0f"])
def test_a_joiner_between_a_letter_and_its_accent_is_no_edit(between: str) -> None:
    assert fold(f"cafe{between}\u0301") == fold("café")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("$1.5 billion", "$15 billion"),
        ("5%", "5"),
        ("1,000", "1.000"),
        ("10²", "102"),
        ("−5 degrees", "5 degrees"),
        ("He may go", "He May go"),
        ("resume", "résumé"),
        ("$5", "€5"),
        ("Is it?", "Is it!"),
        ("£3m–4m", "£34m"),
        ("½ cup", "1/2 cup of"),
    ],
)
def test_signs_with_a_meaning_are_never_folded_away(left: str, right: str) -> None:
    assert fold(left) != fold(right)
    assert wording_digest("h", [left]) != wording_digest("h", [right])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("“It’s” here", '"It\'s" here'),
        ("a — b", "a—b"),
        ("a – b", "a - b"),
        ("a -- b", "a—b"),
        ("10–15", "10-15"),
        ("wait…", "wait..."),
        ("wait. . .", "wait..."),
        ("non\xa0breaking\u202fspace", "non breaking space"),
        ("soft\xadhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("« Non » !", '"Non"!'),
        ("５０％", "50%"),
        ("\x93quoted\x94", '"quoted"'),
        ("oﬃce", "office"),
        ("\u202eab\u202c", "ab"),
    ],
)
def test_typography_alone_is_no_edit(left: str, right: str) -> None:
    assert fold(left) == fold(right)
    assert wording_digest("h", [left]) == wording_digest("h", [right])


def test_typography_alone_changes_the_display_digest() -> None:
    assert display_digest("h", ["“a”"]) != display_digest("h", ['"a"'])


def test_other_paragraph_breaks_are_no_edit_but_are_shown() -> None:
    assert wording_digest("h", ["One.", "Two."]) == wording_digest("h", ["One. Two."])
    assert display_digest("h", ["One.", "Two."]) != display_digest("h", ["One. Two."])


def test_a_sentence_moved_from_headline_to_body_is_an_edit() -> None:
    assert wording_digest("One. Two.", ["Three."]) != wording_digest("One.", ["Two. Three."])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("WASHINGTON (Reuters) - The Fed raised rates.", "WASHINGTON The Fed raised rates."),
        ("(CNN) — The train stopped.", "The train stopped."),
        ("(CNN)The train stopped.", "The train stopped."),
        ("Shares fell.[L1N1E90Z2]", "Shares fell."),
    ],
)
def test_a_wire_credit_that_comes_or_goes_is_no_edit(left: str, right: str) -> None:
    assert wording_digest("h", [left]) == wording_digest("h", [right])


def test_an_agency_named_within_a_sentence_stays() -> None:
    assert wording_digest("h", ["It told the agency (Reuters) so."]) == wording_digest(
        "h", ["It told the agency (Reuters) so."]
    )
    assert wording_digest("h", ["Sources (AP) were named."]) != wording_digest("h", ["Sources (AFP) were named, too."])


def test_a_million_combining_marks_are_bounded() -> None:
    started = time.process_time()
    text = display("a" + "\u0301\u0323" * 500_000 + "b")
    assert len(text) < 20
    assert text.endswith("b")
    assert time.process_time() - started < 2


@given(PLAIN, PLAIN)
def test_texts_that_differ_in_plain_signs_differ_in_wording(left: str, right: str) -> None:
    compact = ["".join(text.split()).replace("-", "").replace(".", "") for text in (left, right)]
    if compact[0] != compact[1]:
        assert wording_digest("h", [left]) != wording_digest("h", [right])
