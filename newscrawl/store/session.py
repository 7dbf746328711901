"""Public interface of the store: everything that is written, and what crawls read."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pymongo import AsyncMongoClient

from newscrawl.config import Config
from newscrawl.items import Capture, CheckHistory, Extraction, Head, Hold, ParsedPage, Version
from newscrawl.secret_text import SecretUri
from newscrawl.store import (
    append,
    articles,
    check_counts,
    claims,
    embedded,
    imports,
    lookup,
    payloads,
    quarantine,
    requeue,
    takedowns,
    versions,
)
from newscrawl.store.documents import Document
from newscrawl.store.gathered import Gathered
from newscrawl.store.operator_records import OperatorRecords
from newscrawl.store.retries import translate_errors


class Store(OperatorRecords):
    """Articles, their versions, claims and quarantine, beside what crawls record about themselves."""

    def __init__(
        self, client: AsyncMongoClient[Document], config: Config, uri: SecretUri, mongod: embedded.Embedded | None
    ) -> None:
        super().__init__(client, config, uri, mongod)
        self._wordings = Gathered(partial(versions.wordings, self.db), self.spacing)
        self._suspected = Gathered(partial(quarantine.suspected, self.db), self.spacing)

    # Articles

    @translate_errors
    async def head(self, article_id: str) -> Head | None:
        """Return an article's head; one that a crash left behind its newest version is advanced first."""
        return await articles.head(self.db, article_id)

    @translate_errors
    async def heads(self, article_ids: Sequence[str]) -> dict[str, Head]:
        """Return the heads of those of the articles that are stored, by id; advanced as by `head`."""
        return await articles.heads(self.db, article_ids)

    @translate_errors
    async def article_id_of(self, text: str) -> str:
        """Return the id of the one article that an id or URL means, hidden or not; raises NotFound otherwise."""
        return await lookup.article_id_of(self.db, text)

    @translate_errors
    async def find(self, source: str | None, *urls: str) -> list[Head]:
        """Return the articles that have or had one of these URLs, oldest first."""
        return await articles.find(self.db, source, *urls)

    @translate_errors
    async def at_urls(self, source: str, urls: Sequence[str]) -> dict[str, list[Head]]:
        """Return the articles of a source that have or had each of these URLs, oldest first; others have no entry."""
        return await articles.at_urls(self.db, source, urls)

    @translate_errors
    async def article_counts(self) -> dict[str, int]:
        """Return the number of stored articles by source."""
        return await articles.counts(self.db)

    def article_ids(
        self, source: str, *, sample: int | None = None, within: tuple[str | None, str | None] = (None, None)
    ) -> AsyncIterator[str]:
        """Yield the ids of a source's articles; with `sample`, of that many picked at random.

        `within` bounds the ids: above the first, up to and including the second; None: without that bound.
        """
        return articles.article_ids(self.db, source, sample, within)

    @translate_errors
    async def touch(self, head: Head, *, before: Head | None = None) -> None:
        """Store schedule, check history, validators, state, stamp and aliases of a head whose version stays.

        Raises StaleHead if the article has advanced, or its state or URL is not that of `before` any more; Fenced if
        another run has claimed it since.
        """
        await articles.touch(self._gathered, head, before=before)

    @translate_errors
    async def note_listings(self, notes: Sequence[tuple[Head, CheckHistory]]) -> None:
        """Store when and under which headlines listings named articles, and whether they claim a change.

        Nothing is stored about an article that was checked since its head was read.
        """
        await articles.note_listings(self.db, notes)

    # Versions

    @translate_errors
    async def append_version(
        self, version: Version, *, expected: int, head: Head, hold: Hold | None = None, publisher: str | None = None
    ) -> None:
        """Write payload, version, added and removed passages, head, in this order.

        `expected` is the number that the head must still have; 0 makes a new article. A write under `head.lease` frees
        the article to be claimed when it is due; the token stays valid for more writes until another run claims it.
        Raises StaleHead if another crawl was faster, Fenced if another run has claimed the article since, and
        DocumentTooLarge.
        """
        await append.append_version(
            self._gathered, version, expected=expected, head=head, hold=hold, publisher=publisher
        )

    @translate_errors
    async def version(self, article_id: str, number: int) -> Version | None:
        return await versions.get(self._gathered, article_id, number)

    @translate_errors
    async def versions(self, article_id: str) -> list[Version]:
        """Return all versions of an article, oldest first, without their captures."""
        return await versions.history(self.db, article_id)

    @translate_errors
    async def wordings(self, article_id: str) -> dict[str, int]:
        """Return the digest of each wording that an article has had, with the newest version that has it."""
        return await self._wordings.add(article_id)

    @translate_errors
    async def capture(self, article_id: str, number: int) -> Capture | None:
        """Return a version's capture, body included; None if there is none.

        A version that was re-extracted from an earlier version's payload has that version's capture.
        """
        return await versions.capture_of(self.db, article_id, number)

    @translate_errors
    async def as_shown(self, article_id: str, number: int | None, fields: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return fields of an article with its redactions; None if the article, or that version of it, is hidden."""
        return (await takedowns.as_shown(self.db, [takedowns.Row(article_id, fields, number)]))[0]

    @translate_errors
    async def all_as_shown(self, rows: Sequence[takedowns.Row]) -> list[dict[str, Any] | None]:
        """Return the fields of rows with the redactions of their articles; None for what is hidden."""
        return await takedowns.as_shown(self.db, rows)

    def histories(self) -> AsyncIterator[Document]:
        """Yield the times of each article that rates are fitted to; see `versions.histories`."""
        return versions.histories(self.db)

    # Claims and due articles

    @translate_errors
    async def claim_due(self, source: str, now: datetime, limit: int, run_id: str, *, term: timedelta) -> list[Head]:
        """Lease up to `limit` due articles until `now + term`, highest priority first; the heads carry their tokens."""
        return await claims.claim_due(self.db, source, now, limit, run_id, term=term)

    @translate_errors
    async def claim_each(
        self, article_ids: Sequence[str], now: datetime, run_id: str, *, term: timedelta
    ) -> list[Head]:
        """Lease articles whether they are due or not; those that another run has leased are left out."""
        return await claims.claim_each(self.db, article_ids, now, run_id, term=term)

    async def claim(self, article_id: str, now: datetime, run_id: str, *, term: timedelta) -> Head | None:
        """Lease one article whether it is due or not; returns None if another run has leased it."""
        heads = await self.claim_each([article_id], now, run_id, term=term)
        return heads[0] if heads else None

    @translate_errors
    async def release(self, run_id: str) -> int:
        """End every lease of a run on articles that it has not written since; returns how many."""
        return await claims.release(self.db, run_id)

    @translate_errors
    async def due_counts(self, now: datetime) -> dict[str, int]:
        """Return the number of due articles by source."""
        return await claims.due_counts(self.db, now)

    @translate_errors
    async def backlogs(self, now: datetime) -> dict[str, claims.Backlog]:
        """Return what is due by source, and since when; sources with nothing due are left out."""
        return await claims.backlogs(self.db, now)

    def due_times(self, until: datetime) -> AsyncIterator[tuple[str, datetime, str]]:
        """Yield (source, next check, URL) of every article to be checked up to a moment, soonest first."""
        return requeue.due_times(self.db, until)

    @translate_errors
    async def make_due(
        self,
        at: datetime,
        reason: str,
        *,
        ids: Sequence[str] | None = None,
        source: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """Make articles due at once; retired ones are watched again. Returns how many."""
        return await requeue.make_due(self.db, at, reason, ids=ids, source=source, since=since)

    # Imports

    def announce_nothing(self) -> None:
        """Mark nothing that this session writes as to be announced."""
        self._gathered.announces = False

    @translate_errors
    async def is_check_logged(self, article_id: str, at: datetime) -> bool:
        """Return whether a check is in the log, or may have been before its lines expired."""
        return await check_counts.is_logged(self.db, article_id, at)

    @translate_errors
    async def imported(self, keys: Collection[str]) -> set[str]:
        """Return those of the keys of captures that were imported."""
        return await imports.known(self.db, keys)

    @translate_errors
    async def note_imported(self, keys: Collection[str]) -> None:
        """Note captures as imported, once their results are stored."""
        await imports.note(self.db, keys)

    # Quarantine

    async def quarantine(self, page: ParsedPage, reason: str, *, kind: str | None = None) -> None:
        """Store a doubtful page with its capture; the same doubt about the same wording is one entry.

        `kind` is given for what the page's own kind does not say: `quarantine.LATE`, `quarantine.LAYOUT_LOST`.
        """
        await self._quarantine(page, reason, uuid.uuid4().hex, kind)

    @translate_errors
    async def _quarantine(self, page: ParsedPage, reason: str, key: str, kind: str | None) -> None:
        await quarantine.add(self._gathered, page, reason, key, kind=kind)

    @translate_errors
    async def keep_payload(self, capture: Capture) -> None:
        """Store the body of a response that is no version."""
        await payloads.put_capture(self._gathered, capture)

    @translate_errors
    async def suspected(self, article_id: str) -> set[str]:
        """Return the wordings of an article that are believed when seen again: in quarantine, or confirmed."""
        return await self._suspected.add(article_id)

    @translate_errors
    async def too_costly(self, source: str) -> list[tuple[str, datetime, int]]:
        """Return the articles of a source whose pages cost too much to read: the last try, and how many there were."""
        return await quarantine.too_costly(self.db, source)

    @translate_errors
    async def settle_quarantine(self, article_id: str, wording: str) -> None:
        """Confirm an article's open entries that have this wording, and dismiss its other open entries."""
        await quarantine.settle(self.db, article_id, wording)

    @translate_errors
    async def quarantined(
        self, *, source: str | None = None, article_id: str | None = None, state: str = "open", limit: int = 1000
    ) -> list[Document]:
        """Return the newest entries in a state, newest first."""
        return await quarantine.listed(self.db, source=source, article_id=article_id, state=state, limit=limit)

    @translate_errors
    async def quarantine_entry(self, key: str) -> Document | None:
        return await quarantine.get(self.db, key)

    @translate_errors
    async def quarantine_evidence(self, key: str) -> tuple[Capture, Extraction] | None:
        """Return the capture of an entry, body included, and what was extracted from it."""
        return await quarantine.evidence(self.db, key)

    @translate_errors
    async def confirm(self, key: str, *, by: str, at: datetime) -> bool:
        """Mark an entry as true: its wording is believed when it is seen again. Returns whether it was open."""
        return await quarantine.decide(self.db, key, "confirmed", by=by, at=at)

    @translate_errors
    async def dismiss(self, key: str, *, by: str, at: datetime) -> bool:
        """Mark an entry as false; returns whether it was open."""
        return await quarantine.decide(self.db, key, "dismissed", by=by, at=at)
