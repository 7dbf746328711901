"""Recording: each exchange with the network becomes a pair of WARC/1.1 records (ISO 28500:2017)."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import os
from datetime import UTC, datetime
from http.client import responses as reason_phrases
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Headers, Request, Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.errors import RecordingError
from newscrawl.fetch.warc_reader import scan

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


class WarcWriter:
    """Appends exchanges to a file; each is a single write, so a killed process cannot leave half an exchange.

    An incomplete record at the end, left by a crash of the machine, is cut off when the file is opened. The file is
    gzipped if its name ends in .gz.
    """

    def __init__(self, path: Path, *, software: str, now: datetime) -> None:
        self._path = path
        self._lock = Lock()  # held while an exchange is written, perhaps in another thread
        self._is_gzip = path.suffix == ".gz"
        try:
            self._file = path.open("ab", buffering=0)
            # Two crawls would not mix their records, but one could cut off the record that the other is writing.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            complete_length = _complete_length(path)
            self._file.truncate(complete_length)
        except BlockingIOError as error:
            raise RecordingError(f"{path}: another crawl is recording to it") from error
        except OSError as error:
            raise RecordingError(f"{path}: cannot be written: {error.strerror}") from error
        if not complete_length:
            self._write(self._warcinfo(software, now))

    def write(self, request: Request, response: Response, *, at: datetime) -> None:
        """Append one exchange; raises RecordingError if it cannot be written."""
        buffer, writer = self._writer()
        fields = {"WARC-Date": warc_date(at), "WARC-Target-URI": request.url}
        response_record = writer.create_warc_record(
            request.url,
            "response",
            payload=BytesIO(response.body),
            length=len(response.body),
            http_headers=_response_head(response),
            warc_headers_dict=fields | _record_fields(response),
        )
        request_record = writer.create_warc_record(
            request.url,
            "request",
            payload=BytesIO(request.body),
            length=len(request.body),
            http_headers=_request_head(request),
            warc_headers_dict=dict(fields),
        )
        writer.write_request_response_pair(request_record, response_record)
        with self._lock:
            self._write(buffer.getvalue())

    def write_drawn(self, url: str, html: bytes, *, at: datetime) -> None:
        """Append the page that scripts drew from the response recorded for a URL at that moment (WARC 1.1, 6.9)."""
        buffer, writer = self._writer()
        fields = {
            "WARC-Date": warc_date(at),
            "WARC-Refers-To-Target-URI": url,
            "WARC-Refers-To-Date": warc_date(at),
        }
        record = writer.create_warc_record(
            url,
            "conversion",
            payload=BytesIO(html),
            length=len(html),
            warc_content_type="text/html; charset=utf-8",
            warc_headers_dict=fields,
        )
        writer.write_record(record)
        with self._lock:
            self._write(buffer.getvalue())

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _warcinfo(self, software: str, now: datetime) -> bytes:
        buffer, writer = self._writer()
        fields = {"software": software, "format": "WARC File Format 1.1"}
        record = writer.create_warcinfo_record(self._path.name, fields)
        record.rec_headers.replace_header("WARC-Date", warc_date(now))
        writer.write_record(record)
        return buffer.getvalue()

    def _writer(self) -> tuple[BytesIO, WARCWriter]:
        buffer = BytesIO()
        return buffer, WARCWriter(buffer, gzip=self._is_gzip, warc_version="1.1")

    def _packed(self, record: bytes) -> bytes:
        return gzip.compress(record) if self._is_gzip else record

    def _write(self, records: bytes) -> None:
        """Append records as a whole, or nothing of them."""
        length = os.fstat(self._file.fileno()).st_size
        try:
            written = self._file.write(records)
        except OSError as error:
            raise RecordingError(f"{self._path}: cannot be written: {error.strerror}") from error
        if written != len(records):
            self._file.truncate(length)
            raise RecordingError(f"{self._path}: cannot be written: the disk took {written} of {len(records)} bytes")


class HeadAsReceived(StatusAndHeaders):  # type: ignore[misc]
    """Header lines kept byte for byte: warcio itself percent-encodes what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.to_bytes(header_filter, "latin-1")


def _response_head(response: Response) -> HeadAsReceived:
    phrase = reason_phrases.get(response.status, "")
    return HeadAsReceived(
        f"{response.status} {phrase}", _pairs(response.headers), protocol=response.protocol or "HTTP/1.1"
    )


def _request_head(request: Request) -> HeadAsReceived:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pairs = [
        ("Host", parts.netloc),
        *((name, value) for name, value in _pairs(request.headers) if name.lower() not in _SECRET_HEADERS),
    ]
    return HeadAsReceived(f"{request.method} {target} HTTP/1.1", pairs, is_http_request=True)


def _record_fields(response: Response) -> dict[str, str]:
    """Return the WARC fields of a response: digest, IP address, truncation."""
    fields = {"WARC-Payload-Digest": f"sha256:{hashlib.sha256(response.body).hexdigest()}"}
    if response.ip_address is not None:
        fields["WARC-IP-Address"] = str(response.ip_address)
    if {"dataloss", "partial"} & set(response.flags):
        fields["WARC-Truncated"] = "disconnect" if "dataloss" in response.flags else "unspecified"
    return fields


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _complete_length(path: Path) -> int:
    """Return how many bytes of a file are complete records; raises RecordingError if it is no WARC file."""
    return max((record.end for record in scan(path) if record.is_complete), default=0)
