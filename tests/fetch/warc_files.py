"""WARC files for tests, as warcio writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
BODY = "<html><body>Über 20 % – “ja”</body></html>".encode()


def entry(body: bytes = BODY, *headers: tuple[str, str], status: str = "200 OK") -> dict[str, Any]:
    return {"http_headers": StatusAndHeaders(status, list(headers), protocol="HTTP/1.1"), "payload": BytesIO(body)}


def warc(
    *records: tuple[str, str, datetime, dict[str, Any]], is_gzip: bool = True, fields: dict[str, str] | None = None
) -> bytes:
    """Return a WARC file of (kind, URL, date, entry)."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=is_gzip, warc_version="1.1")
    for kind, url, date, content in records:
        warc_fields = {"WARC-Date": date.isoformat().replace("+00:00", "Z"), **(fields or {})}
        size = len(content["payload"].getvalue())
        writer.write_record(writer.create_warc_record(url, kind, length=size, warc_headers_dict=warc_fields, **content))
    return buffer.getvalue()


def response(url: str, hours: int = 0, body: bytes = BODY, *headers: tuple[str, str]) -> Any:
    return ("response", url, NOON + timedelta(hours=hours), entry(body, *headers))
