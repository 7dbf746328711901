"""Why a fetch failed: exceptions and statuses as short, stable reason words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import service_identity
from OpenSSL import SSL
from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from twisted.web.client import RequestGenerationFailed, RequestTransmissionFailed, ResponseFailed

from newscrawl.errors import NewscrawlError, NotRecorded, RecordingError
from newscrawl.items import Outcome

REFUSALS = frozenset({401, 403, 407, 429})


class FetchFailed(NewscrawlError):
    """Base of the errors that fetch raises itself; `reason` is the word for it in logs, stats and the check log.

    Raised inside Scrapy's downloader, so that it reaches the request's errback.
    """

    reason = "failed"
    outcome = Outcome.ERROR
    is_of_crawl = False  # whether it concerns the crawl alone, and says nothing of the host

    def __init__(self, detail: str, *, retry_at: datetime | None = None, outcome: Outcome | None = None) -> None:
        super().__init__(detail)
        self.retry_at = retry_at
        self.outcome = outcome or type(self).outcome


class Truncated(FetchFailed):
    """The body is incomplete."""

    reason = "truncated"


class TooLarge(FetchFailed):
    """The body is larger than DOWNLOAD_MAXSIZE, as sent or decompressed."""

    reason = "too_large"


class BadEncoding(FetchFailed):
    """The body cannot be decompressed by its Content-Encoding."""

    reason = "bad_encoding"


class PrivateAddress(FetchFailed):
    """The URL leads into a private network, or is written so that parsers disagree about its host."""

    reason = "private_address"


class Interrupted(FetchFailed):
    """The crawl is being stopped: the request was not sent, and its claim is given back."""

    reason = "interrupted"
    outcome = Outcome.BLOCKED
    is_of_crawl = True


class RobotsRefused(FetchFailed):
    """The host's robots.txt disallows the URL for us."""

    reason = "robots"
    outcome = Outcome.BLOCKED


class RobotsUnreachable(FetchFailed):
    """The request for robots.txt had a server error, which means that nothing is allowed (RFC 9309, 2.3.1.4)."""

    reason = "robots_unreachable"


class HostPaused(FetchFailed):
    """The host's Retry-After is longer than a crawl may wait; no request was sent."""

    reason = "host_paused"
    outcome = Outcome.BLOCKED


class HostBudget(FetchFailed):
    """The host's budget of requests for this hour is used up; no request was sent."""

    reason = "host_budget"
    outcome = Outcome.BLOCKED


class HostResting(FetchFailed):
    """The host is in back-off after several failures in a row; no request was sent."""

    reason = "host_resting"
    outcome = Outcome.BLOCKED


class ProxyFailed(FetchFailed):
    """Base of the errors of a proxy, which say nothing of the host; its failures and robots.txt stay as they are."""

    is_of_crawl = True


class ProxyUnreachable(ProxyFailed):
    """The proxy cannot be connected to, or does not speak HTTP."""

    reason = "proxy_unreachable"


class ProxyTimeout(ProxyFailed):
    """The proxy opened no tunnel in half of the time that there is for a response."""

    reason = "proxy_timeout"


class ProxyRefused(ProxyFailed):
    """The proxy answered the wish for a tunnel with an error status; the reason is `proxy_http_407` and the like."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = f"proxy_http_{status}"


class NotDrawn(FetchFailed):
    """The browser drew no page, or one that lacks what it asked for; the reason is `render_timeout` and the like."""

    def __init__(self, detail: str, why: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(detail, retry_at=retry_at)
        self.reason = f"render_{why}"


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (NotRecorded, "not_recorded"),
    (RecordingError, "recording"),
    (exceptions.DownloadTimeoutError, "timeout"),
    (TimeoutError, "timeout"),
    (exceptions.CannotResolveHostError, "dns"),
    (SSL.Error, "tls"),
    (service_identity.VerificationError, "tls"),
    (service_identity.CertificateError, "tls"),
    (exceptions.DownloadConnectionRefusedError, "refused"),
    (exceptions.ResponseDataLossError, "truncated"),
    (exceptions.DownloadCancelledError, "cancelled"),
    (exceptions.UnsupportedURLSchemeError, "scheme"),
    (exceptions.NotSupported, "scheme"),
    (ValueError, "bad_address"),  # raised by Scrapy for a Location header that is no URL
)


def classify_failure(failure: Failure | BaseException) -> tuple[Outcome, str, str, datetime | None]:
    """Return (outcome, reason, detail, retry_at) of a failed request: the fields of a FetchFailure."""
    error = failure.value if isinstance(failure, Failure) else failure
    if error is None:
        raise TypeError("a failure without an exception")
    if isinstance(error, FetchFailed):
        return error.outcome, error.reason, str(error), error.retry_at
    if isinstance(error, HttpError):
        outcome, reason = classify_status(error.response.status)
        return outcome, reason, "", None
    if isinstance(error, exceptions.IgnoreRequest):
        return _ignored(error)
    causes = list(_causes(error))
    known = (word for kind, word in _REASONS if any(isinstance(cause, kind) for cause in causes))
    word = next(known, None)
    # Any other DownloadFailedError of Scrapy is a connection that broke before or within the headers.
    if isinstance(error, exceptions.DownloadFailedError) and word in {None, "bad_address"}:
        word = "connection"
    # The innermost that says something: a timeout is a cancellation inside, which does not.
    innermost = next((cause for cause in reversed(causes) if str(cause)), causes[-1])
    return Outcome.ERROR, word or "failed", _detail(innermost), None


def classify_status(status: int) -> tuple[Outcome, str]:
    """Return outcome and reason of a response with an error status."""
    return (Outcome.BLOCKED if status in REFUSALS else Outcome.ERROR), f"http_{status}"


def _ignored(error: exceptions.IgnoreRequest) -> tuple[Outcome, str, str, datetime | None]:
    text = str(error)
    if "max redirections" in text:
        return Outcome.ERROR, "redirect_loop", text, None
    if "robots.txt" in text:
        return Outcome.BLOCKED, "robots", text, None
    if "exceeded DOWNLOAD_MAXSIZE" in text:
        return Outcome.ERROR, "too_large", text, None
    return Outcome.ERROR, "ignored", text, None


def _causes(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """Yield an exception and those it wraps: Python's causes, and the failures in Twisted's `reasons`."""
    yield error
    if depth > 8:
        return
    inner: list[BaseException] = [error.__cause__] if error.__cause__ else []
    if isinstance(error, (ResponseFailed, RequestTransmissionFailed, RequestGenerationFailed)):
        inner += [reason.value for reason in error.reasons]
    for cause in inner:
        yield from _causes(cause, depth + 1)


def _detail(error: BaseException) -> str:
    """Return an exception's class and message as one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
