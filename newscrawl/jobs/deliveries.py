"""What arrives by a cluster's queue: a kind and a name, and no more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

CRAWL, SHARD = "newscrawl.crawl", "newscrawl.shard"


@dataclass(slots=True, eq=False)
class Delivery:
    """One task that arrived; whoever received it holds a slot of its worker until it is released."""

    kind: str
    name: str
    _is_done: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        self._is_done.set()

    def wait(self, seconds: float) -> bool:
        """Block the thread of its slot until it is released, at most so long; returns whether it is."""
        return self._is_done.wait(seconds)
