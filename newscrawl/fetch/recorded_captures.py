"""The capture that a record of a WARC or ARC file holds, as a crawl would have kept it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scrapy.http import Request

from newscrawl.fetch.decoding import decode_complete
from newscrawl.fetch.replay import is_not_modified, response_of
from newscrawl.fetch.warc_reader import Record
from newscrawl.items import Capture

# Header fields of ours in records: of the transfer as archives name it, and what is known of the capture.
ORIGINAL = "X-Archive-Orig-"
CERTIFICATE_FAULT, RENDERED_FROM = "X-Archive-Certificate-Fault", "X-Archive-Rendered-From"
_ORIGINAL, _FAULT, _RENDERED_FROM = ORIGINAL.lower(), CERTIFICATE_FAULT.lower(), RENDERED_FROM.lower()


def recorded_capture(
    record: Record, url: str, at: datetime, *, max_bytes: int, original: Record | None = None
) -> Capture:
    """Return the capture of a record; `original` is the record that a revisit record says to be the same.

    Raises RecordingError or FetchFailed for a record whose response is not whole or cannot be decoded.
    """
    response = response_of(record, url)
    if is_not_modified(record):
        response = response.replace(status=304)
    if original is not None:
        decoded = decode_complete(response_of(original, url), max_bytes=max_bytes)
        headers = response.headers or decoded.headers
        response = response.replace(body=decoded.body, headers=headers, flags=[])
    else:
        response = decode_complete(response.replace(request=Request(url)), max_bytes=max_bytes)
    found = [
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    capture = Capture(
        target_uri=url,
        final_uri=url,
        status=response.status,
        headers=_as_received(found),
        body=response.body,
        fetched_at=at,
        certificate_fault=dict(found).get(_FAULT),
    )
    drawn_from = dict(found).get(_RENDERED_FROM, "")
    return replace(capture, response_digest=drawn_from.removeprefix("sha256:")) if drawn_from else capture


def _as_received(found: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return headers under the names that they had; those that an archive put in their place are left out."""
    renamed = {name.removeprefix(_ORIGINAL) for name, _ in found if name.startswith(_ORIGINAL)}
    ours = {_FAULT, _RENDERED_FROM, *renamed} | ({"content-length"} if renamed else set())
    kept = [(name, value) for name, value in found if name not in ours]
    return tuple((name.removeprefix(_ORIGINAL), value) for name, value in kept)
