"""Patterns that are compiled when they are first used: long ones cost a tenth of a second, which few commands need."""

from __future__ import annotations

from typing import Any, cast

import regex


class _LazyPattern:
    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Return a method of the compiled pattern; it is found without this function from then on."""
        found = getattr(regex.compile(self._source, self._flags), name)
        setattr(self, name, found)
        return found


def lazy_pattern(source: str, flags: int = 0) -> regex.Pattern[str]:
    """Return what is used as the compiled pattern, methods and attributes; a wrong one fails at its first use."""
    return cast("regex.Pattern[str]", _LazyPattern(source, flags))
