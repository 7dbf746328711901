"""Numbers are what they state, whatever they are written with; dates and clock times are none."""

from __future__ import annotations

import pytest

from newscrawl.change.amounts import is_rounded
from newscrawl.change.moments import may_be_one, moments
from newscrawl.change.numerals import numbers


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("en", "three or 3", ["3", "3"]),
        ("en", "1,000, 1000 or a thousand", ["1000", "1000", "1000"]),
        ("en", "2,000,000 euros, €2m, 2 million euros", ["2000000€", "2000000€", "2000000€"]),
        ("en", "5 per cent, 5%, five percent", ["5%", "5%", "5%"]),
        ("en", "the third fire, the 3rd", ["3 ordinal", "3 ordinal"]),
        ("en", "two hundred and five men", ["205"]),
        ("en", "half a million, 500,000", ["500000", "500000"]),
        ("en", "$3.5bn, $3.5 billion", ["3500000000$", "3500000000$"]),
        ("en", "10-20 people, won 3–2", ["10-20", "3-2"]),
        ("de", "1.500 Euro, 1,5 Millionen, zweiundzwanzig", ["1500€", "1500000", "22"]),
        ("fr", "quatre-vingt-dix, 90, deux cents", ["90", "90", "200"]),
        ("es", "dos mil, 2.000", ["2000", "2000"]),
        ("ru", "двадцать пять, 25, пять тысяч", ["25", "25", "5000"]),
        ("ja", "500万円", ["5000000¥"]),
        ("en", "half a percentage point, 0.5 percentage points", ["0.5points", "0.5points"]),
        ("en", "two and a half million euros, 2½ miles", ["2500000€", "2.5length-mile"]),
        ("en", "half an hour, half a page, half of them", ["0.5", "50%"]),
        ("en", "won twice, at once, once a year", ["2", "1"]),
        ("de", "eine halbe Million Euro, anderthalb Millionen, eine Viertelstunde", ["500000€", "1500000", "0.25"]),
        ("fr", "deux ans et demi. Deux millions et demi d'euros. Un demi-point", ["2.5", "2500000€", "0.5"]),
        ("es", "dos años y medio, dos cajas y media docena, medio punto", ["2.5", "2", "0.5"]),
        ("ru", "полчаса, полдень, полтора миллиона", ["0.5", "1500000"]),
        ("ar", "المركز الثالث، الجولة الحادية عشرة", ["3 ordinal", "11 ordinal"]),
        ("en", "on 7 May 2031 at 10:15 GMT, 5 p.m., in April 2031, since 1998", []),
    ],
)
def test_number_is_its_value_and_unit(language: str, text: str, keys: list[str]) -> None:
    assert [fact.key for fact in numbers(text, language)] == keys


@pytest.mark.parametrize(
    ("language", "one", "other", "may_be"),
    [
        ("en", "half past six", "6.30pm", True),
        ("en", "half past six", "half past six in the evening", True),
        ("en", "half past six in the morning", "6.30pm", False),
        ("en", "quarter to six", "5:45", True),
        ("de", "halb sieben", "18.30 Uhr", True),
        ("de", "halb sieben", "7.30 Uhr", False),
        ("en", "12/03/2024", "12 March 2024", True),
        ("en", "12/03/2024", "3 December 2024", True),
        ("en", "12/03/2024", "12 April 2024", False),
        ("en", "12/03/2024", "June 2024", False),
        ("fr", "12/03/2024", "3 décembre 2024", False),
    ],
)
def test_what_is_vague_may_be_each_of_what_it_says(language: str, one: str, other: str, may_be: bool) -> None:
    assert may_be_one(one, other, language) is may_be
    assert may_be_one(other, one, language) is may_be


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "on 7 May 2031 at 10:15 GMT", ["7 May 2031", "10:15 GMT"]),
        ("en", "He may march in May", ["May"]),
        ("en", "They may go.", []),
        ("de", "am Montag, 3. März um 14 Uhr", ["Montag", "3. März", "14 Uhr"]),
        ("fr", "le 7 mars, hier soir", ["7 mars", "hier", "soir"]),
        ("ja", "3月7日の午後", ["3月7日", "午後"]),
        ("en", "It cost 1.50 euros.", []),
        ("en", "at half past six, half six of them", ["half past six"]),
        ("en", "about nine o'clock in the evening", ["nine o'clock in the evening"]),
        ("de", "um halb sieben, halb so viele", ["halb sieben"]),
        ("de", "um 8 Uhr abends", ["8 Uhr abends"]),
        ("es", "a las seis y media, a las seis mujeres, a las seis.", ["seis y media", "seis"]),
        ("fr", "à six heures et demie, deux heures et demie de retard", ["six heures et demie"]),
        ("ru", "в половине седьмого, половина дома", ["половине седьмого"]),
        ("en", "They counted 1505 boats.", []),
        ("en", "It opened in 1998 and closed again (2005).", ["1998", "2005"]),
    ],
)
def test_moment_is_a_date_a_day_or_a_clock_time(language: str, text: str, found: list[str]) -> None:
    assert [fact.text for fact in moments(text, language)] == found


def test_figures_in_a_row_may_be_a_number_beyond_all_floats() -> None:
    (number,) = numbers(" ".join(map(str, range(100, 400))), "en")
    assert float(number.key) == float("inf")
    assert not is_rounded(float("inf"), 100.0, ("", "about "), "en")
    assert not is_rounded(100.0, float("inf"), ("", "about "), "en")
