"""Replay: WARC files answer in place of the network."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from w3lib.url import safe_url_string

from newscrawl.errors import NotRecorded, RecordingError
from newscrawl.fetch.warc_reader import Record, record_at, scan
from newscrawl.items import GZIP_MAGIC

_SUFFIXES = (".warc", ".warc.gz")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    offset: int
    date: datetime


class Records:
    """The responses in a WARC file, or in the files of a folder, by URL and in the order of their dates.

    The nth request to a URL gets its nth response; the last one repeats.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, list[_Entry]] = defaultdict(list)
        self._by_digest: dict[str, _Entry] = {}
        self._answered: dict[str, int] = defaultdict(int)
        for file in _files(path):
            for record in scan(file):
                self._add(record)
        if not self._answers:
            raise RecordingError(f"{path}: contains no response")
        for entries in self._answers.values():
            entries.sort(key=lambda entry: entry.date)

    @property
    def first_date(self) -> datetime:
        """The date of the oldest response."""
        return min(entries[0].date for entries in self._answers.values())

    def holds(self, url: str) -> bool:
        """Return whether there is a response for this URL."""
        return _comparable_url(url) in self._answers

    def answer(self, request: Request) -> tuple[Response, datetime]:
        """Return the next response to a request, and its date; raises NotRecorded or RecordingError."""
        key = _comparable_url(request.url)
        entries = self._answers.get(key)
        if not entries:
            raise NotRecorded(f"{request.url} is not recorded in {self._path}")
        entry = entries[min(self._answered[key], len(entries) - 1)]
        self._answered[key] += 1
        record = record_at(entry.path, entry.offset)
        if record.kind == "revisit":
            return self._revisited(record, request.url), entry.date
        return _response(record, request.url), entry.date

    def _add(self, record: Record) -> None:
        if record.kind not in {"response", "revisit"} or not record.target_uri.startswith(("http://", "https://")):
            return
        entry = _Entry(record.path, record.offset, _date(record))
        self._answers[_comparable_url(record.target_uri)].append(entry)
        digest = record.fields.get("warc-payload-digest")
        if digest and record.kind == "response":
            self._by_digest.setdefault(digest, entry)

    def _revisited(self, record: Record, url: str) -> Response:
        """Return the response of a revisit record: a 304, or the new headers with the body of an earlier record."""
        response = _response(record, url)
        if record.fields.get("warc-profile", "").endswith("server-not-modified"):
            return response.replace(status=304)
        original = self._by_digest.get(record.fields.get("warc-payload-digest", ""))
        if original is None:
            raise NotRecorded(f"{url} is recorded as unchanged since a capture that is not in {self._path}")
        original_response = _response(record_at(original.path, original.offset), url)
        if not response.headers:
            return original_response.replace(status=response.status)
        return response.replace(body=original_response.body)


_records: WeakKeyDictionary[Crawler, Records] = WeakKeyDictionary()


def records_of(crawler: Crawler) -> Records | None:
    """Return the records that NEWSCRAWL_REPLAY names, read once per crawl; None if it is not set."""
    path = crawler.settings.get("NEWSCRAWL_REPLAY")
    if path and crawler not in _records:
        _records[crawler] = Records(Path(path))
    return _records.get(crawler)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise RecordingError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.name.endswith(_SUFFIXES))
    if not files:
        raise RecordingError(f"{path}: contains no file whose name ends in .warc or .warc.gz")
    return files


def _date(record: Record) -> datetime:
    text = record.fields.get("warc-date", "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordingError(f"{record.path}: unreadable at byte {record.offset}: WARC-Date {text!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _comparable_url(url: str) -> str:
    """Return a URL in one spelling, so that equal URLs compare equal."""
    parts = urlsplit(safe_url_string(url))
    netloc = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, " "))
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _response(record: Record, url: str) -> Response:
    """Return a record's HTTP response as from the network: without transfer coding, with content coding."""
    head, _, body = record.block.partition(b"\r\n\r\n")
    status_line, *header_lines = head.split(b"\r\n")
    status = _STATUS.match(status_line)
    if status is None and record.is_complete and record.block:
        raise RecordingError(f"{record.path}: unreadable at byte {record.offset}: no HTTP response in the record")
    headers = _headers(header_lines)
    is_cut = not record.is_complete or record.fields.get("warc-truncated", "") in {"disconnect", "length", "time"}
    if b"chunked" in b",".join(headers.pop("Transfer-Encoding", [])).lower():
        body, is_broken = _dechunked(body)
        is_cut = is_cut or is_broken
    is_cut = is_cut or len(body) < _stated_length(headers)
    if b"gzip" in (headers.get("Content-Encoding") or b"") and body and not body.startswith(GZIP_MAGIC):
        del headers["Content-Encoding"]  # some archives decompress the body and leave the header
    response_class = responsetypes.from_args(headers=headers, url=url, body=body)
    flags = ["dataloss"] if is_cut else ["partial"] if "warc-truncated" in record.fields else []
    return response_class(url=url, status=int(status[1]) if status else 200, headers=headers, body=body, flags=flags)


def _headers(lines: list[bytes]) -> Headers:
    headers = Headers()
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers.appendlist(name.strip(), value.strip())
    return headers


def _stated_length(headers: Headers) -> int:
    value = (headers.get("Content-Length") or b"").strip()
    return int(value) if value.isdigit() else 0


def _dechunked(body: bytes) -> tuple[bytes, bool]:
    """Return a body without chunk framing, and whether the framing breaks off; a body without any is returned as is."""
    parts: list[bytes] = []
    at = 0
    while size_line := _CHUNK_SIZE.match(body, at):
        size = int(size_line[1], 16)
        if size == 0:
            return b"".join(parts), False
        parts.append(body[size_line.end() : size_line.end() + size])
        at = size_line.end() + size + 2
    return (b"".join(parts), True) if parts else (body, False)
