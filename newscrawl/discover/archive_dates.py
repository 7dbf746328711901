"""Dates in addresses: of articles, of sitemaps by month or day, and of a site's pages for a day or a month. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0[1-9]|1[0-2]|[1-9])", r"(?P<day>[0-2]\d|3[01]|[1-9])"
_TWO = r"(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])"
_OF_ARTICLE = (
    re.compile(rf"[/_-]{_YEAR}[/-]{_MONTH}[/-]{_DAY}(?!\d)"),
    re.compile(rf"[/_-]{_YEAR}{_TWO}(?!\d)"),
    re.compile(rf"/{_YEAR}/(?P<name>{'|'.join(_MONTHS)})/{_DAY}(?!\d)"),
)
_OF_SITEMAP = (
    re.compile(rf"(?<!\d){_YEAR}[-_/.]?(?P<month>0[1-9]|1[0-2])(?:[-_/.]?(?P<day>[0-2]\d|3[01]))?(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[-_/.](?P<month>[1-9])(?![\d])"),
    re.compile(rf"(?<!\d){_YEAR}(?!\d)"),
)
# A whole path or query value that is a day or a month, with what stands around it as the template.
_OF_PAGE = (
    re.compile(rf"/{_YEAR}/{_MONTH}(?:/{_DAY})?/?(?:index\.\w+)?$"),
    re.compile(rf"[/_-]{_YEAR}-{_MONTH}(?:-{_DAY})?/?(?:\.s?html?)?$"),
    re.compile(rf"/{_YEAR}{_TWO}/?(?:\.s?html?)?$"),
    re.compile(rf"[?&](?:date|day|datum|month|monat|d|fecha)={_YEAR}-{_MONTH}(?:-{_DAY})?$"),
    re.compile(rf"[?&](?:date|day|datum|d|fecha)={_YEAR}{_TWO}$"),
)


@dataclass(frozen=True, slots=True)
class DatedPage:
    """A page of a site's archive for one day or month, as a template for the others."""

    template: str  # with {year}, {month} and {day}, whose numbers have leading zeros or not
    first: date
    is_daily: bool


def date_in(url: str) -> date | None:
    """Return the day that an article's address states; None if it states none."""
    path = urlsplit(url).path
    for pattern in _OF_ARTICLE:
        if found := pattern.search(path):
            parts = found.groupdict()
            month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
            return _date(int(parts["year"]), month, int(parts["day"]))
    return None


def span_in(url: str) -> tuple[date, date] | None:
    """Return first and last day of what a sitemap's address says that it holds; None if it says nothing."""
    path = urlsplit(url).path + "?" + urlsplit(url).query
    for pattern in _OF_SITEMAP:
        if found := pattern.search(path):
            parts = found.groupdict()
            year, month, day = int(parts["year"]), parts.get("month"), parts.get("day")
            if day and month:
                only = _date(year, int(month), int(day))
                return (only, only) if only else None
            return _span(year, int(month) if month else None)
    return None


def dated_page(url: str) -> DatedPage | None:
    """Return what a page of an archive is for, if its address ends with a day or a month."""
    for pattern in _OF_PAGE:
        if not (found := pattern.search(url)):
            continue
        parts = found.groupdict()
        day = parts.get("day")
        first = _date(int(parts["year"]), int(parts["month"]), int(day or 1))
        if first is None:
            return None
        template = url
        for name in ("day", "month", "year"):  # from the end, so that positions stay
            if parts.get(name):
                start, end = found.span(name)
                short = name != "year" and not parts[name].startswith("0") and len(parts[name]) == 1
                template = f"{template[:start]}{{{name}{'_short' if short else ''}}}{template[end:]}"
        return DatedPage(template, first, day is not None)
    return None


def pages_of(template: str, since: date, until: date) -> Iterator[str]:
    """Yield the addresses of a template for each day or month of a span, the newest first."""
    is_daily = "{day" in template
    at = until
    while at >= (since if is_daily else since.replace(day=1)):
        yield filled(template, at)
        at = at - timedelta(days=1) if is_daily else at.replace(day=1) - timedelta(days=1)


def filled(template: str, at: date) -> str:
    values = {"{year}": f"{at.year:04d}", "{month}": f"{at.month:02d}", "{day}": f"{at.day:02d}"}
    values |= {"{month_short}": str(at.month), "{day_short}": str(at.day)}
    for name, value in values.items():
        template = template.replace(name, value)
    return template


def _span(year: int, month: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    first = date(year, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
