"""A dead man's switch: an address that is requested after each good round, and raises the alarm elsewhere if it is not.

Healthchecks.io and the like expect this. Nothing here can say that this machine is gone; their silence can.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from newscrawl.health.status import NOT_FAILED
from newscrawl.jobs.job import CrawlReport
from newscrawl.jobs.operator_address import NoAnswer, answer_of
from newscrawl.secret_text import SecretUrl

EVERY_SECONDS = 60.0  # at most so often; such services measure in minutes

logger = logging.getLogger(__name__)


class DeadMansPing:
    """Requests an address when due, unless every crawl since the last time has failed."""

    def __init__(self, url: SecretUrl | None, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._seconds = seconds
        self._sent_at = -EVERY_SECONDS
        self._good = self._failed = 0

    def note(self, report: CrawlReport) -> None:
        """Count the end of a crawl; one that is excused, as by an acknowledged alarm, has not failed."""
        if report.exit_code in NOT_FAILED or report.excused:
            self._good += 1
        else:
            self._failed += 1

    def is_due(self) -> bool:
        is_good = self._good > 0 or self._failed == 0
        return self._url is not None and is_good and self._seconds() - self._sent_at >= EVERY_SECONDS

    async def send(self) -> None:
        """Request the address; if that fails the log says so, and the next one is due as if it had not."""
        self._sent_at, self._good, self._failed = self._seconds(), 0, 0
        if self._url is not None:
            await asyncio.to_thread(request, self._url)


def request(url: SecretUrl) -> bool:
    """Request an address and return whether it answered with 2xx; what went wrong is logged, without the address."""
    try:
        answer_of(url)
    except NoAnswer as error:
        logger.warning("ping=failed url=%s reason=%r", url, str(error))
        return False
    return True
