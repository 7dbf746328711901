"""A source's recheck policy for one crawl, with the rates learnt so far."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from newscrawl.items import AlarmKind, CheckHistory, Finding, Head, Outcome, SourceState
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.statistics import SourceStatistics
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

LYING, MISSED = "lying_validators", "missed_by_containers"  # keys in SourceState.notes
MERGE_EVERY = 100  # checks: a crawl that is killed forgets what it learnt of fewer


class SourcePolicy:
    """Opened when a crawl begins; learns from every complete check before the next one is planned.

    What it learns is added to the store's counts now and then, and when the crawl ends: increments, so that two crawls
    of one source undo nothing of one another's.
    """

    def __init__(
        self, source: str, policy: Policy, *, trusts_validators: bool = True, distrusted_stamp: str | None = None
    ) -> None:
        self.source = source
        self.policy = policy
        self.trusts_validators = trusts_validators  # False once one of this source's 304s was found wrong
        # Of the rules under which a text changed while the containers that it is read from did not.
        self._distrusted_stamp = distrusted_stamp
        self._merged = policy.rates.statistics.copy() if isinstance(policy, Hazard) else SourceStatistics()
        self._unmerged_checks = 0

    @classmethod
    async def open(cls, store: Store, source: str, name: str) -> SourcePolicy:
        """Return the named policy with the source's stored rates; raises ConfigError for an unknown name."""
        state = await store.source_state(source)
        chosen = policy(name, rates=state.rates)
        missed = state.notes.get(MISSED)
        stamp = str(missed.get("stamp")) if isinstance(missed, Mapping) else None
        return cls(source, chosen, trusts_validators=LYING not in state.notes, distrusted_stamp=stamp)

    @contextmanager
    def learning(self, before: CheckHistory, outcome: Outcome, at: datetime) -> Iterator[None]:
        """Learn from one check of an article, whose next check is planned and stored within; taken back if that fails.

        `before` is the article's check history before that check.
        """
        is_lesson = outcome.is_complete_check and outcome is not Outcome.NEW and not before.is_backfilled
        if not isinstance(self.policy, Hazard) or not is_lesson:
            yield
            return
        statistics = self.policy.rates.statistics
        earlier = statistics.copy()
        self.policy.learn(before, at, edited=outcome.is_edit)
        learnt = statistics.since(earlier)
        try:
            yield
        except BaseException:
            statistics.add(learnt, times=-1.0)
            raise
        self._unmerged_checks += 1

    async def distrust_validators(self, store: Store, head: Head, at: datetime) -> None:
        """Note that validators stayed the same while a text changed: from now on every check is a full GET."""
        if not self.trusts_validators:
            return
        self.trusts_validators = False
        logger.warning("validators=distrusted source=%s article=%s url=%s", self.source, head.article_id, head.url)
        await self._note(store, LYING, head, at, etag=head.validators.etag)

    def trusts_containers(self, stamp: str) -> bool:
        """Return whether pages may be known by their containers, as rules with this stamp read them."""
        return self._distrusted_stamp != stamp

    async def distrust_containers(self, store: Store, head: Head, at: datetime, *, stamp: str) -> None:
        """Note that a text changed while its containers did not: until the rules change, pages are read; an alarm."""
        if not self.trusts_containers(stamp):
            return
        self._distrusted_stamp = stamp
        await self._note(store, MISSED, head, at, stamp=stamp)
        message = "an edit was missed by the shortcut for unchanged containers, which is off for this source"
        await store.open_alarm(
            self.source, Finding(AlarmKind.CONTAINERS_MISSED, message, {"examples": [head.url]}), at=at
        )
        logger.error("containers=distrusted source=%s article=%s url=%s", self.source, head.article_id, head.url)

    async def _note(self, store: Store, name: str, head: Head, at: datetime, **facts: object) -> None:
        notes = (await store.source_state(self.source)).notes
        note = {"since": at, "article_id": head.article_id, "url": head.url, **facts}
        state = SourceState(source=self.source, notes={**notes, name: note})
        await store.save_source_state(state, only=("notes",))

    async def merge(self, store: Store, *, at_least: int = MERGE_EVERY) -> None:
        """Add what was learnt since the last merge to the store, and take over what others added meanwhile.

        Nothing happens while it is less than `at_least` checks.
        """
        if not isinstance(self.policy, Hazard) or self._unmerged_checks < at_least:
            return
        statistics = self.policy.rates.statistics
        sent, self._unmerged_checks = statistics.copy(), 0
        merged = SourceStatistics.of(await store.add_rates(self.source, sent.since(self._merged).as_rates()))
        statistics.add(merged.since(sent))  # keeps what was learnt while the store was waited for
        self._merged = merged
