"""A host limiter whose process loses each host in the middle of a request."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager, nullcontext

from newscrawl.fetch.host_limiter import HostTurn, NoLimit, NoTurn


class Lapsing(NoLimit):
    def turn(self, host: str) -> AbstractAsyncContextManager[HostTurn]:
        turn = NoTurn()
        turn.ends_at = time.monotonic() + 1
        return nullcontext(turn)
