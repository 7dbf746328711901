"""Certificates of servers: one that cannot be verified is refused, unless its source exempts itself.

Twisted 26 accepts a certificate if reading its names fails with anything but a mismatch: one that states no subject
alternative name, or a malformed one, was accepted for any host (`_verifyCB` in twisted/internet/_sslverify.py).
"""

from __future__ import annotations

from newscrawl.fetch import scrapy_imports  # noqa: F401  before what imports the same

# isort: split

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from OpenSSL import SSL, crypto
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from service_identity import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from newscrawl.errors import ConfigError
from newscrawl.fetch.egress import host_and_port
from newscrawl.fetch.proxies import proxy_of
from newscrawl.fetch.tunnels import TunnelPool

# X509_V_ERR_… of OpenSSL's x509_vfy.h: the frequent ones.
_ERRORS = {
    9: "certificate is not yet valid",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in the chain",
    20: "issuer is not known",
    21: "certificate without its chain",
    24: "issuer is no authority",
}
NEVER_SECONDS = 365 * 86_400.0
Verification = Callable[[SSL.Connection, crypto.X509, int, int, int], bool]


class VerifyingHandler(HTTP11DownloadHandler):
    """Scrapy's handler of http and https with `VerifyingPolicy`.

    Set on the object, since the setting that names such a policy is deprecated (Scrapy 2.19); and so that no setting
    can turn it off.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._policy = VerifyingPolicy(self._contextFactory, lambda host: _is_exempt(crawler.spider, host))
        self._contextFactory = self._policy  # type: ignore[assignment]
        self._tunnels = self._tunnels_of(crawler)

    def _tunnels_of(self, crawler: Crawler) -> TunnelPool | None:
        """Let all connections be tunnels, if the crawl has a proxy."""
        proxy = proxy_of(crawler)
        if proxy is None:
            return None
        from twisted.internet import reactor

        # Half of the time for a response, so that a frozen proxy is known from a slow host.
        tunnels = TunnelPool(reactor, proxy, self._policy, crawler.settings.getfloat("DOWNLOAD_TIMEOUT") / 2)
        tunnels.maxPersistentPerHost = self._pool.maxPersistentPerHost
        tunnels._factory = self._pool._factory
        self._pool = tunnels
        return tunnels

    async def download_request(self, request: Request) -> Response:
        """Return a response, however long it takes: whoever calls this has a deadline of its own.

        Scrapy's goes by Twisted's reactor, and that by the system's clock (`seconds` in twisted/python/runtime.py,
        Twisted 26): set forward by an hour, it ended all transfers as timed out.
        """
        if request.meta.get("proxy"):  # Scrapy's way, past the egress filter
            raise ConfigError(f"{request.url}: a proxy is stated by a source or by NEWSCRAWL_PROXY_URL, not in meta")
        meta, request.meta["download_timeout"] = dict(request.meta), NEVER_SECONDS
        try:
            response = await super().download_request(request)
        finally:
            request.meta["download_timeout"] = meta.get("download_timeout")
        return response if self._tunnels is None else response.replace(ip_address=self._address_of(request.url))

    def _address_of(self, url: str) -> IPv4Address | IPv6Address | None:
        """Return the address that a tunnel leads to: that of its connection is the proxy's."""
        address = self._tunnels.address_of(*host_and_port(url)) if self._tunnels else None
        return ip_address(address) if address else None

    def certificate_fault(self, url: str) -> str | None:
        """Return why the certificate of a URL's host would be refused, if its source accepts it nevertheless."""
        parts = urlsplit(url)
        return self._policy.faults.get(parts.hostname or "") if parts.scheme == "https" else None


def _is_exempt(spider: Any, host: str) -> bool:
    """Return whether a source accepts any certificate of a host: only on the domains that are its own."""
    return bool(getattr(spider, "accepts_invalid_certificates", False)) and bool(spider.is_ours(f"https://{host}/"))


@implementer(IPolicyForHTTPS)
class VerifyingPolicy:
    """Wraps a policy of TLS connections; `faults` has, by host, why an exempt host's certificate is not valid."""

    def __init__(self, policy: Any, is_exempt: Callable[[str], bool]) -> None:
        self._policy = policy
        self._is_exempt = is_exempt
        self.faults: dict[str, str] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> _Creator:
        host = hostname.decode("ascii").lower()
        return _Creator(self._policy.creatorForNetloc(hostname, port), host, self.faults, self._is_exempt(host))


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Creates the TLS connections to one host."""

    def __init__(self, creator: Any, host: str, faults: dict[str, str], is_exempt: bool) -> None:
        self._creator = creator
        self._host = host
        self._faults = faults
        self._is_exempt = is_exempt

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._verification(protocol))
        return connection

    def _verification(self, protocol: Any) -> Verification:
        """Return the callback that OpenSSL calls for each certificate of a chain; the server's own comes last."""
        has_fault = False

        def verify(connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
            nonlocal has_fault
            problem = self._problem(certificate, error, depth, ok)
            if problem is None:
                if depth == 0 and not has_fault:
                    self._faults.pop(self._host, None)
                return True
            if self._is_exempt:
                has_fault = True
                self._faults[self._host] = str(problem)
                return True
            # Also where OpenSSL ends the handshake itself: it would only say that verification failed.
            protocol.failVerification(Failure(problem))  # type: ignore[no-untyped-call]
            return False

        return verify

    def _problem(self, certificate: crypto.X509, error: int, depth: int, ok: int) -> Exception | None:
        if not ok:
            return CertificateError(_ERRORS.get(error, f"verification error {error} of OpenSSL"))
        return _identity_problem(certificate, self._host) if depth == 0 else None


def _identity_problem(certificate: crypto.X509, host: str) -> Exception | None:
    """Return why a certificate is not one of a host; None if it is."""
    is_address = isIPAddress(host) or isIPv6Address(host)
    try:
        verify_service_identity(extract_patterns(certificate), [IPAddress_ID(host) if is_address else DNS_ID(host)], [])
    except Exception as problem:  # noqa: BLE001 - whatever fails, the certificate is not verified
        return problem
    return None
