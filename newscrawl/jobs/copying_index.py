"""The first part of copying captures: what the index of an archive lists, answer by answer, as far as it is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from newscrawl.archive.cdx_answers import BadAnswer, IndexAnswer, ListedCapture, parse_answer, parse_pages
from newscrawl.archive.cdx_query import ROWS, CdxQuery, capture_address
from newscrawl.archive.copy_queue import CopyQueue
from newscrawl.fetch import classify_status
from newscrawl.jobs.archive_client import ArchiveClient, ServerBlocks, Unanswerable
from newscrawl.jobs.import_index import MAX_HOSTS
from newscrawl.normalize import is_front_page
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.watched import can_be_named, host_of, row_name

if TYPE_CHECKING:
    from scrapy.http import Response

    from newscrawl.jobs.copying import ServerReport

END = "end"  # of a listing
_PAGES = re.compile(r"text/html|application/xhtml\+xml|warc/revisit|unk|-|")
_STATUSES = {None, 200, 404, 410, 451}  # and redirects: what says something of an article
TRIES = 3  # of an answer that cannot be read


def source_uri(query: CdxQuery, row: ListedCapture) -> str:
    """Return where a capture comes from; of a part of a file with the bytes that it takes there."""
    url = capture_address(query, row.timestamp, row.url, row.filename)
    return f"{url}#bytes={row.offset}+{row.length}" if query.are_files else url


class Wanted:
    """Which rows of an index are captures of articles of sources."""

    def __init__(self, *, adopts: bool) -> None:
        self._adopts = adopts
        self._sources = SourcesByHost()

    def source_of(self, row: ListedCapture) -> str:
        spider = self._sources.of(row.url)
        return row_name(row.url) if spider is None else spider.name

    def is_wanted(self, row: ListedCapture, query: CdxQuery, report: ServerReport) -> bool:
        """Return whether a row is to be fetched; count it if not."""
        if not query.is_within(row.timestamp):
            report.outside += 1
            return False
        is_answer = row.status in _STATUSES or 300 <= (row.status or 0) < 400
        if not is_answer or _PAGES.fullmatch(row.mime.partition(";")[0].strip()) is None:
            report.not_pages += 1
            return False
        spider = self._sources.of(row.url)
        if spider is not None:
            report.not_articles += not spider.is_article_url(row.url)
            return spider.is_article_url(row.url)
        host = host_of(row.url)
        if self._adopts and not is_front_page(row.url) and can_be_named(row.url):
            if not (clash := self._sources.clash(host)):
                return True
            if host not in report.unknown_hosts:  # once
                report.fault(clash)
        if host in report.unknown_hosts or len(report.unknown_hosts) < MAX_HOSTS:
            report.unknown_hosts[host] += 1
        else:
            report.unknown_hosts["(others)"] += 1
        return False


class IndexReader:
    """Reads a listing to its end, or to its limit; goes on where one was cut off."""

    def __init__(
        self, query: CdxQuery, client: ArchiveClient, queue: CopyQueue, wanted: Wanted, report: ServerReport,
        progress: Callable[[str, int, int], None],
    ) -> None:  # fmt: skip
        self._query = query
        self._client = client
        self._queue = queue
        self._wanted = wanted
        self._report = report
        self._progress = progress

    async def read(self) -> None:
        """Add what is listed to the queue. Raises ServerBlocks, Unanswered, or Interrupted."""
        if self._queue.position == END:
            if self._queue.counts().get("waiting"):
                self._report.is_listed = True
                return  # what it listed is fetched first; when all is, it is asked for what is new
            self._queue.restart_listing()
        if self._query.has_pages:
            await self._read_pages()
        else:
            await self._read_by_key()
        self._report.is_listed = True

    async def _read_pages(self) -> None:
        pages = parse_pages((await self._asked(self._query.pages_address)).body)
        begun = int(self._queue.position or 0)
        for page in range(begun, pages):
            answer = await self._answer(self._query.address(page=page))
            if self._add(answer, str(page + 1)):
                return
        self._queue.add([], END)

    async def _read_by_key(self) -> None:
        key = self._queue.position
        seen = {key}
        while True:
            answer = await self._answer(self._query.address(resume_key=key))
            key = answer.resume_key
            if key and key in seen:
                raise ServerBlocks(f"{self._query.host} lists the same captures again and again")
            seen.add(key)
            if self._add(answer, key or END) or not key:
                break
        if not key and len(answer.rows) >= ROWS:
            raise ServerBlocks(
                f"{self._query.host} lists {len(answer.rows)} captures, and does not say how the list goes on: "
                "ask for less at once, by --since and --until"
            )

    def _add(self, answer: IndexAnswer, position: str) -> bool:
        """Add rows to the queue; returns whether the query's limit is reached."""
        report, limit = self._report, self._query.limit
        rows = answer.rows if limit is None else answer.rows[: max(limit - report.listed, 0)]
        report.listed += len(rows)
        is_last = limit is not None and report.listed >= limit
        wanted = [row for row in rows if self._wanted.is_wanted(row, self._query, report)]
        whole = [row for row in wanted if self._is_found(row)]
        self._queue.add(whole, END if is_last else position)
        report.damaged += answer.damaged - len(answer.faults)
        for fault in answer.faults:
            report.fault(f"{self._query.host}: {fault}")
        self._progress("listing", report.listed, report.listed)
        return is_last

    def _is_found(self, row: ListedCapture) -> bool:
        """Return whether a row says where its capture is."""
        if not self._query.are_files or (row.filename and row.offset is not None and row.length):
            return True
        self._report.fault(f"{row.timestamp} {row.url}: the index does not say where in which file it is")
        return False

    async def _answer(self, address: str) -> IndexAnswer:
        """Return what can be read of an answer; one that cannot is asked for again."""
        problem = ""
        for _ in range(TRIES):
            response = await self._asked(address)
            try:
                return parse_answer(response.body)
            except BadAnswer as error:
                problem = str(error)
        raise ServerBlocks(f"{self._query.host} does not answer as an index: {problem}")

    async def _asked(self, address: str) -> Response:
        try:
            response = await self._client.get(address)
        except Unanswerable as error:
            raise ServerBlocks(str(error)) from error
        if response.status == 200 or (response.status == 404 and response.body.lstrip().startswith(b"{")):
            return response
        _, reason = classify_status(response.status)
        shown = " ".join(response.body[:300].decode("utf-8", "replace").split())
        raise ServerBlocks(f"{self._query.host} refuses to list {self._query.url}: {reason} {shown[:100]!r}")
