"""Retry failed requests once, and remember why: a request whose retry is not admitted was sent all the same."""

from __future__ import annotations

from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.http import Request, Response

from newscrawl.fetch.failures import classify_failure, classify_status
from newscrawl.items import Outcome

_FAILED = "newscrawl_first_try"  # key in a request's meta


# Scrapy's methods have a deprecated argument `spider`; an override that names it causes a warning.
class RetryMiddleware(ScrapyRetryMiddleware):
    """Scrapy's, which forgets why it retries.

    After five answers with 500 a host is in back-off, also for the retries. They all failed with `host_resting`, as if
    nothing had been requested, so that a site that answers every page with 500 led to exit code 0 (Scrapy 2.19).
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        result = super().process_response(request, response)
        if isinstance(result, Request):
            result.meta[_FAILED] = classify_status(response.status)
        return result

    def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        result = super().process_exception(request, exception)
        if isinstance(result, Request):
            result.meta[_FAILED] = classify_failure(exception)[:2]
        return result


def first_try_of(request: Request) -> tuple[Outcome, str] | None:
    """Return outcome and reason of a retried request's first try; None for a request that is no retry."""
    failed: tuple[Outcome, str] | None = request.meta.get(_FAILED)
    return failed
