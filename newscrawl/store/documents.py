"""Values as BSON documents hold them: types, limits and keys that all collections share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import bson
from bson.errors import InvalidDocument, InvalidStringData
from bson.raw_bson import RawBSONDocument

from newscrawl.errors import DocumentTooLarge

Document = dict[str, Any]
MAX_BYTES = 16 * 2**20 - 16 * 2**10  # MongoDB's limit, less room for fields that updates add


def milliseconds(moment: datetime) -> datetime:
    """Return `moment` as BSON stores it: in UTC, cut to milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def repaired(text: str) -> str:
    """Return `text` as UTF-8 can hold it: surrogate pairs joined, lone surrogates as U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_bson(value: Any) -> Any:
    """Return a value in the types that BSON has; strings and keys that BSON refuses are repaired."""
    kind = type(value)  # asked first: most values of a version are plain strings, and this costs a third less
    if kind is str:
        return repaired(value)
    if value is None or kind is bool or kind is float:
        return value
    if isinstance(value, str):
        return repaired(value.value if isinstance(value, Enum) else value)
    if isinstance(value, float):
        return value
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict | Mapping):
        return {_key(key): to_bson(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_bson(item) for item in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _key(key: object) -> str:
    text = repaired(str(key))
    text = text.replace("\0", "�") if "\0" in text else text
    return "＄" + text[1:] if text.startswith("$") else text


def encoded(document: Document, name: str) -> RawBSONDocument:
    """Return `document` ready to insert; raises DocumentTooLarge with `name` above MongoDB's limit."""
    try:
        raw = bson.encode(document)
    except (InvalidDocument, InvalidStringData, UnicodeEncodeError, OverflowError):
        raw = bson.encode(to_bson(document))
    if len(raw) > MAX_BYTES:
        raise DocumentTooLarge(f"{name} takes {len(raw):,} bytes; MongoDB holds {MAX_BYTES:,} in one document")
    return RawBSONDocument(raw)


def require_text_fits(paragraphs: Iterable[str], name: str) -> None:
    """Raise DocumentTooLarge with `name` if the text alone exceeds a document, before anything is computed from it."""
    size = sum(len(paragraph.encode("utf-8", "replace")) for paragraph in paragraphs)
    if size > MAX_BYTES:
        raise DocumentTooLarge(f"{name} has {size:,} bytes of text; MongoDB holds {MAX_BYTES:,} in one document")


def version_id(article_id: str, number: int) -> str:
    """Return the `_id` of a version, which its added and removed passages have too."""
    return f"{article_id}:{number}"
