"""What a date or clock time says, however it is written: "3 March", "March 3rd", "03.03."; "2.05 pm", "14h05"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex
from babel import Locale, UnknownLocaleError, localedata

from newscrawl.change.spoken_times import spoken_time

# A numeral of Chinese and Japanese dates in figures.
_HAN_DIGITS = {sign: number for number, sign in enumerate("〇一二三四五六七八九十")} | {"零": 0}
# Endings of cases, in languages whose preposition for "in" takes another case than CLDR's names stand in.
_CASES = {
    "ru": ("а", "я", "у", "ю", "ы", "и", "ом", "ем", "ём", "ой", "ей", "е", "ь"),
    "uk": ("а", "я", "у", "ю", "и", "і", "ом", "ем", "ою", "ей", "ь"),
    "pl": ("a", "u", "em", "ie", "y", "ę", "ą"), "cs": ("a", "u", "em", "i", "e"), "fi": ("ta", "ssa", "n", "na"),
}  # fmt: skip
_VOWELS = "аяьейыоіaeyoę"
_RELATIVE_CLOCK = {"noon": 720, "midday": 720, "midnight": 0, "mittag": 720, "mitternacht": 0, "midi": 720, "minuit": 0,
                   "mediodía": 720, "medianoche": 0, "正午": 720}  # fmt: skip
_DECADES = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8,
            "nineties": 9}  # fmt: skip
_AFTERNOON = regex.compile(r"(?V1)\bp\.?\s?m\b|p\.?m\.?$|午後|下午|晚上|오후")
_MORNING = regex.compile(r"a\.?\s?m\b|a\.?m\.?$|午前|上午|凌晨|早上|오전")
_CLOCK = regex.compile(
    r"(?<!\d)(?P<h>\d{1,2})\s?(?:(?:[:.]|h\s?|[時时点點시]\s?)(?P<m>[0-5]\d|\d(?=[分분]))[分분]?"
    r"|[時时点點시](?P<half>半)?|(?=[ap]\.?\s?m|uhr|uur|h\b|heures?|horas?|час|$))"
)
_ZONE = regex.compile(r"\b(?:gmt|utc|bst|cet|cest|est|edt|pst|pdt)\b")
_HALF_DAY = 720  # minutes
_YEAR = r"(?P<y>(?:1[5-9]|20)\d\d)"
_NUMERIC = (
    regex.compile(rf"{_YEAR}[-/.年](?P<m>\d{{1,2}})(?:[-/.月](?P<d>\d{{1,2}})日?|月)?"),
    regex.compile(rf"(?P<d>\d{{1,2}})[./-](?P<m>\d{{1,2}})[./-](?:{_YEAR}|(?P<short>\d\d))"),
    regex.compile(r"(?P<m>\d{1,2})[月월](?:\s?(?P<d>\d{1,2})[日号號일])?"),
)
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


@dataclass(frozen=True, slots=True)
class Moment:
    """The parts that a date or time states; None for those that it leaves out."""

    year: int | None = None
    decade: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    minute: int | None = None  # of the day
    zone: str | None = None
    word: str | None = None  # "yesterday", or what cannot be read
    half_day_minute: int | None = None  # of the twelve hours, where nothing says which: "half past six"
    either_way: tuple[int, int] | None = None  # day and month, and nobody knows which is which: 12/03 in English

    @property
    def key(self) -> str:
        return "/".join("" if part is None else str(part) for part in self._stated())

    def may_be(self, other: Moment) -> bool:
        """Return whether both may be one moment: they share a part, and differ in none that both state."""
        stated = zip(self._stated(), other._stated(), strict=True)
        pairs = [(a, b) for a, b in stated if a is not None and b is not None]
        pairs += [*self._vague_pairs(other), *other._vague_pairs(self)]
        return bool(pairs) and all(a == b for a, b in pairs)

    def _stated(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__slots__])

    def _vague_pairs(self, other: Moment) -> Iterator[tuple[object, object]]:
        """Yield the parts that this one states vaguely with what the other one makes of them."""
        if self.half_day_minute is not None and other.minute is not None:
            yield self.half_day_minute, other.minute % _HALF_DAY
        if self.either_way is not None and other.month is not None:
            day = sum(self.either_way) - other.month if other.day is None else other.day
            yield self.either_way, tuple(sorted((other.month, day)))


@lru_cache(maxsize=10_000)
def moment(text: str, language: str) -> Moment:
    """Return what the text of a date or time says."""
    folded = " ".join(_in_figures(in_ascii_digits(unicodedata.normalize("NFKC", text)).casefold()).split())
    if spoken := spoken_time(folded, language):
        is_vague = spoken.minute is None
        return Moment(minute=spoken.minute, half_day_minute=spoken.half_day_minute if is_vague else None)
    if (minute := _minute(folded)) is not None:
        zone = _ZONE.search(folded)
        return Moment(minute=minute, zone=zone[0] if zone else None)
    for pattern in _NUMERIC:
        if match := pattern.search(folded):
            return _of_figures(match, folded, language)
    return _of_words(folded, language) or Moment(word=folded.replace(".", ""))


def in_ascii_digits(text: str) -> str:
    """Return the text with all decimal digits as ASCII, sign for sign."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def _in_figures(text: str) -> str:
    """Write the numerals of a Chinese or Japanese date in figures: 十二月 is 12月."""

    def figure(match: regex.Match[str]) -> str:
        tens, ten, ones = str(match[0]).partition("十")
        if not ten:
            return "".join(str(_HAN_DIGITS[sign]) for sign in match[0])
        if len(tens) > 1 or len(ones) > 1:
            return str(match[0])  # no number of a date
        return str((_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0))

    written: str = regex.sub(
        r"(?<![〇零一二三四五六七八九])[〇零一二三四五六七八九]*+十?+[〇零一二三四五六七八九]*+(?=[年月日号號时時点點分])",
        lambda m: figure(m) if m[0] else "",
        text,
    )
    return written


