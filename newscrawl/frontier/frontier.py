"""What one crawl looks at: the source's due stories, and which of the listed ones are new, signalled or due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.errors import Fenced, StaleHead
from newscrawl.frontier.listing_signals import track_after_listing
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import Candidate, CheckHistory, Head, Source, State, article_id
from newscrawl.normalize import canonical_url
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)

LEASE_TERM = timedelta(minutes=15)  # a killed worker's claims return after this
LISTED_AGAIN = timedelta(minutes=30)
FULL_GET_EVERY = 8  # every eighth look asks without validators, so that a lying 304 cannot hide an edit for ever


class Frontier:
    """Joins the listings of one crawl with the archive; never hands out a story twice in a run."""

    def __init__(
        self,
        store: SharedStore,
        source: Source,
        policy_name: str,
        guid_of: Callable[[str], str],
        *,
        max_due: int,
        max_candidates: int,
        holds: Callable[[str], bool] | None = None,
    ) -> None:
        self._shared = store
        self._source = source
        self._policy_name = policy_name
        self._source_policy: SourcePolicy | None = None
        self._guid_of = guid_of
        self._max_due = max_due
        self._holds = holds  # set in a replay: which addresses the records can answer
        self.max_candidates = max_candidates
        self._taken: set[str] = set()  # stories that this run looks at
        self._due: dict[str, Head] = {}  # those of them that need no listing's word
        self._selecting = asyncio.Lock()
        self.discovered: set[str] = set()

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        source: Source,
        policy_name: str | None,
        guid_of: Callable[[str], str],
        *,
        holds: Callable[[str], bool] | None = None,
    ) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        return cls(
            shared_store(crawler, config),
            source,
            policy_name or config.policy,
            guid_of,
            max_due=config.recheck_max_per_run,
            max_candidates=config.discovery_max_urls,
            holds=holds,
        )

    async def source_policy(self) -> SourcePolicy:
        """Return the source's policy with what it has learnt; read from the store once a crawl."""
        if self._source_policy is None:
            opened = await SourcePolicy.open(await self._shared.get(), self._source.name, self._policy_name)
            self._source_policy = self._source_policy or opened  # another component may have been first
        return self._source_policy

    async def claim_due(self, now: datetime) -> list[Head]:
        """Claim and return the due stories, most valuable first."""
        store = await self._shared.get()
        await self.source_policy()
        heads = await store.claim_due(self._source.name, now, self._max_due, self._shared.run_id, term=LEASE_TERM)
        fresh = [head for head in heads if head.article_id not in self._taken and self._can_ask(head)]
        if len(fresh) < len(heads):
            logger.info(
                "decision=left_alone source=%s stories=%d reason=not_in_the_records",
                self._source.name,
                len(heads) - len(fresh),
            )
        self._due = {head.article_id: head for head in fresh}
        self._taken.update(self._due)
        return fresh

    def _can_ask(self, head: Head) -> bool:
        return any(self.can_answer(url) for url in (head.url, *head.aliases))

    def can_answer(self, url: str) -> bool:
        """Tell whether a request can be answered: always, but in a replay only where the records hold the address."""
        return self._holds is None or self._holds(url)

    def url_of(self, head: Head) -> str:
        """Return where to look at a known story: its canonical address, or in a replay one that is recorded."""
        if self._holds is None:
            return head.url
        return next((url for url in (head.url, *head.aliases) if self._holds(url)), head.url)

    async def select(
        self, candidates: Iterable[Candidate], now: datetime
    ) -> AsyncIterator[tuple[Candidate, Head | None]]:
        """Yield the listed stories worth a look now: unknown ones, and known ones that are due or signalled."""
        for candidate in candidates:
            async with self._selecting:  # listings are weighed side by side and name the same stories
                look = await self._select_one(candidate, now)
            if look is not None:
                yield look

    async def _select_one(self, candidate: Candidate, now: datetime) -> tuple[Candidate, Head | None] | None:
        """Take and return a listed story that is worth a look now; each listing may bring a signal of its own."""
        key = article_id(self._source.name, self._guid_of(candidate.url))
        store = await self._shared.get()
        if key in self._taken:
            self.discovered.add(key)
            if due := self._due.get(key):  # looked at anyway; whether the listing was right is worth knowing
                check_history = track_after_listing(candidate, due, self._source, now)
                await self._note(store, due, check_history, now)
                self._due[key] = replace(due, check_history=check_history)
            return None
        head = await store.head(key) or await self._by_address(store, candidate.url)
        key = head.article_id if head else key
        self.discovered.add(key)
        if key in self._taken:
            return None
        claimed = await self._claim(store, candidate, head, now) if head else None
        if head is not None and claimed is None:
            return None
        self._taken.add(key)
        return candidate, claimed

    async def _by_address(self, store: Store, url: str) -> Head | None:
        for spelling in dict.fromkeys((url, canonical_url(url))):
            if found := await store.find(self._source.name, spelling):
                return found[0]
        return None

    async def _claim(self, store: Store, candidate: Candidate, head: Head, now: datetime) -> Head | None:
        """Return the head under a lease when a listed story should be looked at now; note the signal when not."""
        if head.state is State.HIDDEN:
            return None
        check_history = track_after_listing(candidate, head, self._source, now)
        signal = check_history.signal_at if check_history.signal_at != head.check_history.signal_at else None
        planned = (await self.source_policy()).policy.next_check(check_history, now) if signal else None
        is_back = head.state is State.GONE and signal is not None  # withdrawn, and listed anew: look at once
        is_due = (head.next_check_at is not None and head.next_check_at <= now) or (
            planned is not None and planned.at is not None and planned.at <= now
        )
        is_sooner = planned is not None and planned.at is not None and _is_sooner(planned.at, head.next_check_at)
        if is_due or is_back or self._holds is not None:
            await self._note(store, head, check_history, now)
            return await store.claim(head.article_id, now, self._shared.run_id, term=LEASE_TERM)
        if planned is None or not is_sooner:
            await self._note(store, head, check_history, now)
            return None
        sooner = replace(head, check_history=check_history, next_check_at=planned.at, next_check_reason=planned.reason)
        try:
            await store.touch(sooner)
        except (StaleHead, Fenced):
            logger.info("decision=signal_dropped article=%s reason=checked_meanwhile", head.article_id)
        return None

    async def _note(self, store: Store, head: Head, check_history: CheckHistory, now: datetime) -> None:
        """Store what a listing said where that is news; that it still names the story, twice an hour."""
        before = head.check_history
        is_news = (check_history.signal_at, check_history.seen_headline_keys) != (
            before.signal_at,
            before.seen_headline_keys,
        )
        if is_news or before.listed_at is None or abs(now - before.listed_at) >= LISTED_AGAIN:
            await store.note_listing(head, check_history)

    def trusts_validators(self, head: Head) -> bool:
        """Tell whether to ask conditionally; of a story that is gone only its text can tell that it came back."""
        if self._source_policy is not None and not self._source_policy.trusts_validators:
            return False
        return head.state is not State.GONE and head.check_history.checks % FULL_GET_EVERY != FULL_GET_EVERY - 1


def _is_sooner(planned: datetime, standing: datetime | None) -> bool:
    return standing is None or planned < standing
