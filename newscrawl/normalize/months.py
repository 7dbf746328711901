"""Days with the names of their months, by CLDR's names (Babel), in one language or in English.

dateparser takes the nearest name that it knows: it reads "19 set 2026" (Italian) and "16 Mart 2026" (Turkish) as
November, มี.ค. (March) as January (1.5, over CLDR's formats of 50 languages). A name that CLDR has needs no guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

import regex

MAX_TOKENS = 10
MIN_YEAR, MAX_YEAR = 1700, 2100
# With the marks of Indic and Thai letters, which Python's \w leaves out.
_TOKEN = regex.compile(r"\d+|[\p{L}\p{M}]+(?:[.'’][\p{L}\p{M}]+)*[.׳॰]?")
_CJK = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?!\d)")
_PREFIXES = ("ב", "d'", "d’", "l'", "l’")  # "in" and "of", written as one word with the month
# Countries whose newspapers name the months otherwise: آذار in the Levant, غشت in Morocco, "Jänner" in Austria.
_OTHER_MONTHS = {"ar": ("ar_LB", "ar_MA", "ar_TN"), "de": ("de_AT",), "es": ("es_PE",)}
# Abbreviations that newspapers print and CLDR does not have.
_MORE = {
    "en": {"sept": 9},
    "it": {"sett": 9, "genn": 1, "magg": 5},
    "nl": {"maa": 3},
    "de": {"maerz": 3},
    "fr": {"sep": 9},
}


def day_with_month(text: str, languages: tuple[str, ...], base: datetime) -> datetime | None:
    """Return the day that a text states with the name of its month, as a naive midnight; None if it states none.

    A day without a year is the last such day up to `base`. Raises ValueError for a day that its month does not have.
    """
    if match := _CJK.search(text):
        return datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 -- a day has no zone
    tokens = _TOKEN.findall(text.lower())
    if len(tokens) > MAX_TOKENS:
        return None
    months = list(dict.fromkeys(_months(tokens, (*languages, "en"))))  # "آذار/مارس" is one month by two names
    days = [int(token) for token in tokens if token.isdigit() and len(token) <= 2]
    years = [int(token) for token in tokens if token.isdigit() and len(token) > 2]
    if len(months) != 1 or len(days) + len(years) not in (1, 2):
        return None
    return _assembled(months[0], days, years, base, is_bare=len(tokens) <= 2)


def _assembled(month: int, days: list[int], years: list[int], base: datetime, *, is_bare: bool) -> datetime | None:
    match days, years:
        case [day], [year] if MIN_YEAR <= year <= MAX_YEAR:
            return datetime(year, month, day)  # noqa: DTZ001
        case [day, short], []:  # RFC 822; RFC 5322, 4.3 says which century
            return datetime(short + (2000 if short < 50 else 1900), month, day)  # noqa: DTZ001
        case [day], [] if is_bare:
            return last_such_day(month, day, base)
    return None


def last_such_day(month: int, day: int, base: datetime) -> datetime:
    """Return the last such day up to a moment; one that is a day ahead may be today in another zone."""
    day_of = datetime(base.year, month, day)  # noqa: DTZ001
    return day_of if day_of <= base.replace(tzinfo=None) + timedelta(days=1) else day_of.replace(year=base.year - 1)


def _months(tokens: list[str], languages: tuple[str, ...]) -> Iterator[int]:
    """Yield the months that a text names, by the first of the languages that knows the word."""
    before = ""
    for token in tokens:
        word = token.rstrip(".׳॰")
        pair, before = f"{before} {word}", word
        if number := next(filter(None, (month_words(language).get(pair) for language in languages)), None):
            yield number  # "تشرين الأول"
            continue
        words = [word, *(word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix))]
        found = (month_words(language).get(form) for form in words for language in languages)
        month = next((number for number in found if number), None)
        if month is not None:
            yield month


@lru_cache(maxsize=64)
def month_words(language: str) -> dict[str, int]:
    """Return the names and abbreviations of the months in a language, in lower case without a final dot."""
    from babel import Locale, UnknownLocaleError

    try:
        months = [Locale.parse(tag).months for tag in (language, *_OTHER_MONTHS.get(language, ()))]
    except (UnknownLocaleError, ValueError):
        return {}
    names = {
        name.lower().rstrip(".׳॰"): number
        for months_of in reversed(months)
        for context in ("stand-alone", "format")
        for width in ("abbreviated", "wide")
        for number, name in months_of[context][width].items()
    }
    return {**{name: number for name, number in names.items() if not name.isdigit()}, **_MORE.get(language, {})}
