"""The second part of copying captures: each is fetched once, with its true time, and of the same bytes only one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.archive.cdx_answers import ListedCapture
from newscrawl.archive.cdx_query import CdxQuery
from newscrawl.archive.copy_queue import ASIDE, DISPLACED, FETCHED, REFUSED, TWIN, CopyQueue
from newscrawl.errors import RecordingError
from newscrawl.fetch.archived_response import archived_response, memento_time, nearest_capture, sha1_of
from newscrawl.fetch.copy_writer import CopyWriter
from newscrawl.fetch.recording import comparable_url, date_of
from newscrawl.fetch.warc_reader import Record, scan
from newscrawl.jobs.archive_client import ArchiveClient, ServerBlocks, Unanswerable, Unanswered
from newscrawl.jobs.copying_index import source_uri

if TYPE_CHECKING:
    from scrapy.http import Response

    from newscrawl.jobs.copying import ServerReport

MAX_REDIRECTS = 3  # from capture to capture
MAX_FAILURES = 3  # in a row; then the server has a fault, or blocks, whatever it answers
MAX_PART_BYTES = 128 * 2**20


class _Refused(Exception):
    """A capture that another try would not get."""


class _Displaced(Exception):
    """The server has another capture that it lists too in the place of this one."""


class _Strange(Exception):
    """An answer that is no capture, and nothing that is known of archives: a page of a block, or a captcha."""


class CaptureCopier:
    def __init__(
        self, query: CdxQuery, client: ArchiveClient, queue: CopyQueue, writer: CopyWriter, report: ServerReport,
        progress: Callable[[str, int, int], None], folder: Path,
    ) -> None:  # fmt: skip
        self._query = query
        self._client = client
        self._queue = queue
        self._writer = writer
        self._report = report
        self._progress = progress
        self._part = folder / "part.warc.gz"
        self._failures = 0  # in a row

    async def copy(self) -> None:
        """Copy what waits. Raises ServerBlocks or Interrupted; what failed waits for the next import."""
        total, last = self._queue.count_to_fetch(), None
        while (row := self._queue.after(last)) is not None:
            last = row
            if self._queue.is_twin(row):
                uri = source_uri(self._query, row)
                self._writer.write_check(row.url, row.at, row.digest, source_uri=uri, now=datetime.now(UTC))
                self._queue.set_state([row], TWIN)
                continue
            await self._copy(row)
            self._progress("fetching", self._report.fetched_now, max(total, self._report.fetched_now))

    async def _copy(self, row: ListedCapture) -> None:
        try:
            is_original = await (self._copy_part(row) if self._query.are_files else self._copy_replay(row))
        except _Refused as error:
            self._queue.set_state([row], REFUSED, str(error))
        except Unanswerable as error:
            self._queue.set_state([row], REFUSED, error.reason)
        except _Displaced as error:
            self._queue.set_state([row], DISPLACED, str(error))
        except (_Strange, Unanswered) as error:
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                raise ServerBlocks(f"{self._query.host} gives no captures: {error}") from error
            self._report.fault(str(error))
            return
        else:
            self._queue.set_state([row], FETCHED if is_original else ASIDE)
            self._report.fetched_now += 1
        self._failures = 0

    # Replays

    async def _copy_replay(self, row: ListedCapture) -> bool:
        """Copy a capture; returns whether it has the digest that the index states."""
        response = await self._replayed(row, source_uri(self._query, row))
        at = memento_time(response)
        if at is None:
            raise _own_answer(response)
        found = archived_response(response, at, row.digest)
        is_it = f"{at:%Y%m%d%H%M%S}" == row.timestamp
        if not is_it:
            self._check_time(row, at)
            found = archived_response(response, at, "")  # the index states the digest of another capture
        if found.is_verified is False:
            raise _Refused(f"what came has not the digest {row.digest} that the index states")
        self._report.unverified += found.is_verified is None
        uri = source_uri(self._query, row)
        self._writer.write_copy(row.url, found, source_uri=uri, now=datetime.now(UTC))
        return is_it

    async def _replayed(self, row: ListedCapture, url: str) -> Response:
        """Return the answer of the server, after redirects to the nearest capture that it has."""
        for _ in range(MAX_REDIRECTS):
            response = await self._client.get(url)
            nearest = nearest_capture(response)
            if nearest is None:
                return response
            url, timestamp = nearest
            if comparable_url(url) == comparable_url(response.url):
                break
            self._check_time(row, datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
            if not url.startswith(self._query.captures_at.partition("{")[0]):
                raise _Refused(f"the server redirects to another one: {url}")
        raise _Refused("the server redirects from capture to capture without end")

    def _check_time(self, row: ListedCapture, at: datetime) -> None:
        """Raise _Displaced or _Refused if the capture of another time is not to be taken in the place of a row's."""
        timestamp = f"{at:%Y%m%d%H%M%S}"
        if self._queue.has(row.urlkey, timestamp, but=row):
            raise _Displaced(f"the server has the capture of {timestamp} in its place")
        if not self._query.is_within(timestamp):
            raise _Refused(f"the server has the capture of {timestamp} in its place, which was not asked for")

    # Parts of files

    async def _copy_part(self, row: ListedCapture) -> bool:
        """Copy a record; returns whether it has the bytes of its response."""
        begin, length = row.offset or 0, row.length or 0
        uri = source_uri(self._query, row)
        if length > MAX_PART_BYTES:
            raise _Refused(f"its record takes {length} bytes")
        response = await self._client.get(uri.partition("#")[0], {"Range": f"bytes={begin}-{begin + length - 1}"})
        if response.status != 206:
            raise _Refused(f"its server answered {response.status}, not with the part of a file")
        record = self._record(response.body)
        if comparable_url(record.target_uri) != comparable_url(row.url):
            raise _Refused(f"in its place there is a record of {record.target_uri[:200]!r}")
        if f"{date_of(record):%Y%m%d%H%M%S}" != row.timestamp:
            raise _Refused(f"in its place there is a record of {date_of(record):%Y%m%d%H%M%S}")
        stated = record.fields.get("warc-payload-digest", "")
        if row.digest and stated and stated.upper() != row.digest.upper():
            raise _Refused(f"its record has the digest {stated}, the index states {row.digest}")
        if not _has_its_digest(record, stated):
            raise _Refused(f"what came has not the digest {stated} that its record states")
        self._writer.write_part(record, source_uri=uri, now=datetime.now(UTC))
        return record.kind == "response"

    def _record(self, body: bytes) -> Record:
        """Return the one record of a part; raises _Refused."""
        self._part.write_bytes(body)
        try:
            found = [each for each in scan(self._part) if each.kind in {"response", "revisit"}]
        except RecordingError as error:
            raise _Refused("what came is no record of a WARC file") from error
        if len(found) != 1 or not found[0].is_complete:
            raise _Refused("what came is not one whole record of a response")
        return found[0]


def _own_answer(response: Response) -> Exception:
    """Return what an answer of the archive itself means."""
    error = (response.headers.get("X-Archive-Wayback-Runtime-Error") or b"").decode("latin-1")[:200]
    if error:
        return _Refused(f"the archive does not give it: {error}")
    if response.status in {404, 410, 451}:
        return _Refused(f"the archive does not have it (http_{response.status})")
    return _Strange(f"{response.url}: http_{response.status}, and no capture: a block, or a captcha?")


def _has_its_digest(record: Record, stated: str) -> bool:
    if record.kind == "revisit" or not stated.startswith("sha1:"):
        return True
    head, _, body = record.block.partition(b"\r\n\r\n")
    if b"transfer-encoding" in head.lower():  # some writers compute it of the body without, some with that
        return True
    return stated.upper() == f"SHA1:{sha1_of(body)}"
