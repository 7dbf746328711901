"""Proxies: through which one a source is requested, as its file and the operator's configuration say."""

from __future__ import annotations

import difflib
import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote_to_bytes, urlsplit

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.errors import ConfigError

DIRECT = "direct"  # as a source's proxy: none, whatever the configuration says
_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy that is asked for tunnels (CONNECT; RFC 9110, 9.3.6); shown it is without its credentials."""

    host: str
    port: int
    is_tls: bool = False
    resolves: bool = False  # it is asked for host names, not for the addresses that were admitted here
    authorization: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, *, resolves: bool = False) -> Self:
        """Return the proxy at an http or https URL, with the credentials in it."""
        parts = urlsplit(url)
        is_tls = parts.scheme == "https"
        pair = parts.netloc.rpartition("@")[0]
        user, _, password = pair.partition(":")
        basic = b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password))
        port = parts.port or (443 if is_tls else 80)
        return cls(parts.hostname or "", port, is_tls, resolves, b"Basic " + basic if pair else None)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def fault_of_proxy(stated: str) -> str | None:
    """Return what is wrong with a source's `proxy`, None if nothing is."""
    if "://" not in stated:
        return None if _NAME.fullmatch(stated) else "must be a name of NEWSCRAWL_PROXIES, a URL, or 'direct'"
    try:
        parts = urlsplit(stated)
        is_http = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_http = False
    if "@" in stated:
        return "has a user name, which belongs in NEWSCRAWL_PROXIES; state the proxy's name there"
    return None if is_http else "must be an http:// or https:// URL with a host"


def proxy_of(crawler: Crawler) -> Proxy | None:
    """Return the proxy of a crawl, None if it has none; raises ConfigError for a name that is not configured."""
    config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
    stated: str | None = getattr(crawler.spidercls, "proxy", None)
    url = _url_of(stated, config, crawler.spidercls.name)
    return Proxy.of(url, resolves=config.proxy_resolves == "yes") if url else None


def _url_of(stated: str | None, config: Config, source: str) -> str | None:
    if stated is None:
        return config.proxy_url.revealed if config.proxy_url else None
    if stated == DIRECT:
        return None
    if "://" in stated:
        return stated
    configured = {name: url.revealed for name, url in config.proxies}
    if stated not in configured:
        similar = difflib.get_close_matches(stated, configured, n=1)
        hint = f"; did you mean {similar[0]}?" if similar else f"; add {stated}=URL there"
        raise ConfigError(f"{source}: proxy {stated!r} is not in NEWSCRAWL_PROXIES{hint}")
    return configured[stated]
