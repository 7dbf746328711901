"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: '1 version', '1,200 changes'."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
