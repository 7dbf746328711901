from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newscrawl.items import Instant, Precision, Source
from newscrawl.normalize import first_instant, instant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POST = Source("washpo", "The Washington Post", ("washingtonpost.com",), timezone="America/New_York")
GERMAN = Source("blatt", "Das Blatt", ("blatt.example",), ("de",), "Europe/Berlin", "DMY")


def read(text: str, source: Source = POST) -> str | None:
    parsed = instant(text, source=source, captured_at=NOW)
    return None if parsed is None else f"{parsed.value:%Y-%m-%dT%H:%M:%S} {parsed.precision}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-04-03T10:11:12Z", "2019-04-03T10:11:12 second"),
        ("2019-04-03T10:11:12.345678+02:00", "2019-04-03T08:11:12 second"),
        ("2019-04-03 10:11:12 +0200", "2019-04-03T08:11:12 second"),
        ("2019-04-03T10:11+02:00", "2019-04-03T08:11:00 minute"),
        ("2019-04-03T10:11:12", "2019-04-03T14:11:12 second"),  # without an offset: local time of the source
        ("2019-04-03 10:11:12 UTC", "2019-04-03T10:11:12 second"),
        ("20190107T203700Z", "2019-01-07T20:37:00 second"),
        ("20190107203700", "2019-01-08T01:37:00 second"),
        ("2019-04-03", "2019-04-03T00:00:00 day"),
        ("20190107", "2019-01-07T00:00:00 day"),
        ("1554286272", "2019-04-03T10:11:12 second"),
        ("1554286272000", "2019-04-03T10:11:12 second"),
        ("Wed, 03 Apr 2019 10:11:12 GMT", "2019-04-03T10:11:12 second"),
        ("Wed, 03 Apr 2019 10:11:12 -0400", "2019-04-03T14:11:12 second"),
        ("Wed Apr 03 2019 10:11:12 GMT+0200 (CEST)", "2019-04-03T08:11:12 second"),
        ("April 3, 2019", "2019-04-03T00:00:00 day"),
        ("Published April 3, 2019 at 10:11 a.m.", "2019-04-03T14:11:00 minute"),
        ("12:31 p.m. ET, June 13, 2019", "2019-06-13T16:31:00 minute"),
        ("12:31 PM EST, June 13, 2019", "2019-06-13T16:31:00 minute"),  # in June it means the zone's summer time
        ("January 13, 2019 12:31 PM EST", "2019-01-13T17:31:00 minute"),
        ("Tuesday May 24, 2016 1:54 pm PDT by Jane Doe", "2016-05-24T20:54:00 minute"),
        ("<span class='stamp'>2014-10-22T08:56:26+00:00</span>", "2014-10-22T08:56:26 second"),
        ("Fri Apr 28 19:20:36 CEST 2023", "2023-04-28T17:20:36 second"),
        ("3 hours ago", "2026-03-01T09:00:00 minute"),
        # Two clocks: the one that states its zone.
        ("Page last updated at 20:08 GMT, Thursday, 17 June 2010 21:08 UK", "2010-06-17T20:08:00 minute"),
        ("17 June 2010 21:08 UK, 20:08", "2010-06-17T20:08:00 minute"),
        ("17 June 2010 16:08, 20:08 GMT", "2010-06-17T20:08:00 minute"),
    ],
)
def test_a_stated_date_is_read_with_its_precision(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06.01.2026", "2026-01-06T00:00:00 day"),
        ("6. Januar 2026, 14:05 Uhr", "2026-01-06T13:05:00 minute"),
        ("Stand: 06.07.2025 14:05", "2025-07-06T12:05:00 minute"),
        ("vor 2 Stunden", "2026-03-01T10:00:00 minute"),
    ],
)
def test_words_are_read_in_the_language_zone_and_order_of_the_source(text: str, expected: str) -> None:
    assert read(text, GERMAN) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-09-13T07:00-500", "2016-09-13T11:00:00 day"),
        ("2014-01-18T05:43-500", "2014-01-18T22:43:00 day"),
        ("2015-12-23T12:34-500", "2015-12-23T17:34:00 day"),
    ],
)
def test_the_twelve_hour_clock_of_the_post_gives_only_the_day(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2019-02-30",
        "2019-02-30T10:00:00Z",
        "2019-01-01T00:00:00+99:99",
        "100000000000000000000",
        "2027-01-01T00:00:00Z",
        "14:05",
        "Jane Doe",
        "read more about our plans for the coming year",
        "x" * 10_000,
        "1" * 5000,
        "\ud800",
    ],
)
def test_what_is_no_possible_date_is_none(text: str) -> None:
    assert read(text) is None


