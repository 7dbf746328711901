"""The web application: its routes, its error pages, and the reader that is open while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from newscrawl.clock import Clock, SystemClock
from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.humanize import N_, gettext
from newscrawl.store import Store
from newscrawl.store.reader import Absent, BadCursor, BadQuery, Hidden, Reader, TooSlow
from newscrawl.web import (
    api,
    api_page,
    article,
    blame,
    card,
    changes,
    downloads,
    embed,
    health,
    log,
    memento,
    method,
    robots,
    search,
    sources,
    subscribe,
    subscribe_links,
    subscriptions,
    version,
)
from newscrawl.web.access import ProxyAccess, TokenAccess, require_subscription_settings
from newscrawl.web.context import AppContext
from newscrawl.web.forms import Allowance
from newscrawl.web.kept_answers import KeptAnswers
from newscrawl.web.localization import Localization
from newscrawl.web.middleware import SECURITY_HEADERS, ConditionalGet, ServerTiming
from newscrawl.web.requests import AllowedHosts, Methods, allowed_hosts
from newscrawl.web.templating import STATIC


def create_app(config: Config, clock: Clock | None = None) -> FastAPI:
    """Return the application; it opens the store when it starts and closes it when it stops."""
    clock = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        reader = await Reader.open(config)
        app.state.context = AppContext(reader, clock, config)
        async with _store_for_requests(app, config):
            try:
                yield
            finally:
                await reader.close()

    app = FastAPI(
        title="newscrawl",
        version="1",
        summary="Every wording an article has had in public, with proof of when it was seen. Read-only.",
        openapi_url="/api/v1/openapi.json",
        # FastAPI's documentation pages load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(_refuse_bad_query)],
        middleware=[
            Middleware(ServerTiming),
            Middleware(AllowedHosts, hosts=allowed_hosts(config)),
            Middleware(Methods),
            *_access(config, clock, lambda: app.state.context.reader),
            Middleware(Localization),
            Middleware(KeptAnswers),
            Middleware(GZipMiddleware, minimum_size=1400, compresslevel=3),
            Middleware(ConditionalGet),
        ],
        redirect_slashes=False,
    )
    app.state.allowance = Allowance()
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.router.routes.extend(changes.without_query)
    for module in _MODULES:
        app.include_router(module.router)
    if config.serve_watch:
        # It imports Scrapy, which takes half a second and 30 MB of each process: only of those that need it.
        from newscrawl.web import watch

        app.include_router(watch.router)
    if config.serve_subscribe:
        require_subscription_settings(config)
        app.include_router(subscribe.form)
        app.include_router(subscribe_links.router)
    for error, handler in _ERROR_HANDLERS.items():
        app.add_exception_handler(error, handler)
    return app


@asynccontextmanager
async def _store_for_requests(app: FastAPI, config: Config) -> AsyncIterator[None]:
    """Open the store for writing if readers may ask for addresses or subscribe; the rest of the reader reads."""
    if not config.serve_watch and not config.serve_subscribe:
        yield
        return
    app.state.store = await Store.open(config)
    try:
        app.state.reader_key = await app.state.store.reader_key() if config.serve_subscribe else b""
        yield
    finally:
        await app.state.store.close()


def _access(config: Config, clock: Clock, reader: Callable[[], Reader]) -> list[Middleware]:
    if config.serve_access == "token":
        return [Middleware(TokenAccess, tokens=lambda: reader().tokens(), clock=clock)]
    if config.serve_access == "proxy":
        return [Middleware(ProxyAccess, header=config.serve_user_header, proxies=config.trusted_proxies)]
    return []


async def _refuse_bad_query(request: Request) -> None:
    problem = request.scope.get("newscrawl.problem")
    if problem is not None:
        raise HTTPException(400, problem)


async def _absent(request: Request, error: Exception) -> Response:
    return _problem_response(request, 404, N_("Not in the archive"), str(error))


async def _hidden(request: Request, error: Exception) -> Response:
    return _problem_response(request, 410, N_("Removed from view"), str(error))


async def _bad_cursor(request: Request, error: Exception) -> Response:
    return _problem_response(request, 400, BAD_URL, str(error))


async def _too_slow(request: Request, error: Exception) -> Response:
    return _problem_response(request, 503, N_("The archive is busy"), str(error))


async def _store_unavailable(request: Request, error: Exception) -> Response:
    # The error message names the address of the database: that is for the log, not for readers.
    return _problem_response(request, 503, N_("The archive cannot be reached"), gettext("Try again in a minute."))


async def _http_error(request: Request, error: Exception) -> Response:
    if isinstance(error, StarletteHTTPException) and error.status_code == 404 and (url := _without_slash(request)):
        return RedirectResponse(url, 308)
    status = error.status_code if isinstance(error, StarletteHTTPException) else 500
    detail = str(error.detail) if isinstance(error, StarletteHTTPException) else ""
    title = {404: N_("Not in the archive"), 405: N_("This archive is read-only")}.get(status, BAD_URL)
    headers = error.headers if isinstance(error, StarletteHTTPException) else None
    detail = "" if detail in {"Not Found", "Method Not Allowed"} else detail
    return _problem_response(request, status, title, detail, headers)


async def _invalid_request(request: Request, error: Exception) -> Response:
    errors = error.errors() if isinstance(error, RequestValidationError) else ()
    detail = gettext("; ").join(f"{each['loc'][-1]}: {_in_words(each)}" for each in errors)
    return _problem_response(request, 422 if _is_api(request) else 400, BAD_URL, detail)


def _in_words(fault: Mapping[str, Any]) -> str:
    """Return what is wrong with a parameter; patterns mean nothing to people."""
    given, bounds = f"“{str(fault['input'])[:60]}”", {name: str(value) for name, value in fault.get("ctx", {}).items()}
    if fault["type"] in {"greater_than_equal", "less_than_equal"}:
        least, most = bounds.get("ge"), bounds.get("le")
        if least is not None:
            return gettext("%(given)s is too small: it is at least %(least)s", given=given, least=least)
        return gettext("%(given)s is too large: it is at most %(most)s", given=given, most=most)
    if fault["type"] == "string_too_long":
        return gettext("it is longer than %(most)s characters", most=bounds["max_length"])
    if fault["type"] in {"int_parsing", "int_from_float"}:
        return gettext("%(given)s is no whole number", given=given)
    if fault["type"] in {"literal_error", "enum"}:
        return gettext("%(given)s is none of %(expected)s", given=given, expected=bounds["expected"])
    if fault["type"] == "missing":
        return gettext("it is missing")
    if fault["loc"][0] == "path":  # without it there is no page
        return gettext("%(given)s names nothing here; search for the article, or choose a source", given=given)
    return gettext("%(given)s is no value that it can have; leave it out", given=given)


async def _internal_error(request: Request, error: Exception) -> Response:
    """Return a page that shows nothing of the error. Starlette raises it again afterwards, for the log."""
    response = _problem_response(request, 500, N_("Internal error"), gettext("The error was logged."))
    # Starlette makes this response outside of the other middleware.
    response.headers.update(SECURITY_HEADERS)
    return response


def _without_slash(request: Request) -> str | None:
    """Return the URL of a path without the slashes at its end; None for one that has none, or that names a host."""
    path = request.scope["path"]
    if not path.endswith("/") or path.startswith("//") or not path.strip("/"):
        return None
    query = request.scope["query_string"].decode("latin-1")
    return quote(path.rstrip("/")) + (f"?{query}" if query else "")


_MODULES = (
    health, robots, api, changes, version, log, article, card, embed, blame, sources, method, search, downloads,
    api_page, subscriptions, subscribe, memento,
)  # fmt: skip
BAD_URL = N_("This URL is not valid")
_ERROR_HANDLERS: dict[type[Exception] | int, Any] = {
    500: _internal_error,
    Absent: _absent,
    Hidden: _hidden,
    BadCursor: _bad_cursor,
    BadQuery: _bad_cursor,
    TooSlow: _too_slow,
    StoreUnavailable: _store_unavailable,
    StarletteHTTPException: _http_error,
    RequestValidationError: _invalid_request,
}


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _problem_response(
    request: Request, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as what was asked for: a page, or for the API a problem document (RFC 9457)."""
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
