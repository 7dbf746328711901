"""Dates as pages state them: typed, with the stated precision. Bad input gives None, never an exception."""

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

MAX_LENGTH = 120  # characters; a longer text is not a date
MIN_YEAR = 1700
MAX_FUTURE = timedelta(days=2)  # clocks and time zones differ; a date further ahead is wrong

_WHITE_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]*>")  # WordPress templates put <span>s into meta
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
_EPOCH_SECONDS = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)?(?:Z|\.\d+Z?)?")
_RFC_5322 = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3}[ -]\d{4},?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s+\S+)?")
_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2},? ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)? ?([+-]\d{4})(?: \(.*\))?"
)
# washingtonpost.com, 2014 to 2018: Washington's local time on a 12-hour clock without a.m. or p.m., with an offset that
# ignores summer time.
_WASHINGTON_POST = re.compile(r"(\d{4}-\d\d-\d\d)T(0\d|1[0-2]):([0-5]\d)-\d{3}")
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
_ZONE_NAME = re.compile(r"\b(Eastern|Central|Mountain|Pacific)(?: (?:Standard|Daylight))?(?: Time)?\b")
_ZONE_ABBREVIATIONS = {"Eastern": "ET", "Central": "CT", "Mountain": "MT", "Pacific": "PT"}
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_LABEL = re.compile(
    r"^(?:first |last |originally )?(?:published(?: time)?|posted|updated|modified|created|issued|filed|released?|"
    r"date|veröffentlicht|erstellt|aktualisiert|stand|publié|publie|mis à jour|modifié|pubblicato|aggiornato|publicado|"
    r"actualizado|atualizado|opublikowano|aktualizacja|publisert|oppdatert|publicerad|uppdaterad|offentliggjort|"
    r"опубликовано|обновлено|입력|수정|등록|기사입력|公開|更新|掲載)\b\s*(?:on|at|am|le|il|el|em|den|den)?\s*[:：]?\s*",
    re.IGNORECASE,
)
_TRAILING_BYLINE = re.compile(r"(?<=[\d.mMT])[\s|,]+by\b.*$", re.IGNORECASE)  # "24 May 2016 1:54 pm PDT by Jane Doe"
_TIME_ONLY = re.compile(r"\W*\d{1,2}\s*[:.h]\s*\d\d\W*(?:[ap]\.?m\.?)?\W*", re.IGNORECASE)


def instant(text: str, *, source: Source, captured_at: datetime, relative_to: datetime | None = None) -> Instant | None:
    """Return the moment that `text` states; None if it is no date, an impossible one, or in the future.

    Machine-readable forms are tried first (ISO 8601, RFC 5322, seconds since 1970), then dateparser with the languages,
    time zone and day order of the source. Dates in words are relative to `relative_to`, by default `captured_at`.
    """
    stated = _WHITE_SPACE.sub(" ", _TAG.sub(" ", text) if "<" in text else text).strip()
    if not stated or len(stated) > MAX_LENGTH:
        return None
    zone = _zone(source.timezone)
    try:
        parsed = _machine_readable(stated, zone) or _in_words(stated, source, zone, relative_to or captured_at)
        if parsed is None:
            return None
        value, precision = parsed
        if value.tzinfo is None:  # a bare day is midnight UTC, not midnight in the source's zone
            value = value.replace(tzinfo=UTC if precision is Precision.DAY else zone)
        value = value.astimezone(UTC)
        value = value.replace(microsecond=value.microsecond // 1000 * 1000)
        is_possible = value.year >= MIN_YEAR and value <= captured_at + MAX_FUTURE
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return None  # impossible dates and offsets, and inputs that make dateparser fail
    return Instant(value, precision, stated) if is_possible else None


def first_instant(
    candidates: Iterable[str], *, source: Source, captured_at: datetime, relative_to: datetime | None = None
) -> Instant | None:
    """Return the first candidate that is a date; if it is a bare day, a later one with a time within 36 hours of it."""
    instants = (instant(text, source=source, captured_at=captured_at, relative_to=relative_to) for text in candidates)
    dates = (instant_ for instant_ in instants if instant_)
    first = next(dates, None)
    if first is None or first.precision is not Precision.DAY:
        return first  # the rest is not parsed: dateparser takes milliseconds
    tolerance = timedelta(hours=36)
    finer = (
        instant_
        for instant_ in dates
        if instant_.precision is not Precision.DAY and abs(instant_.value - first.value) <= tolerance
    )
    return next(finer, first)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


ParsedDate = tuple[datetime, Precision]


def _machine_readable(text: str, zone: tzinfo) -> ParsedDate | None:
    return _washington_post(text, zone) or _iso(text) or _epoch(text) or _rfc_5322(text) or _javascript(text)


def _washington_post(text: str, zone: tzinfo) -> ParsedDate | None:
    """Parse the Washington Post's form: its hour may be a.m. or p.m., so only the day is certain."""
    match = _WASHINGTON_POST.fullmatch(text)
    if match is None:
        return None
    hour = int(match[2])
    value = datetime.fromisoformat(f"{match[1]}T{hour:02}:{match[3]}").replace(tzinfo=zone)
    # An hour before seven is taken as p.m. (nobody publishes at night), and twelve as noon.
    return (value + timedelta(hours=12) if 0 < hour < 7 else value), Precision.DAY


def _iso(text: str) -> ParsedDate | None:
    if not (text[:4].isdigit() and text[:4].isascii()) or _EPOCH_SECONDS.fullmatch(text):
        return None
    if match := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second = match.groups(default="00")
        value = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second}")
        return (value.replace(tzinfo=UTC) if text.endswith("Z") else value), _precision(match[6] is not None)
    iso = _OFFSET.sub(r"\1", _ISO_ZONE.sub("+00:00", text) if ":" in text else text).replace(",", ".")
    try:
        value = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if _DATE_ONLY.fullmatch(iso) or (":" not in iso and len(iso) <= 10):
        return value, Precision.DAY
    clock = iso[10:].partition("+")[0].partition("-")[0]
    return value, _precision(clock.count(":") >= 2 or len(re.sub(r"\D", "", clock)) >= 6)


