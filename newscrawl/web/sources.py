"""The table of sources, and the profile of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from newscrawl.humanize import N_, gettext
from newscrawl.web import plots
from newscrawl.web.context import Context
from newscrawl.web.source_rows import (
    FEW,
    SHARES,
    Column,
    Direction,
    SortColumn,
    SortDirection,
    default_direction,
    in_order,
)
from newscrawl.web.templating import with_query

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
LABELS = {
    Column.NAME: N_("Source"),
    Column.ARTICLES: N_("Articles"),
    Column.CHANGED: N_("Changed"),
    Column.UNNOTED: N_("Unnoted"),
    Column.DELETED: N_("Deleted"),
    Column.RETRACTED: N_("Retracted"),
    Column.FIRST_CHANGE: N_("First change"),
    Column.CORRECTIONS: N_("Corrections"),
    Column.COVERAGE: N_("Coverage"),
}


@router.get("/sources")
async def sources_page(
    request: Request, context: Context, sort: SortColumn = Column.NAME, order: SortDirection = None
) -> Response:
    order = order or default_direction(sort)
    rows = in_order(await context.source_rows(), sort, order)
    values = {
        "title": gettext("Sources"),
        "labels": LABELS,
        "columns": [(column, label, _sort_url(column, sort, order)) for column, label in LABELS.items()],
        "sort": sort,
        "order": order,
        "rows": [(row, {column: share(row) for column, share in SHARES.items()}) for row in rows],
        "few": FEW,
    }
    return context.page(request, "sources.html", values)


def _sort_url(column: Column, sort: Column, order: Direction) -> str:
    """Return the URL that sorts by a column: the other way round if it is sorted by it already."""
    direction = default_direction(column)
    if column is sort and order is direction:
        direction = Direction.UP if order is Direction.DOWN else Direction.DOWN
    return with_query(
        "/sources",
        sort=None if column is Column.NAME else column.value,
        order=None if direction is default_direction(column) else direction.value,
    )


@router.get("/source/{name}")
async def source_page(request: Request, context: Context, name: Name) -> Response:
    profile = await context.profile(name)
    values = {
        "title": profile.publisher,
        "profile": profile,
        "days": plots.by_day(profile.days),
        "months": plots.by_month(profile.months) if len(profile.months) > 1 else None,
        "delays": plots.by_delay(profile.first_changes) if profile.first_changes else None,
        "feed": {"base": "/changes", "query": {"source": name}, "title": _feed_title(profile.publisher)},
    }
    return context.page(request, "source.html", values)


def _feed_title(publisher: str) -> str:
    return gettext("Changes: %(of)s", of=publisher)
