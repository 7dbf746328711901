"""What every response passes: security headers, HEAD, conditional GET; and what every query must be: scalars."""

from __future__ import annotations

import hashlib
import time
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No script at all: nothing that slips through escaping can run. Forms lead to our own pages only.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "interest-cohort=(), geolocation=(), camera=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
MAX_QUERY = 4_096
MAX_BUFFERED = 8 * 2**20


class ServerTiming:
    """Outermost middleware of the reader: says how long an answer took to make, compression included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = f"app;dur={(time.perf_counter() - began) * 1000:.1f}"
                message = {**message, "headers": [*message["headers"], (b"server-timing", took.encode())]}
            await send(message)

        await self._app(scope, receive, timed)


class ConditionalGet:
    """Tags answers and says 304; inside of compression, so that a tag names what was compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem = query_problem(scope["query_string"])
        if problem is not None:
            scope = {**scope, "query_string": b"", "newscrawl.problem": problem}
        answer = BufferedResponse(scope, send)
        is_head = scope["method"] == "HEAD"
        await self._app({**scope, "method": "GET"} if is_head else scope, receive, answer.take)


class BufferedResponse:
    """Holds a response back until its body is known, then tags it or says 304."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._method = scope["method"]
        self._asked = Headers(scope=scope)
        self._start: Message = {}
        self._body = bytearray()
        self._is_streaming = False

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-cache")
            self._start = {**message, "headers": headers.raw}
            return
        if self._is_streaming:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if len(self._body) > MAX_BUFFERED:
            self._is_streaming = True
            await self._send(self._start)
            await self._send({**message, "body": self._told()})
        elif not message.get("more_body", False):
            await self._finish()

    async def _finish(self) -> None:
        headers = MutableHeaders(raw=self._start["headers"])
        if self._start["status"] == 200 and self._method in {"GET", "HEAD"}:
            headers.setdefault("etag", f'W/"{hashlib.sha256(self._body).hexdigest()[:32]}"')
            if self._is_known(headers):
                for name in ("content-length", "content-type", "content-encoding"):
                    del headers[name]
                self._start = {**self._start, "status": 304}
                self._body.clear()
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": self._told()})

    def _told(self) -> bytes:
        return b"" if self._method == "HEAD" else bytes(self._body)

    def _is_known(self, headers: MutableHeaders) -> bool:
        """Tell whether the client has this representation (RFC 9110, 13.2.2: a tag given outweighs a date)."""
        tags = self._asked.get("if-none-match")
        if tags is not None:
            own = headers["etag"].removeprefix("W/")
            return any(tag.strip().removeprefix("W/") in {own, "*"} for tag in tags.split(","))
        since = self._asked.get("if-modified-since")
        return since is not None and since == headers.get("last-modified")


def query_problem(query: bytes) -> str | None:
    """Return why a query is not made of scalars, each once; None if it is."""
    if len(query) > MAX_QUERY:
        return f"the query is longer than {MAX_QUERY} bytes"
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        return "the query is not in the form name=value&name=value, in UTF-8"
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        return "a parameter is given twice"
    if any(not name.replace("_", "").replace("-", "").replace(".", "").isalnum() for name in names):
        return "parameters are plain names with one value each"
    if any("\0" in value for _, value in pairs):
        return "a value holds a NUL"
    return None
