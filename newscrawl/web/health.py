"""Liveness and readiness of the process."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from newscrawl.errors import StoreUnavailable
from newscrawl.store.reader import TooSlow
from newscrawl.web.context import AppContext

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    context: AppContext = request.app.state.context
    try:
        await context.reader.ping()
    except (StoreUnavailable, TooSlow):
        return PlainTextResponse("the database does not answer\n", 503, headers={"cache-control": "no-store"})
    return PlainTextResponse("ready\n", headers={"cache-control": "no-store"})
