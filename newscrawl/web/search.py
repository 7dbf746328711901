"""Search over wordings and over what was added or removed; look-up by original address."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.store.reader import Batch, ChangeEntry
from newscrawl.web import feeds
from newscrawl.web.context import Context
from newscrawl.web.entries import NAMED_KINDS, shown
from newscrawl.web.memento import whole
from newscrawl.web.params import After, Filtered
from newscrawl.web.templating import query

router = APIRouter(include_in_schema=False)
Words = Annotated[str | None, Query(max_length=2000)]
Shelf = Annotated[str | None, Query(pattern=r"^(wordings|added|removed)?$", alias="in")]
SEARCH_SCOPES = (("wordings", "any wording"), ("added", "what was added"), ("removed", "what was removed"))
_ADDRESS = re.compile(r"(https?:/|www\.)\S+|[\w.-]+\.[a-z]{2,}/\S*", re.IGNORECASE)


@router.get("/search")
async def search(
    request: Request, context: Context, chosen: Filtered, q: Words = None, shelf: Shelf = None, after: After = None
) -> Response:
    text = (q or "").strip()
    if _ADDRESS.fullmatch(text):
        return await lookup_answer(request, context, text)
    where = shelf or "wordings"
    batch: Batch[ChangeEntry] = Batch(())
    if text:
        batch = await context.reader.changes.search(text, where, chosen.where, after=after)
    asked = {"q": text, "in": where, "source": chosen.source, "kind": chosen.kind, "day": chosen.day}
    older = query("/search", **asked, after=batch.after) if batch.after else None
    values: dict[str, Any] = {
        "title": f"Search: {text}" if text else "Search",
        "search_text": text,
        "chosen": chosen,
        "selects": context.selects(
            sources=await context.sources(),
            source=chosen.source,
            shelves=SEARCH_SCOPES,
            shelf=where,
            kinds=NAMED_KINDS,
            kind=chosen.kind,
            levels=None,
            least=None,
        ),
        "hits": context.part("hits.html", found=[shown(entry) for entry in batch.items], shelf=where, older=older),
        "older": older,
        "feed": {"base": "/search", "query": asked, "title": f"Search: {text}"} if text else None,
        "is_private": True,
    }
    return context.page(request, "search.html", values)


@router.get("/search.{form}")
async def search_feed(
    request: Request, context: Context, form: feeds.Form, chosen: Filtered, q: Words = None, shelf: Shelf = None
) -> Response:
    where = shelf or "wordings"
    batch = await context.reader.changes.search((q or "").strip(), where, chosen.where, limit=feeds.LENGTH)
    home = query("/search", **{"q": q, "in": where, "source": chosen.source, "kind": chosen.kind, "day": chosen.day})
    return await feeds.answer(request, context, form, f"Search in {where}: {q or ''}", home, batch)


@router.get("/url/{original:path}")
async def lookup(request: Request, context: Context, original: str) -> Response:
    return await lookup_answer(request, context, whole(request, original))


async def lookup_answer(request: Request, context: Context, address: str) -> Response:
    """Send to the history of an address; several stories or none get a page that says so."""
    found = await context.reader.articles.find(address)
    if len(found) == 1:
        return RedirectResponse(f"/article/{found[0].article_id}", 303)
    values = {"title": "Templates-up by address", "address": address, "found": found, "search_text": address}
    return context.page(request, "lookup.html", values, status=200 if found else 404)


@router.get("/about")
async def about(request: Request, context: Context) -> Response:
    return context.page(request, "about.html", {"title": "How to read this archive", "root": context.address(request)})
