"""Middleware of the reader: server timing, security headers, conditional GET, and a check of the query."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawl import timings
from newscrawl.humanize import gettext

# No script but our own file: text that slips through escaping cannot run. Forms lead to our own pages only.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "interest-cohort=(), geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
MAX_QUERY_BYTES = 4_096
MAX_BUFFERED_BYTES = 8 * 2**20


class ServerTiming:
    """Outermost middleware: adds Server-Timing, the milliseconds until a response started, compression included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                timings.observe(timings.ANSWER, time.perf_counter() - started)
                timings.add(timings.REQUESTS, label=str(message["status"]))
                timing = f"app;dur={(time.perf_counter() - started) * 1000:.1f}"
                message = {**message, "headers": [*message["headers"], (b"server-timing", timing.encode())]}
            await send(message)

        await self._app(scope, receive, send_timed)


class ConditionalGet:
    """Adds ETags and answers 304. It runs inside compression, so that an ETag names the uncompressed body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = query_problem(scope["query_string"])
        if problem is not None:
            scope = {**scope, "query_string": b"", "newscrawl.problem": problem}
        await self._app(scope, receive, BufferedResponse(scope, send).send)


class BufferedResponse:
    """Buffers a response until its body is complete, then sends it with an ETag, or as 304.

    A response of more than MAX_BUFFERED_BYTES is streamed without an ETag.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._method = scope["method"]
        self._is_api = scope["path"].startswith("/api/")
        self._request_headers = Headers(scope=scope)
        self._start: Message = {}
        self._body = bytearray()
        self._is_streaming = False

    async def send(self, message: Message) -> None:
        """Take one ASGI message of the application."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            # A page that states itself who may frame it is not for none, as the older header would say.
            is_framed = "frame-ancestors" in headers.get("content-security-policy", "")
            for name, value in SECURITY_HEADERS.items():
                if not (is_framed and name == "x-frame-options"):
                    headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-cache")
            if self._is_api:  # pages of other sites may read what everybody may
                headers["access-control-allow-origin"] = "*"
            self._start = {**message, "headers": headers.raw}
            return
        if self._is_streaming:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if len(self._body) > MAX_BUFFERED_BYTES:
            self._is_streaming = True
            await self._send(self._start)
            await self._send({**message, "body": bytes(self._body)})
        elif not message.get("more_body", False):
            await self._finish()

    async def _finish(self) -> None:
        headers = MutableHeaders(raw=self._start["headers"])
        if self._start["status"] == 200 and self._method == "GET":
            headers.setdefault("etag", f'W/"{hashlib.sha256(self._body).hexdigest()[:32]}"')
            if client_has(self._request_headers, headers):
                remove_content(headers)
                self._start = {**self._start, "status": 304}
                self._body.clear()
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": bytes(self._body)})


def client_has(request: Headers, answer: Headers) -> bool:
    """Return whether the client has this representation (RFC 9110, 13.2.2: If-None-Match goes before a date)."""
    tags = request.get("if-none-match")
    if tags is not None:
        own_tag = answer["etag"].removeprefix("W/")
        return any(tag.strip().removeprefix("W/") in {own_tag, "*"} for tag in tags.split(","))
    since = request.get("if-modified-since")
    return since is not None and since == answer.get("last-modified")


def remove_content(headers: MutableHeaders) -> None:
    """Remove what describes a body: an answer 304 has none."""
    for name in ("content-length", "content-type", "content-encoding"):
        del headers[name]


def query_problem(query: bytes) -> str | None:
    """Return what is wrong with a query; None if it is made of plain parameters, each given once."""
    if len(query) > MAX_QUERY_BYTES:
        return gettext("the query is longer than %(most)s bytes", most=MAX_QUERY_BYTES)
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return gettext("the query is not of the form name=value&name=value in UTF-8")
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        return gettext("a parameter is given twice")
    if any(not name.replace("_", "").replace("-", "").replace(".", "").isalnum() for name in names):
        return gettext("a parameter name is not made of letters, digits, _, - and .")
    if any("\0" in value for _, value in pairs):
        return gettext("a value contains a NUL character")
    return None
