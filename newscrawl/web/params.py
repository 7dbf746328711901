"""Query parameters, as types: each is one bounded scalar, read into a value of ours before it reaches the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Query
from pydantic import BeforeValidator, Field

from newscrawl.store.reader import CURSOR, ListFilter

ArticleId = Annotated[str, Path(pattern=r"^[a-z2-7]{16}$", description="Key of an article")]
Number = Annotated[int, Path(ge=1, le=9_999_999, description="Number of a version, from 1")]
Source = Annotated[
    str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$", description="Name of a source; empty: all")
]
Kind = Annotated[str | None, Query(max_length=64, pattern=r"^[a-z0-9_.:-]*$", description="A type of change")]
# A form sends its empty fields too.
Least = Annotated[
    Annotated[int, Field(ge=0, le=100)] | None,
    BeforeValidator(lambda value: value or None),
    Query(description="Least significance, 0, 25, 50 or 75"),
]
Day = Annotated[
    str | None, Query(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="A day in UTC, 2026-01-06")
]
After = Annotated[str | None, Query(pattern=CURSOR, description="Cursor: continue below this entry")]


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of a list, as given; each combination is an address of its own."""

    source: str | None
    kind: str | None
    least: int
    day: str | None

    @property
    def where(self) -> ListFilter:
        since, until = _day(self.day)
        return ListFilter(self.source, self.kind, self.least // 25, since, until)

    @property
    def query(self) -> dict[str, str | int | None]:
        return {"source": self.source, "kind": self.kind, "least": self.least or None, "day": self.day}

    @property
    def words(self) -> str:
        parts = [self.source, self.kind and self.kind.replace("_", " "), self.least and f"significance {self.least}+"]
        parts.append(self.day)
        return ", ".join(str(part) for part in parts if part)


# Coroutines: FastAPI sends plain functions through a thread, which costs more than they do.
async def _filter(source: Source = None, kind: Kind = None, least: Least = None, day: Day = None) -> Filter:
    made = Filter(source or None, kind or None, min((least or 0) // 25 * 25, 75), day or None)
    _ = made.where  # a date that does not exist is named at once
    return made


Filtered = Annotated[Filter, Depends(_filter)]


def _day(text: str | None) -> tuple[datetime | None, datetime | None]:
    if text is None:
        return None, None
    try:
        start = datetime.combine(date.fromisoformat(text), time(), UTC)
        return start, start + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, f"there is no day {text}") from error
