"""Captures as WARC/1.1 response records."""

from __future__ import annotations

import io
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.fetch.recorded_captures import CERTIFICATE_FAULT, ORIGINAL, RENDERED_FROM
from newscrawl.items import Capture

# The stored body is complete and decoded: headers that describe the transfer would be wrong for it.
_TRANSFER_HEADERS = {"content-encoding", "transfer-encoding", "content-length", "connection"}
_REASON_PHRASES = {200: "OK", 404: "Not Found", 410: "Gone"}


def write_record(file: BinaryIO, capture: Capture) -> str:
    """Append a capture as a gzipped response record; return the payload digest that the record states.

    Transfer headers are kept under the prefix X-Archive-Orig-; a certificate that was not valid is named in
    X-Archive-Certificate-Fault. Of a page that scripts drew it is the page; X-Archive-Rendered-From names the response.
    """
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    headers = [
        (f"{ORIGINAL}{name}" if name in _TRANSFER_HEADERS else name, _on_one_line(value))
        for name, value in capture.headers
    ]
    headers.append(("Content-Length", str(len(capture.body))))
    if capture.certificate_fault:
        headers.append((CERTIFICATE_FAULT, _on_one_line(capture.certificate_fault)))
    if capture.response_digest:
        headers.append((RENDERED_FROM, f"sha256:{capture.response_digest}"))
    status = f"{capture.status} {_REASON_PHRASES.get(capture.status, 'Recorded')}"
    record = writer.create_warc_record(
        capture.final_uri,
        "response",
        payload=io.BytesIO(capture.body),
        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Payload-Digest"))


def _on_one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
