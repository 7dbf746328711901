"""The first half of an import: which captures of which sources lie in the files, without reading their pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newscrawl.archive.capture_index import CaptureIndex, IndexedCapture, capture_key
from newscrawl.archive.collections import CollectionFile
from newscrawl.archive.text_rows import FIRST_YEAR, MAX_AHEAD
from newscrawl.errors import RecordingError
from newscrawl.fetch.recording import comparable_url, date_of
from newscrawl.fetch.warc_reader import Damage, Record, record_at, scan
from newscrawl.items import MAX_URL_LENGTH
from newscrawl.normalize import is_front_page
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.watched import can_be_named, host_of, row_name
from newscrawl.store.documents import milliseconds

_HTML = re.compile(rb"HTTP/\d(?:\.\d)? 200 [^\0]*?\ncontent-type:\s*(?:text/html|application/xhtml)", re.IGNORECASE)
_BATCH = 1000
MAX_NAMED = 20  # faults that a report names; all are counted
MAX_HOSTS = 10_000  # unknown hosts that are counted one by one


@dataclass(slots=True)
class Found:
    """What files hold."""

    records: int = 0
    captures: int = 0  # of articles of sources
    not_articles: int = 0  # on their domains: listings, images, scripts
    unknown: Counter[str] = field(default_factory=Counter)  # captures by host that no source has
    adopted: set[str] = field(default_factory=set)  # hosts of pages
    refused: set[str] = field(default_factory=set)  # hosts of pages that cannot be adopted
    damaged: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Add what another file holds."""
        self.records += other.records
        self.captures += other.captures
        self.not_articles += other.not_articles
        self.adopted |= other.adopted
        self.refused |= other.refused
        for host, count in other.unknown.items():
            self.unknown[host if host in self.unknown or len(self.unknown) < MAX_HOSTS else "(others)"] += count
        self.damaged += other.damaged
        self.faults += other.faults[: MAX_NAMED - len(self.faults)]

    def refuse(self, host: str, why: str) -> None:
        """Note, once, why a host cannot be adopted."""
        if host not in self.refused:
            self.refused.add(host)
            self.fault(why)

    def fault(self, text: str) -> None:
        """Count what cannot be read, and keep the first ones for the report."""
        self.damaged += 1
        if len(self.faults) < MAX_NAMED:
            self.faults.append(text)


class FileIndexer:
    """Fills an index from files."""

    def __init__(
        self, index: CaptureIndex, found: Found, *, adopts: bool, sources: SourcesByHost | None = None
    ) -> None:
        self._index = index
        self._found = found
        self._adopts = adopts
        self._sources = sources or SourcesByHost()
        # Nothing that was seen today would be newer than a capture of the future.
        self._times = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime.now(UTC) + MAX_AHEAD

    def read(self, file: CollectionFile, number: int, on_offset: Callable[[int], None]) -> None:
        """Add the captures of a file; `number` is that under which the import knows it."""
        batch: list[IndexedCapture] = []

        def damaged(damage: Damage) -> None:
            self._found.fault(str(damage).replace(str(file.path), file.name))

        try:
            for record in scan(file.path, damaged) if file.offsets is None else self._listed(file):
                self._found.records += 1
                on_offset(record.end)
                batch += self._captures(record, file, number)
                if len(batch) >= _BATCH:
                    self._index.add(batch)
                    batch = []
        except RecordingError as error:
            self._found.fault(str(error))
        self._index.add(batch)

    def _listed(self, file: CollectionFile) -> Iterator[Record]:
        """Yield the records that a list names."""
        for offset in file.offsets or ():
            try:
                yield record_at(file.path, offset)
            except RecordingError as error:
                self._found.fault(str(error).replace(str(file.path), file.name))

    def _captures(self, record: Record, file: CollectionFile, number: int) -> Iterator[IndexedCapture]:
        url = record.target_uri
        if record.kind not in {"response", "revisit"} or not url.lower().startswith(("http://", "https://")):
            return
        source = self._source_of(url, record)
        if source is None:
            return
        try:
            if not record.is_complete:
                raise ValueError("the file ends within the record")
            at, key = milliseconds(date_of(record)), comparable_url(url)
            if not self._times[0] <= at <= self._times[1]:
                raise ValueError(f"{at:%Y-%m-%d} is before the web, or in the future")
        except ValueError as error:
            self._found.fault(f"{file.name}: unreadable at byte {record.offset}: {error}")
            return
        digest = record.fields.get("warc-payload-digest") or _digest(record)
        self._found.captures += 1
        yield IndexedCapture(
            capture_key(source, key, at, digest), source, at, url, record.kind, digest,
            record.fields.get("warc-record-id", ""), number, record.offset, record.inner,
        )  # fmt: skip

    def _source_of(self, url: str, record: Record) -> str | None:
        """Return the source whose article a URL is, or the one that its host is adopted as; count what has none."""
        spider = self._sources.of(url)
        if spider is not None:
            if spider.is_article_url(url):
                return spider.name
            self._found.not_articles += 1
            return None
        host = host_of(url)
        if self._adopts and _is_page(url, record):
            if clash := self._sources.clash(host):
                self._found.refuse(host, clash)
            else:
                self._found.adopted.add(host)
                return row_name(f"https://{host}/")
        if host in self._found.unknown or len(self._found.unknown) < MAX_HOSTS:
            self._found.unknown[host] += 1
        else:
            self._found.unknown["(others)"] += 1
        return None


def _is_page(url: str, record: Record) -> bool:
    if is_front_page(url) or len(url) > MAX_URL_LENGTH or not can_be_named(url):
        return False
    return _HTML.match(record.block[:16_384]) is not None


def _digest(record: Record) -> str:
    """Return the digest that a record might have stated: that of ARC files is not in them."""
    body = record.block.partition(b"\r\n\r\n")[2]
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
