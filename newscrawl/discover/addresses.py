"""Links of listings as absolute URLs: resolved as browsers resolve them (WHATWG URL), or refused."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from newscrawl.blanks import UNSEEN
from newscrawl.items import MAX_URL_LENGTH

_AT_ENDS = "".join(map(chr, range(33))) + UNSEEN  # C0 controls and the blank, as in browsers, and what is not seen
# Escaped twice, as by templates that escape what is escaped: in an address an entity of & is never meant.
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)
_BREAKS = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"(https?):([/\\]*)", re.IGNORECASE)
# What a browser escapes in paths and queries; characters beyond ASCII stay, as sites print them, but for controls.
_ESCAPED = re.compile('[ "<>`{}\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]')
_SCHEME_TWICE = re.compile(r"(?:https?:/*\s*+(?=https?://))+", re.IGNORECASE)  # no host is called so
_WWW = re.compile(r"www\.[^.]+\.[a-z]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DOT_SEGMENT = re.compile(r"/\.{1,2}(?:/|$)")


def resolved(base: str, link: str) -> str:
    """Return a link as an absolute URL; "" if it is empty or cannot be parsed.

    Blanks and line breaks around and within it, backslashes and missing slashes do not matter, as in a browser.
    """
    link = _AMPERSAND.sub("&", _BREAKS.sub("", link.strip(_AT_ENDS)))
    if not link or ("\\" in link and "@" in link):  # http://good.example\@evil.example/: parsers disagree on its host
        return ""
    try:
        return _without_dot_segments(_escaped(urljoin(base, _plain(link, urlsplit(base).scheme))))
    except ValueError:  # e.g. http://[broken: an IPv6 address that does not end
        return ""


def as_stated(base: str, link: str) -> str:
    """Return the address that a feed or sitemap states as an absolute URL; "" if it is empty or cannot be parsed.

    No browser follows these, so that writers notice no fault: one that begins with the host of the listing or `www.`
    lacks its scheme, one that begins with two schemes has one too many.
    """
    link = link.strip(_AT_ENDS)
    if twice := _SCHEME_TWICE.match(link):
        link = link[twice.end() :]
    first = re.split(r"[/?#]", link, maxsplit=1)[0].lower()
    is_host = _WWW.match(first) is not None or first.removeprefix("www.") == _host_of(base).removeprefix("www.")
    return resolved(base, f"//{link}" if first and is_host else link)


def is_http_url(url: str) -> bool:
    """Return whether a link can be an article: http or https with a host, without white space, user or backslash."""
    if not 10 <= len(url) <= MAX_URL_LENGTH or "\\" in url or any(ord(c) <= 32 for c in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _plain(link: str, base_scheme: str) -> str:
    """Return a link with slashes where browsers read slashes: `http:/a`, `https:\\\\host\\a`, `////host/a`."""
    address, mark, rest = _partition(link)
    stated = _SCHEME.match(address)
    if stated is None:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
            return link
        address = address.replace("\\", "/")
        return re.sub("^//+", "//", address) + mark + rest
    scheme, slashes = stated[1].lower(), stated[2]
    path = address[stated.end() :].replace("\\", "/")
    if len(slashes) < 2 and scheme == base_scheme:
        return ("/" if slashes else "") + path + mark + rest
    return f"{scheme}://{path}{mark}{rest}"


def _partition(link: str) -> tuple[str, str, str]:
    """Return what comes before the query or fragment, its mark, and the rest."""
    end = re.search(r"[?#]", link)
    return (link[: end.start()], end[0], link[end.end() :]) if end else (link, "", "")


def _escaped(url: str) -> str:
    address, mark, rest = _partition(url)
    if not address.lower().startswith(("http://", "https://")):
        return url
    host_end = address.find("/", 8)
    path = "" if host_end < 0 else address[host_end:]
    host = address if host_end < 0 else address[:host_end]
    return host + _ESCAPED.sub(_escape, path) + mark + _ESCAPED.sub(_escape, rest)


def _escape(found: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in _SURROGATE.sub("\ufffd", found[0]).encode())


def _without_dot_segments(url: str) -> str:
    if "/." not in url:
        return url
    address, mark, rest = _partition(url)
    return (urljoin(address, urlsplit(address).path) if _DOT_SEGMENT.search(address) else address) + mark + rest
