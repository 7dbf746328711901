"""The capture of an exchange: the response, with its time and duration as the download handler noted them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from scrapy.http import Request, Response

from newscrawl.items import Capture, Resource

# Keys of Request.meta, which Scrapy passes from the download handler to the callback. Nothing else reads them.
_FETCHED_AT, _ELAPSED_MS, _OPEN_ENDED = "nc_fetched_at", "nc_elapsed_ms", "nc_open_ended"
CERTIFICATE_FAULT = "newscrawl/certificate_fault/"  # prefix of the stats that say what is wrong with a host's
_RESOURCE, _CERTIFICATE_FAULT = "nc_resource", "nc_certificate_fault"
_IS_RENDERED, _RESPONSE_BODY = "nc_rendered", "nc_response_body"
_KEEPS_CODED, _CODED = "nc_keeps_coded", "nc_coded"


def note_exchange(request: Request, *, fetched_at: datetime, elapsed_ms: int) -> None:
    """Note when the response was complete, by the crawl's clock, and how many milliseconds the exchange took."""
    request.meta[_FETCHED_AT] = fetched_at
    request.meta[_ELAPSED_MS] = elapsed_ms


def note_certificate_fault(request: Request, fault: str) -> None:
    """Note that a certificate which is not valid was accepted; the meta, and so the note, goes along with redirects."""
    request.meta[_CERTIFICATE_FAULT] = fault


def fetched_at(response: Response) -> datetime | None:
    """Return when a response was complete; None if it did not come through the download handler."""
    moment: datetime | None = response.meta.get(_FETCHED_AT)
    return moment


def open_ended_meta() -> dict[str, bool]:
    """Return the meta of a request whose body may end with the connection: robots.txt, whose lines are independent."""
    return {_OPEN_ENDED: True}


def is_open_ended(request: Request) -> bool:
    return bool(request.meta.get(_OPEN_ENDED, False))


def resource_meta(resource: Resource) -> dict[str, int]:
    """Return the meta of a request for something else than an article."""
    return {_RESOURCE: int(resource)}


def resource_of(request: Request) -> Resource:
    return Resource(request.meta.get(_RESOURCE, Resource.ARTICLE))


def rendered_meta() -> dict[str, bool]:
    """Return the meta of a request for a page that scripts draw."""
    return {_IS_RENDERED: True}


def is_rendered(request: Request) -> bool:
    return bool(request.meta.get(_IS_RENDERED, False))


def coded_meta() -> dict[str, bool]:
    """Return the meta of a request whose body is wanted as it was sent too, in its content coding."""
    return {_KEEPS_CODED: True}


def note_coded(request: Request, body: bytes) -> None:
    """Note a body as it was sent, if it is wanted."""
    if request.meta.get(_KEEPS_CODED):
        request.meta[_CODED] = body


def coded_body(response: Response) -> bytes:
    """Return the body as it was sent."""
    body: bytes = response.meta.get(_CODED, response.body)
    return body


def note_response_body(request: Request, body: bytes) -> None:
    """Note the body, without content coding, of the response that scripts drew a page from."""
    request.meta[_RESPONSE_BODY] = body


def capture_of(response: Response) -> Capture:
    """Return the capture of a response; its body is without content coding."""
    request = response.request
    redirects = tuple(request.meta.get("redirect_urls", ())) if request else ()
    response_body: bytes | None = response.meta.get(_RESPONSE_BODY)
    return Capture(
        target_uri=redirects[0] if redirects else response.url,
        final_uri=response.url,
        status=response.status,
        headers=_headers(response),
        body=response.body,
        fetched_at=response.meta[_FETCHED_AT],
        redirects=redirects,
        elapsed_ms=response.meta.get(_ELAPSED_MS, 0),
        certificate_fault=response.meta.get(_CERTIFICATE_FAULT),
        response_body=response_body,
        response_digest=None if response_body is None else hashlib.sha256(response_body).hexdigest(),
    )


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
