"""The filter against private networks: a crawl connects only to public IP addresses (SSRF).

A name is resolved once, every address is checked, and Twisted connects to the admitted ones: its resolver is the
`PinnedResolver`, which returns only those. If a name resolves differently later (DNS rebinding), that has no effect.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawl.fetch.failures import PrivateAddress
from newscrawl.secret_text import masked

Lookup = Callable[[str, int], Awaitable[list[str]]]

PIN_SECONDS = 60.0
# IANA's special-purpose registries: blocks that are not globally reachable, are no hosts, or tunnel to another address.
_NOT_PUBLIC_V4 = [
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_GLOBAL_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")  # the only block from which global unicast addresses are given
_NOT_PUBLIC_V6 = [
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, with Teredo (RFC 4380) in 2001::/32
        "2001:db8::/32", "2002::/16",  # documentation; 6to4, retired by RFC 7526
        "2620:4f:8000::/48", "3fff::/20",  # AS112; documentation
    )
]  # fmt: skip
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # by which IPv6-only networks reach IPv4 hosts (RFC 6052)
_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)
_ENDS_IN_NUMBER = re.compile(r"(^|\.)(0x[0-9a-f]*|[0-9]+)$", re.IGNORECASE)  # an IPv4 address to some parsers (WHATWG)
_PORTS = {"http": 80, "https": 443}


def is_public(address: str) -> bool:
    """Return whether an IP address is globally reachable; for IPv6, an embedded IPv4 address decides."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in block for block in _NOT_PUBLIC_V4)
    if ip.scope_id is not None:
        return False
    if ip.ipv4_mapped is not None:
        return is_public(str(ip.ipv4_mapped))
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GLOBAL_UNICAST_V6 and not any(ip in block for block in _NOT_PUBLIC_V6)


def host_and_port(url: str) -> tuple[str, int]:
    """Return (host, port) of a URL; raises PrivateAddress for one that parsers may read differently."""
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise PrivateAddress(f"control character, space or backslash in {url!r}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PrivateAddress(f"{error} in {url!r}") from error
    if "@" in parts.netloc:
        raise PrivateAddress(f"user name or second host in {masked(url)!r}")
    host = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in _PORTS or not host:
        raise PrivateAddress(f"not an http URL with a host: {url!r}")
    if ":" not in host and _HOST_NAME.fullmatch(host) is None:
        raise PrivateAddress(f"{host!r} is not a valid host name")
    return host, _PORTS[parts.scheme] if port is None else port


def ip_literal(host: str) -> str | None:
    """Return the host as an IP address, None if it is a name; raises PrivateAddress for an unusual spelling."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        if ":" in host or _ENDS_IN_NUMBER.search(host):
            raise PrivateAddress(f"{host} is an IP address in an unusual spelling") from None
        return None


async def system_lookup(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name from the operating system, in its order of preference."""
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotResolveHostError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


class EgressFilter:
    """Admits connections to public addresses and to the hosts in NEWSCRAWL_EGRESS_ALLOW ("host" or "host:port")."""

    def __init__(
        self, allow: Collection[str] = (), lookup: Lookup = system_lookup, *, resolves_here: bool = True
    ) -> None:
        self._allow = {entry.lower() for entry in allow}
        self._lookup = lookup
        self._resolves_here = resolves_here  # else a proxy does, and names are not checked
        self._pinned_until: dict[tuple[str, int], float] = {}

    async def admit(self, url: str) -> None:
        """Pin the admitted addresses of a URL's host for 60 s; raises PrivateAddress if there is none."""
        host, port = host_and_port(url)
        if not self._resolves_here and ip_literal(host) is None:
            return
        resolver = pinned_resolver()
        if self._pinned_until.get((host, port), 0.0) > time.monotonic():
            return
        addresses = await self.addresses(host, port)
        resolver.pin(host, port, addresses)
        self._pinned_until[host, port] = time.monotonic() + PIN_SECONDS

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the admitted addresses of a host; raises PrivateAddress or Scrapy's CannotResolveHostError."""
        is_exempt = host in self._allow or f"{host}:{port}" in self._allow
        address = None if is_exempt and ":" not in host else ip_literal(host)
        candidates = [address] if address else await self._lookup(host, port)
        admitted = candidates if is_exempt else [ip for ip in candidates if is_public(ip)]
        if not admitted:
            raise PrivateAddress(f"{host} leads to {', '.join(candidates) or 'nowhere'}, which is not public")
        return admitted


@implementer(IHostnameResolver)
class PinnedResolver:
    """Twisted's name resolver: returns the pinned addresses of a host, for other hosts the public ones of the system's.

    The methods of Zope's interfaces have no `self`, so mypy cannot match objects against them; hence `Any` here.
    """

    def __init__(self, system_resolver: Any) -> None:
        self._system_resolver = system_resolver
        self._pins: dict[tuple[str, int], list[str]] = {}

    def pin(self, host: str, port: int, addresses: Sequence[str]) -> None:
        self._pins[host, port] = list(addresses)

    def pinned(self, host: str, port: int) -> list[str]:
        """Return the pinned addresses of a host, none if it has none."""
        return self._pins.get((host.lower().removesuffix("."), port), [])

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        pins = self._pins.get((hostName.lower().removesuffix("."), portNumber))
        if pins is None:
            receiver = _PublicOnly(resolutionReceiver)
            return self._system_resolver.resolveHostName(
                receiver, hostName, portNumber, addressTypes, transportSemantics
            )
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        for address in pins:
            address_class = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(address_class("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return resolution


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to cancel: the resolution is complete at once."""


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any) -> None:
        self.resolutionBegan = receiver.resolutionBegan
        self.resolutionComplete = receiver.resolutionComplete
        self._receiver = receiver

    def addressResolved(self, address: IAddress) -> None:
        if is_public(getattr(address, "host", "0.0.0.0")):  # noqa: S104 - judged, not bound
            self._receiver.addressResolved(address)


def pinned_resolver() -> PinnedResolver:
    """Return the reactor's PinnedResolver; install it if the reactor has another resolver.

    Called before each exchange: CrawlerProcess installs Scrapy's own resolver when the reactor starts, CrawlerRunner
    installs none.
    """
    # Imported here because importing the reactor installs one.
    from twisted.internet import reactor

    pluggable: Any = reactor
    if not isinstance(pluggable.nameResolver, PinnedResolver):
        pluggable.installNameResolver(PinnedResolver(pluggable.nameResolver))
    resolver: PinnedResolver = pluggable.nameResolver
    return resolver
