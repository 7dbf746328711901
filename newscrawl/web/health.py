"""Liveness and readiness of the process, and robots.txt."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from newscrawl.errors import StoreUnavailable
from newscrawl.store.reader import TooSlow
from newscrawl.web.context import Context

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


@router.get("/readyz")
async def ready(context: Context) -> Response:
    try:
        await context.reader.ping()
    except (StoreUnavailable, TooSlow):
        return PlainTextResponse("the database does not answer\n", 503, headers={"cache-control": "no-store"})
    return PlainTextResponse("ready\n", headers={"cache-control": "no-store"})


@router.get("/robots.txt")
async def robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /search\nDisallow: /url/\n")
