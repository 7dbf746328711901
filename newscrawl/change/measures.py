"""Units of measurement behind a number, by CLDR's names and signs: "12 km", "12 kilometres", "30 °C"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import regex
from babel import Locale, UnknownLocaleError

_UNITS = (
    "length-kilometer", "length-meter", "length-centimeter", "length-millimeter", "length-mile", "length-foot",
    "length-inch", "mass-kilogram", "mass-gram", "mass-tonne", "mass-pound", "area-hectare", "area-acre",
    "area-square-kilometer", "area-square-meter", "volume-liter", "temperature-celsius", "temperature-fahrenheit",
    "speed-kilometer-per-hour", "speed-mile-per-hour", "power-megawatt", "energy-kilowatt-hour",
)  # fmt: skip
_WORDS = frozenset({"in"})  # "seven in ten" measures nothing
_MINUTES = {"duration-minute": 1, "duration-hour": 60, "duration-day": 1440, "duration-week": 10080}
_MONTHS = {"duration-month": 1, "duration-year": 12, "duration-decade": 120, "duration-century": 1200}
_MIN_LETTERS = 2  # "m" is a million, and "t" and "l" many things


@lru_cache(maxsize=64)
def measures(language: str) -> tuple[regex.Pattern[str], Mapping[str, str]]:
    """Return the pattern of units behind a number in a language, and by folded form which unit it is."""
    forms: dict[str, str] = {}
    for tag in (language, "en", "en_GB"):
        for unit in _UNITS:
            for form in forms_of(tag, unit):
                forms.setdefault(form, unit)
    forms |= {"c": "temperature-celsius", "f": "temperature-fahrenheit"}  # "30C"
    names = "|".join(sorted((regex.escape(form).replace(r"\ ", r"\s") for form in forms), key=len, reverse=True))
    return regex.compile(rf"[\s-]?(?P<measure>{names})(?!\p{{L}})", regex.IGNORECASE), forms


def forms_of(tag: str, unit: str) -> Iterator[str]:
    try:
        patterns: Any = Locale.parse(tag)._data["unit_patterns"]  # babel formats units, but does not list their names
    except (UnknownLocaleError, ValueError):
        return
    for width in ("long", "short"):
        for form in patterns.get(unit, {}).get(width, {}).values():
            name = " ".join(str(form).replace("{0}", " ").split()).casefold() if isinstance(form, str) else ""
            if len(name) >= _MIN_LETTERS and name not in _WORDS:
                yield name
                yield name.replace("degrees ", "degree ")
                if tag == "de" and name.endswith("er"):
                    yield f"{name}n"  # "1,20 Metern"


@lru_cache(maxsize=32)
def durations(language: str) -> tuple[regex.Pattern[str], Mapping[str, int], Mapping[str, int]]:
    """Return the pattern of units of time behind a number, and by their names their minutes or months."""
    minutes = {
        form: size for unit, size in _MINUTES.items() for tag in (language, "en") for form in forms_of(tag, unit)
    }
    months = {form: size for unit, size in _MONTHS.items() for tag in (language, "en") for form in forms_of(tag, unit)}
    names = "|".join(sorted(map(regex.escape, (*minutes, *months)), key=len, reverse=True))
    return regex.compile(rf"[\s-]?(?P<unit>{names})(?!\p{{L}})", regex.IGNORECASE), minutes, months
