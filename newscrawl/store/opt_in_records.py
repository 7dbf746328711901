"""Subscriptions of readers, with the rows of the outbox that ask and tell them about these."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from newscrawl.items import EventKind, Subscription
from newscrawl.store import opt_ins, outbox, outbox_lanes, subscriptions
from newscrawl.store.cluster_records import ClusterRecords
from newscrawl.store.retries import translate_errors

RENEWABLE = timedelta(days=14)  # how long one that ended is kept


class OptInRecords(ClusterRecords):
    """Base of `OutboxRecords`."""

    @translate_errors
    async def reader_key(self) -> bytes:
        """Return the key that signs forms and links of readers."""
        return await opt_ins.key(self.db)

    @translate_errors
    async def take_request(self, subject: str, maximum: int, every: timedelta, now: datetime) -> bool:
        """Count a request of a subject; returns whether there were not more than `maximum` in this span of time."""
        return await opt_ins.take(self.db, await opt_ins.key(self.db), subject, maximum, every, now)

    @translate_errors
    async def opt_in_counts(self) -> tuple[int, int]:
        """Return how many subscriptions of readers there are, and how many of them are not confirmed."""
        return await opt_ins.counts(self.db)

    @translate_errors
    async def ask_opt_in(self, subscription: Subscription, now: datetime) -> None:
        """Store what a reader asked for, and queue the question whether they did; nothing else is sent before."""
        await opt_ins.add(self.db, subscription, now)
        row = opt_ins.notice_of(subscription.name, EventKind.CONFIRMATION, secrets.token_hex(16), now)
        await outbox.queue(self.db, [row])

    @translate_errors
    async def add_opt_in_token(self, name: str, digest: str, now: datetime) -> bool:
        """Let a token confirm a subscription; returns whether there is anything to confirm."""
        return await opt_ins.add_token(self.db, name, digest, now)

    @translate_errors
    async def opt_in_of_token(self, digest: str, now: datetime) -> Subscription | None:
        return await opt_ins.of_token(self.db, digest, now)

    @translate_errors
    async def confirm_opt_in(self, name: str, now: datetime, ends_at: datetime, *, digest: str | None = None) -> bool:
        """Confirm a subscription; returns whether it waited for that."""
        return await opt_ins.confirm(self.db, name, now, ends_at, digest=digest)

    @translate_errors
    async def renew_opt_in(self, name: str, now: datetime, ends_at: datetime, *, ended_at: datetime) -> bool:
        """Open a subscription again that ended at a moment; returns whether one did."""
        return await opt_ins.renew(self.db, name, now, ends_at, ended_at=ended_at)

    @translate_errors
    async def erase_opt_in(self, name: str) -> bool:
        """Erase a reader's subscription with all that the outbox has of it; returns whether there was one."""
        subscription = await subscriptions.get(self.db, name)
        if subscription is None or subscription.opt_in is None:
            return False
        # The address first: what is left after a kill is rows without one, which whoever delivers drops.
        await subscriptions.remove(self.db, name)
        await opt_ins.erase_rows(self.db, name)
        await outbox_lanes.remove(self.db, name)
        return True

    @translate_errors
    async def opt_ins_of_address(self, addresses: Sequence[str]) -> list[str]:
        """Return the names of readers' subscriptions that are sent to an address, in any of its spellings."""
        return await opt_ins.of_address(self.db, addresses)

    async def end_opt_ins(self, now: datetime) -> int:
        """End what was not renewed, and erase what nobody confirmed or renewed in time; returns how many were erased.

        The last message is queued before the end is noted: killed in between, the same row is queued again.
        """
        for subscription in await self._ending(now):
            await self._end(subscription, now)
        names = await self._expired(now)
        for name in names:
            await self.erase_opt_in(name)
        return len(names)

    @translate_errors
    async def _ending(self, now: datetime) -> list[Subscription]:
        return await opt_ins.ending(self.db, now)

    @translate_errors
    async def _expired(self, now: datetime) -> list[str]:
        return await opt_ins.expired(self.db, now)

    @translate_errors
    async def _end(self, subscription: Subscription, now: datetime) -> None:
        ends_at = subscription.opt_in.ends_at if subscription.opt_in else None
        row = opt_ins.notice_of(subscription.name, EventKind.END, f"end:{ends_at}", now)
        await outbox.queue(self.db, [row])
        await opt_ins.end(self.db, subscription.name, now + RENEWABLE)
