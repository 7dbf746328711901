"""Replay: WARC files answer in place of the network."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from newscrawl.errors import NotRecorded, RecordingError
from newscrawl.fetch.recording import Edition, RecordedResponse, Recording, comparable_url
from newscrawl.fetch.warc_reader import Record, record_at
from newscrawl.items import GZIP_MAGIC

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,32}+)[ \t]{0,99}+(?:;[^\r\n]{0,999})?\r\n")
_CHUNK_SIZE_ON_UNIX = re.compile(rb"([0-9A-Fa-f]{1,32}+)[ \t]{0,99}+(?:;[^\r\n]{0,999})?\n")
# "100 Continue" and "103 Early Hints", which came before the response and are recorded with it.
_INTERIM = re.compile(rb"(?:HTTP/\d(?:\.\d)?[ \t]+1\d\d[^\r\n]*(?:\r?\n[^\r\n]+){0,100}\r?\n\r?\n)+(?=HTTP/)")
_DECODED = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!--|(?:!doctype|html|head|body|\?xml|rss|feed|urlset)\b)", re.I)
_MAX_DIGITS = 18
_LINE_END, _HEAD_END = re.compile(rb"\r?\n"), re.compile(rb"\r?\n\r?\n")  # some servers sent no carriage returns
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")


class Records:
    """The responses of a recording, or of one of its editions, by URL and in the order of their dates.

    The nth request to a URL gets its nth response; the last one repeats.
    """

    def __init__(self, path: Path, *, edition: Edition | None = None) -> None:
        self._path = path
        self.is_edition = edition is not None
        self.recording = edition.recording if edition else Recording(path)
        captures = edition.captures if edition else self.recording.captures
        self._answers: dict[str, list[RecordedResponse]] = defaultdict(list)
        self._answered: dict[str, int] = defaultdict(int)
        for capture in captures:
            self._answers[capture.key].append(capture)

    @property
    def first_date(self) -> datetime:
        """The date of the oldest response."""
        return min(captures[0].date for captures in self._answers.values())

    def holds(self, url: str) -> bool:
        """Return whether there is a response for this URL."""
        return comparable_url(url) in self._answers

    def unanswered(self) -> list[str]:
        """Return the recorded URLs that no request asked for, in the order of their dates."""
        return [captures[0].url for key, captures in self._answers.items() if key not in self._answered]

    def answer(self, request: Request) -> tuple[Response, datetime]:
        """Return the next response to a request, and its date; raises NotRecorded or RecordingError."""
        key = comparable_url(request.url)
        captures = self._answers.get(key) or self.recording.robots(key, self.first_date)
        if not captures:
            raise NotRecorded(f"{request.url} is not recorded in {self._path}")
        capture = captures[min(self._answered[key], len(captures) - 1)]
        self._answered[key] += 1
        record = record_at(capture.path, capture.offset, capture.inner)
        if record.kind == "revisit":
            return self._revisited(record, request.url), capture.date
        return response_of(record, request.url), capture.date

    def drawn(self, url: str, at: datetime) -> bytes:
        """Return the page that scripts drew from the response of that moment; raises NotRecorded."""
        found = self.recording.drawn.get((comparable_url(url), at))
        if found is None:
            raise NotRecorded(f"{url} is recorded in {self._path} without the page that scripts drew from it")
        return record_at(found.path, found.offset, found.inner).block

    def _revisited(self, record: Record, url: str) -> Response:
        """Return the response of a revisit record: a 304, or the new headers with the body of an earlier record."""
        response = response_of(record, url)
        if is_not_modified(record):
            return response.replace(status=304)
        original = self.recording.by_digest.get(record.fields.get("warc-payload-digest", ""))
        if original is None:
            raise NotRecorded(f"{url} is recorded as unchanged since a capture that is not in {self._path}")
        original_response = response_of(record_at(original.path, original.offset, original.inner), url)
        if not response.headers:
            return original_response.replace(status=response.status)
        return response.replace(body=original_response.body)


_records: WeakKeyDictionary[Crawler, Records] = WeakKeyDictionary()


def records_of(crawler: Crawler) -> Records | None:
    """Return the records that NEWSCRAWL_REPLAY names, read once per crawl; None if it is not set."""
    path = crawler.settings.get("NEWSCRAWL_REPLAY")
    if path and crawler not in _records:
        _records[crawler] = Records(Path(path), edition=crawler.settings.get("NEWSCRAWL_REPLAY_EDITION"))
    return _records.get(crawler)


def is_not_modified(record: Record) -> bool:
    """Return whether a revisit record is a 304, and not the same page sent again (WARC 1.1, 6.7)."""
    return record.fields.get("warc-profile", "").endswith("server-not-modified")


def response_of(record: Record, url: str) -> Response:
    """Return a record's HTTP response as from the network: without transfer coding, with content coding."""
    interim = _INTERIM.match(record.block)
    head, *rest = _HEAD_END.split(record.block[interim.end() :] if interim else record.block, maxsplit=1)
    body = rest[0] if rest else b""
    status_line, *header_lines = _LINE_END.split(head)
    status = _STATUS.match(status_line)
    if status is None and record.is_complete and record.block:
        raise RecordingError(f"{record.path}: unreadable at byte {record.offset}: no HTTP response in the record")
    headers = _headers(header_lines)
    is_cut = not record.is_complete or record.fields.get("warc-truncated", "") in {"disconnect", "length", "time"}
    if b"chunked" in b",".join(headers.pop("Transfer-Encoding", [])).lower():
        chunks, is_broken = _dechunked(body)
        is_cut = is_cut or is_broken
        if chunks is not None:  # a length beside chunks does not count (RFC 9112, 6.3)
            body = chunks
            headers.pop("Content-Length", None)
    is_cut = is_cut or len(body) < _stated_length(headers)
    if _is_decoded(headers, body):
        del headers["Content-Encoding"]  # some archives decompress the body and leave the header
    response_class = responsetypes.from_args(headers=headers, url=url, body=body)
    flags = ["dataloss"] if is_cut else ["partial"] if "warc-truncated" in record.fields else []
    return response_class(url=url, status=int(status[1]) if status else 200, headers=headers, body=body, flags=flags)


