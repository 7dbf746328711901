"""Conditional requests: the server's own validators, given back to the letter (RFC 9110, 8.8 and 13.1)."""

from __future__ import annotations

from scrapy.http import Response

from newscrawl.items import Validators


def conditional_headers(validators: Validators) -> dict[str, str]:
    """Return the headers that let a server answer 304 when nothing changed; none for a validator it never gave."""
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value and _is_plain(value)}


def validators_of(response: Response) -> Validators:
    """Return what a response gave for the next conditional request, verbatim."""
    return Validators(etag=_value(response, "ETag"), last_modified=_value(response, "Last-Modified"))


def _value(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value and _is_plain(value.decode("latin-1")) else None


def _is_plain(value: str) -> bool:
    # A stored value comes from a stranger and goes back on the wire: it must not be able to end its header line.
    return all(character >= " " and character != "\x7f" for character in value)
