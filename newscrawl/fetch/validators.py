"""Conditional requests: the server's own validators, given back to the letter (RFC 9110, 8.8 and 13.1)."""

from __future__ import annotations

from newscrawl.items import Validators


def conditional_headers(validators: Validators) -> dict[str, bytes]:
    """Return the headers that let a server answer 304 when nothing changed; none for a validator it never gave.

    Bytes, in the Latin-1 that headers were read in: as text they would go out as UTF-8, and not be the server's own.
    """
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value.encode("latin-1") for name, value in headers.items() if value and _is_plain(value)}


def _is_plain(value: str) -> bool:
    # A stored value comes from a stranger and goes back on the wire: it must not be able to end its header line.
    return all(character >= " " and character != "\x7f" for character in value)