def test_the_stated_text_is_kept() -> None:
    parsed = instant("  April 3,\n 2019 ", source=POST, captured_at=NOW)
    assert parsed is not None
    assert parsed.stated == "April 3, 2019"


def test_values_are_whole_milliseconds_as_stored() -> None:
    parsed = instant("2019-04-03T10:11:12.345999Z", source=POST, captured_at=NOW)
    assert parsed is not None
    assert parsed.value.microsecond == 345_000


def test_a_bare_day_yields_to_a_clock_time_of_that_day() -> None:
    candidates = ("2019-04-03", "nonsense", "2019-04-03T18:00:00Z")
    assert _first(candidates) == Instant(datetime(2019, 4, 3, 18, tzinfo=UTC), Precision.SECOND, candidates[2])


def test_a_bare_day_does_not_yield_to_the_time_of_another_day() -> None:
    first = _first(("2019-04-03", "2019-06-03T18:00:00Z"))
    assert first is not None
    assert first.precision is Precision.DAY


def test_an_unknown_zone_of_a_source_is_read_as_utc() -> None:
    nowhere = Source("x", "X", ("x.example",), timezone="Atlantis/Capital")
    assert read("2019-04-03T10:11:12", nowhere) == "2019-04-03T10:11:12 second"


def _first(candidates: tuple[str, ...]) -> Instant | None:
    return first_instant(candidates, source=POST, captured_at=NOW)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9]{1,6}[-/.][0-9]{1,3}[-/.][0-9]{1,6}[T ]?[0-9:.+Z-]{0,14}", fullmatch=True)
)
def test_no_text_ever_raises(text: str) -> None:
    parsed = instant(text, source=GERMAN, captured_at=NOW)
    assert parsed is None or (parsed.value.tzinfo is UTC and parsed.value.year >= 1700)


@given(st.datetimes(datetime(1800, 1, 1), datetime(2026, 2, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_forms_round_trip(moment: datetime) -> None:
    assume(moment.year not in {1899, 1900, 1970})  # the placeholders of content systems
    expected = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    for text in (moment.isoformat(), f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06}Z"):
        parsed = instant(text, source=POST, captured_at=NOW)
        assert parsed is not None
        assert parsed.value == expected


@pytest.mark.parametrize(
    ("text", "zone", "language", "expected"),
    [
        # The dot of a clock is no fraction of an hour.
        ("Publicerad 2026-02-03 17.04", "Europe/Stockholm", "sv", "2026-02-03T16:04:00 minute"),
        ("Igår 21.30", "Europe/Stockholm", "sv", "2026-02-28T20:30:00 minute"),
        ("Version 2.30", "UTC", "en", None),
        # Labels behind their dates.
        ("2026年2月3日 17:04公開 2026年2月4日 8:00更新", "Asia/Tokyo", "ja", "2026-02-03T08:04:00 minute"),
        ("2026/2/3 5:04 (2026/2/3 18:00 更新)", "Asia/Tokyo", "ja", "2026-02-02T20:04:00 minute"),
        ("2026.02.03 17:04 입력 | 2026.02.04 09:00 수정", "Asia/Seoul", "ko", "2026-02-03T08:04:00 minute"),
        ("3 February 2026 17:04 (updated 4 February 2026 08:00)", "UTC", "en", "2026-02-03T17:04:00 minute"),
        # A clock in a part of its own, and a reading time.
        ("3 min read · Feb 3, 2026 · 17:04 CET", "UTC", "en", "2026-02-03T16:04:00 minute"),
        ("5 min | 03.02.2026 | 17:04", "Europe/Berlin", "de", "2026-02-03T16:04:00 minute"),
        # Months by their names in other countries of the language.
        ("3 شباط 2026", "Asia/Beirut", "ar", "2026-02-03T00:00:00 day"),
        ("15 تشرين الثاني 2025", "Asia/Beirut", "ar", "2025-11-15T00:00:00 day"),
        ("3 غشت 2025", "Africa/Casablanca", "ar", "2025-08-03T00:00:00 day"),
        ("3. Feber 2026", "Europe/Vienna", "de", "2026-02-03T00:00:00 day"),
        # A military zone is stated, and not understood.
        ("Tue, 3 Feb 2026 17:04 A", "UTC", "en", "2026-02-03T00:00:00 day"),
        ("/Date(1770138240000+0100)/", "UTC", "en", "2026-02-03T17:04:00 second"),
    ],
)
def test_lines_of_newsrooms_and_systems_are_read(text: str, zone: str, language: str, expected: str | None) -> None:
    assert read(text, Source("courier", "The Courier", ("courier.example",), (language,), zone)) == expected
