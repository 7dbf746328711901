"""Dates as pages state them: typed, with the exactness that was stated, and never an exception."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newscrawl.items import Instant, Precision, Source

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

MAX_LENGTH = 120  # characters; longer ones are prose
EARLIEST = 1700
AHEAD = timedelta(days=2)  # clocks and zones differ; what claims to be from later is wrong

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")  # WordPress templates put <span>s into meta
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)?(?:Z|\.\d+Z?)?")
_RFC = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3}[ -]\d{4},?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s+\S+)?")
_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2},? ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)? ?([+-]\d{4})(?: \(.*\))?"
)
# The Post of 2014 to 2018: wall clock of Washington, twelve hours without a.m. or p.m., an offset that ignores summer.
_POST = re.compile(r"(\d{4}-\d\d-\d\d)T(0\d|1[0-2]):([0-5]\d)-\d{3}")
_ISO_ZONE = re.compile(r"\s*(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)$")
_ZONES = {
    "America/New_York": "ET EST EDT",
    "America/Chicago": "CT CST CDT",
    "America/Denver": "MT MST MDT",
    "America/Los_Angeles": "PT PST PDT",
    "Europe/London": "GMT BST",
    "Europe/Berlin": "CET CEST MEZ MESZ",
    "Europe/Helsinki": "EET EEST",
    "Europe/Moscow": "MSK",
    "Africa/Johannesburg": "SAST",
    "Africa/Lagos": "WAT",
    "Africa/Nairobi": "EAT",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Jakarta": "WIB",
    "Asia/Karachi": "PKT",
    "Australia/Sydney": "AET AEST AEDT",
    "Pacific/Auckland": "NZST NZDT",
    "UTC": "UTC",
}
_ZONE_OF = {word: zone for zone, words in _ZONES.items() for word in words.split()}
_ZONE_WORD = re.compile(r"\b(?:" + "|".join(sorted(_ZONE_OF, key=len, reverse=True)) + r")\b(?!\s*[+-]\d)")
_SPELT_ZONE = re.compile(r"\b(Eastern|Central|Mountain|Pacific)(?: (?:Standard|Daylight))?(?: Time)?\b")
_SPELT = {"Eastern": "ET", "Central": "CT", "Mountain": "MT", "Pacific": "PT"}
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_LABEL = re.compile(
    r"^(?:first |last |originally )?(?:published(?: time)?|posted|updated|modified|created|issued|filed|released?|"
    r"date|veröffentlicht|erstellt|aktualisiert|stand|publié|publie|mis à jour|modifié|pubblicato|aggiornato|publicado|"
    r"actualizado|atualizado|opublikowano|aktualizacja|publisert|oppdatert|publicerad|uppdaterad|offentliggjort|"
    r"опубликовано|обновлено|입력|수정|등록|기사입력|公開|更新|掲載)\b\s*(?:on|at|am|le|il|el|em|den|den)?\s*[:：]?\s*",
    re.IGNORECASE,
)
_BY = re.compile(r"(?<=[\d.mMT])[\s|,]+by\b.*$", re.IGNORECASE)  # "24 May 2016 1:54 pm PDT by Jane Doe"
_TIME_ALONE = re.compile(r"\W*\d{1,2}\s*[:.h]\s*\d\d\W*(?:[ap]\.?m\.?)?\W*", re.IGNORECASE)


def instant(text: str, *, source: Source, captured_at: datetime, said_at: datetime | None = None) -> Instant | None:
    """Return the moment that `text` states, or None for what is no date, is impossible, or lies in the future.

    Machine forms are read first (ISO 8601, RFC 5322, seconds since 1970); words by dateparser, in the languages, zone
    and day order of the source, relative to `said_at` where that is known better than by the capture.
    """
    stated = _SPACE.sub(" ", _TAG.sub(" ", text) if "<" in text else text).strip()
    if not stated or len(stated) > MAX_LENGTH:
        return None
    zone = _zone(source.timezone)
    try:
        found = _machine(stated, zone) or _words(stated, source, zone, said_at or captured_at)
        if found is None:
            return None
        value, precision = found
        if value.tzinfo is None:  # a bare day is that day everywhere: midnight of the calendar, not of the zone
            value = value.replace(tzinfo=UTC if precision is Precision.DAY else zone)
        value = value.astimezone(UTC)
        value = value.replace(microsecond=value.microsecond // 1000 * 1000)
        is_possible = value.year >= EARLIEST and value <= captured_at + AHEAD
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return None  # impossible dates and offsets, and what dateparser stumbles over: the page did not say
    return Instant(value, precision, stated) if is_possible else None


def first_instant(
    candidates: Iterable[str], *, source: Source, captured_at: datetime, said_at: datetime | None = None
) -> Instant | None:
    """Return the most trusted candidate that is a date; one that is a bare day yields to a clock time near it."""
    read = (instant(text, source=source, captured_at=captured_at, said_at=said_at) for text in candidates)
    found = (one for one in read if one)
    first = next(found, None)
    if first is None or first.precision is not Precision.DAY:
        return first  # what follows is not read: words cost milliseconds
    near = timedelta(hours=36)
    finer = (one for one in found if one.precision is not Precision.DAY and abs(one.value - first.value) <= near)
    return next(finer, first)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


Found = tuple[datetime, Precision]


def _machine(text: str, zone: tzinfo) -> Found | None:
    return _post(text, zone) or _iso(text) or _epoch(text) or _rfc(text) or _javascript(text)


def _post(text: str, zone: tzinfo) -> Found | None:
    """Read the Post's own form: an hour that may be morning or evening is a guess, so only the day is certain."""
    match = _POST.fullmatch(text)
    if match is None:
        return None
    hour = int(match[2])
    value = datetime.fromisoformat(f"{match[1]}T{hour:02}:{match[3]}").replace(tzinfo=zone)
    # Before seven means the evening: nobody publishes at night, and twelve is noon.
    return (value + timedelta(hours=12) if 0 < hour < 7 else value), Precision.DAY


