"""Durations as text: in their two largest units, or rounded to one."""

from __future__ import annotations

from datetime import datetime, timedelta

from newscrawl.humanize.locales import gettext, ngettext


def short_duration(duration: timedelta) -> str:
    """Return a duration in its two largest units: '3 h 20 min', '12 d'."""
    seconds = round(duration.total_seconds())
    if seconds < 0:
        return "-" + short_duration(-duration)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"


def approximate_duration(duration: timedelta) -> str:
    """Return a duration rounded to one unit, without its sign: 'about 3 hours'."""
    minutes = round(abs(duration.total_seconds()) / 60)
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 50:
        return _minutes(minutes)
    hours = round(minutes / 60)
    if hours < 24:
        return ngettext("about an hour", "about %(num)s hours", hours)
    days = round(minutes / 1440)
    if days < 60:
        return days_text(days)
    months = round(days / 30.44)
    if months < 24:
        return ngettext("about %(num)s month", "about %(num)s months", months)
    return ngettext("about %(num)s year", "about %(num)s years", round(days / 365.25))


def later(first: datetime, second: datetime) -> str:
    """Return how far `second` is from `first`: 'about 3 hours later'."""
    if abs(second - first) < timedelta(seconds=30):
        return gettext("at the same time")
    duration = approximate_duration(second - first)
    if second > first:
        return gettext("%(duration)s later", duration=duration)
    return gettext("%(duration)s earlier", duration=duration)


def rounded_duration(duration: timedelta) -> str:
    """Return a duration for tables, rounded to the one unit that people would use: '40 minutes', '5 hours', '3 days'.

    Unlike `approximate_duration` it has no 'about'.
    """
    minutes = round(abs(duration.total_seconds()) / 60)
    if minutes < 60:
        return _minutes(minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", round(minutes / 60))
    days = round(minutes / 1440)
    if days < 60:
        return days_text(days)
    if days < 730:
        return ngettext("%(num)s month", "%(num)s months", round(days / 30.44))
    return ngettext("%(num)s year", "%(num)s years", round(days / 365.25))


def days_text(days: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", days)


def _minutes(minutes: int) -> str:
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)
