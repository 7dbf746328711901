"""What a number and its unit amount to, so that "1.2 metres", "120 cm" and "nearly four feet" can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor, isfinite, log10

import regex

from newscrawl.change import cues

# By CLDR's unit: what it measures, how many of the first unit of that it is, and whether it is metric (NIST SP 811).
_SIZES = {
    "length-kilometer": ("length", 1000.0, True), "length-meter": ("length", 1.0, True),
    "length-centimeter": ("length", 0.01, True), "length-millimeter": ("length", 0.001, True),
    "length-mile": ("length", 1609.344, False), "length-foot": ("length", 0.3048, False),
    "length-inch": ("length", 0.0254, False),
    "mass-tonne": ("mass", 1000.0, True), "mass-kilogram": ("mass", 1.0, True), "mass-gram": ("mass", 0.001, True),
    "mass-pound": ("mass", 0.45359237, False),
    "area-square-kilometer": ("area", 1e6, True), "area-hectare": ("area", 1e4, True),
    "area-square-meter": ("area", 1.0, True), "area-acre": ("area", 4046.8564224, False),
    "speed-kilometer-per-hour": ("speed", 1.0, True), "speed-mile-per-hour": ("speed", 1.609344, False),
    "temperature-celsius": ("temperature", 1.0, True), "temperature-fahrenheit": ("temperature", 1.0, False),
}  # fmt: skip
_CONVERTED = 0.04  # of a value: newsrooms round what they convert; "60 miles", "100 km"
_DEGREES = 1.0
_ROUNDED = 0.05  # of a value, at most: "51.7 million", "nearly 52 million"
_REACH = 20  # characters before a number in which it is called rounded


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured, in metric units."""

    of: str
    value: float
    is_metric: bool

    def is_about(self, other: Amount) -> bool:
        """Return whether two amounts are equal; in different systems, whether one may be the other converted."""
        if self.of != other.of:
            return False
        if self.is_metric == other.is_metric:
            return abs(self.value - other.value) <= 1e-9 * max(abs(self.value), abs(other.value))
        limit = _DEGREES if self.of == "temperature" else _CONVERTED * max(abs(self.value), abs(other.value))
        return abs(self.value - other.value) <= limit


def amount(value: float, unit: str) -> Amount | None:
    """Return what a number of a unit amounts to; None for a unit that no other one measures."""
    if unit not in _SIZES:
        return None
    of, size, is_metric = _SIZES[unit]
    return Amount(of, (value - 32) / 1.8 if unit == "temperature-fahrenheit" else value * size, is_metric)


def is_rounded(exact: float, rounded: float, said: tuple[str, str], language: str) -> bool:
    """Return whether a value stands for an exact one and says so: "more than 88 million".

    `said` are the texts before the exact one and before the rounded one; one that is called rounded is not exact.
    """
    if exact == rounded or abs(exact - rounded) > _ROUNDED * abs(exact) or _digits(rounded) >= _digits(exact):
        return False
    if _rounding(said[0], language):
        return False
    way = _rounding(said[1], language)
    return way == "about" or (way == "above" and exact > rounded) or (way == "below" and exact < rounded)


def _rounding(said: str, language: str) -> str:
    """Return which way a number is called rounded by what stands before it; empty if it is not."""
    before = said[-_REACH:].casefold()
    return next((way for way in ("above", "below", "about") if _behind(way, language).search(before)), "")


@lru_cache(maxsize=64)
def _behind(side: str, language: str) -> regex.Pattern[str]:
    """Return the pattern of what says at the end of a text that the number behind it is rounded."""
    known = cues.classes("rounded", language)
    phrases = "|".join(regex.escape(phrase.replace("-", " ")) for phrase, which in known.items() if which == side)
    return regex.compile(rf"(?:^|\W)(?:{phrases or '(?!)'})\W*$")


def _digits(value: float) -> int:
    """Return how many digits of a number are not the zeros at its end: 88.4 million has three."""
    if not value or not isfinite(value):  # figures in a row may read as one number beyond all floats
        return 0
    scale = floor(log10(abs(value)))
    return len(f"{abs(value) / 10**scale:.9f}".rstrip("0").replace(".", ""))
