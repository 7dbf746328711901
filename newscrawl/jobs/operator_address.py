"""Requests an address that an operator names: that of a dead man's switch, or of a time-stamping authority.

Not through the crawl's gates: it may be a service of this network, and nothing that was fetched leads there.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException

from newscrawl.secret_text import SecretUrl

TIMEOUT_SECONDS = 10.0


class NoAnswer(Exception):
    """Raised for an address that does not answer with 2xx; its text says why, without the address."""


def answer_of(
    url: SecretUrl, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, max_bytes: int = 0
) -> bytes:
    """Return the body of the answer to a GET, or to a POST with a body; it may be one byte longer than the bound."""
    asked = urllib.request.Request(url.revealed, data=body, headers=dict(headers or {}))  # noqa: S310  Config takes HTTP only
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return bytes(response.read(max_bytes + 1)) if max_bytes else b""
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"status {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error
