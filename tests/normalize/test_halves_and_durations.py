"""Clocks with the halves and parts of the day in words, and counts of time that are no instant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.items import Source
from newscrawl.normalize.dates import instant

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def read(text: str, language: str, zone: str = "UTC") -> str | None:
    source = Source("paper", "The Paper", ("paper.example",), languages=(language,), timezone=zone)
    found = instant(text, source=source, captured_at=NOW)
    return f"{found.value:%Y-%m-%dT%H:%M} {found.precision}" if found else None


@pytest.mark.parametrize(
    ("text", "language", "hour"),
    [
        ("8:05 CH 09/11/2026", "vi", 20),
        ("8:05 SA 09/11/2026", "vi", 8),
        ("09/11/2026, 8:05 chiều", "vi", 20),
        ("2026. nov. 9., hétfő, du. 8:05", "hu", 20),
        ("2026. nov. 9., de. 8:05", "hu", 8),
        ("০৯ নভেম্বর ২০২৬, ০৮:০৫ পিএম", "bn", 20),
        ("০৯ নভেম্বর ২০২৬, ০৮:০৫ এএম", "bn", 8),
        ("9 नवंबर 2026, 8:05 पीएम", "hi", 20),
        ("9 Kasım 2026 ÖS 8:05", "tr", 20),
        ("9 nëntor 2026, 8:05 e pasdites", "sq", 20),
        ("9 листопада 2026, 8:05 вечора", "uk", 20),
        ("9. November 2026, 8:05 Uhr", "de", 8),
        ("9. November 2026, abends 8.05 Uhr", "de", 20),
        ("9 listopada 2026, 20:05 wieczorem", "pl", 20),
    ],
)
def test_a_half_of_the_day_is_read_in_the_language_of_the_source(text: str, language: str, hour: int) -> None:
    assert read(text, language) == f"2026-11-09T{hour:02}:05 minute"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年11月9日 中午11:50", "2026-11-09T11:50 minute"),
        ("2026年11月9日 中午12:10", "2026-11-09T12:10 minute"),
        ("2026年11月9日 中午1:10", "2026-11-09T13:10 minute"),
    ],
)
def test_noon_begins_before_twelve(text: str, expected: str) -> None:
    assert read(text, "zh") == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Lesedauer: 3 Minuten", "de"),
        ("Reading time: 5 minutes", "en"),
        ("Время чтения: 3 минуты", "ru"),
        ("4 minuti", "it"),
        ("12 hours", "en"),
        ("in 2 hours", "en"),
        ("dans 2 heures", "fr"),
    ],
)
def test_a_duration_is_no_date(text: str, language: str) -> None:
    assert read(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("hace 3 días", "es", "2026-11-22T00:00 day"),
        ("vor 20 Minuten", "de", "2026-11-25T11:40 minute"),
        ("acum 20 minute", "ro", "2026-11-25T11:40 minute"),
        ("prieš 20 min.", "lt", "2026-11-25T11:40 minute"),
        ("vorgestern", "de", "2026-11-23T00:00 day"),
    ],
)
def test_what_is_said_to_be_past_is_a_date(text: str, language: str, expected: str) -> None:
    assert read(text, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2026:11:09 08:05:00", "en", "2026-11-09T08:05 second"),
        ("09-NOV-26 08.05.00.000000 PM", "en", "2026-11-09T20:05 second"),
        ("2026-11-09T08:05:00.000+01:00Z", "en", "2026-11-09T00:00 day"),
        ("2026-11-09T08:05:00+00:00Z", "en", "2026-11-09T08:05 second"),
        ("Montag, 9.11.26, 8.05 Uhr", "de", "2026-11-09T08:05 minute"),
        ("Montag, 9.11.26", "de", "2026-11-09T00:00 day"),
        ("9 พ.ย. 69 เวลา 20:05 น.", "th", "2026-11-09T20:05 minute"),
    ],
)
def test_forms_of_systems_and_newsrooms_are_read(text: str, language: str, expected: str) -> None:
    assert read(text, language) == expected