def _precision(has_seconds: bool) -> Precision:
    return Precision.SECOND if has_seconds else Precision.MINUTE


def _epoch(text: str) -> ParsedDate | None:
    if not _EPOCH_SECONDS.fullmatch(text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number >= 1e11 else number, UTC), Precision.SECOND


def _rfc_5322(text: str) -> ParsedDate | None:
    if not _RFC_5322.fullmatch(text):
        return None
    word = text.rpartition(" ")[2]
    if word in _ZONE_OF and word not in ("GMT", "UTC"):
        return None  # RFC 5322 gives EST a fixed offset; `_in_words` uses the zone's rules on that date
    try:
        return parsedate_to_datetime(text), _precision(text.count(":") >= 2)
    except (ValueError, TypeError):
        return None


def _javascript(text: str) -> ParsedDate | None:
    if (match := _JAVASCRIPT.fullmatch(text)) is None:
        return None
    month, day, year, clock, offset = match.groups()
    return datetime.strptime(f"{day} {month} {year} {clock} {offset}", "%d %b %Y %H:%M:%S %z"), Precision.SECOND


def _in_words(text: str, source: Source, zone: tzinfo, captured_at: datetime) -> ParsedDate | None:
    text = _TRAILING_BYLINE.sub("", _LABEL.sub("", text))
    if (not any(char.isdigit() for char in text) and len(text.split()) > 4) or _TIME_ONLY.fullmatch(text):
        return None
    text = _ZONE_NAME.sub(lambda m: _ZONE_ABBREVIATIONS[m[1]], text)
    if match := _ZONE_WORD.search(text):
        zone = _zone(_ZONE_OF[match[0]])
        text = f"{text[: match.start()]} {text[match.end() :]}".replace("( )", " ")
    base = captured_at.astimezone(zone).replace(tzinfo=None)
    text = _WHITE_SPACE.sub(" ", text)
    parsed = _parser(source.languages, source.date_order, base).get_date_data(text.strip(" ,|-–()"))
    if parsed.date_obj is None or parsed.period not in ("day", "time"):
        return None
    value: datetime = parsed.date_obj
    if parsed.period == "day":
        value = value.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = _CLOCK.search(text)
    precision = _precision(clock is not None and clock[1] is not None) if parsed.period == "time" else Precision.DAY
    if value.tzinfo is None and precision is not Precision.DAY:
        value = value.replace(tzinfo=zone)
    return value, precision


def _parser(languages: tuple[str, ...], date_order: str | None, base: datetime) -> DateDataParser:
    from dateparser.date import DateDataParser  # its import takes 0.3 s, and most dates are machine-readable

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
