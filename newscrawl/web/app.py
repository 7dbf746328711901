"""The application: routes, errors, and the reader opened for as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from newscrawl.clock import Clock, SystemClock
from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.store.reader import Absent, BadCursor, Hidden, Reader, TooSlow
from newscrawl.web import api, article, changes, health, memento, search, sources, version
from newscrawl.web.context import AppContext
from newscrawl.web.middleware import SECURITY, ConditionalGet, ServerTiming
from newscrawl.web.templating import STATIC


def create_app(config: Config, clock: Clock | None = None) -> FastAPI:
    """Return the reader's application; the store is opened when it starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        reader = await Reader.open(config)
        app.state.context = AppContext(reader, clock or SystemClock(), config)
        try:
            yield
        finally:
            await reader.close()

    app = FastAPI(
        title="newscrawl",
        version="1",
        summary="Every wording an article has had in public, with proof of when it was seen. Read-only.",
        openapi_url="/api/v1/openapi.json",
        # The stock documentation pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(_scalars)],
        middleware=[
            Middleware(ServerTiming),
            Middleware(GZipMiddleware, minimum_size=1400, compresslevel=4),
            Middleware(ConditionalGet),
        ],
        redirect_slashes=False,
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for room in (health, api, changes, version, article, sources, search, memento):
        app.include_router(room.router)
    for error, answer in _ANSWERS.items():
        app.add_exception_handler(error, answer)
    return app


async def _scalars(request: Request) -> None:
    problem = request.scope.get("newscrawl.problem")
    if problem is not None:
        raise HTTPException(400, problem)


async def _absent(request: Request, error: Exception) -> Response:
    return _problem(request, 404, "Not in the archive", str(error))


async def _hidden(request: Request, error: Exception) -> Response:
    return _problem(request, 410, "Removed from view", str(error))


async def _cursor(request: Request, error: Exception) -> Response:
    return _problem(request, 400, "This address cannot be read", str(error))


async def _slow(request: Request, error: Exception) -> Response:
    return _problem(request, 503, "The archive is busy", str(error))


async def _down(request: Request, error: Exception) -> Response:
    # The message names the database's address: that is for the log, not for readers.
    return _problem(request, 503, "The archive cannot be reached", "Try again in a little while.")


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    detail = str(error.detail) if isinstance(error, StarletteHTTPException) else ""
    title = {404: "Not in the archive", 405: "Only reading is possible here"}.get(status, "This address cannot be read")
    headers = error.headers if isinstance(error, StarletteHTTPException) else None
    return _problem(request, status, title, "" if detail in {"Not Found", "Method Not Allowed"} else detail, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    told = "; ".join(f"{e['loc'][-1]}: {e['msg'][0].lower()}{e['msg'][1:]}" for e in found)
    return _problem(request, 422 if _is_api(request) else 400, "This address cannot be read", told)


async def _fault(request: Request, error: Exception) -> Response:
    """BufferedResponse for a fault of ours; it is raised again for the log afterwards, and nothing of it is shown."""
    answer = _problem(request, 500, "Something is wrong on our side", "It was noted.")
    # This answer is made outside of the other middleware.
    answer.headers.update(SECURITY)
    return answer


_ANSWERS: dict[type[Exception] | int, Any] = {
    500: _fault,
    Absent: _absent,
    Hidden: _hidden,
    BadCursor: _cursor,
    TooSlow: _slow,
    StoreUnavailable: _down,
    StarletteHTTPException: _http,
    RequestValidationError: _invalid,
}


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _problem(
    request: Request, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """BufferedResponse an error in the form of what was asked for: a page, or a problem document (RFC 9457)."""
    if _is_api(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(body, status, media_type="application/problem+json", headers=headers)
    context: AppContext = request.app.state.context
    page = context.page(request, "problem.html", {"title": title, "detail": detail, "status": status}, status=status)
    for name, value in (headers or {}).items():
        page.headers[name] = value
    if status == 503:
        page.headers["retry-after"] = "30"
    return page
