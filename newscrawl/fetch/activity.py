"""What the exchanges of one crawl are doing: whether its servers, or our own limits, keep it waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Activity:
    begun: int = 0  # exchanges that have begun and not ended
    transferring: int = 0  # of those, the ones whose request was sent
    answers: int = 0  # responses received

    @property
    def is_only_waiting(self) -> bool:
        """Whether all exchanges wait for us: for a host's pace, pause or queue, for robots.txt, or for the store."""
        return self.begun > 0 and self.transferring == 0

    @contextmanager
    def exchange(self) -> Iterator[None]:
        self.begun += 1
        try:
            yield
        finally:
            self.begun -= 1

    @contextmanager
    def transfer(self) -> Iterator[None]:
        """Count a transfer within an exchange, and its answer unless it raises."""
        self.transferring += 1
        try:
            yield
            self.answers += 1
        finally:
            self.transferring -= 1
