"""Texts without pages become versions: judged and recorded by the line of crawls, without evidence, and as no edits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.text_rows import Text
from newscrawl.config import Config
from newscrawl.fetch.recording import comparable_url
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.history import ImportedHistory
from newscrawl.items import (
    IMPORTED,
    Capture,
    Extraction,
    Head,
    Outcome,
    PageKind,
    PageReading,
    ParsedPage,
    article_id,
    is_of_others,
)
from newscrawl.jobs.import_source import AllPublic, FromNow, Unlearnt
from newscrawl.jobs.leased import LeasedSource, leased
from newscrawl.normalize import head_with_url, spellings
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider
from newscrawl.spider import NewsSpider
from newscrawl.stages import passed
from newscrawl.store.documents import milliseconds
from newscrawl.store.session import Store

AT_ONCE = 32  # texts of different articles that are recorded side by side


@dataclass(slots=True)
class TextsImported:
    """What came of the texts of one source."""

    source: str
    known: int = 0  # imported before
    versions: int = 0
    unchanged: int = 0
    beside: int = 0  # older than what is known, or of an article whose pages were read here: lines of their own
    refused: str = ""
    faults: list[str] = field(default_factory=list)


def text_key(source: str, text: Text) -> str:
    """Return the key of a text: the same in another file, and by http in place of https."""
    parts = (source, comparable_url(text.url).partition("://")[2], text.seen_at.isoformat(), text.reader)
    words = (text.headline, *text.paragraphs)
    content = "\0".join((*parts, *words)).encode("utf-8", "surrogatepass")
    return "t" + hashlib.sha256(content).hexdigest()[:31]


async def import_texts(
    store: Store, source: str, index: RowIndex, config: Config, on_done: Callable[[int], None],
    is_stopped: Callable[[], bool],
) -> TextsImported:  # fmt: skip
    """Record the texts of a source that were not imported before; raises LeaseHeld."""
    spider_class = load_spider(source)
    policy = (await SourcePolicy.open(store, source, spider_class.policy or config.policy)).policy
    async with leased(store, source, {"command": "import"}, is_stopped) as work:
        job = _SourceTexts(store, spider_class(), FromNow(policy, datetime.now(UTC)), work)
        for batch in _batches(index.texts(source)):
            if work.is_over:
                break
            await job.record(batch)
            on_done(len(batch))
        work.stats |= {"versions": job.imported.versions}
    job.imported.refused = work.lost
    return job.imported


Entry = tuple[str, str, Text]  # key, place, text


class _SourceTexts:
    def __init__(self, store: Store, spider: NewsSpider, policy: FromNow, work: LeasedSource) -> None:
        self._store = store
        self._spider = spider
        self._reader = spider.reader
        self._history = ImportedHistory(
            store, self._reader, Unlearnt(policy), AllPublic(), lease=work.lease, is_replay=True
        )
        self.imported = TextsImported(spider.name)

    async def record(self, batch: Sequence[Entry]) -> None:
        known = await self._store.imported([key for key, _, _ in batch])
        self.imported.known += len(known)
        by_article: dict[str, list[Entry]] = {}
        for entry in batch:
            if entry[0] not in known:
                key = article_id(self._spider.name, self._spider.guid_of(entry[2].url))
                by_article.setdefault(key, []).append(entry)
        heads = await self._heads(by_article)
        await asyncio.gather(*(self._in_order(each, heads.get(key)) for key, each in by_article.items()))
        await self._store.note_imported([key for key, _, _ in batch if key not in known])

    async def _heads(self, by_article: dict[str, list[Entry]]) -> dict[str, Head]:
        """Return the stored articles, also those that are known at a URL under another id."""
        heads = await self._store.heads(list(by_article))
        source = self._spider.source
        for key, entries in by_article.items():
            if key not in heads:
                url = entries[0][2].url
                found = await self._store.find(source.name, *spellings(url, source))
                if (head := head_with_url(found, url, source)) is not None:
                    heads[key] = head
        return heads

    async def _in_order(self, entries: Sequence[Entry], head: Head | None) -> None:
        for _, place, text in entries:
            page = self._page(text, head)
            if page.article is None:
                self.imported.faults.append(f"{place}: {page.problem}")
                continue
            if head is not None and await self._was_recorded(page, head):
                continue
            recorded = await passed(page, self._reader, self._history)
            self.imported.versions += recorded.adds_version
            self.imported.beside += recorded.outcome is Outcome.SUPERSEDED
            self.imported.unchanged += recorded.outcome is Outcome.UNCHANGED
            if recorded.outcome is Outcome.QUARANTINED:
                self.imported.faults.append(f"{place}: {recorded.reason}")
            if recorded.article_id is not None:
                head = await self._store.head(recorded.article_id)

    async def _was_recorded(self, page: ParsedPage, head: Head) -> bool:
        """Return whether a text was recorded before an import was cut off."""
        if page.article is None or not is_of_others(head.stamp):
            return False
        at = milliseconds(page.capture.fetched_at)
        if at != head.check_history.last_checked_at:
            return False
        return page.article.wording_digest in await self._store.wordings(head.article_id)

    def _page(self, text: Text, head: Head | None) -> ParsedPage:
        """Return a text as a page that was read by others, with its article or why there is none."""
        spider = self._spider
        extraction = Extraction(
            rules=text.reader,
            kind=PageKind.ARTICLE,
            headline=text.headline,
            alternative_headlines=text.alternative_headlines,
            byline=text.byline,
            author=text.author,
            date_published=(text.date_published,) if text.date_published else (),
            date_modified=(text.date_modified,) if text.date_modified else (),
            article_section=text.section,
            in_language=text.language,
            description=text.description,
            paragraphs=text.paragraphs,
        )
        capture = Capture(
            target_uri=text.url, final_uri=text.url, status=200, headers=(), body=b"", fetched_at=text.seen_at
        )
        guid = head.guid if head is not None else spider.guid_of(text.url)
        reading = _read(self._reader, extraction, capture, guid)
        return ParsedPage(
            source=spider.name,
            guid=guid,
            article_id=head.article_id if head is not None else article_id(spider.name, guid),
            capture=capture,
            extraction=extraction,
            article=reading.article,
            problem=reading.problem,
            is_text=True,
        )


def _read(reader: PageReader, extraction: Extraction, capture: Capture, guid: str) -> PageReading:
    """Return a text as it is normalised here, under a stamp that says that others read it."""
    return reader.normalise(extraction, capture, guid=guid, rules_stamp=IMPORTED)


def _batches(texts: Iterator[tuple[str, str, dict[str, object]]]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for key, place, values in texts:
        batch.append((key, place, Text.of(values)))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
