"""How a source may be requested: the options of a spider's file, and what is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from newscrawl.fetch.proxies import fault_of_proxy

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\x21-\x7e\xa0-\xff]([\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?")
# Headers that an option must not set, by why.
_REFUSED = {
    "is of the connection, not of the request": (
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "host", "expect", "content-length",
    ),
    "is a secret, which a file of the project must not have": ("authorization", "cookie", "set-cookie"),
    "is set for each request by what is known of the page": (
        "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range",
    ),
    "is that of all requests: NEWSCRAWL_CONTACT_URL is how one is known": ("user-agent",),
    "says which codings can be decoded": ("accept-encoding",),
    "would say that somebody else asks": ("forwarded", "via", "x-forwarded-for", "x-real-ip"),
}  # fmt: skip
_WHY = {name: why for why, names in _REFUSED.items() for name in names}


def fault_of_headers(headers: Mapping[str, str]) -> str | None:
    """Return what is wrong with extra request headers, None if nothing is."""
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            return f"{name!r} is no name of a header"
        if why := _WHY.get(name.lower()):
            return f"{name} {why}"
        if not _VALUE.fullmatch(value):
            return f"the value of {name} has other characters than a header may have"
    return None


def _between(low: float, high: float) -> Callable[[float], str | None]:
    return lambda value: None if low <= value <= high else f"must be between {low:g} and {high:.15g}"


FAULTS: Mapping[str, Callable[[Any], str | None]] = {
    "delay": _between(0, 3600),
    "budget": _between(1, 1_000_000),
    "headers": fault_of_headers,
    "full_get_share": _between(0.01, 1),
    "listing_period": _between(60, 30 * 86_400),
    "proxy": fault_of_proxy,
}


def fault_of_option(name: str, value: Any) -> str | None:
    """Return what is wrong with an option's value, None if nothing is; nor of one whose type is refused already."""
    return FAULTS[name](value) if _is_of_type(name, value) else None


def _is_of_type(name: str, value: Any) -> bool:
    if name == "headers":
        return isinstance(value, Mapping) and all(isinstance(each, str) for pair in value.items() for each in pair)
    return isinstance(value, str if name == "proxy" else (int, float)) and not isinstance(value, bool)
