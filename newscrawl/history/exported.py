"""Histories out of exports: written as they were, number by number, and never judged again.

A chain goes on as it was if the export has what it covers (its salts, or a version of 0.1, which has none); otherwise
the text gets a chain of this archive, which begins anew. What is stored already is compared: the same is known, the
beginning of the same is completed, and anything else is left as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from newscrawl.history import heads
from newscrawl.items import (
    Cause,
    CheckHistory,
    Head,
    Hold,
    Readers,
    Retraction,
    State,
    Version,
    stamp_of,
)
from newscrawl.recheck import Policy, recheck_after_gone
from newscrawl.store import exported_histories as written
from newscrawl.store.commitments import SALT_BYTES
from newscrawl.store.session import Store
from newscrawl.store.versions import chain_of

# Of heads whose text has words removed: what a page shows is never compared with it.
WITHHELD_STAMP = stamp_of("withheld", 0, Readers("unknown"))


class HistoryClash(Exception):
    """Raised for an article of which another history is stored, or whose rows contradict one another."""


@dataclass(frozen=True, slots=True)
class ExportedVersion:
    version: Version  # with the chain that the export states, empty where it is withheld
    hold: Hold | None = None
    retraction: Retraction | None = None


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """All that an export says of one article; `facts` is its row, None if there is none."""

    article_id: str
    versions: Sequence[ExportedVersion]  # by number
    facts: Mapping[str, Any] | None = None
    events: Sequence[Mapping[str, Any]] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    erasures: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # by the number of the version


class ExportedHistories:
    """Writes histories under the lease of their source."""

    def __init__(self, store: Store, policy: Policy, now: datetime) -> None:
        self._store = store
        self._policy = policy
        self._now = now

    async def put(self, article: ExportedArticle) -> int:
        """Write an article's history; return how many versions were added. Raises HistoryClash."""
        if not article.versions:
            raise HistoryClash("has no version")
        stored = await written.stored_history(self._store, article.article_id)
        _require_same(article, stored)
        newest = article.versions[-1].version
        # After a kill a crawl's repair may have made an article of the versions that are there; it has no publisher.
        has_article = stored.article is not None and "publisher" in stored.article
        is_complete = len(stored.versions) == newest.number and has_article
        chains = {document["number"]: document["chain"] for document in stored.versions}
        added = 0
        previous, is_proved = "", True
        for each in article.versions:
            number = each.version.number
            for missing in range(max(chains, default=0) + 1, number):
                chains[missing] = await self._put_gap(article, each.version, missing, previous)
                previous, is_proved = chains[missing], False
            if number in chains:
                is_proved = is_proved and chains[number] == each.version.chain
            else:
                version = _chained(each.version, chains.get(number - 1, ""), is_proved=is_proved)
                is_proved = is_proved and version.chain == each.version.chain
                await written.put_version(self._store, version, each.hold, each.retraction)
                chains[number], newest = version.chain, version
                added += 1
            previous = chains[number]
        source = newest.article.source
        await written.put_events(self._store, article.article_id, source, article.events)
        await written.put_checks(self._store, article.article_id, article.checks)
        if added or not is_complete:
            newest = replace(newest, chain=previous)
            head = self._head(article, newest)
            await written.put_article(self._store, head, newest, _facts(article, newest), is_new=stored.article is None)
        return added

    async def _put_gap(self, article: ExportedArticle, version: Version, number: int, previous: str) -> str:
        gap = written.gap(version, number, "")
        gap = replace(gap, chain=chain_of(previous, gap))
        order = article.erasures.get(number)
        at, reason = (order["erased_at"], order["reason"]) if order else (self._now, written.LEFT_OUT)
        await written.put_gap(self._store, gap, at, reason or written.LEFT_OUT)
        return gap.chain

    def _head(self, article: ExportedArticle, newest: Version) -> Head:
        facts, text = article.facts or {}, newest.article
        edits = [each.version for each in article.versions if each.version.cause is Cause.EDIT and each.hold is None]
        published = text.date_published
        history = CheckHistory(
            source=text.source,
            first_seen_at=facts.get("first_seen_at") or article.versions[0].version.seen_at,
            published_at=published.value if published else None,
            last_checked_at=max(facts.get("last_checked_at") or newest.seen_at, newest.seen_at),
            last_changed_at=facts["last_changed_at"] if facts else edits[-1].seen_at if edits else None,
            changes=len(edits),
            checks=len(article.versions),
            kind=text.kind,
        )
        is_whole = all(each.version.chain for each in article.versions)
        head = Head(
            article_id=article.article_id,
            source=text.source,
            guid=facts.get("guid") or text.guid,
            url=facts.get("url") or text.url,
            number=newest.number,
            wording_digest=text.wording_digest,
            display_digest=text.display_digest,
            stamp=text.stamp if is_whole else WITHHELD_STAMP,
            chain=newest.chain,
            payload_digest=newest.payload_digest,
            seen_at=newest.seen_at,
            headline=facts.get("headline") or text.headline,
            state=State.WATCHED,
            check_history=history,
            aliases=tuple(facts.get("aliases") or ()),
            gone_seen_at=facts.get("gone_seen_at"),
        )
        if facts.get("state") == State.GONE:
            since = {"state_reason": facts["state_reason"] or "", "state_since": facts["state_since"]}
            head = replace(head, state=State.GONE, **since)
            return heads.with_next_check(head, recheck_after_gone(history, self._now))
        return heads.with_next_check(head, self._policy.next_check(history, self._now))


