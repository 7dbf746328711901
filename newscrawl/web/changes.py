"""Lists: what matters, the newest, headlines, corrections, unnoted changes, deleted articles, first sightings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from newscrawl.humanize import N_, current, gettext
from newscrawl.store.reader import Batch, ChangeEntry, FrontPage, Order
from newscrawl.store.reader.limits import MAX_COUNT
from newscrawl.store.reader.views import FRONT_PAGE
from newscrawl.web import feeds
from newscrawl.web.context import AppContext, Context, context_of
from newscrawl.web.entries import KIND_OPTIONS, SIGNIFICANCE_OPTIONS, by_day
from newscrawl.web.params import BEGINNING, NO_FILTERS, FilterParams, Filters, Place, PlaceParams
from newscrawl.web.templating import joined, with_query
from newscrawl.web.unvalidated import unvalidated
from newscrawl.web.without_query import WithoutQuery

router = APIRouter(include_in_schema=False)
MAX_PAGES = 15  # of what matters: further ones would be among changes that do not
DELETED_PAGE, MAX_DELETED_PAGES = 50, 200
DeletedPageNumber = Annotated[int, Query(ge=1, le=MAX_DELETED_PAGES, alias="page")]
PageNumber = Annotated[int, Query(ge=1, le=MAX_PAGES, alias="page")]
Sort = Annotated[Order, Query()]
ORDER_OPTIONS = tuple(
    zip([order.value for order in Order], (N_("matters"), N_("significance"), N_("newest"), N_("words")), strict=True)
)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with a page and feeds of its own; `only` are filters that it always has."""

    tab: str
    title: str
    home: str
    feed_base: str
    only: Mapping[str, Any]
    says: str

    def narrowed(self, filters: Filters) -> Filters:
        return replace(filters, **self.only)


MATTERS = ListPage(
    N_("Matters"), N_("What changed that matters"), "/", "/matters", {}, N_("the weightiest changes first")
)
CHANGES = ListPage(N_("Newest"), N_("Latest changes"), "/newest", "/changes", {}, N_("newest first"))
HEADLINES = ListPage(
    N_("Headlines"), N_("Changed headlines"), "/headlines", "/headlines", {"kind": "headline"},
    N_("headlines that were rewritten"),
)  # fmt: skip
CORRECTIONS = ListPage(
    N_("Corrections"), N_("Corrections"), "/corrections", "/corrections", {"kind": "correction"},
    N_("changes with a note of correction"),
)  # fmt: skip
UNNOTED = ListPage(
    N_("Unnoted"), N_("Unnoted changes of facts"), "/unnoted", "/unnoted", {"unnoted": True},
    N_("changes of facts without a note"),
)  # fmt: skip
DELETED = ListPage(
    N_("Deleted"), N_("Deleted articles"), "/deleted", "/deleted", {}, N_("articles that are gone from their sites")
)
FIRST_SIGHTINGS = ListPage(
    N_("First seen"), N_("First sightings"), "/first", "/first", {}, N_("new articles as they appeared")
)
NO_LINKS = {
    "older": None, "newer": None, "newest": None, "is_capped": False, "total": None, "first": 0, "last": 0,
}  # fmt: skip
TABS = (MATTERS, CHANGES, HEADLINES, CORRECTIONS, UNNOTED, DELETED, FIRST_SIGHTINGS)


@router.get("/")
async def front_page(
    request: Request, filters: FilterParams, page: PageNumber = 1, sort: Sort = Order.MATTERS
) -> Response:
    front, context = await _front_page(request, filters, sort, page)
    kept = context.caches.fronts.get((filters, sort, page, current()))
    listed = kept[1] if kept is not None and kept[0] is front else _front_markup(context, front, filters, sort, page)
    return await _list_page(request, context, MATTERS, filters, listed, order=sort.value)


