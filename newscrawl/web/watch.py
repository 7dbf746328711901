"""Ask for an address to be watched, and see what came of it: the one form that writes, where the operator allows it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.errors import ConfigError
from newscrawl.humanize import gettext
from newscrawl.items import MAX_URL_LENGTH
from newscrawl.sources import watched
from newscrawl.sources.watching import source_for, watch_later
from newscrawl.store.reader import ArticleView
from newscrawl.web.context import AppContext, Context
from newscrawl.web.forms import FORM_HEADERS, form_fields, is_same_origin, refused
from newscrawl.web.templating import with_query

router = APIRouter(include_in_schema=False)
MAX_FORM_BYTES = 3 * MAX_URL_LENGTH + 100  # each byte of an address may be escaped
MAX_ADDRESSES = 500  # of the whole table, from then on only the operator adds to it


@router.get("/watch")
async def watch_page(
    request: Request, context: Context, url: Annotated[str, Query(max_length=MAX_URL_LENGTH)] = ""
) -> Response:
    """Show what came of an address: its article, that it waits, that it could not be read; or the form."""
    if not url:
        return _page(request, context, "", None)
    articles = await context.reader.articles.find(url)
    if articles:
        return _to_article(url, articles)
    source = await asyncio.to_thread(_watched_in, url)
    return _page(request, context, url, source, run=await context.reader.sources.last_run(source) if source else None)


@router.post("/watch")
async def watch(request: Request, context: Context) -> Response:
    """Watch an address from now on; a crawl with its own limits requests it later."""
    if not is_same_origin(request, context.root_url):
        return refused(request, context, 403, gettext("Sent from another site"), gettext("Use the form on this site."))
    url = (await form_fields(request, MAX_FORM_BYTES) or {}).get("url", "").strip()
    if not url or len(url) > MAX_URL_LENGTH or "\0" in url:
        return refused(request, context, 400, gettext("No address was sent"), gettext("Use the form on this site."))
    if articles := await context.reader.articles.find(url):  # raises Hidden for what may not be shown
        return _to_article(url, articles)
    if not await asyncio.to_thread(_can_be_watched, url):
        detail = gettext("It is no article on the web, or its site is watched and its articles have other addresses.")
        return refused(request, context, 400, gettext("This address cannot be watched"), detail)
    if await asyncio.to_thread(_watched_in, url) is None:
        if await asyncio.to_thread(_addresses) >= MAX_ADDRESSES:
            return refused(
                request, context, 429, gettext("The list is full"), gettext("Only the operator adds to it from now on.")
            )
        if not request.app.state.allowance.take(context.clock.now()):
            return refused(request, context, 429, gettext("Too many requests"), gettext("Try again in an hour."))
        await watch_later(url, request.app.state.store)
    return RedirectResponse(with_query("/watch", url=url), 303)


def _to_article(url: str, articles: Sequence[ArticleView]) -> Response:
    """Lead to the article that has an address, or to the list of several."""
    one = f"/article/{articles[0].article_id}" if len(articles) == 1 else with_query("/search", q=url)
    return RedirectResponse(one, 303)


def _can_be_watched(text: str) -> bool:
    try:
        source_for(watched.checked_address(text))
    except ConfigError:
        return False
    return True


def _watched_in(text: str) -> str | None:
    """Return the source in whose row an address is; None if it is not watched."""
    try:
        return watched.row_with(watched.checked_address(text)).name
    except ConfigError:
        return None


def _addresses() -> int:
    return sum(len(row.addresses) for row in watched.rows().values())


def _page(request: Request, context: AppContext, url: str, source: str | None, *, run: object = None) -> Response:
    values = {"title": gettext("Watch an address"), "url": url, "source": source, "run": run, "is_private": True}
    response = context.page(request, "watch.html", values)
    response.headers.update(FORM_HEADERS)
    return response
