"""What a web archive replays: the response that it captured, with the headers of then and its true time.

Wayback machines give the headers of then as `X-Archive-Orig-…`, pywb as they were; both name the time of the capture by
`Memento-Datetime` (RFC 7089). Without that header an answer is the archive's own: a page of a block, an error.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from scrapy.http import Response

from newscrawl.fetch.captures import coded_body
from newscrawl.fetch.recorded_captures import ORIGINAL

_ORIGINAL = ORIGINAL.lower()
# Of the archive and of the transfer from it, not of the captured response.
_OF_ARCHIVE = frozenset(
    {
        "memento-datetime", "link", "content-location", "preference-applied", "server-timing", "content-length",
        "transfer-encoding", "connection", "keep-alive", "content-encoding",
    }
)  # fmt: skip
_OWN_PREFIXES = ("x-archive-", "x-app-", "x-ts", "x-tr", "x-location", "x-rl", "x-na", "x-page-cache", "x-nid")
_AT_LOCATION = re.compile(r"/(\d{14})(?:id_)?/(https?:/.*)\Z", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """A captured response; `body` is as it was sent if `digest` is of that, else without content coding.

    `is_verified` is False if the bytes do not have the digest that the index states, None if nobody can say, as the
    archive sends them in another content coding.
    """

    at: datetime
    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)
    digest: str
    is_verified: bool | None


def memento_time(response: Response) -> datetime | None:
    """Return when what is replayed was captured; None if the answer is the archive's own."""
    value = (response.headers.get("Memento-Datetime") or b"").decode("latin-1")
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def nearest_capture(response: Response) -> tuple[str, str] | None:
    """Return URL and timestamp of the capture to which an archive redirects from one that it does not have."""
    if not 300 <= response.status < 400 or memento_time(response) is not None:
        return None
    target = urljoin(response.url, (response.headers.get("Location") or b"").decode("latin-1"))
    found = _AT_LOCATION.search(target)
    return (target, found[1]) if found else None


def archived_response(response: Response, at: datetime, digest: str) -> ArchivedResponse:
    """Return what was captured; `digest` is what the index states, as in WARC-Payload-Digest, or empty."""
    sent, decoded = coded_body(response), response.body
    found = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    headers, coding_then = _of_then(found), _coding_then(found)
    if digest and _has_digest(sent, digest) and sent != decoded:
        # Decoded responses have no Content-Encoding any more: what was captured says which it was.
        coding = coding_then or _coding_of(sent)
        return ArchivedResponse(at, response.status, [*headers, ("Content-Encoding", coding)], sent, digest, True)
    is_verified: bool | None = None
    if digest.startswith(("sha1:", "sha256:")):
        is_verified = _has_digest(decoded, digest) or (None if coding_then else False)
    # What an archive states stays the name of the bytes, where nobody can compare: others refer to them by it.
    stated = digest or f"sha1:{sha1_of(decoded)}"
    return ArchivedResponse(at, response.status, headers, decoded, stated, is_verified)


def _of_then(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    prefixed = [(name[len(_ORIGINAL) :], value) for name, value in found if name.lower().startswith(_ORIGINAL)]
    prefixed = [(name, value) for name, value in prefixed if name.lower() not in _OF_ARCHIVE - {"link"}]
    if prefixed:
        has_type = any(name.lower() == "content-type" for name, _ in prefixed)
        kept = [(name, value) for name, value in found if name.lower() == "content-type" and not has_type]
        return [*kept, *prefixed]
    return [
        (name, value)
        for name, value in found
        if name.lower() not in _OF_ARCHIVE and not name.lower().startswith(_OWN_PREFIXES)
    ]


def _coding_then(found: list[tuple[str, str]]) -> str:
    return next((value for name, value in found if name.lower() == f"{_ORIGINAL}content-encoding"), "")


def _coding_of(sent: bytes) -> str:
    if sent.startswith(b"\x1f\x8b"):
        return "gzip"
    return "zstd" if sent.startswith(b"\x28\xb5\x2f\xfd") else "br"


def _has_digest(body: bytes, digest: str) -> bool:
    kind, _, value = digest.partition(":")
    if kind == "sha256":
        return hashlib.sha256(body).hexdigest() == value.lower()
    return sha1_of(body) == value.upper()


def sha1_of(body: bytes) -> str:
    return base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
