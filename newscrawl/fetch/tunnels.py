"""Connections through a proxy: it is asked by CONNECT for an address that the egress filter has admitted.

For http as well as https. In the other form of RFC 9112 (3.2.2, absolute-form) a proxy resolves the name itself,
caches, and answers in the newspaper's place: no answer could be known from the proxy's own. Through a tunnel bytes pass
as they are; TLS is between us and the host, whose certificate is verified by its name.

Scrapy's own tunnels (2.19) ask for the name that they verify, so the proxy would resolve it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IAddress, IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawl.fetch.egress import pinned_resolver, system_lookup
from newscrawl.fetch.failures import PrivateAddress, ProxyRefused, ProxyTimeout, ProxyUnreachable
from newscrawl.fetch.proxies import Proxy

MAX_HEAD = 16 * 1024  # bytes of a proxy's answer to CONNECT
MAX_ADDRESSES = 3  # of a host that a proxy is asked for, one after another
NO_ROUTE = frozenset({502, 503, 504})  # by which a proxy says that it did not reach an address
_STATUS = re.compile(rb"HTTP/1\.\d (\d{3})")


class TunnelPool(HTTPConnectionPool):
    """Twisted's pool of connections, in which each connection is a tunnel through one proxy."""

    def __init__(self, reactor: Any, proxy: Proxy, policy: Any, seconds: float) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._open = Tunnels(reactor, proxy, policy, seconds)
        self._policy = policy

    def getConnection(self, key: Any, endpoint: Any) -> Any:
        """Return a connection to `key`, which is (scheme, host, port, …), whatever the endpoint would connect to."""
        scheme, host, port, *_ = key
        tunnel: Any = TunnelEndpoint(self._open, host.decode("ascii"), port)
        if scheme == b"https":
            tunnel = wrapClientTLS(self._policy.creatorForNetloc(host, port), tunnel)
        return super().getConnection(key, tunnel)

    def address_of(self, host: str, port: int) -> str | None:
        """Return the address of a host that the newest tunnel leads to; None if the proxy chose it."""
        return self._open.addresses.get((host, port))


@implementer(IStreamClientEndpoint)
class TunnelEndpoint:
    def __init__(self, tunnels: Tunnels, host: str, port: int) -> None:
        self._tunnels = tunnels
        self._host = host
        self._port = port

    def connect(self, protocolFactory: Factory) -> Deferred[Any]:
        return Deferred.fromFuture(asyncio.ensure_future(self._connect(protocolFactory)))

    async def _connect(self, factory: Factory) -> Any:
        tunnel = await self._tunnels.opened(self._host, self._port)
        protocol: Any = factory.buildProtocol(tunnel.peer)
        tunnel.hand_over(protocol)
        return protocol


