"""Days, clocks and zones as further newsrooms state them; what is stated and not understood is no other time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.items import Source
from newscrawl.normalize.dates import DateRole, instant

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PUBLISHED, MODIFIED = DateRole.PUBLISHED, DateRole.MODIFIED


@pytest.mark.parametrize(
    ("text", "language", "zone", "role", "expected"),
    [
        (
            "12 de marzo de 2026, 14:05 hora central de México",
            "es",
            "America/Mexico_City",
            PUBLISHED,
            "2026-03-12T20:05 minute",
        ),
        (
            "12 marzo 2026 14:05 hora de Ciudad de México",
            "es",
            "America/New_York",
            PUBLISHED,
            "2026-03-12T20:05 minute",
        ),
        ("12 mar 2026 (modifica il 13 mar 2026 | 09:10)", "it", "Europe/Rome", PUBLISHED, "2026-03-12T00:00 day"),
        ("12 mars 2026 à 14 heures 05", "fr", "Europe/Paris", PUBLISHED, "2026-03-12T13:05 minute"),
        ("12 mars 2026 à 14h05 HE", "fr", "America/Toronto", PUBLISHED, "2026-03-12T18:05 minute"),
        ("Publié à 14 h 05 HNP, le 12 janvier 2026", "fr", "America/Vancouver", PUBLISHED, "2026-01-12T22:05 minute"),
        ("Idag kl. 09.10", "da", "Europe/Copenhagen", PUBLISHED, "2026-11-25T08:10 minute"),
        (
            "12.03.2026 - 14:05 | Son Güncellenme: 13.03.2026 - 09:10",
            "tr",
            "Europe/Istanbul",
            PUBLISHED,
            "2026-03-12T11:05 minute",
        ),
        ("Kamis, 12 Maret 2026 14:05 WIB", "id", "UTC", PUBLISHED, "2026-03-12T07:05 minute"),
        (
            "기사입력 2026.03.12. 오전 12:05 최종수정 2026.03.12. 오후 12:05",
            "ko",
            "Asia/Seoul",
            PUBLISHED,
            "2026-03-11T15:05 minute",
        ),
        (
            "기사입력 2026.03.12. 오전 12:05 최종수정 2026.03.12. 오후 12:05",
            "ko",
            "Asia/Seoul",
            MODIFIED,
            "2026-03-12T03:05 minute",
        ),
        ("3/12(木) 14:05配信", "ja", "Asia/Tokyo", PUBLISHED, "2026-03-12T05:05 minute"),
        ("2026/3/12 14:05 (2026/3/13 9:10更新)", "ja", "Asia/Tokyo", MODIFIED, "2026-03-13T00:10 minute"),
        ("2026-03-12 14:05:09 来源:新华网", "zh", "Asia/Shanghai", PUBLISHED, "2026-03-12T06:05 second"),
        ("Thursday 12 March 2026, 1405 GMT", "en", "Europe/London", PUBLISHED, "2026-03-12T14:05 minute"),
        ("2026-071T14:05:09Z", "en", "UTC", PUBLISHED, "2026-03-12T14:05 second"),
        (
            "3 de abril de 2026, 09:30 hora del centro",
            "es",
            "America/Mexico_City",
            PUBLISHED,
            "2026-04-03T15:30 minute",
        ),
        ("3 de abril de 2026 | 09:30 (hora de CDMX)", "es", "America/Bogota", PUBLISHED, "2026-04-03T15:30 minute"),
        ("3 abr 2026 09:30 tiempo de Tijuana", "es", "America/Mexico_City", PUBLISHED, "2026-04-03T16:30 minute"),
        ("3 de abril de 2026 09:30 hora del este", "es", "America/Los_Angeles", PUBLISHED, "2026-04-03T13:30 minute"),
        ("3 de abril de 2026 09:30 hora de Argentina", "es", "America/Bogota", PUBLISHED, "2026-04-03T12:30 minute"),
        (
            "3 de abril de 2026 a las 09:30 - Tiempo de lectura: 3 min",
            "es",
            "Europe/Madrid",
            PUBLISHED,
            "2026-04-03T07:30 minute",
        ),
        ("3 avril 2026 à 9 h 30 HAC", "fr", "America/Toronto", PUBLISHED, "2026-04-03T14:30 minute"),
        ("Mis à jour le 3 avril 2026 à 9h30 HNA", "fr", "America/Toronto", MODIFIED, "2026-04-03T12:30 minute"),
        ("3 avril 2026 à 9 heures 30 minutes", "fr", "Europe/Paris", PUBLISHED, "2026-04-03T07:30 minute"),
        ("3 de abril de 2026 às 9 horas 30", "pt", "Europe/Lisbon", PUBLISHED, "2026-04-03T08:30 minute"),
        ("3. April 2026, 9 Uhr 30", "de", "Europe/Berlin", PUBLISHED, "2026-04-03T07:30 minute"),
        (
            "3 aprile 2026 (modificato il 4 aprile 2026 alle 10:15)",
            "it",
            "Europe/Rome",
            MODIFIED,
            "2026-04-04T08:15 minute",
        ),
        (
            "03/04/2026 09:30 (atualizado 04/04/2026 10:15)",
            "pt",
            "America/Sao_Paulo",
            MODIFIED,
            "2026-04-04T13:15 minute",
        ),
        (
            "03.04.2026 09:30 | Güncelleme: 04.04.2026 10:15",
            "tr",
            "Europe/Istanbul",
            MODIFIED,
            "2026-04-04T07:15 minute",
        ),
        (
            "Oluşturulma: 03.04.2026 09:30 Son Güncellenme: 04.04.2026 10:15",
            "tr",
            "Europe/Istanbul",
            PUBLISHED,
            "2026-04-03T06:30 minute",
        ),
        ("입력 2026.04.03 09:30 업데이트 2026.04.04 10:15", "ko", "Asia/Seoul", MODIFIED, "2026-04-04T01:15 minute"),
        ("등록 : 2026-04-03 09:30 수정 : 2026-04-04 10:15", "ko", "Asia/Seoul", PUBLISHED, "2026-04-03T00:30 minute"),
        ("4월 3일 09:30", "ko", "Asia/Seoul", PUBLISHED, "2026-04-03T00:30 minute"),
        ("4月3日(金) 9:30配信", "ja", "Asia/Tokyo", PUBLISHED, "2026-04-03T00:30 minute"),
        ("4月3日 9時30分", "ja", "Asia/Tokyo", PUBLISHED, "2026-04-03T00:30 minute"),
        ("2026年4月3日9:30公開 2026年4月4日10:15更新", "ja", "Asia/Tokyo", MODIFIED, "2026-04-04T01:15 minute"),
        ("4/3(金) 9:30更新", "ja", "Asia/Tokyo", MODIFIED, "2026-04-03T00:30 minute"),
        ("12/30(火) 23:10配信", "ja", "Asia/Tokyo", PUBLISHED, "2025-12-30T14:10 minute"),
        ("2026年04月03日 09:30 来源:海港日报 作者:林爱达", "zh", "Asia/Shanghai", PUBLISHED, "2026-04-03T01:30 minute"),
        ("2026-04-03 09:30 編輯:陳波", "zh", "Asia/Taipei", PUBLISHED, "2026-04-03T01:30 minute"),
        ("04月03日 09:30", "zh", "Asia/Shanghai", PUBLISHED, "2026-04-03T01:30 minute"),
        ("3 April 2026 09:30 Source: AP", "en", "Europe/London", PUBLISHED, "2026-04-03T08:30 minute"),
        ("3 апреля 2026 09:30 Источник: ТАСС", "ru", "Europe/Moscow", PUBLISHED, "2026-04-03T06:30 minute"),
        ("Jumat, 3 April 2026 | 09:30 WIB", "id", "Asia/Makassar", PUBLISHED, "2026-04-03T02:30 minute"),
        ("Jumat, 3 April 2026 09.30 WIT", "id", "Asia/Jakarta", PUBLISHED, "2026-04-03T00:30 minute"),
        ("3 Apr 2026 09:30 WITA", "id", "Asia/Jakarta", PUBLISHED, "2026-04-03T01:30 minute"),
        ("I går kl. 21:30", "da", "Europe/Copenhagen", PUBLISHED, "2026-11-24T20:30 minute"),
        ("igår kl. 21.30", "nb", "Europe/Oslo", PUBLISHED, "2026-11-24T20:30 minute"),
        ("0930 GMT, 3 April 2026", "en", "Europe/London", PUBLISHED, "2026-04-03T09:30 minute"),
        ("April 3, 2026 1745 hrs IST", "en", "Asia/Kolkata", PUBLISHED, "2026-04-03T12:15 minute"),
        ("3 April 2026 GMT", "en", "Europe/London", PUBLISHED, "2026-04-03T00:00 day"),
        ("2026-093", "en", "UTC", PUBLISHED, "2026-04-03T00:00 day"),
        ("2026-093T09:30:00+02:00", "en", "UTC", PUBLISHED, "2026-04-03T07:30 second"),
        ("2026-366", "en", "UTC", PUBLISHED, None),
        ("2026-04-03T09:30:00 HNE", "fr", "UTC", PUBLISHED, "2026-04-03T13:30 second"),
        ("3 avril 2026 09:30 HXX", "fr", "America/Toronto", PUBLISHED, "2026-04-03T00:00 day"),
        ("Erstveröffentlicht: 3. April 2026, 9.30 Uhr", "de", "Europe/Berlin", PUBLISHED, "2026-04-03T07:30 minute"),
        ("03.04.2026 aktual. 04.04.2026 10:15", "pl", "Europe/Warsaw", MODIFIED, "2026-04-04T08:15 minute"),
        (
            "3 kwietnia 2026, 9:30 (aktualizacja 4 kwietnia 2026, 10:15)",
            "pl",
            "Europe/Warsaw",
            PUBLISHED,
            "2026-04-03T07:30 minute",
        ),
        ("Giriş Tarihi: 03.04.2026 09:30", "tr", "Europe/Istanbul", PUBLISHED, "2026-04-03T06:30 minute"),
        # Behind a clock GMT is UTC, in a London summer, too.
        ("Fri, 03 Apr 2026 09:30:00 GMT", "en", "Europe/London", PUBLISHED, "2026-04-03T09:30 second"),
        ("3 April 2026 09:30 BST", "en", "Europe/London", PUBLISHED, "2026-04-03T08:30 minute"),
        # The figures of an offset are no day of their own.
        ("Thứ Sáu, 03/04/2026 - 09:30 (GMT+7)", "vi", "Asia/Tokyo", PUBLISHED, "2026-04-03T02:30 minute"),
        ("3 April 2026 | 09:30 UTC-03:00", "en", "Europe/London", PUBLISHED, "2026-04-03T12:30 minute"),
        # An offset from a named zone is stated, and not understood; a dash before a day is none.
        ("03.04.2026 09:30 (МСК+2)", "ru", "Asia/Yekaterinburg", PUBLISHED, "2026-04-03T00:00 day"),
        ("3 Apr 2026 09:30 CET+1", "en", "UTC", PUBLISHED, "2026-04-03T00:00 day"),
        ("09:30 IST - 3 April 2026", "en", "Asia/Kolkata", PUBLISHED, "2026-04-03T04:00 minute"),
        # A label of its own before the clock.
        ("Date: 03/04/26 Time: 21:30", "en", "Europe/London", PUBLISHED, "2026-04-03T20:30 minute"),
        ("Datum: 03.04.2026 Uhrzeit: 09:30", "de", "Europe/Berlin", PUBLISHED, "2026-04-03T07:30 minute"),
        # Millionths and billionths of seconds since 1970.
        ("1775208600000000", "en", "UTC", PUBLISHED, "2026-04-03T09:30 second"),
        ("1775208600000000000", "en", "UTC", PUBLISHED, "2026-04-03T09:30 second"),
        # Years of other calendars in dates for machines.
        ("2569-04-03T09:30:00+07:00", "th", "Asia/Bangkok", PUBLISHED, "2026-04-03T02:30 second"),
        ("1405-01-14T09:30:00", "fa", "Asia/Tehran", PUBLISHED, "2026-04-03T06:00 second"),
        # Labels in further languages.
        (
            "03/04/2026 09:30 Actualitzat el 4/4/2026 a les 10:15",
            "ca",
            "Europe/Madrid",
            MODIFIED,
            "2026-04-04T08:15 minute",
        ),
        (
            "Objavljeno 3.4.2026 9:30 Ažurirano 4.4.2026 10:15",
            "hr",
            "Europe/Zagreb",
            MODIFIED,
            "2026-04-04T08:15 minute",
        ),
        (
            "Paskelbta 2026-04-03 09:30 Atnaujinta 2026-04-04 10:15",
            "lt",
            "Europe/Vilnius",
            MODIFIED,
            "2026-04-04T07:15 minute",
        ),
    ],
)
def test_a_line_gives_the_instant_that_it_states(
    text: str, language: str, zone: str, role: DateRole, expected: str | None
) -> None:
    source = Source("paper", "The Paper", ("paper.example",), languages=(language,), timezone=zone)
    found = instant(text, source=source, captured_at=NOW, role=role)
    assert (f"{found.value:%Y-%m-%dT%H:%M} {found.precision}" if found else None) == expected
