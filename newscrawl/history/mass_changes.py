"""Edits of one source during one run: each is recorded as pending, and becomes public once it is no mass change.

Everything is decided by the window in the store: a run that is killed at any point leaves no edit public that was not
decided on, and its pending edits are decided by the next run.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from newscrawl.change import mass_changes
from newscrawl.items import CheckWindow, HeldState, Hold, Version, WindowCheck
from newscrawl.store.gathered import Gathered
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

MAX_UNWRITTEN = 200  # checks; the stored window holds no more
Key = tuple[str, int]  # article and number of a version


class MassChanges:
    """Decides which edits of a source are public; one for all components of a run."""

    def __init__(self, store: Store, source: str, term: timedelta) -> None:
        self._store = store
        self._source = source
        self._term = term  # length of the window
        self._window: CheckWindow | None = None  # None until it was read
        self._unwritten: dict[str, WindowCheck] = {}  # unchanged texts by article; an edit or the run's end writes them
        self._pending: dict[Key, datetime] = {}  # when they were seen
        self._lock = asyncio.Lock()
        self._edits = Gathered(self._before_edits, store.spacing)
        self._recorded_edits = Gathered(self._after_edits, store.spacing)
        self.was_held = False  # at any time of the run

    @property
    def held(self) -> HeldState | None:
        """The state in which edits are held as they come; None if they are not."""
        return self._window.held if self._window is not None else None

    @property
    def is_suspicious(self) -> bool:
        """Whether edits would be held if the run ended now, or are held: only texts can disprove it, a 304 has none."""
        return self.held is not None or mass_changes.mass_change_since(self._newest().checks) is not None

    async def open(self, at: datetime) -> None:
        """Read the window and the edits that an earlier run left undecided; finish what a killed one had begun."""
        async with self._lock:
            await self._open(at)

    async def no_edit(self, check: WindowCheck) -> None:
        """Take note of a check that found no edit; edits that waited for it become public."""
        async with self._lock:
            window = await self._open(check.at)
            if window.says_more(check):
                return
            self._unwritten.pop(check.article_id, None)
            self._unwritten[check.article_id] = check
            if len(self._unwritten) > MAX_UNWRITTEN:
                del self._unwritten[next(iter(self._unwritten))]
            if check.has_text and (self._pending or self.held is not None):
                await self._decide(check.at)

    async def before_edit(self, check: WindowCheck) -> Hold:
        """Store that an edit is about to be recorded, and return how its version is to be held."""
        return await self._edits.add(check)

    async def _before_edits(self, checks: Sequence[WindowCheck]) -> list[Hold]:
        async with self._lock:
            newest = max(check.at for check in checks)
            window = await self._open(newest)
            stamps = window.stamps or await self._store.stamps_of_heads(self._source)
            window = await self._write(_newest_of_each(checks), newest, stamps)
            unproven = [check for check in checks if check.stamp not in window.stamps]
            if window.held is None and unproven:
                first = min(unproven, key=lambda check: check.at)
                await self._hold_from_now_on(_held_by_stamp(first), newest)
            return [self.held.hold if self.held is not None else Hold.PENDING] * len(checks)

    async def after_edit(self, version: Version, hold: Hold) -> None:
        """Decide on an edit that was recorded, and on those before it."""
        await self._recorded_edits.add((version, hold))

    async def _after_edits(self, edits: Sequence[tuple[Version, Hold]]) -> list[None]:
        async with self._lock:
            for version, hold in edits:
                if hold is Hold.PENDING:
                    self._pending[version.article_id, version.number] = version.seen_at
                elif self.held is not None:
                    await self._store.note_held(version, self.held.reason)
                else:  # while it was written, checks of other articles ended the state under which it is held
                    await self._publish_disproved("other articles read unchanged meanwhile", version.seen_at)
            await self._decide(max(version.seen_at for version, _ in edits))
            return [None] * len(edits)

    async def end(self, at: datetime) -> None:
        """Decide on what is still pending when the run ends."""
        async with self._lock:
            window = await self._open(at)
            if not self._unwritten and not self._pending and window.held is None:
                return
            window = await self._write([], at)
            since = mass_changes.mass_change_since(window.checks) if window.held is None else None
            if since is not None:
                await self._hold_from_now_on(_held_as_mass(window, since), at)
            else:
                await self._decide(at)
            if self.held is None:
                await self._publish(self._public_at_end(at), "the run ended, and its source shows no mass change")

    async def _open(self, at: datetime) -> CheckWindow:
        if self._window is None:
            window = await self._store.check_window(self._source)
            pending = await self._store.pending(self._source)
            self._pending = {(version.article_id, version.number): version.seen_at for version in pending}
            since = min(self._since(at), window.held.since) if window.held else self._since(at)
            self._set(replace(window, checks=tuple(check for check in window.checks if check.at >= since)))
            if window.held is not None:
                await self._hold(window.held, at)
        return self._window or CheckWindow(self._source)

    def _set(self, window: CheckWindow) -> CheckWindow:
        self._window = window
        self.was_held |= window.held is not None
        return window

    async def _write(self, checks: Iterable[WindowCheck], at: datetime, stamps: Iterable[str] = ()) -> CheckWindow:
        """Store checks, after those that wait to be written; return the window as it then is."""
        newest = self._newest().checks
        proven = {stamp for stamp in {check.stamp for check in newest} if mass_changes.is_proven(newest, stamp)}
        added = [*self._unwritten.values(), *checks]
        window = await self._store.add_to_window(
            self._source, added, since=self._since(at), stamps=proven.union(stamps)
        )
        self._unwritten = {}
        return self._set(window)

    def _since(self, at: datetime) -> datetime:
        """Return when the window begins; a check that is needed for a decision stays in it."""
        undecided = [*self._pending.values(), *([self.held.since] if self.held is not None else [])]
        return min([at - self._term, *undecided])

    def _newest(self) -> CheckWindow:
        """Return the window with the checks that are not yet written."""
        window = self._window or CheckWindow(self._source)
        if not self._unwritten:
            return window
        kept = (check for check in window.checks if check.article_id not in self._unwritten)
        checks = sorted([*kept, *self._unwritten.values()], key=lambda check: check.at)
        return replace(window, checks=tuple(checks))

    async def _decide(self, at: datetime) -> None:
        """Publish what other articles have cleared; leave pending what cannot be decided before the run ends."""
        window = self._newest()
        if window.held is not None:
            await self._decide_on_held(window, window.held, at)
        else:
            await self._publish(_cleared(window, self._pending), "other articles read unchanged since")

    async def _decide_on_held(self, window: CheckWindow, held: HeldState, at: datetime) -> None:
        if not mass_changes.is_disproved(window.checks, held.since):
            if any(seen_at >= held.since for seen_at in self._pending.values()):
                await self._hold(held, at)  # its version was being written when the others were held
            return
        counts = mass_changes.later_counts(window.checks, held.since)
        reason = f"{counts.unchanged} other articles read unchanged since, {counts.edits} changed"
        await self._write([], at)
        # The state ends last: a run that is killed here leaves to the next one what is still held.
        await self._publish_disproved(reason, at)
        stamps = {c.stamp for c in window.checks if c.at >= held.since and c.has_text and not c.is_edit}
        self._set(await self._store.settle_edits(self._source, stamps=stamps))

    async def _publish_disproved(self, reason: str, at: datetime) -> None:
        count = await self._store.publish_disproved(self._source, reason=reason, at=at)
        logger.warning("decision=released source=%s versions=%d reason=%r", self._source, count, reason)

    async def _hold_from_now_on(self, held: HeldState, at: datetime) -> None:
        """Store the state first: a run that is killed here leaves to the next one what is still pending."""
        window = self._set(await self._store.hold_edits(self._source, held))
        logger.warning("decision=held source=%s since=%s reason=%r", self._source, held.since.isoformat(), held.reason)
        await self._hold(window.held or held, at)

    async def _hold(self, held: HeldState, at: datetime) -> None:
        count = await self._store.hold(self._source, held, at=at)
        self._pending = {key: seen_at for key, seen_at in self._pending.items() if seen_at < held.since}
        if count:
            logger.info("held source=%s versions=%d hold=%s", self._source, count, held.hold.value)

    def _public_at_end(self, at: datetime) -> list[Key]:
        window = self._window or CheckWindow(self._source)
        if not mass_changes.must_wait(window):
            return list(self._pending)
        return [key for key, seen_at in self._pending.items() if seen_at <= at - self._term]

    async def _publish(self, versions: list[Key], reason: str) -> None:
        if not versions:
            return
        count = await self._store.publish(self._source, versions)
        for key in versions:
            del self._pending[key]
        logger.info("decision=public source=%s versions=%d reason=%r", self._source, count, reason)


def _cleared(window: CheckWindow, pending: Mapping[Key, datetime]) -> list[Key]:
    articles = {edit.article_id for edit in mass_changes.cleared(window.checks)}
    return [key for key in pending if key[0] in articles]


def _newest_of_each(checks: Sequence[WindowCheck]) -> list[WindowCheck]:
    """Return of each article the check that came last, in the order of their times."""
    newest = {check.article_id: check for check in checks}
    return sorted(newest.values(), key=lambda check: check.at)


def _held_as_mass(window: CheckWindow, since: datetime) -> HeldState:
    counts = mass_changes.later_counts(window.checks, since)
    reason = (
        f"{counts.edits} of {counts.edits + counts.unchanged} articles changed at the same time: "
        "check whether the extraction rules still fit this source"
    )
    return HeldState(since, Hold.MASS_CHANGE, reason)


def _held_by_stamp(check: WindowCheck) -> HeldState:
    reason = "the first edit that new rules read: they have read no other article unchanged yet"
    return HeldState(check.at, Hold.NEW_STAMP, reason)