def _minute(text: str) -> int | None:
    if text.strip(".") in _RELATIVE_CLOCK:
        return _RELATIVE_CLOCK[text.strip(".")]
    match = _CLOCK.search(text)
    if match is None or regex.search(r"\d[./-]\d{1,2}[./-]\d", text):
        return None
    hour, minute = int(match["h"]), 30 if match["half"] else int(match["m"] or 0)
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return hour % 24 * 60 + minute


def _of_figures(match: regex.Match[str], text: str, language: str) -> Moment:
    groups = match.groupdict()
    year = int(groups["y"]) if groups.get("y") else 2000 + int(groups["short"]) if groups.get("short") else None
    month, day = int(groups["m"]), int(groups["d"]) if groups.get("d") else None
    if language == "en" and "." not in match[0] and not match[0].startswith(str(year)) and day is not None:
        if month > 12:
            month, day = day, month
        elif day <= 12 and day != month:  # British or American: nobody knows which is the month
            return Moment(year=year, either_way=(min(day, month), max(day, month)))
    return Moment(year=year, month=month, day=day)


def _of_words(text: str, language: str) -> Moment | None:
    year = regex.search(rf"(?<!\d){_YEAR}(?!\d)", text)
    if decade := regex.fullmatch(rf"{_YEAR[:-1]})(?:'?s|er)|['’]?(?P<short>\d0)s", text):
        return Moment(decade=(int(decade["y"]) if decade["y"] else int(decade["short"])) // 10 % 10)
    if text in _DECADES:
        return Moment(decade=_DECADES[text])
    rest = text.replace(year[0], " ") if year else text
    words = [word.strip(".,") for word in rest.split()]
    months, weekdays = names(language, "months"), names(language, "days")
    month = next((months[word] for word in words if word in months), None)
    weekday = next((weekdays[word] for word in words if word in weekdays), None)
    day = regex.search(r"(?<!\d)\d{1,2}(?!\d)", rest) if month is not None else None
    if year is None and month is None and weekday is None:
        return None
    return Moment(int(year[0]) if year else None, None, month, int(day[0]) if day else None, weekday)


@lru_cache(maxsize=64)
def names(language: str, kind: str) -> Mapping[str, int]:
    """Return the names of months or days of the week in a language and in English, from CLDR, with their numbers.

    All regions' names are among them (Syria's months have other names than Egypt's), and all cases.
    """
    found: dict[str, int] = {}
    for tag in (language, "en"):
        for locale in _locales(tag):
            tables = locale.months if kind == "months" else locale.days
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in tables[context][width].items():
                        for form in (name.lower().strip("."), *_cases(name.lower(), tag, width)):
                            found.setdefault(form, number)
    if kind == "months":
        found.setdefault("sept", 9)
    else:
        found |= {"tues": 1, "thur": 3, "thurs": 3}
    return {name: number for name, number in found.items() if _is_long(name)}


def _is_long(name: str) -> bool:
    return not name[0].isdigit() and (len(name) > 2 or (len(name) == 2 and name[0] > "\u2e80"))


def _cases(name: str, language: str, width: str) -> list[str]:
    if width != "wide" or language not in _CASES:
        return []
    stem = name.rstrip(_VOWELS) if name[-1] in _VOWELS else name
    return [stem + ending for ending in _CASES[language]] if len(stem) > 1 else []


@lru_cache(maxsize=64)
def _locales(language: str) -> tuple[Locale, ...]:
    """Return the locales of a language; English ones if CLDR does not have it."""
    tags = [tag for tag in localedata.locale_identifiers() if tag == language or tag.startswith(f"{language}_")]
    plain = [tag for tag in tags if all(len(part) == 2 for part in tag.split("_")[1:])]  # no other scripts
    try:
        return tuple(Locale.parse(tag) for tag in sorted(plain)) or (Locale.parse("en"),)
    except (UnknownLocaleError, ValueError):
        return (Locale.parse("en"),)
