"""The articles that one crawl checks: due ones, listed ones that are new or signalled; and which get a full GET."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from newscrawl.config import Config
from newscrawl.errors import Fenced, StaleHead
from newscrawl.frontier.listing_answers import ListingAnswer
from newscrawl.frontier.listing_decisions import Listed, decision, is_worth_noting
from newscrawl.frontier.listing_signals import track_after_listing
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.items import FULL_CHECK_SHARE, Candidate, CheckHistory, FetchFailure, Head, Source, State, article_id
from newscrawl.normalize import at_present, head_with_url, is_article_url, spellings
from newscrawl.policy_spec import with_catch
from newscrawl.recheck import costly_pause
from newscrawl.store.claimed_heads import ClaimedHeads
from newscrawl.store.session import Store
from newscrawl.store.shared_store import SharedStore, shared_store

logger = logging.getLogger(__name__)

LEASE_TERM = timedelta(minutes=15)  # a killed worker's claims return after this


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
        self._left_alone: frozenset[str] = frozenset()  # articles whose pages cost too much to be tried at each listing
        self._due_heads: dict[str, Head] = {}  # the due ones of them, which are checked whether listed or not
        self.claimed_heads = ClaimedHeads()
        self._lock = asyncio.Lock()
        self.discovered: set[str] = set()
        self.listings_read = 0
        self.listing_answers: dict[str, ListingAnswer] = {}  # by the URL that the spider states; others are left out

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
            with_catch(policy_name or config.policy, config.catch),
            guid_of,
            max_due=config.recheck_max_per_run,
            max_candidates=config.discovery_max_urls,
            is_recorded=is_recorded,
        )

    @property
    def is_replay(self) -> bool:
        """Whether WARC records answer all requests."""
        return self._is_recorded is not None

    def answered_listing(self, request: Request | None, at: datetime, *, articles: int) -> None:
        """Keep the answer of a listing that was read."""
        self._note_listing(request, ListingAnswer(at, articles=articles))

    def failed_listing(self, request: Request | None, failure: FetchFailure) -> FetchFailure:
        """Keep the answer of a listing that could not be read; returns its failure as one of a listing."""
        self._note_listing(request, ListingAnswer(failure.at, failure.reason))
        return replace(failure, is_listing=True)

    def _note_listing(self, request: Request | None, answer: ListingAnswer) -> None:
        """Keep the answer of a listing that the spider states; those that a sitemap's index names are left out."""
        if request is not None and not request.cb_kwargs.get("depth"):
            self.listing_answers[(request.meta.get("redirect_urls") or [request.url])[0]] = answer

    async def source_policy(self) -> SourcePolicy:
        """Return the source's policy with the rates learnt so far; read from the store once per crawl."""
        if self._source_policy is None:
            store = await self._shared.get()
            opened = await SourcePolicy.open(store, self._source.name, self._policy_name)
            self._source_policy = self._source_policy or opened  # another component may have been first
        return self._source_policy

    async def claim_due(self, now: datetime) -> list[Head]:
        """Claim and return the due articles, highest priority first."""
        store = await self._shared.get()
        await self.source_policy()
        tried = [] if self.is_replay else await store.too_costly(self._source.name)
        self._left_alone = frozenset(key for key, at, times in tried if at + costly_pause(times) > now)
        claimed = await store.claim_due(self._source.name, now, self._max_due, self._shared.run_id, term=LEASE_TERM)
        due = [head for head in claimed if head.article_id not in self._selected and self._can_request(head)]
        if len(due) < len(claimed):
            logger.info(
                "decision=left_alone source=%s stories=%d reason=not_in_the_records",
                self._source.name,
                len(claimed) - len(due),
            )
        self._due_heads = {head.article_id: head for head in due}
        self.claimed_heads.claimed(due)
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
            selected = await self._select(candidates, now)
        for found in selected:
            yield found

    async def not_stored(self, candidates: Collection[Candidate]) -> list[Candidate]:
        """Return the candidates that are no known articles, each once; nothing of a listing is noted of the others."""
        return (await self.not_stored_and_days(candidates))[0]

    async def not_stored_and_days(self, candidates: Collection[Candidate]) -> tuple[list[Candidate], list[date]]:
        """Return the candidates that are no known articles, and the days of the known ones."""
        if not candidates:
            return [], []
        async with self._lock:
            listed = await self._listed(await self._shared.get(), candidates)
            new = [
                each
                for each in listed
                if each.head is None and each.key not in self._selected and each.key not in self._left_alone
            ]
            self._selected.update(each.key for each in new)
        published = [each.head.check_history.published_at for each in listed if each.head is not None]
        return [each.candidate for each in new], [at.date() for at in published if at is not None]

    async def _select(self, candidates: Collection[Candidate], now: datetime) -> list[tuple[Candidate, Head | None]]:
        store = await self._shared.get()
        policy = (await self.source_policy()).policy
        known = await self._listed(store, candidates)
        self.discovered.update(each.key for each in known)
        listed = [each for each in known if each.key not in self._selected and each.key not in self._left_alone]
        decisions = [decision(each, self._source, policy, now, is_replay=self.is_replay) for each in listed]
        notes = [*self._notes_on_due(candidates, now), *(d.note for d in decisions if d.note is not None)]
        if notes:
            await store.note_listings(notes)
        await asyncio.gather(*(_reschedule(store, d.rescheduled) for d in decisions if d.rescheduled is not None))
        heads = await self._claim(store, [d.head.article_id for d in decisions if d.head and d.is_to_check], now)
        checked = [d for d in decisions if d.is_to_check and (d.head is None or d.head.article_id in heads)]
        for each in checked:
            self._selected.add(each.key)
            if each.head is None:
                self.claimed_heads.unknown(each.key)
        return [(each.candidate, heads.get(each.key)) for each in checked]

    async def _listed(self, store: Store, candidates: Collection[Candidate]) -> list[Listed]:
        """Return the candidates with their heads, each article once; however many there are, in three commands.

        Most are known by their id. What was selected before is returned without a head.
        """
        keys = {candidate.url: self._key_of(candidate) for candidate in candidates}
        heads = await store.heads([key for key in dict.fromkeys(keys.values()) if key not in self._selected])
        unknown = [url for url, key in keys.items() if key not in self._selected and key not in heads]
        forms = {url: spellings(url, self._source) for url in unknown}
        at_urls = await store.at_urls(self._source.name, list({form: None for each in forms.values() for form in each}))
        listed: dict[str, Listed] = {}
        for candidate in candidates:
            key, url = keys[candidate.url], candidate.url
            head = heads.get(key) or _oldest_at(at_urls, forms.get(url, ()), url, self._source)
            key = head.article_id if head else key
            first = listed.setdefault(key, Listed(candidate, key, head))
            if first.candidate is not candidate:
                listed[key] = replace(first, further=(*first.further, candidate))
        return list(listed.values())

    def _notes_on_due(self, candidates: Collection[Candidate], now: datetime) -> Iterator[tuple[Head, CheckHistory]]:
        """Yield what to store about articles that are checked anyway: the policy learns whether a listing was right."""
        for candidate in candidates:
            head = self._due_heads.get(self._key_of(candidate))
            if head is None:
                continue
            check_history = track_after_listing(candidate, head, self._source, now)
            if is_worth_noting(head.check_history, check_history, now):
                yield head, check_history
            self._due_heads[head.article_id] = replace(head, check_history=check_history)
            self.claimed_heads.noted(head.article_id, check_history)

    async def _claim(self, store: Store, article_ids: list[str], now: datetime) -> dict[str, Head]:
        claimed = await store.claim_each(article_ids, now, self._shared.run_id, term=LEASE_TERM)
        self.claimed_heads.claimed(claimed)
        return {head.article_id: head for head in claimed}

    def _key_of(self, candidate: Candidate) -> str:
        return article_id(self._source.name, self._guid_of(candidate.url))

    def trusts_containers(self, stamp: str) -> bool:
        """Return whether a page with the containers of the newest check may go unread."""
        return self._source_policy is not None and self._source_policy.trusts_containers(stamp)

    def trusts_validators(self, head: Head, full_share: float = FULL_CHECK_SHARE) -> bool:
        """Return whether to send validators, but for a share of checks.

        Never for a gone article, as only a full page shows that it is back.
        """
        if self._source_policy is not None and not self._source_policy.trusts_validators:
            return False
        return head.state is not State.GONE and not head.check_history.is_in_share_next(full_share)


def _oldest_at(heads: Mapping[str, list[Head]], urls: Iterable[str], url: str, source: Source) -> Head | None:
    """Return the first of the articles at a URL, in any of its spellings, that may be what the URL means."""
    found = {head.article_id: head for form in urls for head in heads.get(form, ())}
    oldest_first = sorted(found.values(), key=lambda head: head.check_history.first_seen_at)
    return head_with_url(oldest_first, url, source)


async def _reschedule(store: Store, head: Head) -> None:
    """Store an earlier check that a signal has planned."""
    try:
        await store.touch(head)
    except (StaleHead, Fenced):
        logger.info(
            "decision=signal_dropped source=%s article=%s reason=checked_meanwhile", head.source, head.article_id
        )
