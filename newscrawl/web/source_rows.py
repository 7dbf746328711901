"""The table of sources as pages and the API sort it: columns, and shares that are none of too few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Query

from newscrawl.store.reader import SourceRow

# Of fewer, one more or less moves a share by five per cent and more: then there are the counts, and no share.
FEW = 20


class Column(StrEnum):
    """What the table of sources is sorted by."""

    NAME = "name"
    ARTICLES = "articles"
    CHANGED = "changed"
    UNNOTED = "unnoted"
    DELETED = "deleted"
    RETRACTED = "retracted"
    FIRST_CHANGE = "first_change"
    CORRECTIONS = "corrections"
    COVERAGE = "coverage"


class Direction(StrEnum):
    """Smallest or largest first."""

    UP = "up"
    DOWN = "down"


SortColumn = Annotated[Column, Query(description="Column that sources are sorted by")]
SortDirection = Annotated[
    Direction | None, Query(description="Smallest or largest first; by default names up, figures down")
]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    part: int
    of: int

    @property
    def is_of_few(self) -> bool:
        return self.of < FEW

    @property
    def per_cent(self) -> str:
        """The share in whole per cent; a small one is never printed as none, nor one below all as all."""
        share = 100 * self.part / self.of
        if 0 < share < 1:
            return "<1 %"
        return f"{min(round(share), 99 if self.part < self.of else 100)} %"


SHARES: dict[Column, Callable[[SourceRow], Share]] = {
    Column.CHANGED: lambda row: Share(row.changed, row.sampled),
    Column.UNNOTED: lambda row: Share(row.unnoted, row.edits),
    Column.DELETED: lambda row: Share(row.deleted, row.sampled),
    Column.RETRACTED: lambda row: Share(row.retracted, row.published),
    Column.CORRECTIONS: lambda row: Share(row.corrections, row.edits),
    Column.COVERAGE: lambda row: Share(row.kept, row.promised),
}


def default_direction(column: Column) -> Direction:
    return Direction.UP if column is Column.NAME else Direction.DOWN


def in_order(rows: Sequence[SourceRow], column: Column, direction: Direction | None) -> list[SourceRow]:
    """Return rows by a column; figures that are missing, or of too few, come last whichever way one sorts."""
    by_name = sorted(rows, key=lambda row: (row.publisher.casefold(), row.source))
    is_down = (direction or default_direction(column)) is Direction.DOWN
    if column is Column.NAME:
        return by_name[::-1] if is_down else by_name
    figures = {row.source: _figure(row, column) for row in rows}
    known = [row for row in by_name if figures[row.source] is not None]
    known.sort(key=lambda row: figures[row.source] or 0.0, reverse=is_down)
    return known + [row for row in by_name if figures[row.source] is None]


def _figure(row: SourceRow, column: Column) -> float | None:
    if column is Column.ARTICLES:
        return row.articles
    if column is Column.FIRST_CHANGE:
        return row.median_first_change_hours if row.first_changes >= FEW else None
    share = SHARES[column](row)
    return None if share.is_of_few else share.part / share.of
