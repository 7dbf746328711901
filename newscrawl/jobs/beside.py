"""What a resident worker does beside its crawls: ping, examine, append to the transparency log, announce."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field

from newscrawl.jobs.announcing import Announcer
from newscrawl.jobs.dead_mans_ping import DeadMansPing
from newscrawl.jobs.examining import Examining
from newscrawl.jobs.log_appending import LogAppending
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class Beside:
    """Tasks of a supervisor; a round has none of them."""

    ping: DeadMansPing = field(default_factory=lambda: DeadMansPing(None))
    examining: Examining | None = None
    appending: LogAppending | None = None
    announcer: Announcer | None = None

    def due(self, store: Store) -> Iterator[Awaitable[None]]:
        """Yield what is due now, begun."""
        if self.ping.is_due():
            yield self.ping.send()
        for each in (self.examining, self.appending):
            if each is not None and each.is_due():
                yield each.run(store)