def _chained(version: Version, previous: str, *, is_proved: bool) -> Version:
    """Return a version with the chain that it has here: its own, if that can be computed again.

    Raises HistoryClash if the export has all that its chain covers, and the chain is another one.
    """
    here = replace(version, has_page=False)
    if is_proved and version.chain:
        if chain_of(previous, here) == version.chain:
            return here
        if version.salt:
            raise HistoryClash(f"version {version.number} does not match its chain: what the export says was changed")
    fresh = replace(here, salt=secrets.token_bytes(SALT_BYTES))
    return replace(fresh, chain=chain_of(previous, fresh))


def _require_same(article: ExportedArticle, stored: written.StoredHistory) -> None:
    """Raise HistoryClash if what is stored is not the beginning of what the export says, or the whole of it."""
    if stored.article is not None and stored.article.get("erased"):
        raise HistoryClash("was erased here by order")
    by_number = {each.version.number: each.version for each in article.versions}
    for document in stored.versions:
        number = document["number"]
        version = by_number.get(number)
        if version is None:
            if document.get("hidden") or document.get("erased"):
                continue  # a gap of the export, or removed from view here too
            raise HistoryClash(f"has another history here: version {number} is not in the export")
        if document.get("hidden") or document.get("erased"):
            continue
        said = {
            "seen_at": version.seen_at, "cause": version.cause.value, "wording": version.article.wording_digest,
            "url": version.article.url, "headline": version.article.headline,
        }  # fmt: skip
        for name, value in said.items():
            if document[name] != value:
                raise HistoryClash(f"has another history here: version {number}, {name}")
    if stored.article is None or not stored.versions:
        return
    checked_at = stored.article.get("last_checked_at")
    following = next((v for n, v in sorted(by_number.items()) if n > stored.versions[-1]["number"]), None)
    if following is not None and checked_at is not None and checked_at > following.seen_at:
        raise HistoryClash(f"was checked here after version {following.number} of the export was seen")


def _facts(article: ExportedArticle, newest: Version) -> written.ArticleFacts:
    facts, text = article.facts or {}, newest.article
    edits = sum(each.version.cause is Cause.EDIT and each.hold is None for each in article.versions)
    return written.ArticleFacts(
        publisher=facts.get("publisher") or text.source,
        edits=edits,
        section=text.article_section,
        language=text.in_language,
    )
