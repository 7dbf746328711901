"""Percent-encoding in one spelling (RFC 3986, 6.2.2): unreserved characters plain, all other escapes in capitals."""

from __future__ import annotations

import re

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


def normalize_escapes(text: str) -> str:
    """Return text with each percent-escape in that spelling; a `%` that does not begin an escape stays."""
    return _ESCAPE.sub(_normalize_escape, text)


def _normalize_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in UNRESERVED else match[0].upper()
