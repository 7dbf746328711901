"""A source's recheck policy for one crawl, with the rates learnt so far."""

from __future__ import annotations

import logging
from datetime import datetime

from newscrawl.items import CheckHistory, Head, Outcome, SourceState
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.hazard import Hazard
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

LYING = "lying_validators"  # key in SourceState.notes


class SourcePolicy:
    """Opened when a crawl begins, saved when it ends; learns from every complete check in between."""

    def __init__(self, source: str, policy: Policy, *, trusts_validators: bool = True) -> None:
        self.source = source
        self.policy = policy
        self.trusts_validators = trusts_validators  # False once one of this source's 304s was found wrong
        self._has_learnt = False

    @classmethod
    async def open(cls, store: Store, source: str, name: str) -> SourcePolicy:
        """Return the named policy with the source's stored rates; raises ConfigError for an unknown name."""
        state = await store.source_state(source)
        return cls(source, policy(name, rates=state.rates), trusts_validators=LYING not in state.notes)

    def learn(self, before: CheckHistory, outcome: Outcome, at: datetime) -> None:
        """Learn from one check of an article; `before` is its check history before that check."""
        if isinstance(self.policy, Hazard) and outcome.is_complete_check and outcome is not Outcome.NEW:
            self.policy.learn(before, at, edited=outcome.is_edit)
            self._has_learnt = True

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

    async def save(self, store: Store) -> None:
        """Store the learnt rates for the next crawl."""
        if isinstance(self.policy, Hazard) and self._has_learnt:
            await store.save_rates(self.source, self.policy.rates.statistics.as_rates())
