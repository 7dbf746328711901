"""Delivery of the outbox: a lane for each subscription, side by side, so that a dead channel delays no other.

At least once: a delivery is marked as sent after the receiver took it. What is repeated after a crash has the same key.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.items import Subscription
from newscrawl.notify.channels import (
    DEADLINE_SECONDS,
    ChannelClosed,
    ChannelDeferred,
    ChannelFailed,
    ChannelRefused,
    send,
)
from newscrawl.notify.readers import ReaderMessages, kept_until
from newscrawl.notify.rendering import Rendered, Renderer
from newscrawl.notify.stuck import refuses_all_readers
from newscrawl.notify.times import lane_wait_after, quiet_until, wait_after
from newscrawl.store.outbox import Delivery, RowState
from newscrawl.store.outbox_lanes import FORGET_REFUSALS, Lane, LaneFailure
from newscrawl.store.reader import Reader
from newscrawl.store.session import Store

AT_ONCE = 8  # lanes; of a channel one delivery at a time
GIVE_UP_AFTER = timedelta(days=3)
REFUSED_FOR = timedelta(days=2)  # after which a reader's address is none: less than a row is tried

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivered:
    """What one pass came to: deliveries sent and failed, rows withdrawn and given up."""

    sent: int = 0
    failed: int = 0
    withdrawn: int = 0
    dead: int = 0


class Deliverer:
    """Sends what is due; `seconds` bounds one attempt, `now` and `share` (for jitter, 0..1) are for tests."""

    def __init__(
        self,
        store: Store,
        config: Config,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        share: Callable[[], float] = random.random,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._deadline_seconds = deadline_seconds
        self._now = now
        self._share = share
        self._environ = environ
        root = config.public_url or config.serve_url
        reader = Reader.of_store(store)
        self._renderer = Renderer(store, reader, root)
        self._readers = ReaderMessages(store, reader, self._renderer, root)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._lanes: dict[str, asyncio.Task[None]] = {}

    async def deliver(self) -> Delivered:
        """Send everything that is due, and return when each lane is empty or rests."""
        delivered = Delivered()
        self.start(await self._store.due_subscriptions(self._now()), delivered)
        try:
            while self._lanes:
                await asyncio.wait(self._lanes.values())
        finally:
            await self.stop()
        return delivered

    async def start_due(self, delivered: Delivered) -> None:
        """Start the lanes of what is due; those that are at work go on."""
        self.start(await self._store.due_subscriptions(self._now()), delivered)

    def start(self, names: list[str], delivered: Delivered) -> None:
        for name in names:
            if name not in self._lanes:
                task = asyncio.get_running_loop().create_task(self._run(name, delivered))
                self._lanes[name] = task

    async def stop(self) -> None:
        """End all attempts at once; what was not sent stays in the outbox."""
        await cancelled(list(self._lanes.values()))

    async def _run(self, name: str, delivered: Delivered) -> None:
        try:
            async with self._places:
                await self._lane(name, delivered)
        except NewscrawlError as error:
            logger.warning("decision=not_announced subscription=%s reason=%r", name, str(error))
        except Exception as error:  # one subscription's fault stays its own; the alarm of what waits names it
            logger.exception("decision=not_announced subscription=%s", name)
            now = self._now()
            reason = f"internal error: {type(error).__name__}"
            failure = LaneFailure(error=reason, until=now + lane_wait_after(10, self._share()))
            await self._store.rest_lane(name, failure, now)
        finally:
            del self._lanes[name]

    async def _lane(self, name: str, delivered: Delivered) -> None:
        subscription = await self._store.subscription(name)
        if subscription is None:  # removed while its rows were queued
            await self._store.remove_subscription(name, self._now())
            return
        taken = await self._store.take_lane(name, self._now())
        if taken is None:
            return
        token, lane = taken
        try:
            delivered.dead += await self._store.give_up_rows(name, self._now() - GIVE_UP_AFTER, self._now())
            while await self._next(subscription, lane, delivered):
                lane = Lane(name)  # its channel works
                if not await self._store.renew_lane(name, token, self._now()):
                    return
        finally:
            await self._store.free_lane(name, token)

    async def _next(self, subscription: Subscription, lane: Lane, delivered: Delivered) -> bool:
        """Send the next delivery; return whether there may be another one now."""
        now = self._now()
        delivery = None if subscription.is_paused else await self._store.next_delivery(subscription.name, now)
        if delivery is None:
            return False
        until = quiet_until(subscription.quiet, now)
        if until is not None:
            await self._store.postpone_delivery(delivery.key, until)
            return True
        messages = self._renderer if subscription.opt_in is None else self._readers
        rendered: Rendered = await messages.message(subscription, delivery, now)
        if rendered.withdrawn:
            delivered.withdrawn += await self._store.end_rows(rendered.withdrawn, RowState.WITHDRAWN, now)
        if rendered.message is None:
            return True
        try:
            await send(
                subscription.channel,
                rendered.message,
                allow=self._config.egress_allow,
                now=now,
                deadline_seconds=self._deadline_seconds,
                mail_server=self._config.mail_url,
                **({} if self._environ is None else {"environ": self._environ}),
            )
        except ChannelFailed as error:
            delivered.failed += 1
            await self._failed(subscription, lane, delivery, error)
            return False
        if rendered.message.notice and rendered.message.notice.challenge:  # its receiver has confirmed it
            ends_at = kept_until(self._now(), self._config.subscriptions_keep_months)
            await self._store.confirm_opt_in(subscription.name, self._now(), ends_at)
        delivered.sent += 1
        await self._store.delivery_sent(subscription.name, delivery.key, self._now())
        logger.info(
            "decision=announced subscription=%s delivery=%s rows=%d",
            subscription.name,
            delivery.key,
            len(delivery.rows),
        )
        return True

    async def _failed(self, subscription: Subscription, lane: Lane, delivery: Delivery, error: ChannelFailed) -> None:
        """Let the delivery wait longer than its channel, so that one that nobody takes does not hold up the others."""
        now, name, reason = self._now(), subscription.name, str(error)
        if subscription.opt_in is not None and await self._is_over(subscription, lane, error, now):
            await self._store.erase_opt_in(name)
            logger.info("decision=subscription_erased subscription=%s reason=%r", name, reason)
            return
        asked = error.retry_after or timedelta()
        wait = wait_after(delivery.attempts + 1, self._share())
        rest = lane_wait_after(lane.failures + 1, self._share())
        await self._store.delivery_failed(delivery.key, reason, now + max(wait, asked))
        failure = LaneFailure(
            error=reason,
            until=now + max(rest, asked),
            is_closed=isinstance(error, ChannelClosed),
            is_refused=isinstance(error, ChannelRefused),
            is_deferred=isinstance(error, ChannelDeferred),
        )
        await self._store.rest_lane(name, failure, now)
        logger.warning("decision=not_announced subscription=%s delivery=%s reason=%r", name, delivery.key, reason)

    async def _is_over(self, subscription: Subscription, lane: Lane, error: ChannelFailed, now: datetime) -> bool:
        """Return whether a reader's subscription has ended by what its receiver answers."""
        if isinstance(error, ChannelRefused):
            is_new = lane.rests_until is not None and lane.rests_until < now - FORGET_REFUSALS
            is_old = lane.refused_since is not None and not is_new and now - lane.refused_since >= REFUSED_FOR
            return not subscription.is_open or (is_old and not await refuses_all_readers(self._store))
        return isinstance(error, ChannelClosed)
