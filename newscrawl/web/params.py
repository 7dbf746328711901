"""Query and path parameters as bounded scalar types; none reaches the reader unchecked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Path, Query
from pydantic import Field

from newscrawl.humanize import current, gettext
from newscrawl.store.reader import CURSOR, ListFilter
from newscrawl.web.text import in_words

ArticleId = Annotated[str, Path(pattern=r"^[a-z2-7]{16}$", description="Id of an article")]
Number = Annotated[int, Path(ge=1, le=9_999_999, description="Number of a version, from 1")]
Source = Annotated[
    str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$", description="Name of a source; empty: all")
]
Kind = Annotated[str | None, Query(max_length=64, pattern=r"^[a-z0-9_.:-]*$", description="A type of change")]
# Forms send their empty fields too.
MinSignificance = Annotated[
    Annotated[int, Field(ge=0, le=100)] | Literal[""] | None,
    Query(alias="least", description="Minimum significance: 0, 25, 50 or 75"),
]
Day = Annotated[
    str | None, Query(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="A day in UTC, 2026-01-06")
]
Moment = Annotated[
    str | None,
    Query(
        max_length=25,
        pattern=r"^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?$",
        description="A moment or day, in UTC unless it has an offset: 2026-01-06T08:00",
    ),
]
Unnoted = Annotated[
    Literal["", "1"] | None, Query(description="1: only changes of facts of which the page says nothing")
]
After = Annotated[str | None, Query(pattern=CURSOR, description="Cursor: continue after this entry")]
Before = Annotated[str | None, Query(pattern=CURSOR, description="Cursor: the page that ends before this entry")]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list as the query gave them; each combination has its own URL."""

    source: str | None
    kind: str | None
    min_significance: int
    day: str | None
    unnoted: bool = False
    since: str | None = None
    until: str | None = None

    @property
    def list_filter(self) -> ListFilter:
        """Return these filters for the reader; raises HTTPException (400) for a day or moment that does not exist."""
        begin, end = _day_bounds(self.day)
        since = max(filter(None, (begin, _moment(self.since))), default=None)
        until = min(filter(None, (end, _moment(self.until))), default=None)
        return ListFilter(self.source, self.kind, self.min_significance // 25, self.unnoted, since, until)

    @property
    def query(self) -> dict[str, str | int | None]:
        least = self.min_significance or None
        return {
            "source": self.source,
            "kind": self.kind,
            "least": least,
            "day": self.day,
            "unnoted": "1" if self.unnoted else None,
            "since": self.since,
            "until": self.until,
        }

    @property
    def label(self) -> str:
        least = self.min_significance
        significance = gettext("significance %(least)s+", least=least) if least else None
        since = gettext("since %(moment)s", moment=self.since) if self.since else None
        until = gettext("until %(moment)s", moment=self.until) if self.until else None
        unnoted = gettext("unnoted") if self.unnoted else None
        parts = (self.source, self.kind and in_words(self.kind), significance, self.day, since, until, unnoted)
        return ", ".join(part for part in parts if part)


NO_FILTERS = Filters(None, None, 0, None)


# A coroutine: FastAPI runs plain functions in a thread, which costs more than the function itself.
async def _filters(
    source: Source = None,
    kind: Kind = None,
    min_significance: MinSignificance = None,
    day: Day = None,
    unnoted: Unnoted = None,
    since: Moment = None,
    until: Moment = None,
) -> Filters:
    rounded = min((min_significance or 0) // 25 * 25, 75)
    filters = Filters(source or None, kind or None, rounded, day or None, unnoted == "1", since or None, until or None)
    _ = filters.list_filter  # refuses a day that does not exist before any page is made
    return filters


FilterParams = Annotated[Filters, Depends(_filters)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list is: after a cursor, or before one; neither on the first one."""

    after: str | None
    before: str | None


BEGINNING = Place(None, None)


async def _place(after: After = None, before: Before = None) -> Place:
    return Place(after or None, before or None)


PlaceParams = Annotated[Place, Depends(_place)]


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=current().tzinfo)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, gettext("there is no moment %(moment)s", moment=text)) from error


def _day_bounds(day: str | None) -> tuple[datetime | None, datetime | None]:
    if day is None:
        return None, None
    try:
        start = datetime.combine(date.fromisoformat(day), time(), current().tzinfo)
        # By the calendar: a day of summer time has an hour less or more.
        return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, gettext("there is no day %(day)s", day=day)) from error
