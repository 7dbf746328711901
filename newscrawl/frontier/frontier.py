"""The articles that one crawl checks: due ones, listed ones that are new or signalled; and which get a full GET."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.errors import Fenced, StaleHead
from newscrawl.frontier.listing_signals import track_after_listing
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import Candidate, CheckHistory, Head, Source, State, article_id
from newscrawl.normalize import at_present, head_with_url, is_article_url, spellings
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)

LEASE_TERM = timedelta(minutes=15)  # a killed worker's claims return after this
LISTING_NOTE_INTERVAL = timedelta(minutes=30)  # minimum between two notes that a listing still names an article
FULL_GET_EVERY = 8  # every eighth check sends no validators, so that wrong 304s cannot hide an edit for ever


class Frontier:
    """Selects what one crawl checks, from its listings and the store; no article is selected twice in a run."""

    def __init__(
        self,
        store: SharedStore,
        source: Source,
        policy_name: str,
        guid_of: Callable[[str], str],
        *,
        max_due: int,
        max_candidates: int,
        is_recorded: Callable[[str], bool] | None = None,
    ) -> None:
        self._shared = store
        self._source = source
        self._policy_name = policy_name
        self._source_policy: SourcePolicy | None = None
        self._guid_of = guid_of
        self._max_due = max_due
        self._is_recorded = is_recorded  # set in a replay: whether a URL is in the WARC records
        self.max_candidates = max_candidates
        self._selected: set[str] = set()  # ids of the articles that this run checks
        self._due_heads: dict[str, Head] = {}  # the due ones of them, which are checked whether listed or not
        self._lock = asyncio.Lock()
        self.discovered: set[str] = set()
        self.listings_read = 0

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        source: Source,
        policy_name: str | None,
        guid_of: Callable[[str], str],
        *,
        is_recorded: Callable[[str], bool] | None = None,
    ) -> Self:
        config: Config = crawler.settings["NEWSCRAWL_CONFIG"]
        return cls(
            shared_store(crawler, config),
            source,
            policy_name or config.policy,
            guid_of,
            max_due=config.recheck_max_per_run,
            max_candidates=config.discovery_max_urls,
            is_recorded=is_recorded,
        )

    @property
    def is_replay(self) -> bool:
        """Whether WARC records answer all requests."""
        return self._is_recorded is not None

    async def source_policy(self) -> SourcePolicy:
        """Return the source's policy with the rates learnt so far; read from the store once per crawl."""
        if self._source_policy is None:
            opened = await SourcePolicy.open(await self._shared.get(), self._source.name, self._policy_name)
            self._source_policy = self._source_policy or opened  # another component may have been first
        return self._source_policy

    async def claim_due(self, now: datetime) -> list[Head]:
        """Claim and return the due articles, highest priority first."""
        store = await self._shared.get()
        await self.source_policy()
        claimed = await store.claim_due(self._source.name, now, self._max_due, self._shared.run_id, term=LEASE_TERM)
        due = [head for head in claimed if head.article_id not in self._selected and self._can_request(head)]
        if len(due) < len(claimed):
            logger.info(
                "decision=left_alone source=%s stories=%d reason=not_in_the_records",
                self._source.name,
                len(claimed) - len(due),
            )
        self._due_heads = {head.article_id: head for head in due}
        self._selected.update(self._due_heads)
        return due

    def _can_request(self, head: Head) -> bool:
        return any(self.can_answer(url) for url in (head.url, *head.aliases))

    def can_answer(self, url: str) -> bool:
        """Return whether a request can be answered; in a replay only if the URL is in the records."""
        return self._is_recorded is None or self._is_recorded(url)

    def url_of(self, head: Head) -> str:
        """Return the URL at which to check a known article: its present one, or in a replay one that is recorded.

        What was stored as its URL and is no article's (a front page that it stated) gives way to the newest that is. An
        article on a domain that the source has left is requested there, and after a failure on the present one.
        """
        urls = (head.url, *reversed(head.aliases))
        if self._is_recorded is not None:
            return next((url for url in (head.url, *head.aliases) if self._is_recorded(url)), head.url)
        url = next((url for url in urls if is_article_url(url, self._source)), head.url)
        return at_present(url, self._source) if head.check_history.failures % 2 else url

    async def select(
        self, candidates: Collection[Candidate], now: datetime
    ) -> AsyncIterator[tuple[Candidate, Head | None]]:
        """Yield the listed articles to check now: unknown ones, and known ones that are due or signalled."""
        async with self._lock:  # listings are processed concurrently and name the same articles
            heads = await self._heads(candidates)
            selected = [await self._select_one(candidate, heads, now) for candidate in candidates]
        for found in selected:
            if found is not None:
                yield found

    def _key_of(self, candidate: Candidate) -> str:
        return article_id(self._source.name, self._guid_of(candidate.url))

    async def _heads(self, candidates: Collection[Candidate]) -> dict[str, Head]:
        """Return the heads of known candidates: two commands in place of two for each, of which most are known."""
        keys = dict.fromkeys(map(self._key_of, candidates))
        return await (await self._shared.get()).heads([key for key in keys if key not in self._selected])

    async def _select_one(
        self, candidate: Candidate, heads: Mapping[str, Head], now: datetime
    ) -> tuple[Candidate, Head | None] | None:
        """Return a listed article if it is to be checked now, with its claimed head; None if not.

        Each listing that names an article may carry a signal, even if the article was selected already.
        """
        key = self._key_of(candidate)
        store = await self._shared.get()
        if key in self._selected:
            self.discovered.add(key)
            if due_head := self._due_heads.get(key):  # checked anyway; the policy learns whether the listing was right
                check_history = track_after_listing(candidate, due_head, self._source, now)
                await self._note_listing(store, due_head, check_history, now)
                self._due_heads[key] = replace(due_head, check_history=check_history)
            return None
        head = heads.get(key) or await self._find_by_url(store, candidate.url)
        key = head.article_id if head else key
        self.discovered.add(key)
        if key in self._selected:
            return None
        claimed = await self._claim(store, candidate, head, now) if head else None
        if head is not None and claimed is None:
            return None
        self._selected.add(key)
        return candidate, claimed

    async def _find_by_url(self, store: Store, url: str) -> Head | None:
        heads = await store.find(self._source.name, *spellings(url, self._source))
        return head_with_url(heads, url, self._source)

    async def _claim(self, store: Store, candidate: Candidate, head: Head, now: datetime) -> Head | None:
        """Return the head under a lease if a listed article is to be checked now; if not, store the signal."""
        if head.state is State.HIDDEN:
            return None
        check_history = track_after_listing(candidate, head, self._source, now)
        signal = check_history.signal_at if check_history.signal_at != head.check_history.signal_at else None
        planned = (await self.source_policy()).policy.next_check(check_history, now) if signal else None
        is_listed_again = head.state is State.GONE and signal is not None  # gone, and listed again: check at once
        is_due = (head.next_check_at is not None and head.next_check_at <= now) or (
            planned is not None and planned.at is not None and planned.at <= now
        )
        is_earlier = planned is not None and planned.at is not None and _is_earlier(planned.at, head.next_check_at)
        if is_due or is_listed_again or self._is_recorded is not None:
            await self._note_listing(store, head, check_history, now)
            return await store.claim(head.article_id, now, self._shared.run_id, term=LEASE_TERM)
        if planned is None or not is_earlier:
            await self._note_listing(store, head, check_history, now)
            return None
        rescheduled = replace(
            head, check_history=check_history, next_check_at=planned.at, next_check_reason=planned.reason
        )
        try:
            await store.touch(rescheduled)
        except (StaleHead, Fenced):
            logger.info("decision=signal_dropped article=%s reason=checked_meanwhile", head.article_id)
        return None

    async def _note_listing(self, store: Store, head: Head, check_history: CheckHistory, now: datetime) -> None:
        """Store a new signal or headline at once; that a listing still names the article, at most twice per hour."""
        before = head.check_history
        is_news = (check_history.signal_at, check_history.seen_headline_keys) != (
            before.signal_at,
            before.seen_headline_keys,
        )
        if is_news or before.listed_at is None or abs(now - before.listed_at) >= LISTING_NOTE_INTERVAL:
            await store.note_listing(head, check_history)

    def trusts_validators(self, head: Head) -> bool:
        """Return whether to send validators; never for a gone article, as only a full page shows that it is back."""
        if self._source_policy is not None and not self._source_policy.trusts_validators:
            return False
        return head.state is not State.GONE and head.check_history.checks % FULL_GET_EVERY != FULL_GET_EVERY - 1


def _is_earlier(planned: datetime, current: datetime | None) -> bool:
    return current is None or planned < current
