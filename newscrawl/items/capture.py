"""One HTTP response kept as evidence, and responses that are no article page. Words: WARC 1.1, RFC 9110."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response kept as evidence.

    `body` is the representation after its Content-Encoding was removed; `headers` are as received, names lower-case.
    `redirects` are the URLs that led here, in order, without `final_uri`. `certificate_fault` says why a certificate on
    the way is not valid, if the source accepts such: that the response is the publisher's is then not shown.
    Of a page that scripts draw `body` is the HTML drawn, in UTF-8, `response_body` the response, `response_digest` its
    SHA-256 in hex.
    """

    target_uri: str
    final_uri: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    fetched_at: datetime
    redirects: tuple[str, ...] = ()
    elapsed_ms: int = 0
    certificate_fault: str | None = None
    response_body: bytes | None = field(default=None, repr=False)  # None too where only its digest was asked for
    response_digest: str | None = None
    provenance: str | None = None  # of one that was imported: file and record

    @property
    def is_rendered(self) -> bool:
        """Whether `body` is the page that scripts drew, and not the response."""
        return self.response_digest is not None

    @property
    def payload_digest(self) -> str:
        """SHA-256 of the body, in hex: the key of its payload in the store."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def is_redirected_to_front_page(self) -> bool:
        """Whether the URL of a page now leads to a front page: sites redirect there from articles they took down."""
        if not self.redirects or not urlsplit(self.target_uri).path.strip("/"):
            return False
        return not urlsplit(self.final_uri).path.strip("/")

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Revisit:
    """304: the stored representation is still current (a WARC revisit)."""

    source: str
    article_id: str
    capture: Capture
    lease: int = 0


@dataclass(frozen=True, slots=True)
class IdenticalPage:
    """200 with what the newest check of the article read, under the rules that read it: the very bytes, or only what
    its text was read from, which `containers` is the fingerprint of then.
    """

    source: str
    article_id: str
    guid: str
    capture: Capture
    lease: int = 0
    containers: str = ""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """404, 410 or 451 at the URL of a known article, or a redirect from it to the home page."""

    source: str
    article_id: str
    capture: Capture
    lease: int = 0
    reason: str = ""  # http_404, http_410, http_451, redirected_home


GZIP_MAGIC = b"\x1f\x8b"  # RFC 1952, 2.3.1


@dataclass(frozen=True, slots=True)
class Validators:
    """The server's values for conditional requests, verbatim (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None
