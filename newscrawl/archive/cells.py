"""Values as cells of CSV (RFC 4180), and cells as values again: no cell is a formula, and none loses a character. Pure.

Null is an empty cell, and so is the empty text of a column that is never null; of others that is an apostrophe. Lists
and objects are JSON. A text that a spreadsheet would take for a formula, or that begins with an apostrophe, has an
apostrophe before it. A text with characters that programs lose or break lines at is a JSON string behind an apostrophe:
'"…".
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from newscrawl.archive.tables import NEVER_NULL, Type
from newscrawl.harmless_text import is_formula

_FRAGILE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ud800-\udfff]")
_ESCAPED = {code: f"\\u{code:04x}" for code in (0x7F, 0x85, 0x2028, 0x2029, 0xFEFF)}


def cell(value: Any, column_type: Type, name: str = "") -> str:
    """Return a value as a cell of a column."""
    if value is None:
        return ""
    if column_type in {Type.TEXTS, Type.NUMBERS, Type.JSON}:
        return _json(value)
    if column_type is Type.MOMENT:
        return str(value.astimezone(UTC).isoformat(timespec="milliseconds"))
    if column_type is Type.FLAG:
        return "true" if value else "false"
    if column_type is Type.TEXT:
        return _text_cell(str(value), name)
    return repr(value)


def _text_cell(text: str, name: str) -> str:
    if not text:
        return "" if name in NEVER_NULL else "'"
    if _FRAGILE.search(text):
        return f"'{_json(text)}"
    return f"'{text}" if text.startswith("'") or is_formula(text) else text


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if re.search("[\ud800-\udfff]", text):
        return json.dumps(value, separators=(",", ":"))
    return text.translate(_ESCAPED)


def value(text: str, column_type: Type, name: str = "") -> Any:
    """Return the value of a cell; raises ValueError for one that has none of its type."""
    if column_type is Type.TEXT:
        return _text(text, name)
    if not text:
        return None
    if column_type in {Type.TEXTS, Type.NUMBERS, Type.JSON}:
        return json.loads(text)
    if column_type is Type.MOMENT:
        return datetime.fromisoformat(text)
    if column_type is Type.FLAG:
        if text.lower() not in {"true", "false"}:
            raise ValueError(f"{text!r} is neither true nor false")
        return text.lower() == "true"
    return float(text) if column_type is Type.SHARE else int(text)


def _text(text: str, name: str) -> str | None:
    if not text:
        return "" if name in NEVER_NULL else None
    if not text.startswith("'"):
        return text
    if text.startswith("'\""):
        decoded = json.loads(text[1:])
        if not isinstance(decoded, str):
            raise ValueError(f"{text[:40]!r} is no text")
        return decoded
    return text[1:]
