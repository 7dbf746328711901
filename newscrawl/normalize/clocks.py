"""The clock time in a line, in the forms that newspapers print, with the zone that is stated beside it.

What is left of the line states the day. dateparser alone drops zones, and reads "14h05" or "kl. 9.30" as something else
or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import lru_cache, partial

from newscrawl.normalize.zones import take_zone

_AM = r"a\.?\s?m\.?|এএম|एएम|π\.?\s?μ\.?|午前|上午|凌晨|早上|오전|ص|صباحا|صباحًا|पूर्वाह्न|de la mañana|da manhã"
_PM = (
    r"p\.?\s?m\.?|পিএম|पीएम|μ\.?\s?μ\.?|午後|下午|晚上|中午|오후|م(?!\w)|مساء|مساءً|अपराह्न|"
    r"de la tarde|de la noche|da tarde|da noite"
)
_HALF = rf"(?P<half>{_AM}|{_PM})(?![^\W\d_])"
_HALF_BEFORE = r"(?P<early>\b[AP]M|午前|上午|凌晨|早上|오전|午後|下午|晚上|中午|오후)"
_HOURS = r"Uhr|uur|hrs?\.?|hs\.?|h|horas|heures|ore|(?=WI(?:B|TA?)\b)|น\.?|godz\.?|год\.?|ч\.?|óra(?:kor)?|tiden"
# What stands before a clock time whose separator is a dot ("kl. 9.30", "ore 14.05").
_BEFORE = r"\b(?:kl\.?|klo|klokken|klockan|um|ab|om|at|às|à|a las|a les|alle|ore|h|o|godz\.?|в|о|об|u|v|saat|ob)"

_COLON = (
    rf"{_HALF_BEFORE}?\s?(?<![\d:.])(?P<h>\d{{1,2}})\s?:\s?(?P<m>\d\d)"
    r"(?:\s?:\s?(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?(?![\d:])"
)
_DOTTED = r"(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?:\.(?P<s>[0-5]\d)(?:[.,](?P<f>\d{3,9}))?)?"
_UNIT = rf"\s?(?:{_HOURS})(?!\w)"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_COLON}(?:\s?{_HALF})?(?:{_UNIT})?",
        rf"{_HALF_BEFORE}?\s?(?<!\d)(?P<h>\d{{1,2}})\s?[時时點点시](?![間间간])\s?(?:(?P<m>\d{{1,2}})\s?[分분]?)?"
        r"(?:\s?(?P<s>\d{1,2})\s?[秒초])?",
        r"(?<![\d.,])(?P<h>\d{1,2})\s?(?:[hu]|heures?|horas|Uhr)\s?(?P<m>[0-5]\d)(?:\s?(?:mn|min|m)\b)?(?:\s?(?P<s>[0-5]\d)\s?s)?(?!\w)",
        rf"{_BEFORE}\s?{_DOTTED}(?![\d.]\d)(?:\s?{_HALF})?(?:{_UNIT})?",
        rf"(?<![\d.]){_DOTTED}(?:\s?{_HALF}|{_UNIT})",
        # After a year: "6.1.2026 14.05", "12 maret 2026, 09.30".
        rf"(?<=(?:19|20)\d\d)[.,]?[\s|,–-]{{1,4}}{_DOTTED}(?![\d.]|\s?\d)",
        # After a day in figures ("2026-03-03 17.04") or in words ("Igår 21.30").
        rf"(?<=-\d\d)\s{_DOTTED}(?![\d.])",
        r"(?<=[^\W\d_]{4})[\s,]+(?P<h>\d{1,2})\.(?P<m>[0-5]\d)$",  # "3.11.26" is a day
        # Four figures together, before a zone or a word for the clock ("1405 GMT", "0910 hrs"), and no year.
        r"(?<![\d:.,/-])(?!(?:19|20)\d\d)(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?=\s?(?:GMT|UTC|BST|CES?T|E[SD]T|IST|hrs?|hours)\b)"
        r"(?:\s?(?:hrs?|hours)\b)?",
        rf"(?<![\d:.,/-])(?P<h>\d{{1,2}})\s?{_HALF}",
        r"(?<![\d:.,/-])(?P<h>\d{1,2})\s?(?:Uhr|uur)\b(?! geleden)",
        r"(?<=(?:19|20)\d\d)[\s,|–-]{1,4}(?P<h>\d{1,2})\s?h\b",
        r"(?:\b(?:às|à|a las|alle|um|om)\s)(?P<h>\d{1,2})\s?[hu]\b",
    )
]
_ANOTHER = re.compile(r"(?<![\d:.+−-])\b\d{1,2}:[0-5]\d(?![\d:])")
_TIME = r"(?P<{}>(?<![\d.:/-])\d{{1,2}}[:.][0-5]\d(?:[:.][0-5]\d)?(?![\d.:/-]))"
_CLOCK_TIME = re.compile(r"\d[:.]\d\d")
_BLANK = re.compile(r"\s")
_PARTS = {
    "AM": ("am", "morning1", "morning2"),
    "PM": ("pm", "afternoon2", "evening1", "evening2"),
    "noon": ("noon", "afternoon1"),  # "mittags", 中午: from half past ten or so
}
_BEFORE_NOON = range(10, 12)
_KNOWN_HALF = re.compile(rf"{_AM}|{_PM}", re.IGNORECASE)
# Words that join a day and a clock time; one that is left at either end of the day would confuse the reading of it.
_JOINTS = re.compile(
    r"(?:[\s,;|·•T@/()\[\]–—:-]|\b(?:at|um|om|kl\.?|klo|klokken|klockan|klokka|às|as|à|a las|a les|alle|ore|o|godz\.?|"
    r"в|time|uhrzeit|zeit|heure|hora|ora|время|час|waktu|tid|"
    r"о|об|u|v|ob|saat|Uhr|uur|hrs|h|den|sa|w|เวลา|pada|jam|pukul|lúc|γία|στις|ساعت|الساعة|बजे)(?=[\s,;|:]|$))+$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:[\s,;|·•@/()\[\]–—-]|\b(?:on|am|den|le|el|il|em|op|på|dne|dnia|pada|Uhr|uur|hrs|h)(?=[\s,;|]))+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StatedClock:
    """A clock time, and the line without it; `since_midnight` is 24 hours at most."""

    day: str  # the rest of the line
    since_midnight: timedelta
    has_seconds: bool
    zone: tzinfo | None
    is_zone_unknown: bool


def with_english_halves(text: str, languages: tuple[str, ...]) -> str:
    """Return a line whose clock has "AM" or "PM" behind it in place of the words of one of these languages."""
    if not _CLOCK_TIME.search(text):
        return text
    for language in languages:
        for half, pattern in _halves(language):
            text = pattern.sub(partial(_in_english, half=half), text)
    return text


def _in_english(match: re.Match[str], half: str) -> str:
    clock = match["late"] or match["early"]
    if half != "noon":
        return f"{clock} {half} "
    return f"{clock} " if int(re.split("[:.]", clock)[0]) in _BEFORE_NOON else f"{clock} PM "


@lru_cache(maxsize=64)
def _halves(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of a clock with the words that CLDR has for halves and parts of the day in a language.

    Night is in both halves; what is read without this is left out.
    """
    from babel import Locale, UnknownLocaleError

    try:
        periods = Locale.parse(language).day_periods["format"]
    except (UnknownLocaleError, ValueError):
        return ()
    named = [periods[width] for width in ("abbreviated", "wide") if width in periods]
    found = []
    for half, parts in _PARTS.items():
        stated = {_BLANK.sub(" ", words[part]) for words in named for part in parts if part in words}
        words = sorted((word for word in stated if len(word) > 1 and not _KNOWN_HALF.fullmatch(word)), key=len)
        if words:
            either = "|".join(map(re.escape, reversed(words)))
            pattern = (
                rf"(?:(?<![^\W\d_])(?:{either})[\s,]{{0,3}}{_TIME.format('early')}|"
                rf"{_TIME.format('late')}[\s,]{{0,3}}(?:{either})(?![^\W\d_]))"
            )
            found.append((half, re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


def take_clock(text: str, source_zone: tzinfo) -> StatedClock | None:
    """Return the first clock time of a line; None if there is none, or an impossible one."""
    for form in _FORMS:
        if match := form.search(text):
            since_midnight = _since_midnight(match)
            if since_midnight is None:
                return None
            before, after = text[: match.start()], text[match.end() :]
            another = _ANOTHER.search(after)  # with a zone of its own
            after, rest = (after[: another.start()], after[another.start() :]) if another else (after, "")
            # "2019-04-03T10:11:12": without a blank between, the date would be a part of a word.
            stated = take_zone(_JOINTS.sub("", before), after, source_zone)
            day = _LEADING.sub("", _JOINTS.sub("", f"{stated.rest} {rest}")).strip(" .,;")
            return StatedClock(day, since_midnight, bool(_group(match, "s")), stated.zone, stated.is_unknown)
    return None


def _since_midnight(match: re.Match[str]) -> timedelta | None:
    hour, minute, second = int(match["h"]), int(_group(match, "m") or 0), int(_group(match, "s") or 0)
    half = (_group(match, "half") or _group(match, "early") or "").strip()
    if half and hour <= 12 and not (half == "中午" and hour in _BEFORE_NOON):
        hour = hour % 12 + (12 if re.fullmatch(_PM, half, re.IGNORECASE) else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    fraction = int((_group(match, "f") or "").ljust(6, "0")[:6] or 0)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _group(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)
