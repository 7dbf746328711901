"""Times and the intervals of changes as text: with the year, and with the name of their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from newscrawl.humanize.locales import Locale, current, gettext


def moment(when: datetime) -> str:
    """Return a date and time: '6 January 2026, 14:05 UTC'."""
    when = local(when)
    return gettext("%(date)s, %(time)s %(zone)s", date=date_text(when), time=clock(when), zone=zone_text(when))


def local(when: datetime) -> datetime:
    """Return a time in the reader's zone; one without a zone is in UTC."""
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return when.astimezone(current().tzinfo)


def date_text(when: date) -> str:
    """Return a date: '6 January 2026'."""
    return _date(current(), when.year, when.month, when.day, "long")


def day(when: date) -> str:
    """Return a date with its weekday: 'Tuesday, 6 January 2026'."""
    return _date(current(), when.year, when.month, when.day, "EEEE, d MMMM y")


def short_date(when: date) -> str:
    """Return a date for the axis of a picture: '6 Jan 2026'."""
    return _date(current(), when.year, when.month, when.day, "d MMM y")


def month(when: date, *, is_short: bool = False) -> str:
    """Return a month: 'January 2026', or 'Jan 2026'."""
    return _date(current(), when.year, when.month, 1, "MMM y" if is_short else "MMMM y")


def clock(when: datetime) -> str:
    return f"{local(when):%H:%M}"


def zone_text(when: datetime) -> str:
    """Return the name of the reader's zone at a time: 'UTC', 'CEST'; for zones without one, 'UTC+03:00'."""
    name = local(when).tzname() or "UTC"
    return name if name.isalpha() else f"UTC{local(when).isoformat()[-6:]}"


def change_interval(not_before: datetime | None, seen_at: datetime) -> str:
    """Return the interval in which a change happened: after `not_before`, by `seen_at`."""
    if not_before is None:
        return gettext("by %(moment)s", moment=moment(seen_at))
    if local(not_before).date() == local(seen_at).date() and zone_text(not_before) == zone_text(seen_at):
        return gettext(
            "between %(start)s and %(end)s %(zone)s on %(date)s",
            start=clock(not_before), end=clock(seen_at), zone=zone_text(seen_at), date=date_text(local(seen_at)),
        )  # fmt: skip
    return gettext("between %(start)s and %(end)s", start=moment(not_before), end=moment(seen_at))


_ENGLISH = {
    "long": "%B %Y", "EEEE, d MMMM y": "%B %Y", "d MMM y": "%b %Y", "MMM y": "%b %Y", "MMMM y": "%B %Y",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _date(locale: Locale, year: int, month: int, number: int, form: str) -> str:
    """Return a date in a form of CLDR; English without Babel, which takes commands longer to import than their work."""
    when = date(year, month, number)
    if locale.language == "en":
        text = f"{when:{_ENGLISH[form]}}"
        text = f"{number} {text}" if "d" in form or form == "long" else text
        return f"{when:%A}, {text}" if form.startswith("E") else text
    from babel.dates import format_date

    return str(format_date(when, form, locale=locale.cldr))
