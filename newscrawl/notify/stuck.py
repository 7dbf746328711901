"""Channels that take nothing: an alarm each, which resolves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newscrawl.humanize import counted, moment
from newscrawl.items import AlarmKind, Finding
from newscrawl.store.outbox_lanes import Lane
from newscrawl.store.session import Store

STUCK_AFTER = timedelta(minutes=15)
READERS = "mails-of-readers"  # in the place of a subscription: whom they are for is nobody's business
MANY = 3  # addresses that are refused while none is taken: it is the server that refuses
SYSTEM = "newscrawl"  # in the place of a source, in alarms that are of none


@dataclass(frozen=True, slots=True)
class StuckChannel:
    """A subscription whose announcements wait."""

    subscription: str
    since: datetime  # the oldest that waits
    waiting: int  # rows
    error: str  # of the last attempt; empty if there was none: nobody delivers
    is_closed: bool = False

    @property
    def finding(self) -> Finding:
        waits = f"{counted(self.waiting, 'announcement')} for {self.subscription} waiting since {moment(self.since)}"
        reason = self.error or "nothing delivers them: run newscrawl worker, or newscrawl outbox deliver by cron"
        evidence = {
            "subscription": self.subscription,
            "since": self.since,
            "waiting": self.waiting,
            "error": self.error,
        }
        return Finding(f"{AlarmKind.OUTBOX_STUCK}:{self.subscription}", f"{waits}: {reason}", evidence)


async def stuck_channels(store: Store, now: datetime) -> list[StuckChannel]:
    """Return the channels for which announcements wait for longer than a quarter of an hour, or that were closed."""
    lanes, overdue = await store.lanes(), await store.overdue(now - STUCK_AFTER)
    subscriptions = await store.subscriptions()
    channels = {each.name: each.channel.kind for each in subscriptions if each.opt_in is not None}
    mails = {name for name, kind in channels.items() if kind == "mail"}
    refuses_all = _refuses_all([lane for name, lane in lanes.items() if name in mails])
    paused = {subscription.name for subscription in subscriptions if subscription.is_paused}
    taken_at = max((lane.worked_at for name, lane in lanes.items() if name in mails and lane.worked_at), default=None)
    found, of_readers = [], []
    for name, (since, waiting) in sorted(overdue.items()):
        lane = lanes.get(name)
        if name in channels:
            if name in mails and (refuses_all or not (lane and _is_of_address(lane, since, taken_at))):
                of_readers.append(StuckChannel(READERS, since, waiting, lane.error if lane else ""))
        elif name not in paused:
            error, is_closed = (lane.error, lane.is_closed) if lane else ("", False)
            found.append(StuckChannel(name, since, waiting, error, is_closed))
    if of_readers:
        oldest = min(of_readers, key=lambda channel: channel.since)
        found.append(replace(oldest, waiting=sum(channel.waiting for channel in of_readers)))
    return found


def _is_of_address(lane: Lane, since: datetime, taken_at: datetime | None) -> bool:
    """Return whether a mail waits because of its address: refused, or deferred by a server that takes others."""
    return lane.refused_since is not None or (lane.is_deferred and taken_at is not None and taken_at >= since)


def _refuses_all(lanes: Sequence[Lane]) -> bool:
    """Return whether a server has refused many readers' addresses since it took a mail: that says nothing of them."""
    taken_at = max((lane.worked_at for lane in lanes if lane.worked_at), default=None)
    refused = [lane.refused_since for lane in lanes if lane.refused_since is not None]
    return sum(1 for since in refused if taken_at is None or since > taken_at) >= MANY


async def refuses_all_readers(store: Store) -> bool:
    """Return whether the mail server refuses all readers, who are many, and none of them is to be erased for it."""
    lanes = await store.lanes()
    mails = [each.name for each in await store.subscriptions() if each.opt_in and each.channel.kind == "mail"]
    return _refuses_all([lanes[name] for name in mails if name in lanes])


async def raise_alarms(store: Store, now: datetime) -> Sequence[StuckChannel]:
    """Open alarms of channels that are stuck, and resolve those of others; return the stuck ones."""
    stuck = await stuck_channels(store, now)
    for channel in stuck:
        await store.open_alarm(SYSTEM, channel.finding, at=now)
    kinds = {channel.finding.kind for channel in stuck}
    for alarm in await store.alarms(SYSTEM):
        if AlarmKind.of(alarm.kind) is AlarmKind.OUTBOX_STUCK and alarm.kind not in kinds:
            await store.resolve_alarm(SYSTEM, alarm.kind, at=now)
    return stuck
