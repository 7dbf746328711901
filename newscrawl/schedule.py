"""A source's recheck policy for one crawl, with what the source has taught so far."""

from __future__ import annotations

from datetime import datetime

from newscrawl.items import Outcome, Track
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.advance import EDITS, LOOKS
from newscrawl.recheck.hazard import Hazard
from newscrawl.store.session import Store


class Schedule:
    """Opened when a crawl begins, saved when it ends; learns from every complete look in between."""

    def __init__(self, source: str, policy: Policy) -> None:
        self.source = source
        self.policy = policy
        self._has_learnt = False

    @classmethod
    async def open(cls, store: Store, source: str, name: str) -> Schedule:
        """Return the schedule of a source under the named policy; raises ConfigError for a name that is none."""
        state = await store.source_state(source)
        return cls(source, policy(name, rates=state.rates))

    def learn(self, before: Track, outcome: Outcome, at: datetime) -> None:
        """Take in one look at a story, told by its track before that look."""
        if isinstance(self.policy, Hazard) and outcome in LOOKS and outcome is not Outcome.NEW:
            self.policy.learn(before, at, edited=outcome in EDITS)
            self._has_learnt = True

    async def save(self, store: Store) -> None:
        """Keep what was learnt for the next crawl."""
        if isinstance(self.policy, Hazard) and self._has_learnt:
            await store.save_rates(self.source, self.policy.rates.tally.as_rates())
