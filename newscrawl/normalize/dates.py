"""Dates as pages state them: typed, with the stated precision. Bad input gives None, never an exception."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawl.items import Instant, Precision, Source
from newscrawl.normalize.calendars import (
    day_parts,
    gregorian,
    is_hijri,
    is_jalali,
    iso_year,
)
from newscrawl.normalize.clocks import StatedClock, take_clock, with_english_halves
from newscrawl.normalize.date_lines import DateRole, lines, with_ascii_digits
from newscrawl.normalize.machine_dates import ParsedDate, machine_date, precision
from newscrawl.normalize.months import day_with_month, last_such_day
from newscrawl.normalize.zones import zone_of

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

MAX_LENGTH = 120  # characters; a longer text is not a date
MIN_YEAR = 1700
MAX_FUTURE = timedelta(days=2)  # clocks and time zones differ; a date further ahead is wrong
# What content systems print for a date that they do not have: the zero of Unix, of COM and of SQL, in any zone.
_PLACEHOLDERS = tuple(datetime(*day, tzinfo=UTC) for day in ((1970, 1, 1), (1899, 12, 30), (1900, 1, 1), (1753, 1, 1)))
_ZERO_WITHIN = timedelta(hours=14)
_QUARTER = timedelta(minutes=15)

_WHITE_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")  # WordPress templates put <span>s into meta
# With the name of a weekday, or without.
_NUMERIC = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(\d{4}|\d\d?)([./-])\s?(\d\d?)\2\s?(\d{4}|\d\d?)\.?(?:,?\s+\(?[^\W\d_]+\.?\)?)?"
)
_MONTH_AND_DAY = re.compile(
    r"(\d\d?)(?:[/.]|[月월]\s?)(\d\d?)[日일]?\.?\s?(?:[(（][^\W\d_]{1,3}[)）]?|(?:星期|周|週)[^\W\d_])?"
)
_YEAR_FIRST_LANGUAGES = {"zh", "ja", "ko", "hu", "lt", "mn", "fa", "eu"}
_YEAR_ZERO = re.compile(r"-?0{3,4}\d?-")  # MySQL's zero date, and what PHP makes of it: "-0001-11-30"
_OTHER_LABEL = re.compile(r"^[^\d:：]{1,40}[:：]\s*(?=\D{0,25}\d)")  # "Date:", "Erscheinungsdatum:"
# Spellings of "ago" that dateparser (1.5) does not know: "3 시간 전", and units in traditional characters.
_KOREAN_AGO = re.compile(r"(?<=\d) (초|분|시간|일|주|개월|년) ?(?=전)")
_ONE_WORD = re.compile(r"\bi(dag|går)\b", re.IGNORECASE)  # in Danish and Norwegian it is written as two, too
_UNIT = re.compile(r"\b(?:second|minute|hour|day|week|month|year)s?\b")
_TIME_ONLY = re.compile(r"\W*+\d{1,2}\s*+[:.h]\s*+\d\d\W*+(?:[ap]\.?m\.?\W*+)?", re.IGNORECASE)


def instant(
    text: str,
    *,
    source: Source,
    captured_at: datetime,
    relative_to: datetime | None = None,
    role: DateRole = DateRole.PUBLISHED,
) -> Instant | None:
    """Return the moment that `text` states; None if it is no date, an impossible one, a placeholder, or in the future.

    ISO 8601 and seconds since 1970 are read as such; of all else the clock time and its zone are read first, then the
    day, in words by dateparser with the languages and day order of the source. A zone that is stated and not understood
    leaves the day. Dates in words are relative to `relative_to`, by default `captured_at`. Of a line with several
    instants the one with the label of `role` is read, else the first one for the publication, the last one for a
    modification.
    """
    reading = _read(text, source, captured_at, relative_to, role)
    return reading.instant if reading else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """An instant with the clock on the wall as its text states it, and whether the text states the zone of that."""

    instant: Instant
    wall: datetime
    has_zone: bool


def _read(
    text: str, source: Source, captured_at: datetime, relative_to: datetime | None, role: DateRole
) -> _Reading | None:
    stated = _WHITE_SPACE.sub(" ", _TAG.sub(" ", text) if "<" in text else text).strip()
    if not stated or len(stated) > MAX_LENGTH or _YEAR_ZERO.match(stated):
        return None
    reader = _LineReader(source, relative_to or captured_at)
    for line in lines(with_ascii_digits(stated), role):
        try:
            parsed = reader.read(line)
            value = _in_utc(*parsed, reader.zone) if parsed else None
        except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
            continue  # impossible dates and offsets, and inputs that make dateparser fail
        if parsed and value and value <= captured_at + MAX_FUTURE and not _is_placeholder(value):
            wall = parsed[0].replace(tzinfo=None, second=0, microsecond=0)
            return _Reading(Instant(value, parsed[1], stated), wall, has_zone=parsed[0].tzinfo is not None)
    return None


def first_instant(
    candidates: Iterable[str],
    *,
    source: Source,
    captured_at: datetime,
    relative_to: datetime | None = None,
    role: DateRole = DateRole.PUBLISHED,
) -> Instant | None:
    """Return the first candidate that is a date; if it is a bare day, a later one with a time within 36 hours of it.

    If it states a clock time without a zone, a later one with the same time and its zone is more exact, too.
    """
    texts = iter(candidates)
    readings = (reading for text in texts if (reading := _read(text, source, captured_at, relative_to, role)))
    first = next(readings, None)
    if first is None:
        return None
    if first.instant.precision is Precision.DAY:
        tolerance = timedelta(hours=36)
        dates = (reading.instant for reading in readings)
        finer = (
            date
            for date in dates
            if date.precision is not Precision.DAY and abs(date.value - first.instant.value) <= tolerance
        )
        return next(finer, first.instant)
    if first.has_zone:
        return first.instant  # the rest is not parsed: dateparser takes milliseconds
    minute = f"{first.wall:%M}"
    others = (_read(text, source, captured_at, relative_to, role) for text in texts if minute in text)
    with_zone = (other.instant for other in others if other and other.has_zone and other.wall == first.wall)
    return next(with_zone, first.instant)


def _in_utc(value: datetime, precision: Precision, zone: tzinfo) -> datetime | None:
    """Return a parsed date in UTC and whole milliseconds; a bare day is midnight UTC. None before MIN_YEAR."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC if precision is Precision.DAY else zone)
    value = value.astimezone(UTC)
    value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value if value.year >= MIN_YEAR else None


