"""Public interface of the store: everything that is written, and what crawls read."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.config import Config
from newscrawl.items import Capture, Check, CheckHistory, Extraction, Head, ParsedPage, RunRecord, SourceState, Version
from newscrawl.store import (
    append,
    articles,
    check_log,
    claims,
    embedded,
    held_versions,
    hosts,
    indexes,
    lookup,
    payloads,
    quarantine,
    requeue,
    runs,
    sources,
    versions,
)
from newscrawl.store.check_log import CheckLog
from newscrawl.store.connection import connect, without_password
from newscrawl.store.documents import Document
from newscrawl.store.retries import translate_errors


class Store:
    """An open store; made by `open`, given back by `close`."""

    def __init__(
        self, client: AsyncMongoClient[Document], config: Config, uri: str, held: embedded.Embedded | None
    ) -> None:
        self._client = client
        self._config = config
        self._held = held
        self.address = without_password(uri)
        self.timeout_seconds = config.mongo_timeout_seconds
        options: CodecOptions[Document] = CodecOptions(tz_aware=True)
        self.db: AsyncDatabase[Document] = client.get_database(config.mongo_database, codec_options=options)
        self._check_log = CheckLog(self.db)
        # Counts of requests: asked before each one, so without a wait for the disk.
        self._unsynced = self.db.with_options(write_concern=WriteConcern(w=1, j=False))

    @classmethod
    async def open(cls, config: Config) -> Self:
        """Connect, starting the embedded mongod where no URI is set, and make the indexes.

        Raises StoreUnavailable, SchemaMismatch, or ConfigError for an address that cannot be understood.
        """
        held = None if config.mongo_uri else await asyncio.to_thread(embedded.join, config.home)
        uri = config.mongo_uri or (held.uri if held else "")
        try:
            store = cls(connect(uri, config.mongo_timeout_seconds), config, uri, held)
        except BaseException:
            if held:
                held.leave()
            raise
        try:
            await store._prepare()
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Write what waits and leave; raises StoreUnavailable if the check log's last lines could not be written."""
        try:
            await self.write_check_log()
        finally:
            await self._client.close()
            if self._held is not None:
                self._held.leave()
                self._held = None

    def fault(self) -> str:
        return self._held.fault() if self._held else ""

    @translate_errors
    async def drop(self) -> None:
        """Delete everything in this database: for the demo, which starts anew each time."""
        await self._client.drop_database(self.db.name)
        await self._prepare()

    @translate_errors
    async def _prepare(self) -> None:
        await indexes.ensure(self.db, checks_keep_days=self._config.checks_keep_days)

    # Articles

    @translate_errors
    async def head(self, article_id: str) -> Head | None:
        """Return an article's head, repaired if a kill left a version without it."""
        return await articles.head(self.db, article_id)

    @translate_errors
    async def article_id_of(self, text: str) -> str:
        """Return the id of the one article that an id or URL means, hidden or not; raises NotFound otherwise."""
        return await lookup.article_id_of(self.db, text)

    @translate_errors
    async def find(self, source: str | None, url: str) -> list[Head]:
        """Return the articles that have or had this canonical address, oldest first."""
        return await articles.find(self.db, source, url)

    @translate_errors
    async def article_counts(self) -> dict[str, int]:
        """Return how many stories of each source are on record."""
        return await articles.counts(self.db)

    @translate_errors
    async def append_version(
        self, version: Version, *, expected: int, head: Head, is_held: bool = False, publisher: str | None = None
    ) -> None:
        """Write payload, version, added and removed wording, head, in this order.

        `expected` is the number that the head must still have; 0 makes a new article. A write under `head.lease` frees
        the story to be claimed when it is due; the token stays good for more writes until somebody claims it.
        Raises StaleHead if another was faster, Fenced if the lease passed on, DocumentTooLarge.
        """
        await append.append_version(
            self.db, version, expected=expected, head=head, is_held=is_held, publisher=publisher
        )

    @translate_errors
    async def touch(self, head: Head) -> None:
        """Store schedule, track, validators, state, stamp and aliases of a head whose version stays.

        Raises StaleHead if the article has advanced, Fenced if the lease passed on.
        """
        await articles.touch(self.db, head)

    @translate_errors
    async def note_listing(self, head: Head, check_history: CheckHistory) -> None:
        """Store what listings said of a story: when, under which headlines, and whether they claim a change.

        Nothing is stored where the story was looked at since `head` was read.
        """
        await articles.note_listing(self.db, head, check_history)

    # Versions

    @translate_errors
    async def version(self, article_id: str, number: int) -> Version | None:
        return await versions.one(self.db, article_id, number)

    @translate_errors
    async def versions(self, article_id: str) -> list[Version]:
        return await versions.every(self.db, article_id)

    @translate_errors
    async def wordings(self, article_id: str) -> dict[str, int]:
        """Return each wording the article ever had with the newest version that has it."""
        return await versions.wordings(self.db, article_id)

    @translate_errors
    async def capture(self, article_id: str, number: int) -> Capture | None:
        """Return a version's evidence, body included; None if there is none.

        A version that was read again from an earlier one's payload has that one's capture.
        """
        return await versions.evidence(self.db, article_id, number)

    @translate_errors
    async def payload(self, digest: str) -> bytes | None:
        return await payloads.get(self.db, digest)

    # Checks and claims

    async def check(self, check: Check) -> None:
        """Take one line of the check log; it is written with others, at the latest by a heartbeat or at the end."""
        if self._check_log.add(check):
            await self.write_check_log()

    @translate_errors
    async def write_check_log(self) -> None:
        """Write the lines of the check log that wait."""
        await self._check_log.write()

    @translate_errors
    async def claim_due(self, source: str, now: datetime, limit: int, run_id: str, *, term: timedelta) -> list[Head]:
        """Lease up to `limit` due stories until `now + term`, most valuable first; the heads carry their tokens."""
        return await claims.claim_due(self.db, source, now, limit, run_id, term=term)

    @translate_errors
    async def claim(self, article_id: str, now: datetime, run_id: str, *, term: timedelta) -> Head | None:
        """Lease one story whether it is due or not; None where another run has it."""
        return await claims.claim(self.db, article_id, now, run_id, term=term)

    @translate_errors
    async def due_counts(self, now: datetime) -> dict[str, int]:
        """Return how many stories are due, by source."""
        return await claims.due_counts(self.db, now)

    @translate_errors
    async def release(self, run_id: str) -> int:
        """Give back every claim of a run that no write has answered."""
        return await claims.release(self.db, run_id)

    # Quarantine

    async def quarantine(self, page: ParsedPage, reason: str) -> None:
        """Keep a doubtful page with its evidence; the same doubt about the same wording is one entry."""
        await self._quarantine(page, reason, uuid.uuid4().hex)

    @translate_errors
    async def _quarantine(self, page: ParsedPage, reason: str, key: str) -> None:
        await quarantine.add(self.db, page, reason, key)

    @translate_errors
    async def suspected(self, article_id: str) -> set[str]:
        """Return the wordings of an article that are believed when seen again: doubted once, or confirmed."""
        return await quarantine.suspected(self.db, article_id)

    @translate_errors
    async def settle_quarantine(self, article_id: str, wording: str) -> None:
        """Confirm the open entries that have this wording and dismiss the article's other ones."""
        await quarantine.settle(self.db, article_id, wording)

    @translate_errors
    async def quarantined(
        self, *, source: str | None = None, article_id: str | None = None, state: str = "open"
    ) -> list[Document]:
        return await quarantine.listed(self.db, source=source, article_id=article_id, state=state)

    @translate_errors
    async def quarantine_evidence(self, key: str) -> tuple[Capture, Extraction] | None:
        return await quarantine.evidence(self.db, key)

    @translate_errors
    async def confirm(self, key: str, *, by: str, at: datetime) -> bool:
        """Mark an entry true: its wording is believed when it is seen again. Returns whether it was open."""
        return await quarantine.decide(self.db, key, "confirmed", by=by, at=at)

    @translate_errors
    async def dismiss(self, key: str, *, by: str, at: datetime) -> bool:
        return await quarantine.decide(self.db, key, "dismissed", by=by, at=at)

    # Held versions

    @translate_errors
    async def hold(self, source: str, since: datetime, *, reason: str, at: datetime) -> int:
        """Keep the edits of a source seen since a moment from feeds and counts; return how many there are."""
        return await held_versions.hold(self.db, source, since, reason=reason, at=at)

    @translate_errors
    async def release_held(self, source: str, *, by: str, at: datetime) -> int:
        """Let the held versions of a source be announced and counted; return how many there were."""
        return await held_versions.release(self.db, source, by=by, at=at)

    @translate_errors
    async def held_counts(self) -> dict[str, int]:
        return await held_versions.held_counts(self.db)

    @translate_errors
    async def quarantine_entry(self, key: str) -> Document | None:
        return await quarantine.one(self.db, key)

    # Recalls and forecasts

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
        """Make stories due at once and watched again; returns how many."""
        return await requeue.make_due(self.db, at, reason, ids=ids, source=source, since=since)

    def article_ids(self, source: str, *, sample: int | None = None) -> AsyncIterator[str]:
        return articles.article_ids(self.db, source, sample)

    def due_times(self, until: datetime) -> AsyncIterator[tuple[str, datetime, str]]:
        return requeue.due_times(self.db, until)

    @translate_errors
    async def last_checks(self, article_id: str, limit: int = 10) -> list[Document]:
        return await check_log.last_checks(self.db, article_id, limit)

    def histories(self) -> AsyncIterator[Document]:
        return versions.histories(self.db)

    # Hosts

    @translate_errors
    async def admit(self, host: str, now: datetime, *, per_hour: int) -> hosts.Admission:
        """Count one request to a host, or say why and until when there must be none; `per_hour` 0: no limit."""
        return await hosts.admit(self._unsynced, host, now, per_hour=per_hour)

    @translate_errors
    async def pause_host(self, host: str, until: datetime, *, now: datetime) -> None:
        """Keep the pause that a host asked for, for all sources and runs."""
        await hosts.pause(self.db, host, until, now)

    @translate_errors
    async def host_failed(self, host: str, now: datetime, reason: str) -> None:
        """Note a failure of the host itself; several in a row, and it is left alone for a growing term."""
        await hosts.failed(self._unsynced, host, now, reason)

    @translate_errors
    async def host_answered(self, host: str) -> None:
        await hosts.with_retries(self._unsynced, host)

    @translate_errors
    async def host(self, host: str) -> hosts.HostState:
        return await hosts.state(self.db, host)

    # Runs and sources

    @translate_errors
    async def start_run(
        self, run: RunRecord, *, now: datetime, term: timedelta = runs.TERM, dead_run: str | None = None
    ) -> RunRecord:
        """Take the source's lease and write the run down; returns it with its token. Raises LeaseHeld.

        `dead_run` is the id of a run whose lease may be taken over at once.
        """
        return await runs.start(self.db, run, now=now, term=term, dead_run=dead_run)

    @translate_errors
    async def heartbeat(self, run: RunRecord, now: datetime, *, term: timedelta = runs.TERM) -> None:
        """Renew the run's lease; raises Fenced if another run took the source meanwhile."""
        await self._check_log.write()
        await runs.heartbeat(self.db, run, now, term=term)

    @translate_errors
    async def end_run(self, run: RunRecord) -> None:
        """Write end, reason, exit code, stats and errors of a run, and free its source."""
        await self._check_log.write()
        await runs.end(self.db, run)

    @translate_errors
    async def runs(self, source: str | None = None, limit: int = 20) -> list[RunRecord]:
        return await runs.newest(self.db, source, limit)

    @translate_errors
    async def source_state(self, source: str) -> SourceState:
        return await sources.state(self.db, source)

    @translate_errors
    async def save_source_state(self, state: SourceState, *, only: Sequence[str] = ()) -> None:
        """Store what is remembered of a source; `only` the fields named, so that writers do not undo one another."""
        await sources.save(self.db, state, only=only)

    async def save_rates(self, source: str, rates: Mapping[str, object]) -> None:
        """Store what a recheck policy has learnt of a source."""
        await self.save_source_state(SourceState(source=source, rates=rates), only=("rates",))
