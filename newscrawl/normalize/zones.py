"""The zone or offset that stands beside a clock time.

A zone that is stated and not understood is reported as such: the time would be another one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

MAX_OFFSET = timedelta(hours=14)  # Pacific/Kiritimati; the least is -12:00

# Abbreviations stand for a zone's rules: "EST" in June is written by people who mean the clock on the wall.
_ABBREVIATIONS = {
    "America/New_York": "ET EST EDT HNE HAE HE",
    "America/Chicago": "CT CST CDT HNC HAC",
    "America/Denver": "MT MST MDT HNR HAR",
    "America/Los_Angeles": "PT PST PDT HNP HAP",
    "America/Anchorage": "AKST AKDT",
    "America/Halifax": "ADT HNA HAA",
    "America/St_Johns": "NST NDT HNT HAT",
    "America/Sao_Paulo": "BRT",
    "America/Argentina/Buenos_Aires": "ART",
    "Pacific/Honolulu": "HST",
    "Europe/London": "BST UK",
    "Europe/Lisbon": "WET WEST",
    "Europe/Berlin": "CET CEST MEZ MESZ HNEC HAEC",
    "Europe/Helsinki": "EET EEST OEZ OESZ",
    "Europe/Moscow": "MSK МСК мск",
    "Europe/Istanbul": "TRT",
    "Africa/Johannesburg": "SAST",
    "Africa/Lagos": "WAT",
    "Africa/Nairobi": "EAT",
    "Africa/Harare": "CAT",
    "Asia/Dubai": "GST",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Hong_Kong": "HKT",
    "Asia/Manila": "PHT",
    "Asia/Singapore": "SGT",
    "Asia/Jakarta": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
    "Asia/Bangkok": "ICT",
    "Asia/Karachi": "PKT",
    "Asia/Kathmandu": "NPT",
    "Australia/Sydney": "AET AEST AEDT",
    "Australia/Adelaide": "ACST ACDT",
    "Australia/Perth": "AWST",
    "Pacific/Auckland": "NZST NZDT",
    "UTC": "UTC GMT UT Z",
}
# Without the word "time" behind it ("Eastern Standard Time", "Central European Time").
_NAMES = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "atlantic": "America/Halifax",
    "central european": "Europe/Berlin",
    "western european": "Europe/Lisbon",
    "eastern european": "Europe/Helsinki",
    "british": "Europe/London",
    "irish": "Europe/Dublin",
    "greenwich mean": "UTC",
    "coordinated universal": "UTC",
    "universal": "UTC",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "israel": "Asia/Jerusalem",
    "japan": "Asia/Tokyo",
    "korea": "Asia/Seoul",
    "china": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "philippine": "Asia/Manila",
    "gulf": "Asia/Dubai",
    "pakistan": "Asia/Karachi",
    "south africa": "Africa/Johannesburg",
    "west africa": "Africa/Lagos",
    "east africa": "Africa/Nairobi",
    "new zealand": "Pacific/Auckland",
    "brasília": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo",
    "москве": "Europe/Moscow",
    "московскому": "Europe/Moscow",
    "мск": "Europe/Moscow",
    "києвом": "Europe/Kyiv",
    "киеву": "Europe/Kyiv",
    "киевскому": "Europe/Kyiv",
    "київським": "Europe/Kyiv",
    "гринвичу": "UTC",
    "peninsular": "Europe/Madrid",
    "colombia": "America/Bogota",
    "perú": "America/Lima",
    "ecuador": "America/Guayaquil",
    "chile": "America/Santiago",
    "argentina": "America/Argentina/Buenos_Aires",
    "venezuela": "America/Caracas",
    "ciudad de méxico": "America/Mexico_City",
    "central de méxico": "America/Mexico_City",
    "centro de méxico": "America/Mexico_City",
    "cdmx": "America/Mexico_City",
    "este": "America/New_York",
    "londres": "Europe/London",
    "lisboa": "Europe/Lisbon",
    "roma": "Europe/Rome",
    "nova york": "America/New_York",
    "nueva york": "America/New_York",
    "l'est": "America/New_York",
    "北京": "Asia/Shanghai",
    "日本": "Asia/Tokyo",
    "台北": "Asia/Taipei",
    "香港": "Asia/Hong_Kong",
    "غرينتش": "UTC",
    "غرينيتش": "UTC",
    "جرينتش": "UTC",
    "جرينيتش": "UTC",
    "مكة": "Asia/Riyadh",
    "مكة المكرمة": "Asia/Riyadh",
    "السعودية": "Asia/Riyadh",
    "الرياض": "Asia/Riyadh",
    "القاهرة": "Africa/Cairo",
    "مصر": "Africa/Cairo",
    "بيروت": "Asia/Beirut",
    "بغداد": "Asia/Baghdad",
    "دمشق": "Asia/Damascus",
    "القدس": "Asia/Jerusalem",
    "الدوحة": "Asia/Qatar",
    "الإمارات": "Asia/Dubai",
    "أبوظبي": "Asia/Dubai",
    "أبو ظبي": "Asia/Dubai",
}
_LOCAL = frozenset({"local", "locale", "местному", "місцевим", "المحلي", "当地", "當地", "現地"})
_CENTRAL = frozenset({"central", "centro"})
_TIME_WORDS = frozenset({"времени", "часом", "часу"})  # behind the name: "по московскому времени"
_ZONE_OF = {word: zone for zone, words in _ABBREVIATIONS.items() for word in words.split()}
_AUSTRALIAN = {"eastern": "Australia/Sydney", "central": "Australia/Adelaide", "western": "Australia/Perth"}

_OPENING = r"^[\s,(\[]*"
_OFFSET = re.compile(
    _OPENING + r"(?:(?:GMT|UTC|UT|Z)\s?(?P<s1>[+\-−])(?P<h1>\d{1,2})|(?P<s2>[+\-−])(?P<h2>\d\d?))(?::?(?P<m>\d\d))?"
    r"(?![\d/.:]|-\d)[)\]]?",
    re.IGNORECASE,
)
_UNIVERSAL = re.compile(r"\s?(?:Z|UTC|GMT)\b(?!\s?[+\-−])")
_BRACKETS = re.compile(r"^\s*[(\[][^()\[\]]{1,40}[)\]]")  # after an offset: "+02:00[Europe/Berlin]", "GMT+0200 (CEST)"
_IANA = re.compile(r"[(\[]?\b([A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+\-0-9]+){1,2})\b[)\]]?")
_NAMED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[(\[]?\b((?:[^\W\d_]+ ){1,2}?)(?:(?:standard|daylight|summer) )?time\b(?: zone)?[)\]]?",
        r"[(\[]?\b(?:hora|tiempo(?! de lectura)|heure|horário|horario|ora|Uhr|(?:по )?времени|по|за)"
        r"(?: (?:local|locale|legal))? (?:de la |del? |di |d'|do |da |en )?"
        r"([^\W\d_]['’\w]*(?: (?:del? )?[^\W\d_]\w+){0,2})[)\]]?",
        r"[(\[]?(北京|日本|台北|香港|当地|當地|現地)(?:时间|時間)[)\]]?",
        # "بتوقيت غرينتش", "بالتوقيت المحلي"
        r"[(\[]?\b(?:بتوقيت|بالتوقيت|توقيت) ([^\W\d_]+(?: (?:المكرمة|ظبي))?)[)\]]?",
    )
]
_BARE_NAME = re.compile(_OPENING + r"(Eastern|Central|Mountain|Pacific)\b[)\]]?")
_WORD = re.compile(
    r"(?<![^\W\d_])[(\[]?(" + "|".join(sorted(map(re.escape, _ZONE_OF), key=len, reverse=True)) + r")(?![\w+\-])[)\]]?"
)
# A single letter is a military zone (RFC 822), which RFC 5322 (4.3) calls unknown: its signs were confused.
_CAPITALS = re.compile(_OPENING + r"([A-ZА-Я]{2,5}|[A-IK-Y](?=[)\]]?\s*$))\b[)\]]?")
_SHIFTED = re.compile(_OPENING + r"[A-ZА-Я]{3,4}[+−-]\d{1,2}(?::?\d\d)?(?![\d/.:]|-\d)[)\]]?")  # "MSK+2"
_NO_ZONES = {"AM", "PM", "UHR", "HRS", "HS", "MIN", "H", "U", "SA", "CH"}


@dataclass(frozen=True, slots=True)
class StatedZone:
    """What a line states beside a clock time; `zone` is None if it states none, or one that is not understood."""

    rest: str
    zone: tzinfo | None = None
    is_unknown: bool = False


def take_zone(before: str, after: str, source_zone: tzinfo) -> StatedZone:
    """Return the zone that stands right after a clock time, or as a word anywhere in the line, and the line without it.

    `before` and `after` are the parts of the line around the clock time.
    """
    if match := _OFFSET.match(after):
        rest = _BRACKETS.sub("", after[match.end() :], count=1)
        zone = _fixed(match)
        if zone.utcoffset(None) and (universal := _UNIVERSAL.match(rest)):  # "+01:00Z": one of the two is wrong
            return StatedZone(f"{before} {rest[universal.end() :]}", is_unknown=True)
        return StatedZone(f"{before} {rest}", zone)
    for part, other, is_after in ((after, before, True), (before, after, False)):
        if (found := _named(part, source_zone, is_after=is_after)) is not None:
            rest = f"{other} {found.rest}" if is_after else f"{found.rest} {other}"
            return StatedZone(rest, found.zone, found.is_unknown)
    return StatedZone(f"{before} {after}")


def _fixed(match: re.Match[str]) -> tzinfo:
    """Return the zone of an offset; raises ValueError for an impossible one: who writes it has no time to state."""
    sign = match["s1"] or match["s2"]
    minutes = int(match["m"] or 0)
    offset = timedelta(hours=int(match["h1"] or match["h2"]), minutes=minutes)
    if offset > MAX_OFFSET or minutes > 59:
        raise ValueError(f"no zone has the offset {match[0].strip()}")
    return timezone(offset if sign == "+" else -offset)


def _named(text: str, source_zone: tzinfo, *, is_after: bool) -> StatedZone | None:
    """Return the zone that a part of a line names, and the part without it; None if it names none."""
    if match := _IANA.search(text):
        zone = zone_of(match[1])
        return StatedZone(_without(text, match), zone, is_unknown=zone is None)
    for pattern in _NAMED:
        if match := pattern.search(text):
            zone = _by_name(match[1].strip().lower().replace("’", "'"), source_zone)
            return StatedZone(_without(text, match), zone, is_unknown=zone is None)
    if is_after and (match := _BARE_NAME.match(text)):
        return StatedZone(_without(text, match), _by_name(match[1].lower(), source_zone))
    if is_after and (match := _SHIFTED.match(text)):
        return StatedZone(_without(text, match), is_unknown=True)
    if is_after and (match := _CAPITALS.match(text)) and match[1] not in _NO_ZONES:
        zone = _by_abbreviation(match[1], source_zone)
        return StatedZone(_without(text, match), zone, is_unknown=zone is None)
    if match := _WORD.search(text):
        return StatedZone(_without(text, match), _by_abbreviation(match[1], source_zone))
    return None


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _by_abbreviation(word: str, source_zone: tzinfo) -> tzinfo | None:
    """Return the source's zone if that is how it abbreviates itself (IST, CST and others have several meanings)."""
    if _ZONE_OF.get(word) == "UTC":
        return UTC  # also in London, whose zone has that name in winter
    if word in _names_of(source_zone):
        return source_zone
    return zone_of(_ZONE_OF[word]) if word in _ZONE_OF else None