def _iso(text: str) -> Found | None:
    if not (text[:4].isdigit() and text[:4].isascii()) or _EPOCH.fullmatch(text):
        return None
    if match := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second = match.groups(default="00")
        value = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}")
        return (value.replace(tzinfo=UTC) if text.endswith("Z") else value), _precision(match[6] is not None)
    spelt = _OFFSET.sub(r"\1", _ISO_ZONE.sub("+00:00", text) if ":" in text else text).replace(",", ".")
    try:
        value = datetime.fromisoformat(spelt)
    except ValueError:
        return None
    if _DATE_ONLY.fullmatch(spelt) or (":" not in spelt and len(spelt) <= 10):
        return value, Precision.DAY
    clock = spelt[10:].partition("+")[0].partition("-")[0]
    return value, _precision(clock.count(":") >= 2 or len(re.sub(r"\D", "", clock)) >= 6)


def _precision(has_seconds: bool) -> Precision:
    return Precision.SECOND if has_seconds else Precision.MINUTE


def _epoch(text: str) -> Found | None:
    if not _EPOCH.fullmatch(text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC), Precision.SECOND


def _rfc(text: str) -> Found | None:
    if not _RFC.fullmatch(text):
        return None
    word = text.rpartition(" ")[2]
    if word in _ZONE_OF and word not in ("GMT", "UTC"):
        return None  # its EST is fixed; words are read with the zone of that date
    try:
        return parsedate_to_datetime(text), _precision(text.count(":") >= 2)
    except (ValueError, TypeError):
        return None


def _javascript(text: str) -> Found | None:
    if (match := _JAVASCRIPT.fullmatch(text)) is None:
        return None
    month, day, year, clock, offset = match.groups()
    return datetime.strptime(f"{day} {month} {year} {clock} {offset}", "%d %b %Y %H:%M:%S %z"), Precision.SECOND


def _words(text: str, source: Source, zone: tzinfo, captured_at: datetime) -> Found | None:
    text = _BY.sub("", _LABEL.sub("", text))
    if (not any(char.isdigit() for char in text) and len(text.split()) > 4) or _TIME_ALONE.fullmatch(text):
        return None
    text = _SPELT_ZONE.sub(lambda m: _SPELT[m[1]], text)
    if match := _ZONE_WORD.search(text):
        zone = _zone(_ZONE_OF[match[0]])
        text = f"{text[: match.start()]} {text[match.end() :]}".replace("( )", " ")
    base = captured_at.astimezone(zone).replace(tzinfo=None)
    found = _parser(source.languages, source.date_order, base).get_date_data(_SPACE.sub(" ", text).strip(" ,|-–()"))
    if found.date_obj is None or found.period not in ("day", "time"):
        return None
    value: datetime = found.date_obj
    if found.period == "day":
        value = value.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = _CLOCK.search(text)
    precision = _precision(clock is not None and clock[1] is not None) if found.period == "time" else Precision.DAY
    if value.tzinfo is None and precision is not Precision.DAY:
        value = value.replace(tzinfo=zone)
    return value, precision


def _parser(languages: tuple[str, ...], date_order: str | None, base: datetime) -> DateDataParser:
    from dateparser.date import DateDataParser  # a third of a second, and most dates are in a machine's form

    settings: dict[str, object] = {
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "RETURN_TIME_AS_PERIOD": True,
        "PREFER_DATES_FROM": "past",
    }
    if date_order:
        settings["DATE_ORDER"] = date_order
    return DateDataParser(languages=list(dict.fromkeys((*map(_language, languages), "en"))), settings=settings)


def _language(tag: str) -> str:
    language = tag.replace("_", "-").split("-")[0].lower()
    return {"no": "nb", "iw": "he", "in": "id", "sh": "sr"}.get(language, language)
