"""Numbers are what they state, whatever they are written with; dates and clock times are none."""

from __future__ import annotations

import pytest

from newscrawl.change.moments import moments
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
        ("en", "on 7 May 2031 at 10:15 GMT, 5 p.m., in April 2031, since 1998", []),
    ],
)
def test_number_is_its_value_and_unit(language: str, text: str, keys: list[str]) -> None:
    assert [fact.key for fact in numbers(text, language)] == keys


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
        ("en", "They counted 1505 boats.", []),
        ("en", "It opened in 1998 and closed again (2005).", ["1998", "2005"]),
    ],
)
def test_moment_is_a_date_a_day_or_a_clock_time(language: str, text: str, found: list[str]) -> None:
    assert [fact.text for fact in moments(text, language)] == found
