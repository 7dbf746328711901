"""What the exchanges of one crawl are doing: whether its servers, or our own limits, keep it waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakSet, finalize

MAX_OPEN = 8  # pages that are read, or wait to be read or stored: as many as go together to the store


@dataclass(slots=True)
class Activity:
    begun: int = 0  # exchanges that have begun and not ended
    transferring: int = 0  # of those, the ones whose request was sent
    answers: int = 0  # responses received
    _open: WeakSet[object] = field(default_factory=WeakSet)  # pages that were received, and are not judged yet
    _has_closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_only_waiting(self) -> bool:
        """Whether all exchanges wait for us: for a host's pace, pause or queue, for robots.txt, or for the store."""
        return self.begun > 0 and self.transferring == 0

    @property
    def is_full(self) -> bool:
        """Whether so many pages are open that no server is to be asked for more."""
        return len(self._open) >= MAX_OPEN

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

    @contextmanager
    def judging(self, page: object) -> Iterator[None]:
        """Count a page as open until `judged`, until reading it raises, or until nobody holds it any more."""
        self._open.add(page)
        finalize(page, self._has_closed.set).atexit = False  # not every command of Scrapy says that an item has ended
        try:
            yield
        except BaseException:
            self.judged(page)
            raise

    def judged(self, page: object) -> None:
        self._open.discard(page)
        self._has_closed.set()

    async def until_pages_are_judged(self) -> None:
        """Wait while MAX_OPEN pages are open: a server is asked no faster than its pages are read and stored."""
        while self.is_full:
            self._has_closed.clear()
            await self._has_closed.wait()
