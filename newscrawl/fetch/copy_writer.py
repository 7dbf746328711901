"""A WARC file of captures that were copied from a web archive, with where each came from (WARC-Source-URI)."""

from __future__ import annotations

from datetime import datetime
from http.client import responses as reason_phrases
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders

from newscrawl.errors import RecordingError
from newscrawl.fetch.archived_response import ArchivedResponse
from newscrawl.fetch.recording import date_of
from newscrawl.fetch.warc_reader import Record, scan
from newscrawl.fetch.warc_writer import HeadAsReceived, WarcWriter, warc_date

# As pywb's recorder names them: where a record was copied from, and when. WARC-Date stays that of the capture.
SOURCE_URI, COPIED_AT = "WARC-Source-URI", "WARC-Creation-Date"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class CopyWriter(WarcWriter):
    """Appends copies, each with a single write."""

    def write_copy(self, url: str, found: ArchivedResponse, *, source_uri: str, now: datetime) -> None:
        buffer, writer = self._writer()
        status = f"{found.status} {reason_phrases.get(found.status, '')}"
        record = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(found.body),
            length=len(found.body),
            http_headers=HeadAsReceived(status, found.headers, protocol="HTTP/1.1"),
            warc_headers_dict={**_fields(url, found.at, source_uri, now), "WARC-Payload-Digest": found.digest},
        )
        writer.write_record(record)
        self._append(buffer.getvalue())

    def write_check(self, url: str, at: datetime, digest: str, *, source_uri: str, now: datetime) -> None:
        """Append that the index lists the bytes of an earlier record once more (a revisit record)."""
        buffer, writer = self._writer()
        fields = {**_fields(url, at, source_uri, now), "WARC-Payload-Digest": digest, "WARC-Profile": PROFILE}
        record = writer.create_warc_record(
            url,
            "revisit",
            payload=BytesIO(b""),
            length=0,
            http_headers=StatusAndHeaders("200 OK", [], protocol="HTTP/1.1"),
            warc_headers_dict=fields,
        )
        writer.write_record(record)
        self._append(buffer.getvalue())

    def write_part(self, part: Record, *, source_uri: str, now: datetime) -> None:
        """Append a record of a file of the archive: its fields and its block as they are, and where it lay."""
        kept = {
            name: value
            for name, value in part.fields.items()
            if name not in {"content-length", "warc-source-uri", "warc-creation-date", "warc-record-id", "warc-date"}
        }
        ours = {
            "WARC-Record-ID": part.fields.get("warc-record-id", ""),
            "WARC-Date": warc_date(date_of(part)),
            SOURCE_URI: source_uri,
            COPIED_AT: warc_date(now),
        }
        lines = [f"{name}: {' '.join(value.split())}" for name, value in {**kept, **ours}.items() if value]
        head = "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {len(part.block)}", "", ""])
        self._append(self._packed(head.encode("utf-8", "surrogateescape") + part.block + b"\r\n\r\n"))

    def _append(self, records: bytes) -> None:
        with self._lock:
            self._write(records)


def _fields(url: str, at: datetime, source_uri: str, now: datetime) -> dict[str, str]:
    return {
        "WARC-Target-URI": url, "WARC-Date": warc_date(at), SOURCE_URI: source_uri, COPIED_AT: warc_date(now),
    }  # fmt: skip


def copied(path: Path) -> set[str]:
    """Return where the records of a file of copies came from; none of one that is not there."""
    if not path.exists():
        return set()
    try:
        return {uri for record in scan(path) if record.is_complete and (uri := record.fields.get(SOURCE_URI.lower()))}
    except RecordingError as error:
        raise RecordingError(f"{error}; move the file away to fetch its captures again") from error
