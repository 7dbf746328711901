"""Percent-encoding in one spelling (RFC 3986, 6.2.2): unreserved characters plain, all other escapes in capitals."""

from __future__ import annotations

import re

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


def normalize_escapes(text: str) -> str:
    """Return text whose percent-escapes have one spelling; a `%` that begins none stays."""
    return _ESCAPE.sub(_normalized, text)


def _normalized(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in UNRESERVED else escape[0].upper()
