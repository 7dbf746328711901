"""Latest changes and first sightings, with their filters and feeds."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.store.reader import Batch, ChangeEntry
from newscrawl.web import feeds
from newscrawl.web.context import AppContext, Context
from newscrawl.web.entries import LEVELS, NAMED_KINDS, by_day
from newscrawl.web.params import After, Filter, Filtered
from newscrawl.web.templating import query

router = APIRouter(include_in_schema=False)


@router.get("/")
async def latest(request: Request, context: Context, chosen: Filtered, after: After = None) -> Response:
    batch = await context.reader.changes.changes(chosen.where, after=after)
    return await _page(request, context, chosen, batch, "Latest changes", "/", "changes", after)


@router.get("/first")
async def first(request: Request, context: Context, chosen: Filtered, after: After = None) -> Response:
    batch = await context.reader.changes.first_sightings(chosen.where, after=after)
    return await _page(request, context, chosen, batch, "First sightings", "/first", "first", after)


@router.get("/changes.{form}")
async def changes_feed(request: Request, context: Context, form: feeds.Form, chosen: Filtered) -> Response:
    batch = await context.reader.changes.changes(chosen.where, limit=feeds.LENGTH)
    return await feeds.answer(
        request, context, form, _title("Changes in the news", chosen), query("/", **chosen.query), batch
    )


@router.get("/first.{form}")
async def first_feed(request: Request, context: Context, form: feeds.Form, chosen: Filtered) -> Response:
    batch = await context.reader.changes.first_sightings(chosen.where, limit=feeds.LENGTH)
    return await feeds.answer(
        request, context, form, _title("First sightings", chosen), query("/first", **chosen.query), batch
    )


async def _page(
    request: Request,
    context: AppContext,
    chosen: Filter,
    batch: Batch[ChangeEntry],
    title: str,
    home: str,
    feed: str,
    after: str | None,
) -> Response:
    values: dict[str, Any] = {
        "title": title,
        "chosen": chosen,
        "days": [(day, [context.entry(entry) for entry in found]) for day, found in by_day(batch.items)],
        "older": query(home, **chosen.query, after=batch.after) if batch.after else None,
        "home": home,
        "is_continued": after is not None,
        "selects": context.selects(
            sources=await context.sources(),
            source=chosen.source,
            shelves=None,
            shelf=None,
            kinds=NAMED_KINDS if home == "/" else None,
            kind=chosen.kind,
            levels=LEVELS if home == "/" else None,
            least=chosen.least,
        ),
        "feed": {"base": f"/{feed}", "query": chosen.query, "title": _title(title, chosen)},
    }
    return context.page(request, "changes.html", values)


def _title(words: str, chosen: Filter) -> str:
    return f"{words}: {chosen.words}" if chosen.words else words