class Tunnels:
    """Opens tunnels through one proxy."""

    def __init__(self, reactor: Any, proxy: Proxy, policy: Any, seconds: float) -> None:
        self._reactor = reactor
        self._proxy = proxy
        self._policy = policy
        self._seconds = seconds
        self.addresses: dict[tuple[str, int], str] = {}

    async def opened(self, host: str, port: int) -> Tunnel:
        """Return a tunnel to an admitted address of a host; raises the ProxyFailed subclasses."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._to_any(host, port)
        except TimeoutError as error:
            raise ProxyTimeout(f"the proxy {self._proxy} opened no tunnel in {self._seconds:g} seconds") from error

    async def _to_any(self, host: str, port: int) -> Tunnel:
        *others, last = self._targets(host, port)
        for address in others:
            try:
                return await self._to(host, port, address)
            except ProxyRefused as error:
                if error.status not in NO_ROUTE:
                    raise
        return await self._to(host, port, last)

    def _targets(self, host: str, port: int) -> Sequence[str]:
        if self._proxy.resolves:
            return [host]
        pinned = pinned_resolver().pinned(host, port)
        if not pinned:
            raise PrivateAddress(f"{host}: no address of it was admitted")
        return pinned[:MAX_ADDRESSES]

    async def _to(self, host: str, port: int, target: str) -> Tunnel:
        tunnel = await self._connected(f"[{target}]:{port}" if ":" in target else f"{target}:{port}")
        try:
            status = await maybe_deferred_to_future(tunnel.answered)
        except BaseException:
            tunnel.abort()
            raise
        if not 200 <= status < 300:
            tunnel.abort()
            raise ProxyRefused(self._refusal(status), status)
        if not self._proxy.resolves:
            self.addresses[host, port] = target
        return tunnel

    async def _connected(self, authority: str) -> Tunnel:
        try:
            addresses = await system_lookup(self._proxy.host, self._proxy.port)
        except CannotResolveHostError as error:
            raise ProxyUnreachable(f"the proxy's name is not known: {error}") from error
        *others, last = addresses
        for address in others:
            try:
                return await self._connected_at(address, authority)
            except ProxyUnreachable:
                continue
        return await self._connected_at(last, authority)

    async def _connected_at(self, address: str, authority: str) -> Tunnel:
        port, seconds = self._proxy.port, self._seconds
        endpoint: Any = (
            TCP6ClientEndpoint(self._reactor, address, port, timeout=seconds)  # type: ignore[no-untyped-call]
            if ":" in address
            else TCP4ClientEndpoint(self._reactor, address, port, timeout=seconds)
        )
        if self._proxy.is_tls:
            endpoint = wrapClientTLS(
                self._policy.creatorForNetloc(self._proxy.host.encode(), self._proxy.port), endpoint
            )
        factory: Any = Factory.forProtocol(partial(Tunnel, self._proxy, authority))
        try:
            tunnel: Tunnel = await maybe_deferred_to_future(endpoint.connect(factory))
        except ConnectError as error:
            raise ProxyUnreachable(f"the proxy {self._proxy} cannot be reached: {error}") from error
        return tunnel

    def _refusal(self, status: int) -> str:
        text = f"the proxy {self._proxy} answered CONNECT with {status}"
        if status == 407:
            return f"{text}: it {'refuses the' if self._proxy.authorization else 'asks for'} credentials"
        if self._proxy.resolves or status in NO_ROUTE:
            return text
        return f"{text}; if it refuses IP addresses, NEWSCRAWL_PROXY_RESOLVES=yes lets it resolve names"


class Tunnel(Protocol):
    """Asks a proxy for a tunnel; then another protocol has the connection, and this one passes on what arrives."""

    def __init__(self, proxy: Proxy, authority: str) -> None:
        self._proxy = proxy
        self._authority = authority
        self._head = b""
        self._inner: Any = None
        self._is_answered = False
        self.answered: Deferred[int] = Deferred()
        self.peer: IAddress | None = None

    def connectionMade(self) -> None:
        transport: Any = self.transport
        self.peer = transport.getPeer()
        lines = [f"CONNECT {self._authority} HTTP/1.1", f"Host: {self._authority}"]
        head = "\r\n".join(lines).encode("ascii")
        if self._proxy.authorization:
            head += b"\r\nProxy-Authorization: " + self._proxy.authorization
        transport.write(head + b"\r\n\r\n")

    def dataReceived(self, data: bytes) -> None:
        if self._inner is not None:
            self._inner.dataReceived(data)
            return
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if self._is_answered or (not end and len(head) <= MAX_HEAD):
            return
        status = _STATUS.match(head)
        if not end or status is None:
            self._fail("its answer to CONNECT is not HTTP")
            return
        self._is_answered, self._head = True, rest  # what follows a refusal is its page, and not read
        self.answered.callback(int(status[1]))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._inner is not None:
            self._inner.connectionLost(reason)
        else:
            self._fail(f"it closed the connection: {reason.getErrorMessage()}")

    def hand_over(self, inner: Any) -> None:
        """Let another protocol have the connection."""
        self._inner = inner
        inner.makeConnection(self.transport)
        if self._head:
            inner.dataReceived(self._head)

    def abort(self) -> None:
        transport: Any = self.transport
        transport.abortConnection()

    def _fail(self, why: str) -> None:
        if not self._is_answered:
            self._is_answered = True
            error = ProxyUnreachable(f"the proxy {self._proxy} failed: {why}")
            self.answered.errback(Failure(error))  # type: ignore[no-untyped-call]
