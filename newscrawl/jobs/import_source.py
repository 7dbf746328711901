"""The second half of an import: the captures of one source pass the stages in the order of their times."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urljoin

from newscrawl.archive.capture_index import CaptureIndex, IndexedCapture
from newscrawl.archive.collections import CollectionFile
from newscrawl.errors import RecordingError
from newscrawl.fetch import FetchFailed, classify_status
from newscrawl.fetch.copy_writer import COPIED_AT, SOURCE_URI
from newscrawl.fetch.recorded_captures import recorded_capture
from newscrawl.fetch.replay import is_not_modified
from newscrawl.fetch.warc_reader import Record, record_at
from newscrawl.history import ImportedHistory
from newscrawl.items import (
    Capture,
    Cause,
    Check,
    CheckHistory,
    Head,
    Hold,
    IdenticalPage,
    NextCheck,
    Outcome,
    Revisit,
    RunLease,
    ScrapedArticle,
    Tombstone,
    Version,
    WindowCheck,
    article_id,
    is_of_others,
)
from newscrawl.jobs.import_index import Found
from newscrawl.normalize import head_with_url, own_url, spellings
from newscrawl.recheck import Policy
from newscrawl.spider import NewsSpider
from newscrawl.stages import passed, read
from newscrawl.store.session import Store

AT_ONCE = 32  # captures that are read and recorded side by side; no two of one URL
REDIRECT_TERM = timedelta(minutes=5)  # from a redirect to the page that it led to
MAX_REDIRECTS = 1000
_OUTCOMES = {Cause.FIRST: Outcome.NEW, Cause.RESTORED: Outcome.RESTORED, Cause.REBASE: Outcome.REBASED}
T = TypeVar("T")
Read = ScrapedArticle | IdenticalPage | Revisit | Tombstone


@dataclass(frozen=True, slots=True)
class Collection:
    """What is imported: where which capture is, and what was found."""

    index: CaptureIndex
    files: Sequence[CollectionFile]
    found: Found
    max_bytes: int  # of a page


@dataclass(slots=True)
class SourceImported:
    """What came of the captures of one source."""

    source: str
    outcomes: Counter[str] = field(default_factory=Counter)
    known: int = 0  # imported before
    versions: int = 0
    redirects: int = 0
    refused: str = ""  # why nothing more was imported: another run has the source


@dataclass(frozen=True, slots=True)
class FromNow:
    """A policy by which the next check of an article is planned from now, however long ago it was captured."""

    planned_by: Policy
    now: datetime

    @property
    def name(self) -> str:
        return self.planned_by.name

    def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
        return self.planned_by.next_check(check_history, max(now, self.now))

    def expected(self, check_history: CheckHistory, at: datetime) -> float:
        return self.planned_by.expected(check_history, at)


@dataclass(slots=True)
class Unlearnt:
    """The policy of an import, which teaches nothing: what a collection holds was not chosen by our schedule."""

    policy: Policy

    def learning(self, before: CheckHistory, outcome: Outcome, at: datetime) -> AbstractContextManager[None]:
        return nullcontext()

    async def merge(self, store: Store) -> None:
        """Nothing was learnt."""

    async def distrust_validators(self, store: Store, head: Head, at: datetime) -> None:
        """What a server sent then says nothing of it today."""

    async def distrust_containers(self, store: Store, head: Head, at: datetime, *, stamp: str) -> None:
        """Imports read each page."""


class AllPublic:
    """Imported edits are public at once: a collection may hold what changed alone, which a crawl would find odd."""

    async def no_edit(self, check: WindowCheck) -> None:
        """It decides nothing."""

    async def before_edit(self, check: WindowCheck) -> Hold | None:
        return None

    async def after_edit(self, version: Version, hold: Hold) -> None:
        """Nothing is held."""


class SourceImport:
    """Lets the captures of one source pass the stages."""

    def __init__(
        self, store: Store, spider: NewsSpider, policy: Policy, lease: RunLease, collection: Collection
    ) -> None:
        self._store = store
        self._spider = spider
        self._index = collection.index
        self._files = collection.files
        self._max_bytes = collection.max_bytes
        self._found = collection.found
        self._history = ImportedHistory(
            store, spider.reader, Unlearnt(FromNow(policy, datetime.now(UTC))), AllPublic(), lease=lease, is_replay=True
        )
        self._run_id = lease.run_id
        self._unread: set[str] = set()  # of the batch; they are damaged in a next import too
        self._redirects: dict[str, tuple[str, datetime]] = {}  # by where they led: from where, and when
        self.imported = SourceImported(spider.name)

    async def run(self, on_done: Callable[[int], None], is_stopped: Callable[[], bool]) -> None:
        """Import what was not imported before; goes on where an earlier import was cut off."""
        for rows in _in_batches(self._index.captures(self._spider.name), AT_ONCE, lambda row: ""):
            known = await self._store.imported([row.key for row in rows])
            self.imported.known += len(known)
            new = [row for row in rows if row.key not in known]
            for batch in _in_batches(iter(new), AT_ONCE, lambda row: self._spider.guid_of(row.url)):
                if is_stopped():
                    return
                await self._pass(batch)
                await self._store.write_check_log()  # of what is noted nothing is written again
                await self._store.note_imported([row.key for row in batch if row.key not in self._unread])
                self._unread.clear()
            on_done(len(rows))

    async def _pass(self, batch: Sequence[IndexedCapture]) -> None:
        """Read captures of different URLs side by side; those that prove to be of one article are recorded in order."""
        heads = await self._heads(batch)
        items = await asyncio.gather(*(self._read(row, heads.get(row.url)) for row in batch))
        by_article: dict[str, list[Read]] = {}
        for item in items:
            if item is not None:
                key = item.article_id
                if isinstance(item, ScrapedArticle):
                    key = item.article_id or article_id(self._spider.name, item.guid)
                by_article.setdefault(str(key), []).append(item)
        await asyncio.gather(*(self._record(each) for each in by_article.values()))

    async def _record(self, items: Sequence[Read]) -> None:
        for item in items:
            recorded = await passed(item, self._spider.reader, self._history)
            self.imported.outcomes[recorded.outcome.value] += 1
            self.imported.versions += recorded.adds_version

    async def _heads(self, batch: Sequence[IndexedCapture]) -> Mapping[str, Head]:
        """Return the stored articles at the URLs of captures."""
        source = self._spider.source
        keys = {row.url: article_id(source.name, self._spider.guid_of(row.url)) for row in batch}
        heads = await self._store.heads(list(keys.values()))
        forms = {url: spellings(url, source) for url, key in keys.items() if key not in heads}
        at_urls = await self._store.at_urls(source.name, list({form for each in forms.values() for form in each}))
        found = {url: heads[key] for url, key in keys.items() if key in heads}
        for url, each in forms.items():
            stored = {head.article_id: head for form in each for head in at_urls.get(form, ())}
            oldest = sorted(stored.values(), key=lambda head: head.check_history.first_seen_at)
            if (head := head_with_url(oldest, url, source)) is not None:
                found[url] = head
        return found

    async def _read(self, row: IndexedCapture, head: Head | None) -> Read | None:
        """Return the item of a capture; None, and it is counted, for one that says nothing of an article."""
        try:
            capture = self._capture(row)
        except (RecordingError, FetchFailed, ValueError) as error:
            name = self._files[row.file].name
            self._unread.add(row.key)
            self._found.fault(f"{name}: unreadable at byte {row.offset}: {' '.join(str(error).split())[:200]}")
            return None
        if 300 <= capture.status < 400 and capture.status != 304:
            home = self._followed(capture, head)
            if home is None:
                return None
            capture = home
        if head is not None and self._was_recorded(row.at, head):
            await self._log_again(capture, head, row.at)
            return None  # it was recorded before an import was cut off
        guid_of = partial(self._spider.guid_of, own_url(capture, self._spider.source))
        item = await read(capture, head, self._spider.reader, guid_of)
        if item is None:
            self.imported.outcomes[classify_status(capture.status)[0].value] += 1
        return item

    def _was_recorded(self, at: datetime, head: Head) -> bool:
        """Return whether a capture was recorded before an import was cut off; a text of others is no capture."""
        return not is_of_others(head.stamp) and at in (head.gone_seen_at, head.check_history.last_checked_at)

    async def _log_again(self, capture: Capture, head: Head, at: datetime) -> None:
        """Write the line of a check whose head was stored and whose line was not: the import was cut off between."""
        if await self._store.is_check_logged(head.article_id, at):
            return
        made = {version.seen_at: version.cause for version in await self._store.versions(head.article_id)}
        if at == head.gone_seen_at:
            outcome = Outcome.GONE
        else:
            outcome = _OUTCOMES.get(made[at], Outcome.CHANGED) if at in made else Outcome.UNCHANGED
        check = Check(
            article_id=head.article_id, source=self._spider.name, url=capture.target_uri, at=at, outcome=outcome,
            status=capture.status, size_bytes=len(capture.body), interval=head.check_history.interval,
            run_id=self._run_id,
        )  # fmt: skip
        await self._store.check(check)

    def _followed(self, capture: Capture, head: Head | None) -> Capture | None:
        """Note where a redirect leads; return the front page that a known article was redirected to."""
        self.imported.redirects += 1
        target = urljoin(capture.target_uri, capture.header("location") or "")
        self._redirects[target] = (capture.target_uri, capture.fetched_at)
        while len(self._redirects) > MAX_REDIRECTS:
            del self._redirects[next(iter(self._redirects))]
        home = replace(capture, status=200, final_uri=target, redirects=(capture.target_uri,), body=b"")
        return home if head is not None and home.is_redirected_to_front_page else None

    def _capture(self, row: IndexedCapture) -> Capture:
        record = self._record_of(row)
        original = None
        if row.kind == "revisit" and not is_not_modified(record):
            found = self._index.original(row)
            if found is None:
                raise ValueError("it is a revisit of a capture that is in none of the files")
            original = self._record_of(found)
        capture = recorded_capture(record, row.url, row.at, max_bytes=self._max_bytes, original=original)
        capture = replace(capture, provenance=self._provenance(record, row))
        led_from = self._redirects.get(row.url)
        if led_from is not None and timedelta(0) <= row.at - led_from[1] <= REDIRECT_TERM:
            return replace(capture, target_uri=led_from[0], redirects=(led_from[0],))
        return capture

    def _provenance(self, record: Record, row: IndexedCapture) -> str:
        """Return where a record lies; of a copy where it was copied from, and when."""
        if source_uri := record.fields.get(SOURCE_URI.lower()):
            return f"{source_uri}, copied {record.fields.get(COPIED_AT.lower(), '')[:10]}"
        return f"{self._files[row.file].name}#{row.record_id or row.offset}"

    def _record_of(self, row: IndexedCapture) -> Record:
        return record_at(self._files[row.file].path, row.offset, row.inner)


def _in_batches(rows: Iterator[T], size: int, key_of: Callable[[T], str]) -> Iterator[list[T]]:
    """Yield rows in batches, in which no two have the same key; an empty key is no key."""
    batch: list[T] = []
    keys: set[str] = set()
    for row in rows:
        key = key_of(row)
        if batch and (key in keys or len(batch) >= size):
            yield batch
            batch, keys = [], set()
        batch.append(row)
        if key:
            keys.add(key)
    if batch:
        yield batch