@lru_cache(maxsize=256)
def _names_of(zone: tzinfo) -> frozenset[str]:
    """Return the abbreviations that a zone has in winter and in summer; those that are offsets are none."""
    if zone is UTC:
        return frozenset()
    names = (zone.tzname(datetime(2026, month, 1, tzinfo=zone)) or "" for month in (1, 7))
    return frozenset(name for name in names if name.isalpha())


def _by_name(name: str, source_zone: tzinfo) -> tzinfo | None:
    words = [word for word in name.split() if word not in _TIME_WORDS]
    for start in range(len(words)):
        tail = " ".join(words[start:])
        if tail in _AUSTRALIAN and str(source_zone).startswith("Australia/"):
            return zone_of(_AUSTRALIAN[tail])
        if tail in _CENTRAL and str(source_zone).startswith("America/") and "CST" in _names_of(source_zone):
            return source_zone  # Mexico's has no summer time
        if tail in _LOCAL:
            return source_zone
        if zone := _NAMES.get(tail) or _cities().get(tail):
            return zone_of(zone)
    return None


def is_city(name: str) -> bool:
    """Return whether a zone is named after this city, as most capitals and large cities are; accents do not count."""
    if not name.isascii() and name.lower() in _NAMES:
        return True
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in letters if not unicodedata.combining(char)) in _cities()


@cache
def _cities() -> dict[str, str]:
    """Return the zones by the city that each is named after, in lower case."""
    names = sorted(name for name in available_timezones() if name.count("/") and not name.startswith("Etc/"))
    return {name.rpartition("/")[2].replace("_", " ").lower(): name for name in names}


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """Return a zone by its IANA name, None for an unknown one."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
