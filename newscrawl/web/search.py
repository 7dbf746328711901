"""Search in wordings and in what was added or removed; lookup of articles by original URL."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from newscrawl.humanize import N_, gettext
from newscrawl.store.reader import Batch, ChangeEntry, SearchQuery
from newscrawl.web import feeds
from newscrawl.web.context import AppContext, Context
from newscrawl.web.entries import KIND_OPTIONS, SIGNIFICANCE_OPTIONS
from newscrawl.web.hits import hit
from newscrawl.web.memento import original_url
from newscrawl.web.params import FilterParams, Filters, PlaceParams
from newscrawl.web.templating import with_query

router = APIRouter(include_in_schema=False)
SearchText = Annotated[str | None, Query(max_length=2000)]
SearchScope = Annotated[str | None, Query(pattern=r"^(wordings|added|removed)?$", alias="in")]
SearchSort = Annotated[Literal["", "newest", "weight"] | None, Query(alias="sort")]
DOWNLOADS = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}
WEIGHTIEST = 50  # on a page by weight, which has no next one
SORT_OPTIONS = (("newest", N_("newest first")), ("weight", N_("weightiest first")))
SCOPE_OPTIONS = (
    ("wordings", N_("any wording")), ("added", N_("what was added")), ("removed", N_("what was removed")),
)  # fmt: skip
# Text that is looked up instead of searched for. What a URL means is decided by the reader (`articles.find`).
_URL = re.compile(r"(https?:/|www\.)\S+|[\w.-]+\.[a-z]{2,}/\S*", re.IGNORECASE)


@router.get("/search")
async def search_page(
    request: Request,
    context: Context,
    filters: FilterParams,
    place: PlaceParams,
    q: SearchText = None,
    scope: SearchScope = None,
    sort: SearchSort = None,
) -> Response:
    text = (q or "").strip()
    if _URL.fullmatch(text):
        return await _lookup_response(request, context, text)
    scope = scope or "wordings"
    batch: Batch[ChangeEntry] = Batch(())
    query = SearchQuery.of(text)
    if text and sort == "weight":
        batch = await context.reader.changes.search_by_weight(text, scope, filters.list_filter, limit=WEIGHTIEST)
    elif text:
        read = partial(context.reader.changes.search, text, scope, filters.list_filter)
        batch = await read(after=place.after, before=place.before)
        if place.before and batch.before is None:  # it reaches the newest: its first page is shown whole
            batch = await read()
    parameters = _parameters(text, scope, filters)
    older = with_query("/search", **parameters, after=batch.after) if batch.after else None
    title = gettext("Search: %(text)s", text=text) if text else gettext("Search")
    values: dict[str, Any] = {
        "title": title,
        "search_text": text,
        "filters": filters,
        "selects": await _selects(context, scope, filters),
        "hits": context.part("hits.html", hits=[hit(entry, query) for entry in batch.items], older=older),
        "older": older,
        "newer": with_query("/search", **parameters, before=batch.before) if batch.before else None,
        "newest": with_query("/search", **parameters) if batch.before or place.after else None,
        "sorts": SORT_OPTIONS,
        "sort": sort or "newest",
        "downloads": {name: with_query(f"/search/found.{form}", **parameters) for form, name in DOWNLOADS.items()},
        "feed": {"base": "/search", "query": parameters, "title": gettext("Search: %(text)s", text=text)}
        if text
        else None,
        "is_private": True,
    }
    return context.page(request, "search.html", values)


@router.get("/search.{feed_format}")
async def search_feed(
    request: Request,
    context: Context,
    feed_format: feeds.FeedFormat,
    filters: FilterParams,
    q: SearchText = None,
    scope: SearchScope = None,
) -> Response:
    scope = scope or "wordings"
    batch = await context.reader.changes.search((q or "").strip(), scope, filters.list_filter, limit=feeds.LENGTH)
    title, home = f"Search in {scope}: {q or ''}", with_query("/search", **_parameters(q, scope, filters))
    return await feeds.feed_response(request, context, feed_format, title, home, batch)


def _parameters(text: str | None, scope: str, filters: Filters) -> dict[str, str | int | None]:
    return {"q": text, "in": scope, **filters.query}


async def _selects(context: AppContext, scope: str, filters: Filters) -> Markup:
    return context.selects(
        sources=await context.sources(),
        source=filters.source,
        scopes=SCOPE_OPTIONS,
        scope=scope,
        kinds=KIND_OPTIONS,
        kind=filters.kind,
        levels=SIGNIFICANCE_OPTIONS,
        level=filters.min_significance,
    )


@router.get("/url/{original:path}")
async def lookup(request: Request, context: Context, original: str) -> Response:
    return await _lookup_response(request, context, original_url(request, original))


async def _lookup_response(request: Request, context: Context, url: str) -> Response:
    """Redirect to the history of the article at a URL; for none or several, return a page that lists them."""
    articles = await context.reader.articles.find(url)
    if len(articles) == 1:
        return RedirectResponse(f"/article/{articles[0].article_id}", 303)
    values = {
        "title": gettext("Lookup by URL"),
        "url": url,
        "articles": articles,
        "search_text": url,
        "watches": context.watches,
    }
    response = context.page(request, "lookup.html", values, status=200 if articles else 404)
    if context.watches:  # its form says from which site it is sent; see newscrawl/web/watch.py
        response.headers["referrer-policy"] = "same-origin"
    return response


@router.get("/about")
async def about(request: Request, context: Context) -> Response:
    return context.page(request, "about.html", {"title": gettext("How to read this archive"), "root": context.root_url})
