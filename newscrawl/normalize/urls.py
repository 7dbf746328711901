"""URLs of articles: one form to compare, one to request, and the checks that refuse everything else."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from newscrawl.percent_encoding import normalize_escapes
from newscrawl.tracking_parameters import is_tracking

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LENGTH = 8000  # characters; as many must be supported (RFC 9110, section 4.1)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Return the form of a URL that identifies an article; it is not meant to be requested.

    Scheme https, no `www.`, no fragment, no tracking parameters, escapes in one spelling, parameters sorted.
    Raises ValueError for anything but a plain URL of a web page: other schemes, user names, backslashes, controls.
    """
    parts = _split(url)
    host = parts.netloc.removeprefix("www.")
    return urlunsplit(("https", host, parts.path or "/", parts.query, ""))


def request_url(url: str) -> str:
    """Return a URL as it is requested: scheme and host unchanged, without fragment and tracking parameters."""
    return urlunsplit(_split(url))


def escaped_id(text: str) -> str:
    """Return a part of a URL with escapes in one spelling, whether the URL was written with or without them."""
    return _escaped(text, "/:@!$&'()*+,;=~")


def authority_of(url: str) -> str:
    """Return host and port of a URL in one spelling: lower case, ASCII, no dot at the end, no port that goes unsaid.

    Of what is no plain URL of a web page it is what stands there; "" if nothing does.
    """
    try:
        netloc = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
    if netloc.isascii() and ":" not in netloc and not netloc.endswith("."):
        return netloc  # as nearly all are
    try:
        return _split(f"{url.partition('://')[0].strip().lower()}://{netloc}").netloc
    except ValueError:
        return netloc


@lru_cache(maxsize=4096)
def domain_as_compared(domain: str) -> str:
    """Return a domain that a source states as `authority_of` returns hosts."""
    return authority_of(f"{'http' if domain.endswith(':80') else 'https'}://{domain}")


def without_port(netloc: str) -> str:
    host, _, port = netloc.rpartition(":")
    return host if host and port.isdigit() else netloc  # [::1] has colons of its own


def without_unsaid_port(url: str) -> str:
    """Return a URL without a port that its scheme has anyway: old captures state it, and no pattern expects it."""
    try:
        parts = urlsplit(url)  # http://www.nytimes.com:80/ in captures of the Wayback Machine from before 2012
    except ValueError:
        return url
    port = f":{_DEFAULT_PORTS.get(parts.scheme)}"
    return url.replace(port, "", 1) if parts.netloc.endswith(port) and parts.netloc.count(port) == 1 else url


def same_site(a: str, b: str) -> bool:
    """Return whether two URLs are on the same registered domain (for IP addresses and local names: host and port)."""
    try:
        return _site(_split(a).netloc) == _site(_split(b).netloc)
    except ValueError:
        return False


@lru_cache(maxsize=64)  # an article's own URLs, each read several times
def _split(url: str) -> SplitResult:
    """Return the parts of a URL in one spelling; raises ValueError as `canonical_url` does."""
    url = url.strip(" \t\r\n\f")
    if len(url) > MAX_LENGTH or _FORBIDDEN.search(url):
        raise ValueError(f"not a plain URL of a web page: {url[:200]!r}")
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or "%" in parts.netloc:
        raise ValueError(f"not a plain URL of a web page: {url[:200]!r}")
    host, port = _host(parts.hostname), parts.port
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return SplitResult(parts.scheme, netloc, _escaped(parts.path, "/:@!$&'()*+,;=~") or "/", _query(parts.query), "")


def _host(name: str) -> str:
    if ":" in name:
        return f"[{ip_address(name)}]"
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if not _HOST.fullmatch(name):
        raise ValueError(f"no host name: {name[:100]!r}")
    return name.rstrip(".")


def _query(query: str) -> str:
    parameters = [
        parameter
        for parameter in query.split("&")
        if parameter and not is_tracking(unquote(parameter.partition("=")[0]))
    ]
    return "&".join(sorted(_escaped(parameter, "/:@!$'()*+,;=~?") for parameter in parameters))


def _escaped(text: str, safe: str) -> str:
    """Percent-encode only what must be; existing escapes keep their meaning (RFC 3986, section 6.2.2)."""
    return normalize_escapes(quote(text, safe=safe + "%"))


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    """Return the public suffix list of the installed package; nothing is fetched."""
    import tldextract  # its import takes 0.5 s, and most commands do not need it

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _site(netloc: str) -> str:
    host, _, port = netloc.partition(":")
    extracted = _suffixes()(host)
    registered = f"{extracted.domain}.{extracted.suffix}" if extracted.domain and extracted.suffix else ""
    return registered or (f"{host}:{port}" if port else netloc)