def _front_markup(context: AppContext, front: FrontPage, filters: Filters, sort: Order, page: int) -> Markup:
    """Return what a front page lists; it is kept for as long as the reader gives the same one."""
    query = {**filters.query, "sort": None if sort is Order.MATTERS else sort.value}
    values = {
        "days": [(None, context.entries_markup(front.entries))] if front.entries else [],
        "older": with_query("/", **query, page=page + 1) if front.has_more and page < MAX_PAGES else None,
        "newer": with_query("/", **query, page=page - 1 if page > 2 else None) if page > 1 else None,
        "total": front.changes,
        "first": (page - 1) * FRONT_PAGE + 1 if front.entries else 0,
        "last": (page - 1) * FRONT_PAGE + len(front.entries),
    }
    listed = _listed(context, MATTERS, filters, values)
    return context.caches.fronts.put((filters, sort, page, current()), (front, listed))[1]


async def _front_page(request: Request, filters: Filters, sort: Order, page: int) -> tuple[FrontPage, AppContext]:
    """Return a front page and the context that it is shown in; if nobody has asked for its validator, with that."""
    where, asks = filters.list_filter, unvalidated(request)
    if asks is None:
        context = await context_of(request)
        return await context.reader.changes.front_page(where, sort, number=page), context
    read = await asks.context.reader.changes.validated_front_page(where, sort, number=page)
    asks.context, asks.validator = await asks.context.for_request(read.taken), read.validator
    return read.page, asks.context


@router.get("/first")
async def first_sightings_page(
    request: Request, context: Context, filters: FilterParams, place: PlaceParams
) -> Response:
    lists, where = context.reader.changes, filters.list_filter
    read, counted = partial(lists.first_sightings, where), lists.count_first_sightings(where)
    values = await _days(context, FIRST_SIGHTINGS, filters, read, counted, place)
    return await _list_page(
        request, context, FIRST_SIGHTINGS, filters, _listed(context, FIRST_SIGHTINGS, filters, values)
    )


@router.get("/deleted")
async def deleted_page(
    request: Request, context: Context, filters: FilterParams, page: DeletedPageNumber = 1
) -> Response:
    skip = (page - 1) * DELETED_PAGE
    found = await context.reader.changes.deleted(filters.list_filter, limit=DELETED_PAGE + 1, skip=skip)
    articles = found[:DELETED_PAGE]
    rows = joined(context.part("deleted.html", article=article) for article in articles)
    entries = [(None, rows)] if articles else []
    links = {
        "older": with_query("/deleted", **filters.query, page=page + 1)
        if len(found) > DELETED_PAGE and page < MAX_DELETED_PAGES
        else None,
        "newer": with_query("/deleted", **filters.query, page=page - 1 if page > 2 else None) if page > 1 else None,
    }
    listed = _listed(context, DELETED, filters, {"days": entries, **links})
    return await _list_page(request, context, DELETED, filters, listed)


@router.get("/matters.{feed_format}")
async def matters_feed(
    request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
) -> Response:
    front = await context.reader.changes.front_page(filters.list_filter)
    return await _feed(request, context, feed_format, MATTERS, filters, Batch(front.entries))


@router.get("/first.{feed_format}")
async def first_sightings_feed(
    request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
) -> Response:
    batch = await context.reader.changes.first_sightings(filters.list_filter, limit=feeds.LENGTH)
    return await _feed(request, context, feed_format, FIRST_SIGHTINGS, filters, batch)


@router.get("/deleted.{feed_format}")
async def deleted_feed(
    request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
) -> Response:
    articles = await context.reader.changes.deleted(filters.list_filter, limit=feeds.LENGTH)
    items = [feeds.deleted_item(context.root_url, article) for article in articles]
    title, home = _title(DELETED.title, filters), with_query(DELETED.home, **filters.query)
    return feeds.items_response(request, context, feed_format, title, home, items)


