"""The order of an article's checks: by claims and leases, whose tokens the store gives out, not by local clocks.

A result may come late: its process was frozen, or its page was listed under a second URL and fetched first. A late page
makes no version after the head that it did not see.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newscrawl.errors import Fenced
from newscrawl.history.recorded import checked_at
from newscrawl.items import CheckResult, Head, ParsedPage, RunLease, State
from newscrawl.store.session import Store

CLAIM_TERM = timedelta(minutes=1)  # from the end of one page's judgement to its writing


class CheckOrder:
    """Admits the results of one run that come in order; without a run's lease (an import), all."""

    def __init__(self, store: Store, lease: RunLease | None, *, is_replay: bool = False) -> None:
        self._store = store
        self._lease = lease
        self._is_replay = is_replay
        self._recorded: dict[str, datetime] = {}  # article id → when the newest page of this run was fetched

    async def admit(self, result: CheckResult, head: Head | None) -> Head | None:
        """Return the head to write on, under the claim that its write must match; raises Fenced for a late result."""
        if head is None:
            if isinstance(result, ParsedPage):
                await self._require_lease()
            return None
        self._require_newest(result, head)
        if result.lease or self._lease is None or head.state is State.HIDDEN:
            return replace(head, lease=result.lease)
        return await self._claimed(result, head, self._lease)

    def note(self, result: CheckResult) -> None:
        """Note that a result was written."""
        if result.article_id is not None:
            self._recorded[result.article_id] = checked_at(result)

    def _require_newest(self, result: CheckResult, head: Head) -> None:
        """Raise Fenced if a later page was recorded: by this run, or in a replay by any run."""
        newest = self._recorded.get(head.article_id)
        if self._is_replay:
            newest = max(newest or head.seen_at, head.check_history.last_checked_at or head.seen_at)
        if newest is not None and checked_at(result) < newest:
            raise Fenced(f"a page fetched at {newest:%Y-%m-%d %H:%M:%S} UTC is recorded")

    async def _claimed(self, result: CheckResult, head: Head, lease: RunLease) -> Head:
        """Claim an article whose page was requested as one of an unknown URL, before the run's lease is checked.

        In this order no other run can have checked it in between: one that takes the source later claims it anew.
        """
        at = checked_at(result)
        claimed = await self._store.claim(head.article_id, at, lease.run_id, term=CLAIM_TERM)
        await self._require_lease()
        if claimed is None:
            raise Fenced(f"article {head.article_id} is claimed by another run")
        return replace(head, lease=claimed.lease)

    async def _require_lease(self) -> None:
        if self._lease is not None:
            await self._store.require_lease(self._lease.source, self._lease.run_id, self._lease.token)
