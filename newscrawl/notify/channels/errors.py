"""Why a message was not delivered."""

from __future__ import annotations

from datetime import timedelta


class ChannelFailed(Exception):
    """Raised by a channel that did not take a message; it is tried again, not before `retry_after` if that is given."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ChannelRefused(ChannelFailed):
    """Raised by a channel that refuses the address itself: no such mailbox, or nobody who asked for it."""


class ChannelDeferred(ChannelFailed):
    """Raised by a channel that takes nothing for this receiver now, which says nothing of others."""


class ChannelClosed(ChannelFailed):
    """Raised by a channel whose receiver wants nothing any more."""
