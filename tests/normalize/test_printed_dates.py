"""Dates as newsrooms and content systems print them: day, clock time, zone, calendar, and several in one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_time

from newscrawl.items import Source
from newscrawl.normalize.dates import DateRole, instant

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MODIFIED = DateRole.MODIFIED


@dataclass(frozen=True)
class Case:
    """Where a line is printed, and which of its instants is asked for."""

    languages: tuple[str, ...] = ("en",)
    zone: str = "UTC"
    role: DateRole = DateRole.PUBLISHED

    def read(self, text: str) -> str | None:
        source = Source("paper", "The Paper", ("paper.example",), languages=self.languages, timezone=self.zone)
        found = instant(text, source=source, captured_at=NOW, role=self.role)
        return f"{found.value:%Y-%m-%dT%H:%M:%S} {found.precision}" if found else None


CASES: list[tuple[str, Case, str | None]] = [
    ("Fri, 20 Nov 2026 01:45:08 +02:00", Case(), "2026-11-19T23:45:08 second"),
    ("Fri, 20 Nov 2026 01:45:08 +0200", Case(), "2026-11-19T23:45:08 second"),
    ("20 Nov 26 01:45 EST", Case(), "2026-11-20T06:45:00 minute"),
    ("Tue, 18 Sept 2026 15:53:56 +0300", Case(), "2026-09-18T12:53:56 second"),
    ("Sat, 18 Apr 2026 20:21:00 America/Los_Angeles", Case(), "2026-04-19T03:21:00 second"),
    ("2026-04-18T20:21:00 America/Los_Angeles", Case(), "2026-04-19T03:21:00 second"),
    ("2026-04-18T20:21:00+02:00[Europe/Berlin]", Case(), "2026-04-18T18:21:00 second"),
    ("2026-04-18T20:21:00[Europe/Berlin]", Case(), "2026-04-18T18:21:00 second"),
    ("2026-04-18T20:21:00 +2", Case(), "2026-04-18T18:21:00 second"),
    ("2026-04-18 20:21:00 Mars/Olympus", Case(), "2026-04-18T00:00:00 day"),
    ("2026-04-18 20:21 XYZT", Case(), "2026-04-18T00:00:00 day"),
    ("Sat, Oct 24 2026 08:28:28 PM", Case(zone="America/New_York"), "2026-10-25T00:28:28 second"),
    ("12 março 2026 às 14h05", Case(zone="America/Sao_Paulo", languages=("pt",)), "2026-03-12T17:05:00 minute"),
    ("12/03/2026 às 14h05", Case(zone="America/Sao_Paulo", languages=("pt",)), "2026-03-12T17:05:00 minute"),
    ("12/03/2026 14h05min", Case(zone="America/Sao_Paulo", languages=("pt",)), "2026-03-12T17:05:00 minute"),
    ("Publié le 12 mars 2026 à 14 h 05", Case(zone="Europe/Paris", languages=("fr",)), "2026-03-12T13:05:00 minute"),
    (
        "Publié le 12/03/2026 à 14h05, mis à jour le 13/03/2026 à 09h10",
        Case(zone="Europe/Paris", languages=("fr",)),
        "2026-03-12T13:05:00 minute",
    ),
    (
        "Publié le 12/03/2026 à 14h05, mis à jour le 13/03/2026 à 09h10",
        Case(zone="Europe/Paris", languages=("fr",), role=MODIFIED),
        "2026-03-13T08:10:00 minute",
    ),
    ("Le 1er mars 2026 à 9h", Case(zone="Europe/Paris", languages=("fr",)), "2026-03-01T08:00:00 minute"),
    ("Fri, 07/17/2026 - 10:30", Case(zone="America/New_York"), "2026-07-17T14:30:00 minute"),
    # The separator of Belgium, an hour alone behind the day, and a span of time that begins with a sign for the hour.
    ("do 12 maart 2026, 14u05", Case(zone="Europe/Brussels", languages=("nl",)), "2026-03-12T13:05:00 minute"),
    ("12 maart 2026 om 14u", Case(zone="Europe/Brussels", languages=("nl",)), "2026-03-12T13:00:00 minute"),
    ("Gisteren om 14u05", Case(zone="Europe/Brussels", languages=("nl",)), "2026-11-24T13:05:00 minute"),
    ("1º de março de 2026, 14h", Case(zone="America/Sao_Paulo", languages=("pt",)), "2026-03-01T17:00:00 minute"),
    ("12 mars 2026 - 14h", Case(zone="Europe/Paris", languages=("fr",)), "2026-03-12T13:00:00 minute"),
    ("2時間前", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-11-25T10:00:00 minute"),
    ("2小時前", Case(zone="Asia/Taipei", languages=("zh",)), "2026-11-25T10:00:00 minute"),
    ("3 시간 전", Case(zone="Asia/Seoul", languages=("ko",)), "2026-11-25T09:00:00 minute"),
    # One month by two names, one day in two calendars.
    ("12 آذار/مارس 2026 - 14:05", Case(zone="Asia/Beirut", languages=("ar",)), "2026-03-12T12:05:00 minute"),
    ("12 تشرين الأول (أكتوبر) 2025", Case(zone="Asia/Beirut", languages=("ar",)), "2025-10-12T00:00:00 day"),
    (
        "الخميس 23 رمضان 1447 هـ 12 مارس 2026 م",
        Case(zone="Asia/Riyadh", languages=("ar",)),
        "2026-03-12T00:00:00 day",
    ),
    ("1447/9/23 هـ الموافق 2026/3/12 م", Case(zone="Asia/Riyadh", languages=("ar",)), "2026-03-12T00:00:00 day"),
    ("23 رمضان 1447 هـ 14:05", Case(zone="Asia/Riyadh", languages=("ar",)), "2026-03-12T11:05:00 minute"),
    # Zones by their names in the language of the line; of one that is not known only the day is certain.
    (
        "12 مارس 2026 - 14:05 بتوقيت غرينتش",
        Case(zone="Asia/Riyadh", languages=("ar",)),
        "2026-03-12T14:05:00 minute",
    ),
    ("12 مارس 2026 - 14:05 بتوقيت مكة المكرمة", Case(languages=("ar",)), "2026-03-12T11:05:00 minute"),
    ("12 مارس 2026 - 14:05 بتوقيت المريخ", Case(zone="Asia/Riyadh", languages=("ar",)), "2026-03-12T00:00:00 day"),
    (
        "12 марта 2026, 14:05 по московскому времени",
        Case(zone="Asia/Yekaterinburg", languages=("ru",)),
        "2026-03-12T11:05:00 minute",
    ),
    (
        "12 марта 2026, 14:05 по местному времени",
        Case(zone="Asia/Yekaterinburg", languages=("ru",)),
        "2026-03-12T09:05:00 minute",
    ),
    (
        "12 березня 2026, 14:05 за київським часом",
        Case(zone="Europe/Kyiv", languages=("uk",)),
        "2026-03-12T12:05:00 minute",
    ),
    (
        "12 mars 2026 à 14h05 (heure locale)",
        Case(zone="Europe/Paris", languages=("fr",)),
        "2026-03-12T13:05:00 minute",
    ),
    (
        "12 marzo 2026, 14:05 (hora peninsular)",
        Case(zone="Atlantic/Canary", languages=("es",)),
        "2026-03-12T13:05:00 minute",
    ),
    ("2026年3月12日 14:05(現地時間)", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-03-12T05:05:00 minute"),
    ("1970-01-01T00:00:00Z", Case(), None),
    ("0", Case(), None),
    ("0000-00-00 00:00:00", Case(), None),
    ("-0001-11-30T00:00:00+00:00", Case(), None),
    ("0001-01-01T00:00:00", Case(), None),
    ("1969-12-31T19:00:00-05:00", Case(), None),
    ("Thu, 01 Jan 1970 00:00:00 GMT", Case(), None),
    ("January 1, 1970", Case(), None),
    ("0000000000", Case(), None),
    ("12.3.2026 klo 14.05", Case(zone="Europe/Helsinki", languages=("fi",)), "2026-03-12T12:05:00 minute"),
    ("to 12.3.2026 14:05", Case(zone="Europe/Helsinki", languages=("fi",)), "2026-03-12T12:05:00 minute"),
    ("Publisert 12. mars 2026 kl. 14.05", Case(zone="Europe/Oslo", languages=("nb",)), "2026-03-12T13:05:00 minute"),
    (
        "Opdateret 12. mar. 2026 kl. 14:05",
        Case(zone="Europe/Copenhagen", languages=("da",)),
        "2026-03-12T13:05:00 minute",
    ),
    ("12. März 2026, 14.05 Uhr", Case(zone="Europe/Berlin", languages=("de",)), "2026-03-12T13:05:00 minute"),
    ("12. März 2026 um 14 Uhr", Case(zone="Europe/Berlin", languages=("de",)), "2026-03-12T13:00:00 minute"),
    ("12.03.2026, 14:05 Uhr MEZ", Case(zone="UTC", languages=("de",)), "2026-03-12T13:05:00 minute"),
    ("Donnerstag, 12.03.2026 - 14:05 Uhr", Case(zone="Europe/Berlin", languages=("de",)), "2026-03-12T13:05:00 minute"),
    ("2026年3月12日 14時05分", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-03-12T05:05:00 minute"),
    ("2026年3月12日 午後2時5分", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-03-12T05:05:00 minute"),
    ("令和8年3月12日 午前10時", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-03-12T01:00:00 minute"),
    ("2026/03/12 14:05", Case(zone="Asia/Tokyo", languages=("ja",)), "2026-03-12T05:05:00 minute"),
    ("2026.03.12 오후 2:05", Case(zone="Asia/Seoul", languages=("ko",)), "2026-03-12T05:05:00 minute"),
    (
        "입력 2026-03-12 14:05 수정 2026-03-12 16:00",
        Case(zone="Asia/Seoul", languages=("ko",)),
        "2026-03-12T05:05:00 minute",
    ),
    ("입력 2026.03.12. 오후 2:05", Case(zone="Asia/Seoul", languages=("ko",)), "2026-03-12T05:05:00 minute"),
    ("2026年03月12日14:05", Case(zone="Asia/Shanghai", languages=("zh",)), "2026-03-12T06:05:00 minute"),
    ("2026-03-12 14:05 CST", Case(zone="Asia/Shanghai", languages=("zh",)), "2026-03-12T06:05:00 minute"),
    ("2026-03-12 14:05 CST", Case(zone="America/Chicago"), "2026-03-12T19:05:00 minute"),
    ("12 มี.ค. 2569 14:05 น.", Case(zone="Asia/Bangkok", languages=("th",)), "2026-03-12T07:05:00 minute"),
    ("12 มีนาคม 2569", Case(zone="Asia/Bangkok", languages=("th",)), "2026-03-12T00:00:00 day"),
    ("۱۲ اسفند ۱۴۰۴", Case(zone="Asia/Tehran", languages=("fa",)), "2026-03-03T00:00:00 day"),
    ("۱۴۰۴/۱۲/۱۲ - ۱۴:۰۵", Case(zone="Asia/Tehran", languages=("fa",)), "2026-03-03T10:35:00 minute"),
    ("12 مارس 2026 14:05", Case(zone="Asia/Riyadh", languages=("ar",)), "2026-03-12T11:05:00 minute"),
    ("12 مارس 2026 - 2:05 م", Case(zone="Asia/Riyadh", languages=("ar",)), "2026-03-12T11:05:00 minute"),
    ("12 मार्च 2026, 02:05 PM IST", Case(zone="Asia/Kolkata", languages=("hi",)), "2026-03-12T08:35:00 minute"),
    ("Updated - March 12, 2026 02:05 pm IST - New Delhi", Case(zone="Asia/Kolkata"), "2026-03-12T08:35:00 minute"),
    (
        "March 12, 2026 02:05 pm | Updated March 13, 2026 11:00 am IST",
        Case(zone="Asia/Kolkata"),
        "2026-03-12T08:35:00 minute",
    ),
    (
        "March 12, 2026 02:05 pm | Updated March 13, 2026 11:00 am IST",
        Case(zone="Asia/Kolkata", role=MODIFIED),
        "2026-03-13T05:30:00 minute",
    ),
    ("Kamis, 12 Maret 2026 | 14:05 WIB", Case(zone="Asia/Jakarta", languages=("id",)), "2026-03-12T07:05:00 minute"),
    ("Kamis, 12 Mar 2026 14:05 WITA", Case(zone="Asia/Jakarta", languages=("id",)), "2026-03-12T06:05:00 minute"),
    ("12 Μαρτίου 2026, 2:05 μ.μ.", Case(zone="Europe/Athens", languages=("el",)), "2026-03-12T12:05:00 minute"),
    ("12.03.2026, 14:05", Case(zone="Europe/Athens", languages=("el",)), "2026-03-12T12:05:00 minute"),
    (
        "Thứ năm, 12/3/2026, 14:05 (GMT+7)",
        Case(zone="Asia/Ho_Chi_Minh", languages=("vi",)),
        "2026-03-12T07:05:00 minute",
    ),
    ("12 марта 2026, 14:05", Case(zone="Europe/Moscow", languages=("ru",)), "2026-03-12T11:05:00 minute"),
    ("12 марта 2026, 14:05 мск", Case(zone="UTC", languages=("ru",)), "2026-03-12T11:05:00 minute"),
    ("14:05, 12 марта 2026", Case(zone="Europe/Moscow", languages=("ru",)), "2026-03-12T11:05:00 minute"),
    ("14:05 12.03.2026", Case(zone="Europe/Moscow", languages=("ru",)), "2026-03-12T11:05:00 minute"),
    ("12 березня 2026 о 14:05", Case(zone="Europe/Kyiv", languages=("uk",)), "2026-03-12T12:05:00 minute"),
    ("12 Mart 2026 Perşembe 14:05", Case(zone="Europe/Istanbul", languages=("tr",)), "2026-03-12T11:05:00 minute"),
    (
        "12.03.2026 - 14:05 | Son Güncelleme: 13.03.2026 - 10:00",
        Case(zone="Europe/Istanbul", languages=("tr",)),
        "2026-03-12T11:05:00 minute",
    ),
    ("2026. március 12. 14:05", Case(zone="Europe/Budapest", languages=("hu",)), "2026-03-12T13:05:00 minute"),
    ("12 marca 2026, godz. 14:05", Case(zone="Europe/Warsaw", languages=("pl",)), "2026-03-12T13:05:00 minute"),
    ("12 de marzo de 2026, 14:05 horas", Case(zone="Europe/Madrid", languages=("es",)), "2026-03-12T13:05:00 minute"),
    ("12 MAR 2026 - 14:05 CET", Case(zone="Europe/Madrid", languages=("es",)), "2026-03-12T13:05:00 minute"),
    (
        "12 de marzo de 2026 a las 2:05 p. m.",
        Case(zone="America/Bogota", languages=("es",)),
        "2026-03-12T19:05:00 minute",
    ),
    (
        "jueves, 12 de marzo de 2026 14:05 (hora de Madrid)",
        Case(zone="UTC", languages=("es",)),
        "2026-03-12T13:05:00 minute",
    ),
    ("12 marzo 2026 alle 14.05", Case(zone="Europe/Rome", languages=("it",)), "2026-03-12T13:05:00 minute"),
    ("12 Marzo 2026 ore 14:05", Case(zone="Europe/Rome", languages=("it",)), "2026-03-12T13:05:00 minute"),
    ("12 mrt 2026 om 14:05", Case(zone="Europe/Amsterdam", languages=("nl",)), "2026-03-12T13:05:00 minute"),
    ("12-03-2026 14:05", Case(zone="Europe/Amsterdam", languages=("nl",)), "2026-03-12T13:05:00 minute"),
    ("2:05pm EDT March 12, 2026", Case(), "2026-03-12T18:05:00 minute"),
    ("March 12, 2026 at 2:05 p.m. Eastern Daylight Time", Case(), "2026-03-12T18:05:00 minute"),
    ("March 12, 2026 2:05 PM Pacific", Case(), "2026-03-12T21:05:00 minute"),
    ("Thu 12 Mar 2026 14.05 GMT", Case(zone="Europe/London"), "2026-03-12T14:05:00 minute"),
    ("First published on Thu 12 Mar 2026 14.05 GMT", Case(zone="Europe/London"), "2026-03-12T14:05:00 minute"),
    (
        "Last modified on Thu 12 Mar 2026 16.05 GMT",
        Case(zone="Europe/London", role=MODIFIED),
        "2026-03-12T16:05:00 minute",
    ),
    ("Mon 12 Oct 2026 14.05 BST", Case(zone="Europe/London"), "2026-10-12T13:05:00 minute"),
    ("12 March 2026, 2:05 am AEDT", Case(), "2026-03-11T15:05:00 minute"),
    ("March 12, 2026, 12:05 a.m.", Case(zone="America/New_York"), "2026-03-12T04:05:00 minute"),
    ("March 12, 2026 12:05 PM", Case(zone="America/New_York"), "2026-03-12T16:05:00 minute"),
    ("3 hours ago", Case(), "2026-11-25T09:00:00 minute"),
    ("il y a 3 h", Case(languages=("fr",)), "2026-11-25T09:00:00 minute"),
    ("hace 2 horas", Case(languages=("es",)), "2026-11-25T10:00:00 minute"),
    ("heute, 10:05 Uhr", Case(zone="Europe/Berlin", languages=("de",)), "2026-11-25T09:05:00 minute"),
    ("Сегодня, 10:05", Case(zone="Europe/Moscow", languages=("ru",)), "2026-11-25T07:05:00 minute"),
    ("Yesterday at 10:05 AM", Case(zone="America/New_York"), "2026-11-24T15:05:00 minute"),
    ("20260312T140500+0100", Case(), "2026-03-12T13:05:00 second"),
    ("2026-03-12T14:05:00.000+0000", Case(), "2026-03-12T14:05:00 second"),
    ("2026-03-12T14:05Z", Case(), "2026-03-12T14:05:00 minute"),
    ("2026-03-12T14:05:00 EST", Case(), "2026-03-12T18:05:00 second"),
    ("Thu Mar 12 2026 14:05:00 GMT+0100 (Central European Standard Time)", Case(), "2026-03-12T13:05:00 second"),
    ("Thu Mar 12 14:05:00 UTC 2026", Case(), "2026-03-12T14:05:00 second"),
    ("2026-03-12 14:05:00.0", Case(zone="America/New_York"), "2026-03-12T18:05:00 second"),
    ("Thursday, March 12th, 2026", Case(), "2026-03-12T00:00:00 day"),
    ("12th March 2026 14:05", Case(), "2026-03-12T14:05:00 minute"),
    ("2026-W11-4", Case(), "2026-03-12T00:00:00 day"),
    ("12.3.2026", Case(languages=("fi",), zone="Europe/Helsinki"), "2026-03-12T00:00:00 day"),
    ("3/12/2026", Case(zone="America/New_York"), "2026-03-12T00:00:00 day"),
    ("12/3/2026", Case(zone="Europe/London"), "2026-03-12T00:00:00 day"),
    ("12. 3. 2026 14:05", Case(zone="Europe/Prague", languages=("cs",)), "2026-03-12T13:05:00 minute"),
    ("12. 3. 2026", Case(zone="Europe/Prague", languages=("cs",)), "2026-03-12T00:00:00 day"),
    ("12.03.26 14:05", Case(zone="Europe/Berlin", languages=("de",)), "2026-03-12T13:05:00 minute"),
    ("ஆசிரியர் 5", Case(), None),
    ("Issue 12", Case(), None),
    ("5 min read", Case(), None),
    ("Chapter 3", Case(), None),
    ("14:05", Case(), None),
    ("2026", Case(), None),
    ("March 2026", Case(), None),
    ("version 1.2.3", Case(), None),
    ("10.30", Case(), None),
    ("March 12, 2026 · 5 min read", Case(zone="America/New_York"), "2026-03-12T00:00:00 day"),
    ("Mar 12, 2026 2:05 PM ET / Updated Mar 13, 2026 3:00 PM ET", Case(), "2026-03-12T18:05:00 minute"),
    ("Mar 12, 2026 2:05 PM ET / Updated Mar 13, 2026 3:00 PM ET", Case(role=MODIFIED), "2026-03-13T19:00:00 minute"),
    ("الخميس 23 رمضان 1447 هـ - 12 مارس 2026 م", Case(languages=("ar",)), "2026-03-12T00:00:00 day"),
    ("12 mars 2026 à 14:05 HNE", Case(languages=("fr",), zone="America/Toronto"), "2026-03-12T18:05:00 minute"),
]


@pytest.mark.parametrize(("text", "case", "expected"), CASES, ids=[text for text, _, _ in CASES])
def test_line_is_read_as_its_newsroom_means_it(text: str, case: Case, expected: str | None) -> None:
    assert case.read(text) == expected


@pytest.mark.parametrize(
    "zone",
    [
        "QQT",
        "(QQT)",
        "Mars/Olympus",
        "[Mars/Olympus]",
        "Atlantis time",
        "hora de la Atlántida",
        "heure d'Atlantide",
        "+99",
    ],
)
@pytest.mark.parametrize("day", ["2026-03-12", "12 March 2026,", "Thu, 12 Mar 2026"])
def test_zone_that_is_not_understood_leaves_the_day_or_nothing(day: str, zone: str) -> None:
    assert Case().read(f"{day} 23:05:00 {zone}") in {"2026-03-12T00:00:00 day", None}


@pytest.mark.parametrize("hours", [-11, -9.5, -3.5, 0, 1, 5.75, 8, 12.75])
@pytest.mark.parametrize("form", ["%z", "GMT%z", "UTC %z", "(%z)"])
@pytest.mark.parametrize("has_colon", [False, True])
def test_every_way_to_state_an_offset_means_the_same(hours: float, form: str, has_colon: bool) -> None:
    offset = f"{'-' if hours < 0 else '+'}{int(abs(hours)):02}{':' * has_colon}{round(abs(hours) % 1 * 60):02}"
    moment = datetime(2026, 3, 12, 14, 5, 9, tzinfo=UTC) - timedelta(hours=hours)
    form = form.replace("UTC %z", "UTC%z").replace("%z", offset)
    for day in ("2026-03-12", "12 Mar 2026", "Thu Mar 12 2026"):
        assert Case().read(f"{day} 14:05:09 {form}") == f"{moment:%Y-%m-%dT%H:%M:%S} second"


LOCALES = {
    "ar": "Africa/Cairo", "bg": "Europe/Sofia", "bn": "Asia/Dhaka", "ca": "Europe/Madrid", "cs": "Europe/Prague",
    "da": "Europe/Copenhagen", "de": "Europe/Berlin", "el": "Europe/Athens", "en": "America/New_York",
    "en_GB": "Europe/London", "es": "Europe/Madrid", "et": "Europe/Tallinn", "fi": "Europe/Helsinki",
    "fr": "Europe/Paris", "he": "Asia/Jerusalem", "hi": "Asia/Kolkata", "hr": "Europe/Zagreb", "hu": "Europe/Budapest",
    "id": "Asia/Jakarta", "is": "Atlantic/Reykjavik", "it": "Europe/Rome", "ja": "Asia/Tokyo", "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius", "lv": "Europe/Riga", "nb": "Europe/Oslo", "nl": "Europe/Amsterdam", "pl": "Europe/Warsaw",
    "pt": "America/Sao_Paulo", "ro": "Europe/Bucharest", "ru": "Europe/Moscow", "sk": "Europe/Bratislava",
    "sl": "Europe/Ljubljana", "sr": "Europe/Belgrade", "sv": "Europe/Stockholm", "sw": "Africa/Nairobi",
    "ta": "Asia/Kolkata", "th": "Asia/Bangkok", "tr": "Europe/Istanbul", "uk": "Europe/Kyiv", "ur": "Asia/Karachi",
    "vi": "Asia/Ho_Chi_Minh", "zh": "Asia/Shanghai",
}  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_every_month_is_read_in_the_forms_that_cldr_has_for_a_language(locale: str) -> None:
    case = Case((locale.partition("_")[0].replace("nb", "no"),), LOCALES[locale])
    wrong = {}
    for month in range(1, 12):
        moment = datetime(2026, month, month * 5 % 27 + 1, 14, 5, tzinfo=ZoneInfo(case.zone))
        clock = format_time(moment.time(), "HH:mm", locale=locale)
        for form in ("short", "medium", "long", "full"):
            day = format_date(moment.date(), form, locale=locale)
            expected = {
                day: f"{moment:%Y-%m-%d}T00:00:00 day",
                f"{day}, {clock}": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}:00 minute",
            }
            wrong |= {text: case.read(text) for text, right in expected.items() if case.read(text) != right}
    # A few abbreviations are no newsroom's and unknown to dateparser too; none may be another day.
    assert {text: found for text, found in wrong.items() if found is not None} == {}
    assert len(wrong) <= 2
