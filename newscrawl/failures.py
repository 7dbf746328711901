"""Failures of requests as the items that a spider yields for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from newscrawl.clock import Clock
from newscrawl.errors import StoreUnavailable
from newscrawl.fetch import Interrupted, classify_failure, classify_status, first_try_of, retry_at_of
from newscrawl.items import NOT_REQUESTED, FetchFailure, Head, Outcome


class Failures:
    """A part of NewsSpider."""

    name: str
    clock: Clock

    def _request_failure(self, failure: Failure, head: Head | None, request: Request) -> Iterator[FetchFailure]:
        """Yield the failure of a request; nothing for one that a stopping crawl did not send: its claim goes back.

        Raises StoreUnavailable if that is why: it ends the crawl, and says nothing of the page.
        """
        if isinstance(failure.value, StoreUnavailable):
            raise failure.value
        if isinstance(failure.value, Interrupted):
            return
        outcome, reason, detail, retry_at = classify_failure(failure)
        if reason in NOT_REQUESTED and (first_try := first_try_of(request)):
            outcome, reason = first_try
        yield self._fetch_failure(head, request.url, outcome, reason, detail=detail, retry_at=retry_at)

    def _status_failure(self, response: Response, head: Head | None, url: str) -> FetchFailure:
        outcome, reason = classify_status(response.status)
        retry_at = retry_at_of(response)
        return self._fetch_failure(head, url, outcome, reason, status=response.status, retry_at=retry_at)

    def _fetch_failure(
        self, head: Head | None, url: str, outcome: Outcome, reason: str, **optional_fields: Any
    ) -> FetchFailure:
        return FetchFailure(
            source=self.name,
            article_id=head.article_id if head else None,
            url=url,
            at=self.clock.now(),
            outcome=outcome,
            reason=reason,
            lease=head.lease if head else 0,
            **optional_fields,
        )
