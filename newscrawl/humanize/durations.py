"""Durations as text: in their two largest units, or rounded to one."""

from __future__ import annotations

from datetime import datetime, timedelta

from newscrawl.humanize.numbers import counted


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
        return "less than a minute"
    if minutes < 50:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    if hours < 24:
        return "about " + ("an hour" if hours == 1 else f"{hours} hours")
    days = round(minutes / 1440)
    if days < 60:
        return counted(days, "day")
    months = round(days / 30.44)
    return f"about {months} months" if months < 24 else f"about {round(days / 365.25)} years"


def later(first: datetime, second: datetime) -> str:
    """Return how far `second` is from `first`: 'about 3 hours later'."""
    if abs(second - first) < timedelta(seconds=30):
        return "at the same time"
    return f"{approximate_duration(second - first)} {'later' if second > first else 'earlier'}"


def rounded_duration(duration: timedelta) -> str:
    """Return a duration for tables, rounded to the one unit that people would use: '40 minutes', '5 hours', '3 days'.

    Unlike `approximate_duration` it has no 'about'.
    """
    minutes = round(abs(duration.total_seconds()) / 60)
    if minutes < 60:
        return counted(minutes, "minute")
    if minutes < 48 * 60:
        return counted(round(minutes / 60), "hour")
    days = round(minutes / 1440)
    if days < 60:
        return counted(days, "day")
    return counted(round(days / 30.44), "month") if days < 730 else counted(round(days / 365.25), "year")
