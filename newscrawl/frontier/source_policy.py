"""A source's recheck policy for one crawl, with the rates learnt so far."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from newscrawl.items import CheckHistory, Head, Outcome, SourceState
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.statistics import SourceStatistics
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

LYING = "lying_validators"  # key in SourceState.notes
MERGE_EVERY = 100  # checks: a crawl that is killed forgets what it learnt of fewer


class SourcePolicy:
    """Opened when a crawl begins; learns from every complete check before the next one is planned.

    What it learns is added to the store's counts now and then, and when the crawl ends: increments, so that two crawls
    of one source undo nothing of one another's.
    """

    def __init__(self, source: str, policy: Policy, *, trusts_validators: bool = True) -> None:
        self.source = source
        self.policy = policy
        self.trusts_validators = trusts_validators  # False once one of this source's 304s was found wrong
        self._merged = policy.rates.statistics.copy() if isinstance(policy, Hazard) else SourceStatistics()
        self._unmerged_checks = 0

    @classmethod
    async def open(cls, store: Store, source: str, name: str) -> SourcePolicy:
        """Return the named policy with the source's stored rates; raises ConfigError for an unknown name."""
        state = await store.source_state(source)
        chosen = policy(name, rates=state.rates)
        return cls(source, chosen, trusts_validators=LYING not in state.notes)

    @contextmanager
    def learning(self, before: CheckHistory, outcome: Outcome, at: datetime) -> Iterator[None]:
        """Learn from one check of an article, whose next check is planned and stored within; taken back if that fails.

        `before` is the article's check history before that check.
        """
        if not isinstance(self.policy, Hazard) or not outcome.is_complete_check or outcome is Outcome.NEW:
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
        notes = (await store.source_state(self.source)).notes
        note = {"since": at, "article_id": head.article_id, "url": head.url, "etag": head.validators.etag}
        state = SourceState(source=self.source, notes={**notes, LYING: note})
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
