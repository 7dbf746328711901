"""Dates in forms for machines: ISO 8601 and its near relatives, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from newscrawl.items import Precision

_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?=T|$)")  # ISO 8601's year and day of it, which datetime does not read
_OF_CAMERA = re.compile(r"^(\d{4}):(\d\d):(\d\d)(?=[ T]\d\d:\d\d)")  # Exif's "2026:11:09 08:05:00"
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}")
_EPOCH_SECONDS = re.compile(r"(?:\d{10}(?:\d{3})?|1\d{15}|1\d{18})(?:\.\d+)?")  # or their thousandths, and so on
_DOTNET = re.compile(r"/?Date\((\d{10}(?:\d{3})?)(?:[+-]\d{4})?\)/?")  # its offset is for display: the number is UTC
_HOUR_AND_FRACTION = re.compile(r"[T ]\d\d[.,]\d")  # ISO 8601 allows it; newspapers mean minutes: "2026-03-03 17.04"
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?(?:\.\d+Z?)?")
_ISO_ZONE = re.compile(r"(?:(?<!\s)\s++)?(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET = re.compile(r"(?<!\s)\s++([+-]\d\d:?\d\d)$")
# washingtonpost.com, 2014 to 2018: Washington's local time on a 12-hour clock without a.m. or p.m., with an offset that
# ignores summer time.
_WASHINGTON_POST = re.compile(r"(\d{4}-\d\d-\d\d)T(0\d|1[0-2]):([0-5]\d)-\d{3}")

ParsedDate = tuple[datetime, Precision]


def machine_date(text: str, zone: tzinfo) -> ParsedDate | None:
    """Return the date of a text in one of these forms, with the zone that it states; None for any other text.

    `zone` is the source's. Raises ValueError for an impossible date.
    """
    return _washington_post(text, zone) or _iso(text) or _epoch(text)


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
    if _HOUR_AND_FRACTION.search(text):
        return None
    if match := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second, offset = match.groups(default="")
        value = datetime.fromisoformat(f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset}")
        return (value.replace(tzinfo=UTC) if text.endswith("Z") else value), precision(has_seconds=bool(second))
    text = _ORDINAL.sub(_day_of_year, _OF_CAMERA.sub(r"\1-\2-\3", text))
    iso = _OFFSET.sub(r"\1", _ISO_ZONE.sub("+00:00", text) if ":" in text else text).replace(",", ".")
    try:
        value = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if _DATE_ONLY.fullmatch(iso) or (":" not in iso and len(iso) <= 10):
        return value, Precision.DAY
    clock = iso[10:].partition("+")[0].partition("-")[0]
    return value, precision(has_seconds=clock.count(":") >= 2 or len(re.sub(r"\D", "", clock)) >= 6)


def _day_of_year(match: re.Match[str]) -> str:
    day = datetime(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)  # noqa: DTZ001 -- a day has no zone
    return f"{day:%Y-%m-%d}" if f"{day:%Y}" == match[1] else match[0]


def precision(*, has_seconds: bool) -> Precision:
    return Precision.SECOND if has_seconds else Precision.MINUTE


def _epoch(text: str) -> ParsedDate | None:
    text = match[1] if (match := _DOTNET.fullmatch(text)) else text
    if not _EPOCH_SECONDS.fullmatch(text):
        return None
    digits = len(text.partition(".")[0])
    return datetime.fromtimestamp(float(text) / 10 ** (digits - 10), UTC), Precision.SECOND
