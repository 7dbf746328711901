"""Combining marks: how many of them a letter has, since normal forms take quadratic time in their number."""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS_PER_LETTER = 8  # more than any script puts on one letter
# The ranges that hold marks with a canonical combining class: those that NFC sorts (Unicode, 3.11).
_RANGES = ((0x300, 0x3400), (0xA000, 0xAC00), (0xFB00, 0xFE30), (0x10000, 0x1F000))
# Of class 0, and still put on letters: the joiner of marks, Cyrillic numbers, Thai vowels, enclosing signs.
_MARKS = "\u034f\u0483-\u0489\u0e31-\u0e4e\u1ab0-\u1aff\u20d0-\u20ff" + "".join(
    char for first, end in _RANGES for char in map(chr, range(first, end)) if unicodedata.combining(char)
)
# Without the astral planes: a class with them is compared range by range with each character, 110 ns instead of 3.
BASIC_MARKS = "".join(char for char in _MARKS if char < "\U00010000")
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BASIC_MARK = re.compile(f"[{BASIC_MARKS}]")
_EXCESS = re.compile(f"([{_MARKS}]{{{MAX_MARKS_PER_LETTER}}})[{_MARKS}]++")
_MANY = 100  # their number shows in the time of normalising a text
_MANY_BASIC, _MANY_OF_ALL = (re.compile(f"[{marks}]{{{_MANY}}}") for marks in (BASIC_MARKS, _MARKS))


def without_excess_marks(text: str) -> str:
    """Return text with at most MAX_MARKS_PER_LETTER marks on a letter."""
    return _EXCESS.sub(r"\1", text) if _BASIC_MARK.search(text) or ASTRAL.search(text) else text


def has_many_marks(text: str) -> bool:
    """Return whether a letter has so many marks that it takes long to normalise them."""
    if text.isascii():
        return False
    return _MANY_BASIC.search(text) is not None or (bool(ASTRAL.search(text)) and bool(_MANY_OF_ALL.search(text)))