def _headers(lines: list[bytes]) -> Headers:
    # By name first: Headers.appendlist copies all earlier values of a name, which is quadratic (Scrapy 2.19).
    values: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            values[name.strip().title()].append(value.strip())
    return Headers(values)


def _stated_length(headers: Headers) -> int:
    value = (headers.get("Content-Length") or b"").strip()
    if value.isdigit() and len(value) > _MAX_DIGITS:  # int() refuses thousands of digits; no body is that long
        return sys.maxsize
    return int(value) if value.isdigit() else 0


def _is_decoded(headers: Headers, body: bytes) -> bool:
    """Return whether a body has no content coding, though its headers state one: no coded one begins with such tags."""
    coding = headers.get("Content-Encoding") or b""
    is_unzipped = b"gzip" in coding and bool(body) and not body.startswith(GZIP_MAGIC)
    return is_unzipped or (bool(coding) and _DECODED.match(body) is not None)


def _dechunked(body: bytes) -> tuple[bytes | None, bool]:
    """Return a body without chunk framing, None if it has none, and whether the framing breaks off."""
    parts: list[bytes] = []
    at = 0
    framing, line_end = _framing(body)
    while size_line := framing.match(body, at):
        size = int(size_line[1], 16)
        if size == 0:
            return b"".join(parts), False
        parts.append(body[size_line.end() : size_line.end() + size])
        at = size_line.end() + size + len(line_end)
    return (b"".join(parts), True) if parts else (None, False)


def _framing(body: bytes) -> tuple[re.Pattern[bytes], bytes]:
    """Return how the lines around chunks end: some servers send no carriage returns, and then the first must fit."""
    first = _CHUNK_SIZE_ON_UNIX.match(body)
    if first and not _CHUNK_SIZE.match(body) and body.startswith(b"\n", first.end() + int(first[1], 16)):
        return _CHUNK_SIZE_ON_UNIX, b"\n"
    return _CHUNK_SIZE, b"\r\n"
