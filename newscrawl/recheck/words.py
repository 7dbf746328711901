"""Spans of time in words."""

from __future__ import annotations

from datetime import timedelta


def span(time: timedelta) -> str:
    """Return a length of time in its two largest units, the way a person would say it."""
    seconds = round(time.total_seconds())
    if seconds < 0:
        return "-" + span(-time)
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