def _register(page: ListPage) -> None:
    """Add a list of changes, newest first, and its feeds."""

    @router.get(page.home, name=page.tab)
    async def show(request: Request, context: Context, filters: FilterParams, place: PlaceParams) -> Response:
        lists, where = context.reader.changes, page.narrowed(filters).list_filter
        read, counted = partial(lists.changes, where), lists.count_changes(where)
        values = await _days(context, page, filters, read, counted, place)
        return await _list_page(request, context, page, filters, _listed(context, page, filters, values))

    @router.get(page.feed_base + ".{feed_format}", name=f"{page.tab} feed")
    async def feed(
        request: Request, context: Context, feed_format: feeds.FeedFormat, filters: FilterParams
    ) -> Response:
        where = page.narrowed(filters).list_filter
        batch, retractions = await asyncio.gather(
            context.reader.changes.changes(where, limit=feeds.LENGTH),
            context.reader.changes.retractions(where, limit=feeds.LENGTH),
        )
        return await _feed(request, context, feed_format, page, filters, batch, retractions)

    async def show_all(request: Request) -> Response:
        return await show(request, await context_of(request), NO_FILTERS, BEGINNING)

    without_query.append(WithoutQuery(page.home, show_all))


async def _front_page_of_all(request: Request) -> Response:
    return await front_page(request, NO_FILTERS)


async def _first_sightings_of_all(request: Request) -> Response:
    return await first_sightings_page(request, await context_of(request), NO_FILTERS, BEGINNING)


without_query = [WithoutQuery("/", _front_page_of_all), WithoutQuery("/first", _first_sightings_of_all)]
for _page in (CHANGES, HEADLINES, CORRECTIONS, UNNOTED):
    _register(_page)


async def _feed(
    request: Request,
    context: AppContext,
    feed_format: feeds.FeedFormat,
    page: ListPage,
    filters: Filters,
    batch: Batch[ChangeEntry],
    retractions: Sequence[ChangeEntry] = (),
) -> Response:
    title = N_("Changes in the news") if page is CHANGES else page.title
    title, home = _title(title, filters), with_query(page.home, **filters.query)
    return await feeds.feed_response(request, context, feed_format, title, home, batch, retractions)


async def _days(
    context: AppContext,
    page: ListPage,
    filters: Filters,
    read: Callable[..., Awaitable[Batch[ChangeEntry]]],
    counted: Awaitable[int],
    place: Place,
) -> dict[str, Any]:
    """Return the values of a list in the order of time, by the days of its entries."""
    batch, total = await asyncio.gather(read(after=place.after, before=place.before), counted)
    if place.before and batch.before is None:  # it reaches the newest: its first page is shown whole
        batch = await read()
    return {
        "days": [(day, context.entries_markup(entries)) for day, entries in by_day(batch.items)],
        "older": with_query(page.home, **filters.query, after=batch.after) if batch.after else None,
        "newer": with_query(page.home, **filters.query, before=batch.before) if batch.before else None,
        "newest": with_query(page.home, **filters.query) if batch.before or place.after else None,
        "total": min(total, MAX_COUNT),
        "is_capped": total > MAX_COUNT,
    }


def _listed(context: AppContext, page: ListPage, filters: Filters, values: Mapping[str, Any]) -> Markup:
    return context.part("listed.html", **{**NO_LINKS, **values, "page": page, "filters": filters})


async def _list_page(
    request: Request, context: AppContext, page: ListPage, filters: Filters, listed: Markup, *, order: str | None = None
) -> Response:
    is_by_kind = page not in (DELETED, FIRST_SIGHTINGS)
    selects = context.selects(
        sources=await context.sources(),
        source=filters.source,
        scopes=None,
        scope=None,
        kinds=KIND_OPTIONS if is_by_kind and "kind" not in page.only else None,
        kind=filters.kind,
        levels=SIGNIFICANCE_OPTIONS if is_by_kind else None,
        level=filters.min_significance,
    )
    values: dict[str, Any] = {
        "title": gettext(page.title),
        "tabs": TABS,
        "page": page,
        "filters": filters,
        "order": order,
        "orders": ORDER_OPTIONS if page is MATTERS else None,
        "selects": selects,
        "feed": {"base": page.feed_base, "query": filters.query, "title": _title(page.title, filters)},
    }
    return context.framed_page(request, "changes.html", values, listed, key=(page.tab, filters, order, selects))


def _title(title: str, filters: Filters) -> str:
    return f"{gettext(title)}: {filters.label}" if filters.label else gettext(title)
