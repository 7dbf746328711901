"""Captures as WARC/1.1 response records."""

from __future__ import annotations

import io
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.items import Capture

# The stored body is decoded and whole: headers that describe the transfer would be false for it.
_TRANSFER = {"content-encoding", "transfer-encoding", "content-length", "connection"}
_REASONS = {200: "OK", 404: "Not Found", 410: "Gone"}


def record(file: BinaryIO, capture: Capture) -> str:
    """Append a capture as a gzipped response record; return the digest of its payload as the record states it.

    Headers of the transfer are kept under X-Archive-Orig-.
    """
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    headers = [(f"X-Archive-Orig-{k}" if k in _TRANSFER else k, _line(v)) for k, v in capture.headers]
    headers.append(("Content-Length", str(len(capture.body))))
    status = f"{capture.status} {_REASONS.get(capture.status, 'RecordedItem')}"
    http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
    date = capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    warc_headers = {"WARC-Date": date}
    made = writer.create_warc_record(
        capture.final_uri,
        "response",
        payload=io.BytesIO(capture.body),
        http_headers=http,
        warc_headers_dict=warc_headers,
    )
    writer.write_record(made)
    return str(made.rec_headers.get_header("WARC-Payload-Digest"))


def _line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