def _is_placeholder(value: datetime) -> bool:
    """Return whether a moment is a zero in some zone: all of them are whole quarters of an hour from UTC."""
    differences = (value - zero for zero in _PLACEHOLDERS)
    return any(abs(difference) <= _ZERO_WITHIN and difference % _QUARTER == timedelta(0) for difference in differences)


def _with_stated_zone(clock: StatedClock, zone: tzinfo) -> StatedClock:
    """Return the clock of a line with two ("20:08 GMT, 17 June 2010 21:08 UK") that states a zone, else the first."""
    other = take_clock(clock.day, zone)
    if other is None:
        return clock
    is_better = other.zone is not None and clock.zone is None
    return other if is_better else replace(clock, day=other.day)


class _LineReader:
    """Reads one instant from a line of a source's page."""

    def __init__(self, source: Source, base: datetime) -> None:
        self._source = source
        self._base = base
        self._languages = tuple(map(_language, source.languages))
        self.zone = zone_of(source.timezone) or UTC

    def read(self, text: str) -> ParsedDate | None:
        text = iso_year(text, self._languages)
        parsed = None if is_jalali(text[:5], self._languages) else machine_date(text, self.zone)
        if parsed is not None:
            return parsed
        text = with_english_halves(_OTHER_LABEL.sub("", text), self._languages)
        clock = take_clock(text, self.zone)
        return self._without_clock(text) if clock is None else self._with_clock(clock)

    def _with_clock(self, clock: StatedClock) -> ParsedDate | None:
        clock = _with_stated_zone(clock, self.zone)
        if not clock.day:
            return None  # a time alone
        zone = clock.zone or self.zone
        day = self._day(clock.day, zone)
        if day is None:
            return None
        if clock.is_zone_unknown:
            return day, Precision.DAY
        return day.replace(tzinfo=clock.zone) + clock.since_midnight, precision(has_seconds=clock.has_seconds)

    def _day(self, text: str, zone: tzinfo) -> datetime | None:
        """Return the day that a text states, as its midnight without a zone."""
        parsed = next(filter(None, (self._day_or_words(part, zone) for part in day_parts(text))), None)
        return parsed[0].replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) if parsed else None

    def _without_clock(self, text: str) -> ParsedDate | None:
        if _TIME_ONLY.fullmatch(text) or (not any(char.isdigit() for char in text) and len(text.split()) > 4):
            return None
        return next(filter(None, (self._day_or_words(part, self.zone) for part in day_parts(text))), None)

    def _day_or_words(self, text: str, zone: tzinfo) -> ParsedDate | None:
        text = gregorian(text, self._languages)
        if is_jalali(text, self._languages) or is_hijri(text):
            return (other, Precision.DAY) if (other := _of_another_calendar(text, self._languages)) else None
        base = self._base.astimezone(zone).replace(tzinfo=None)
        day = self._numeric(text) or day_with_month(text, self._languages, base)
        day = day or self._of_this_year(text, base)
        return (day, Precision.DAY) if day is not None else self._in_words(text, base)

    def _numeric(self, text: str) -> datetime | None:
        """Return a day in figures; dots are written by those who put the day first."""
        match = _NUMERIC.fullmatch(text)
        if match is None:
            return None
        first, second, third = match[1], int(match[3]), match[4]
        if len(first) == 4 or (self._order == "YMD" and len(first) == 2 and len(third) < 4):
            return _day(first, second, int(third))
        if len(third) == 1:
            return None  # "version 1.2.3"
        is_month_first = match[2] != "." and self._order == "MDY"
        month, day = (int(first), second) if is_month_first else (second, int(first))
        return _day(third, *((day, month) if month > 12 else (month, day)))

    def _of_this_year(self, text: str, base: datetime) -> datetime | None:
        """Return a day without its year, as papers print it that put the year first: "3/12(木)"."""
        match = _MONTH_AND_DAY.fullmatch(text) if self._order == "YMD" else None
        return last_such_day(int(match[1]), int(match[2]), base) if match else None

    @property
    def _order(self) -> str:
        """The order of day, month and year in figures: the source's, else that of its country and language."""
        if self._source.date_order:
            return self._source.date_order
        language = self._languages[0] if self._languages else "en"
        if language in _YEAR_FIRST_LANGUAGES:
            return "YMD"
        is_american = self._source.timezone.startswith(("America/", "US/")) or self.zone is UTC
        return "MDY" if language == "en" and is_american else "DMY"

    def _in_words(self, text: str, base: datetime) -> ParsedDate | None:
        """Return what dateparser makes of a text: relative days and times, and months by names that CLDR lacks."""
        parser = _parser(self._languages, self._order, base)
        text = _ONE_WORD.sub(r"i \1", text) if self._languages[:1] in (("da",), ("nb",), ("nn",)) else text
        text = _KOREAN_AGO.sub(r"\1 ", text).replace("小時", "小时").replace("分鐘", "分钟")
        text = _WHITE_SPACE.sub(" ", text).strip(" ,|-–()")
        parsed = parser.get_date_data(text)
        if parsed.date_obj is None or parsed.period not in ("day", "time") or _is_duration(text, parsed.locale):
            return None
        value: datetime = parsed.date_obj
        if parsed.period == "day":
            return value.replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY
        return value, Precision.MINUTE


