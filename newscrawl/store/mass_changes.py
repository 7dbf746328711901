"""Mass changes in the store: the window of each source, and the versions that are held because of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from newscrawl.items import AlarmKind, CheckWindow, HeldState, Version, WindowCheck
from newscrawl.store import check_windows, events, held_versions
from newscrawl.store.alarms import AlarmRecords
from newscrawl.store.held_versions import HeldVersion
from newscrawl.store.retries import translate_errors


class MassChangeRecords(AlarmRecords):
    """Base of `ClusterRecords`: which edits are public, and which are held."""

    # Windows

    @translate_errors
    async def check_window(self, source: str) -> CheckWindow:
        return await check_windows.get(self.db, source)

    @translate_errors
    async def add_to_window(
        self, source: str, checks: Sequence[WindowCheck], *, since: datetime, stamps: Iterable[str] = ()
    ) -> CheckWindow:
        """Add checks to a source's window and drop those before `since`; returns the window as stored."""
        return await check_windows.add(self.db, source, checks, since=since, stamps=stamps)

    @translate_errors
    async def hold_edits(self, source: str, held: HeldState) -> CheckWindow:
        """Hold the edits of a source from now on, unless they are held already; returns the window."""
        return await check_windows.hold(self.db, source, held)

    @translate_errors
    async def settle_edits(self, source: str, *, stamps: Iterable[str] = ()) -> CheckWindow:
        """Hold the edits of a source no longer; texts under `stamps` are proven. Returns the window."""
        return await check_windows.settle(self.db, source, stamps=stamps)

    @translate_errors
    async def stamps_of_heads(self, source: str) -> set[str]:
        """Return the stamps of a source's heads; reads all of its articles."""
        return await check_windows.stamps_of_heads(self.db, source)

    # Held versions

    @translate_errors
    async def hold(self, source: str, held: HeldState, *, at: datetime) -> int:
        """Keep the edits of a source seen since a moment out of feeds and counts; returns how many there are."""
        return await held_versions.hold(self.db, source, held.since, held.hold, reason=held.reason, at=at)

    @translate_errors
    async def note_held(self, version: Version, reason: str) -> None:
        """Write the event that a version was recorded and held."""
        await events.add(self.db, version.article_id, version.article.source, "held", version.seen_at, detail=reason)

    @translate_errors
    async def pending(self, source: str) -> list[HeldVersion]:
        """Return the edits of a source that wait for other checks, oldest first."""
        return await held_versions.held(self.db, source, held_versions.PENDING)

    @translate_errors
    async def publish(self, source: str, versions: Sequence[tuple[str, int]]) -> int:
        """Publish and count pending versions, by article and number; returns how many were pending."""
        return await held_versions.publish(self.db, source, versions)

    @translate_errors
    async def publish_disproved(self, source: str, *, reason: str, at: datetime) -> int:
        """Publish what was held for review, since later checks show no mass change; returns how many there were."""
        return await held_versions.release(self.db, source, held_versions.FOR_REVIEW, reason=reason, at=at)

    @translate_errors
    async def release_held(self, source: str, *, by: str, at: datetime) -> int:
        """Publish and count what is held for review of a source; returns how many versions.

        Its alarm is resolved. Pending edits are left to the runs. The window is settled first: a run that begins in
        between would hold them again.
        """
        holds = held_versions.FOR_REVIEW
        ids = {version.article_id for version in await held_versions.held(self.db, source, holds)}
        accepted = [c for c in (await check_windows.get(self.db, source)).edits if c.article_id in ids]
        stamps, articles = {check.stamp for check in accepted}, [check.article_id for check in accepted]
        await check_windows.settle(self.db, source, stamps=stamps, accepted=articles)
        count = await held_versions.release(self.db, source, holds, by=by, at=at)
        await self.resolve_alarm(source, AlarmKind.MASS_CHANGE, at=datetime.now(UTC))
        return count

    @translate_errors
    async def release_dismissed(self, source: str, *, by: str, at: datetime) -> int:
        """Publish and count what was dismissed of a source; returns how many versions."""
        return await held_versions.release(self.db, source, held_versions.DECIDED, by=by, at=at)

    @translate_errors
    async def dismiss_held(self, source: str, *, by: str, at: datetime) -> int:
        """Mark what is held for review of a source as no edits of the publisher; returns how many versions there were.

        Its edits stay in the window: while pages are read like this, further ones are held as well.
        """
        count = await held_versions.dismiss(self.db, source, by=by, at=at)
        await check_windows.settle(self.db, source)
        await self.resolve_alarm(source, AlarmKind.MASS_CHANGE, at=datetime.now(UTC))
        return count

    @translate_errors
    async def retract(self, article_id: str, number: int, *, reason: str, by: str, at: datetime) -> bool:
        """Mark a public edit as our error, with a reason for readers; returns whether it was a public edit."""
        return await held_versions.retract(self.db, article_id, number, reason=reason, by=by, at=at)

    @translate_errors
    async def undo_retraction(self, article_id: str, number: int, *, by: str, at: datetime) -> bool:
        """Publish a retracted edit again; returns whether it was retracted."""
        return await held_versions.undo_retraction(self.db, article_id, number, by=by, at=at)

    @translate_errors
    async def held_numbers(self, article_id: str) -> set[int]:
        """Return the numbers of an article's versions that are not public, whatever the reason."""
        return await held_versions.held_numbers(self.db, article_id)

    @translate_errors
    async def held(self, source: str | None = None, limit: int = 0) -> list[HeldVersion]:
        """Return the held versions that nobody has decided on, oldest first; `limit` 0: all of them."""
        return await held_versions.held(self.db, source, limit=limit)

    @translate_errors
    async def held_counts(self, source: str | None = None) -> dict[str, int]:
        """Return the number of versions by source that wait for a person's decision."""
        return await held_versions.held_counts(self.db, source)
