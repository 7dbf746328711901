"""Conditional requests: the server's own validators, sent back byte for byte (RFC 9110, 8.8 and 13.1)."""

from __future__ import annotations

from newscrawl.items import Validators


def conditional_headers(validators: Validators) -> dict[str, bytes]:
    """Return the request headers for the stored validators; none for a validator that the server did not send.

    Bytes in Latin-1, as headers are decoded: Scrapy would encode text as UTF-8, which is not what the server sent.
    """
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value.encode("latin-1") for name, value in headers.items() if value and _is_plain(value)}


def _is_plain(value: str) -> bool:
    # The value came from a server and is sent again: it must not be able to end its header line.
    return all(character >= " " and character != "\x7f" for character in value)