def _day(year: str, month: int, day: int) -> datetime:
    """Return a day as its midnight; a year of two digits is read as RFC 5322, 4.3 does."""
    number = int(year) if len(year) > 2 else int(year) + (2000 if int(year) < 50 else 1900)
    return datetime(number, month, day)  # noqa: DTZ001 -- a day has no zone


def _of_another_calendar(text: str, languages: tuple[str, ...]) -> datetime | None:
    """Return the day that a line of Iran's or the Islamic calendar states, as a naive midnight; None for none."""
    from dateparser.calendars.hijri import HijriCalendar
    from dateparser.calendars.jalali import JalaliCalendar

    calendar = JalaliCalendar(text) if is_jalali(text, languages) else HijriCalendar(text.replace("هـ", "").strip())
    parsed = calendar.get_date()
    if parsed is None or parsed.date_obj is None:
        return None
    day: datetime = parsed.date_obj
    return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _parser(languages: tuple[str, ...], date_order: str, base: datetime) -> DateDataParser:
    from dateparser.date import DateDataParser  # its import takes 0.3 s, and most dates are machine-readable

    settings: dict[str, object] = {
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "RETURN_TIME_AS_PERIOD": True,
        "PREFER_DATES_FROM": "past",
        "DATE_ORDER": date_order,
    }
    return DateDataParser(languages=list(dict.fromkeys((*languages, "en"))), settings=settings)


def _is_duration(text: str, locale: str | None) -> bool:
    """Return whether a text counts units of time, which dateparser counts back from now, and none that are "ago"."""
    from dateparser.conf import settings
    from dateparser.languages.loader import default_loader

    words = default_loader.get_locale(locale).translate(text, settings=settings) if locale else ""
    return _UNIT.search(words) is not None and "ago" not in words


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    language = tag.replace("_", "-").split("-")[0].lower()
    return {"no": "nb", "iw": "he", "in": "id", "sh": "sr"}.get(language, language)
