"""Who may read: everybody who reaches the reader, who has a token, or whom a trusted proxy names."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newscrawl.clock import Clock
from newscrawl.config import Config
from newscrawl.errors import ConfigError, StoreUnavailable
from newscrawl.items import AccessToken, parse_token
from newscrawl.store.reader import TooSlow
from newscrawl.web.middleware import SECURITY_HEADERS
from newscrawl.web.requests import PROBES, is_loopback

TOKENS_MAX_AGE_SECONDS = 5.0  # after which a revoked token is refused by every process
# Browsers and feed readers ask their users for Basic; any user name will do. RFC 7617, RFC 6750.
CHALLENGES = ('Basic realm="newscrawl", charset="UTF-8"', 'Bearer realm="newscrawl"')
Tokens = Callable[[], Awaitable[Sequence[AccessToken]]]


def require_access_rule(config: Config) -> None:
    """Raise ConfigError if other machines reach the reader and nobody has said who may read."""
    if not config.serve_access and not is_loopback(config.serve_host) and config.serve_host != "localhost":
        raise ConfigError(
            f"NEWSCRAWL_SERVE_HOST={config.serve_host} is reached from other machines: say who may read with "
            f"NEWSCRAWL_SERVE_ACCESS=open, token or proxy (docs/serving.md)"
        )


def require_subscription_settings(config: Config) -> None:
    """Raise ConfigError if readers may subscribe and what their subscriptions need is not configured."""
    allowed = ",".join(config.serve_subscribe)
    if allowed and not config.public_url:
        raise ConfigError(
            f"NEWSCRAWL_SERVE_SUBSCRIBE={allowed} needs NEWSCRAWL_PUBLIC_URL, for the links that are sent"
        )
    if "mail" in config.serve_subscribe and config.mail_url is None:
        raise ConfigError(f"NEWSCRAWL_SERVE_SUBSCRIBE={allowed} needs NEWSCRAWL_MAIL_URL, the server that sends mails")


class TokenAccess:
    """Answers 401 to a request without a valid token; whether it is valid is known for some seconds."""

    def __init__(self, app: ASGIApp, tokens: Tokens, clock: Clock) -> None:
        self._app = app
        self._tokens = tokens
        self._clock = clock
        self._read_at = -TOKENS_MAX_AGE_SECONDS
        self._known: Mapping[str, AccessToken] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        try:
            is_valid = await self._is_valid(scope)
        except (StoreUnavailable, TooSlow):
            await _refusal(503, "The archive cannot be reached.", {"retry-after": "30"})(scope, receive, send)
            return
        if is_valid:
            await self._app(scope, receive, _private(send))
        else:
            refusal = _refusal(401, "This archive is read with a token: see its operator.")
            for challenge in CHALLENGES:
                refusal.headers.append("www-authenticate", challenge)
            await refusal(scope, receive, send)

    async def _is_valid(self, scope: Scope) -> bool:
        sent = parse_token(_credentials(_values(scope, b"authorization")))
        if sent is None:
            return False
        if time.monotonic() - self._read_at > TOKENS_MAX_AGE_SECONDS:
            known = {token.token_id: token for token in await self._tokens()}
            self._known, self._read_at = known, time.monotonic()
        token_id, secret = sent
        return token_id in self._known and self._known[token_id].accepts(secret, self._clock.now())


class ProxyAccess:
    """Answers 403 to a request that comes by no trusted proxy, and 401 to one in which that names no user."""

    def __init__(self, app: ASGIApp, header: str, proxies: Sequence[str]) -> None:
        self._app = app
        self._header = header.lower().encode()
        self._proxies = tuple(ip_network(proxy) for proxy in proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self._app(scope, receive, send)
            return
        users = _values(scope, self._header)
        if not _is_within(scope, self._proxies):
            await _refusal(403, "This archive is read through a proxy of its operator.")(scope, receive, send)
        elif len(users) != 1 or not users[0].strip():  # a second one may be the client's own
            await _refusal(401, "The proxy in front of this archive names no user.")(scope, receive, send)
        else:
            await self._app(scope, receive, _private(send))


def _is_within(scope: Scope, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    client = scope.get("client")
    if client is None:
        return False
    try:
        address = ip_address(client[0].partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # as a socket for both families has clients of IPv4
    return any((mapped or address) in network for network in networks)


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


def _credentials(values: Sequence[str]) -> str:
    """Return what a single Authorization header holds: the bearer's token, or the password (else the user name)."""
    if len(values) != 1:
        return ""
    scheme, _, rest = values[0].strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password or user


def _private(send: Send) -> Send:
    """Return `send` with what keeps answers out of caches that others share, and from pages of other sites."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            kept = [part.strip() for part in headers.get("cache-control", "").split(",")]
            headers["cache-control"] = ", ".join(["private", *(p for p in kept if p not in {"", "public", "private"})])
            headers.add_vary_header("Authorization")
            del headers["access-control-allow-origin"]
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_private


def _refusal(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    fields = {**SECURITY_HEADERS, "cache-control": "no-store", **(headers or {})}
    return PlainTextResponse(f"{text}\n", status, headers=fields)
