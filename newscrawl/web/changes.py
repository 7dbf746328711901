"""Latest changes and first sightings, with their filters and feeds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.store.reader import Batch, ChangeEntry
from newscrawl.web import feeds
from newscrawl.web.context import AppContext, Context
from newscrawl.web.entries import KIND_OPTIONS, SIGNIFICANCE_OPTIONS, by_day
from newscrawl.web.params import After, FilterParams, Filters
from newscrawl.web.templating import with_query

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with a page and feeds of its own."""

    title: str
    home: str
    feed_base: str


CHANGES = ListPage("Latest changes", "/", "/changes")
FIRST_SIGHTINGS = ListPage("First sightings", "/first", "/first")


@router.get("/")
async def changes_page(request: Request, context: Context, filters: FilterParams, after: After = None) -> Response:
    batch = await context.reader.changes.changes(filters.list_filter, after=after)
    return await _list_page(request, context, CHANGES, filters, batch, is_continued=after is not None)


@router.get("/first")
async def first_sightings_page(
    request: Request, context: Context, filters: FilterParams, after: After = None
) -> Response:
    batch = await context.reader.changes.first_sightings(filters.list_filter, after=after)
    return await _list_page(request, context, FIRST_SIGHTINGS, filters, batch, is_continued=after is not None)


@router.get("/changes.{feed_format}")
async def changes_feed(
    request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
) -> Response:
    batch, retractions = await asyncio.gather(
        context.reader.changes.changes(filters.list_filter, limit=feeds.LENGTH),
        context.reader.changes.retractions(filters.list_filter, limit=feeds.LENGTH),
    )
    title, home = _title("Changes in the news", filters), with_query(CHANGES.home, **filters.query)
    return await feeds.feed_response(request, context, feed_format, title, home, batch, retractions)


@router.get("/first.{feed_format}")
async def first_sightings_feed(
    request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
) -> Response:
    batch = await context.reader.changes.first_sightings(filters.list_filter, limit=feeds.LENGTH)
    title, home = _title(FIRST_SIGHTINGS.title, filters), with_query(FIRST_SIGHTINGS.home, **filters.query)
    return await feeds.feed_response(request, context, feed_format, title, home, batch)


async def _list_page(
    request: Request,
    context: AppContext,
    page: ListPage,
    filters: Filters,
    batch: Batch[ChangeEntry],
    *,
    is_continued: bool,
) -> Response:
    values: dict[str, Any] = {
        "title": page.title,
        "filters": filters,
        "days": [(day, [context.entry_markup(entry) for entry in entries]) for day, entries in by_day(batch.items)],
        "older": with_query(page.home, **filters.query, after=batch.after) if batch.after else None,
        "home": page.home,
        "is_continued": is_continued,
        "selects": context.selects(
            sources=await context.sources(),
            source=filters.source,
            scopes=None,
            scope=None,
            kinds=KIND_OPTIONS if page is CHANGES else None,
            kind=filters.kind,
            levels=SIGNIFICANCE_OPTIONS if page is CHANGES else None,
            level=filters.min_significance,
        ),
        "feed": {"base": page.feed_base, "query": filters.query, "title": _title(page.title, filters)},
    }
    return context.page(request, "changes.html", values)


def _title(title: str, filters: Filters) -> str:
    return f"{title}: {filters.label}" if filters.label else title
