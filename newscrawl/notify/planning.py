"""From marks to rows of the outbox: what happened is matched with all subscriptions, once.

A mark is taken away after its rows are stored. Killed anywhere, planning finds the mark again, and the same rows are
the same documents. Subscriptions are read after the marks: whatever happened after somebody subscribed is matched with
that subscription.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from newscrawl.items import Announceable, Every, Subscription
from newscrawl.notify.matching import matches
from newscrawl.notify.times import next_digest, quiet_until
from newscrawl.store.announcements import MAX_MARKS, Marked
from newscrawl.store.outbox import Row, row_of
from newscrawl.store.session import Store

BATCH = 200  # marked documents, whose texts are read
FEED = "feed"

logger = logging.getLogger(__name__)


async def plan(store: Store, now: datetime) -> int:
    """Queue everything that is marked; return how many rows are new."""
    await store.end_opt_ins(now)
    queued = 0
    while True:
        marks = await store.announcement_marks()
        if marks and not await store.subscriptions():  # who subscribes from now on hears of nothing that was marked
            await store.unmark(marks)
            return 0
        done = 0
        for start in range(0, len(marks), BATCH):
            marked = await store.marked(marks[start : start + BATCH])
            queued += await _queue(store, marked, now)
            await store.unmark(each.mark for each in marked)
            done += len(marked)
        if done == 0 or len(marks) < MAX_MARKS:  # what is left waits for its article
            break
    if queued:
        logger.info("decision=queued announcements=%d", queued)
    return queued


async def _queue(store: Store, marked: Sequence[Marked], now: datetime) -> int:
    events = [event for each in marked for event in each.announceables]
    queued = 0
    for subscription in await store.subscriptions():
        matching = [event for event in events if matches(subscription, event)]
        if matching:
            queued += await store.queue_rows(await _rows(store, subscription, matching, now))
    return queued


async def _rows(store: Store, subscription: Subscription, events: Sequence[Announceable], now: datetime) -> list[Row]:
    next_at, is_alone = await _when(store, subscription, len(events), now)
    is_feed = subscription.channel.kind == FEED  # there is nothing to send: the reader serves it
    return [
        row_of(subscription.name, event, now=now, next_at=next_at, is_alone=is_alone and not is_feed, is_sent=is_feed)
        for event in events
    ]


async def _when(store: Store, subscription: Subscription, count: int, now: datetime) -> tuple[datetime, bool]:
    """Return when so many events are to be sent, and whether each alone or together with others."""
    if subscription.schedule.every is not Every.CHANGE:
        return next_digest(subscription.schedule, now), False
    until = quiet_until(subscription.quiet, now)
    if until is not None:
        return until, False
    limit = subscription.burst
    window = timedelta(minutes=limit.minutes)
    if await store.alone_since(subscription.name, now - window) + count > limit.announcements:
        return now + window, False
    return now, True
