"""What every request passes first: the host that it names, and its method."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawl.config import Config
from newscrawl.web.middleware import SECURITY_HEADERS

ALLOW = "GET, HEAD, OPTIONS"
# Asked by load balancers and kubelets, which name an address in `Host`; the answer holds nothing of the request.
PROBES = ("/healthz", "/readyz")


def allowed_hosts(config: Config) -> frozenset[str]:
    """Return the hosts, beside loopback, under which the reader answers: the public one and those configured."""
    urls = [config.public_url or "", *(f"//{host}" for host in (config.serve_host, *config.allowed_hosts))]
    return frozenset(_host_of(url) for url in urls) - {"", "0.0.0.0", "::"}  # noqa: S104  not listened on here


class AllowedHosts:
    """Answers 421 to a request for another host.

    A name that somebody else's DNS points to this address would let a page of theirs read the reader on a private
    network as its own (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:  # RFC 9112, 3.2
            await _plain(400, "one Host header is needed")(scope, receive, send)
        elif not self._is_allowed(hosts[0]):
            await _plain(421, "this host is not served here")(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_allowed(self, text: str) -> bool:
        host = _host_of(f"//{text}")
        return host in self._hosts or host == "localhost" or is_loopback(host)


class Methods:
    """Answers OPTIONS, and HEAD with the header fields of GET, those of compressed content too (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await _plain(204, "")(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                headers = MutableHeaders(raw=list(message["headers"]))
                headers["allow"] = ALLOW
                message = {**message, "headers": headers.raw}
            elif message["type"] == "http.response.body" and is_head:
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send_allowed)


def _plain(status: int, text: str) -> PlainTextResponse:
    headers = {**SECURITY_HEADERS, "cache-control": "no-store", "allow": ALLOW}
    return PlainTextResponse(f"{text}\n" if text else None, status, headers=headers)


def _host_of(url: str) -> str:
    """Return the host of a URL, in lower case and without the dot of the root; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").lower().rstrip(".")
    except ValueError:  # brackets without an address
        return ""


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
