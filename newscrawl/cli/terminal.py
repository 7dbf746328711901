"""Output of commands: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
# Overrides and isolates reorder text on a terminal, so that a headline could be displayed as another one.
_BIDI = {code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
# The same in JSON, where an escape stands for the character itself; json.dumps escapes the other controls.
_JSON = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, *_BIDI)}
PIPED_WIDTH = 240  # columns; output for programs should not be wrapped


def console(*, err: bool = False) -> Console:
    width = None if (sys.stderr if err else sys.stdout).isatty() else PIPED_WIDTH
    return Console(stderr=err, highlight=False, width=width)


def safe(text: str | None) -> str:
    """Return text of a page without control characters and direction overrides, safe to print on a terminal."""
    return (text or "").translate(_CONTROLS | _BIDI)


def cell(text: str | None) -> Text:
    """Return text for a cell of a table; rich would parse a plain string as markup."""
    return Text(safe(text))


def print_json(value: Any) -> None:
    """Print one JSON document; datetimes as ISO 8601 in UTC with Z."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain).translate(_JSON) + "\n")


def print_json_line(value: Any) -> None:
    """Print one value as one line of JSON."""
    line = json.dumps(value, ensure_ascii=False, default=_plain).translate(_JSON)
    sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def when(moment: datetime | None) -> str:
    return "–" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
