"""The line that begins a record of an ARC file: version 1 has five fields, version 2 ten. Pure.

Crawlers of then did not escape addresses, and copied the Content-Type as it was sent: both have blanks. What is without
doubt is searched for instead: a date behind an IP address, and a length at the end.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

MAX_LINE = 1 << 14
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,15}:[^\r\n]")
_IP = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]{0,44}:[0-9A-Fa-f:.]{1,44}|-")
_DATE = re.compile(rb"\d{14}|\d{12}")  # some have no seconds
_LENGTH = re.compile(rb"\d{1,15}")
_STATUS = re.compile(rb"\d{3}|-")
_FURTHER = 5  # of version 2, between content type and length: status, checksum, location, offset, file name
_MAX_FIELDS = 400


def fields_of(line: bytes) -> dict[str, str] | None:
    """Return the fields of a record's first line under the names that WARC has for them; None if it is no such line."""
    if not line.endswith(b"\n") or len(line) > MAX_LINE or _SCHEME.match(line) is None:
        return None
    parts = line.strip(b"\r\n").split(b" ")
    if not 4 <= len(parts) <= _MAX_FIELDS or _LENGTH.fullmatch(parts[-1]) is None:
        return None
    at = next(
        (at for at in range(len(parts) - 2, 1, -1) if _DATE.fullmatch(parts[at]) and _IP.fullmatch(parts[at - 1])), 0
    )
    date = _instant(parts[at]) if at else None
    if date is None:
        return None
    is_response = not line.lower().startswith(b"filedesc:")
    return {
        "warc-type": "response" if is_response else "warcinfo",
        "warc-record-id": f"<urn:uuid:{uuid4()}>",
        "warc-target-uri": _text(b" ".join(parts[: at - 1])).replace(" ", "%20"),
        "warc-ip-address": _text(parts[at - 1]),
        "warc-date": date,
        "content-type": "application/http;msgtype=response" if is_response else _media_type(parts[at + 1 : -1]),
        "content-length": _text(parts[-1]),
    }


def _media_type(parts: list[bytes]) -> str:
    if len(parts) > _FURTHER and _STATUS.fullmatch(parts[-_FURTHER]):
        parts = parts[:-_FURTHER]
    return _text(b" ".join(parts))


def _instant(date: bytes) -> str | None:
    """Return a date as WARC has it; a day or an hour that there is not is no reason to give up the record's bytes."""
    try:
        moment = datetime.strptime(date.decode().ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return moment.isoformat().replace("+00:00", "Z")


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
