"""What is announced to whom: marks, subscriptions, and the outbox with its lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from newscrawl.items import Subscription
from newscrawl.store import announcements, outbox, outbox_lanes, subscriptions
from newscrawl.store.opt_in_records import OptInRecords
from newscrawl.store.outbox import Delivery, Row, RowState
from newscrawl.store.outbox_lanes import Lane, LaneFailure
from newscrawl.store.retries import translate_errors


class OutboxRecords(OptInRecords):
    """Base of `CrawlRecords`."""

    # Marks

    @translate_errors
    async def announcement_marks(self) -> list[announcements.Mark]:
        """Return marks of what is to be announced, oldest first, at most 10,000 of a kind."""
        return await announcements.marks(self.db)

    @translate_errors
    async def marked(self, marks: Sequence[announcements.Mark]) -> list[announcements.Marked]:
        """Return what marks stand for; versions that their articles have not reached are left out."""
        return await announcements.marked(self.db, marks)

    @translate_errors
    async def unmark(self, marks: Iterable[announcements.Mark]) -> None:
        """Take marks away that were planned; those written since stay."""
        await announcements.unmark(self.db, list(marks))

    # Subscriptions

    @translate_errors
    async def add_subscription(self, subscription: Subscription) -> bool:
        """Store a new subscription; returns False if there is one of its name."""
        return await subscriptions.add(self.db, subscription)

    @translate_errors
    async def sync_subscriptions(self, stated: Sequence[Subscription], now: datetime) -> list[str]:
        """Make the subscriptions of the file those that it states; returns the names of those that are gone.

        What is queued for these is dropped.
        """
        gone = await subscriptions.sync_file(self.db, stated)
        for name in gone:
            await outbox.drop_all(self.db, name, now)
            await outbox_lanes.remove(self.db, name)
        return gone

    @translate_errors
    async def subscriptions(self) -> list[Subscription]:
        return await subscriptions.all_subscriptions(self.db)

    @translate_errors
    async def subscription(self, name: str) -> Subscription | None:
        return await subscriptions.get(self.db, name)

    @translate_errors
    async def pause_subscription(self, name: str, *, is_paused: bool) -> bool:
        """Pause a subscription, or end its pause; returns whether there is one. Nothing is queued in a pause."""
        return await subscriptions.pause(self.db, name, is_paused=is_paused)

    @translate_errors
    async def remove_subscription(self, name: str, now: datetime) -> bool:
        """Remove a subscription and drop what is queued for it; returns whether there was one.

        Of a reader's nothing is left.
        """
        if await self.erase_opt_in(name):
            return True
        was_there = await subscriptions.remove(self.db, name)
        await outbox.drop_all(self.db, name, now)
        await outbox_lanes.remove(self.db, name)
        return was_there

    # Rows

    @translate_errors
    async def queue_rows(self, rows: Sequence[Row]) -> int:
        """Queue rows; those that are there already stay as they are. Returns how many are new."""
        return await outbox.queue(self.db, rows)

    @translate_errors
    async def alone_since(self, subscription: str, since: datetime) -> int:
        """Return how many announcements that are no part of a digest were queued since a moment."""
        return await outbox.alone_since(self.db, subscription, since)

    @translate_errors
    async def due_subscriptions(self, now: datetime) -> list[str]:
        """Return the names of subscriptions for which something is to be sent."""
        return await outbox.due(self.db, now)

    @translate_errors
    async def next_delivery(self, subscription: str, now: datetime) -> Delivery | None:
        """Return what is to be sent next, to whoever has the subscription's lane."""
        return await outbox.next_delivery(self.db, subscription, now)

    @translate_errors
    async def delivery_sent(self, subscription: str, key: str, now: datetime) -> None:
        await outbox.sent(self.db, key, now)
        await outbox_lanes.worked(self.db, subscription, now)

    @translate_errors
    async def delivery_failed(self, key: str, error: str, next_at: datetime) -> None:
        await outbox.failed(self.db, key, error, next_at)

    @translate_errors
    async def postpone_delivery(self, key: str, until: datetime) -> None:
        """Let a delivery wait; that is no attempt."""
        await outbox.postpone(self.db, key, until)

    @translate_errors
    async def end_rows(self, keys: Sequence[str], state: RowState, now: datetime, *, error: str = "") -> int:
        """End queued rows in another state than sent; returns how many."""
        return await outbox.end(self.db, keys, state, now, error=error)

    @translate_errors
    async def give_up_rows(self, subscription: str, before: datetime, now: datetime) -> int:
        """Give up what could not be sent since `before`; returns how many rows."""
        return await outbox.end_old(self.db, subscription, before, now)

    @translate_errors
    async def revive_rows(self, query: Mapping[str, Any], now: datetime) -> int:
        """Queue dead rows again, and let failed ones be tried at once; returns how many."""
        count = await outbox.revive(self.db, query, now)
        await outbox_lanes.wake(self.db, query.get("subscription"))
        return count

    @translate_errors
    async def outbox_rows(self, query: Mapping[str, Any], limit: int) -> list[Row]:
        return await outbox.listed(self.db, query, limit)

    @translate_errors
    async def outbox_counts(self) -> dict[str, int]:
        """Return the number of rows by state."""
        return await outbox.counts(self.db)

    @translate_errors
    async def outbox_waiting(self, now: datetime) -> outbox.Waiting:
        """Return how many rows wait and how many are dead, and since when one should have been sent."""
        return await outbox.waiting(self.db, now)

    @translate_errors
    async def overdue(self, before: datetime) -> dict[str, tuple[datetime, int]]:
        """Return for each subscription what should have been sent before a moment: since when, and how many rows."""
        return await outbox.overdue(self.db, before)

    @translate_errors
    async def was_sent(self, subscription: str, event_identity: str) -> bool | None:
        """Return whether an event was sent to a subscription; None if the outbox does not know it."""
        return await outbox.was_sent(self.db, subscription, event_identity)

    # Lanes

    @translate_errors
    async def take_lane(self, subscription: str, now: datetime) -> tuple[str, Lane] | None:
        """Take a subscription's lane; returns its token, or None while another worker has it or its channel rests."""
        return await outbox_lanes.take(self.db, subscription, now)

    @translate_errors
    async def renew_lane(self, subscription: str, token: str, now: datetime) -> bool:
        return await outbox_lanes.renew(self.db, subscription, token, now)

    @translate_errors
    async def free_lane(self, subscription: str, token: str) -> None:
        await outbox_lanes.free(self.db, subscription, token)

    @translate_errors
    async def rest_lane(self, subscription: str, failure: LaneFailure, now: datetime) -> None:
        """Note that a channel failed, and let its lane rest; a closed one until somebody retries."""
        await outbox_lanes.rest(self.db, subscription, failure, now)

    @translate_errors
    async def lanes(self) -> dict[str, Lane]:
        return await outbox_lanes.all_lanes(self.db)
