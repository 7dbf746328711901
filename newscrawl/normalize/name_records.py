"""Authors whom content systems state as JSON in a text: a person's record, or a list of names or records."""

from __future__ import annotations

import json
from collections.abc import Iterator

MAX_DEPTH = 4


def texts_of_records(text: str) -> list[str]:
    """Return the names in a text that is JSON, else the text: brackets around it say little ("[Seoul] Ada Lind")."""
    if not text.lstrip().startswith(("{", "[")):
        return [text]
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    return list(_names(stated, MAX_DEPTH))


def _names(stated: object, depth: int) -> Iterator[str]:
    if isinstance(stated, str):
        yield stated
    elif isinstance(stated, dict) and depth:
        yield from _names(stated.get("name"), depth - 1)
    elif isinstance(stated, list) and depth:
        for part in stated:
            yield from _names(part, depth - 1)
