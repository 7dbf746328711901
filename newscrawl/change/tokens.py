"""The words of a passage, hyphenated and contracted ones whole, and what two passages do not share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import regex

# Of text with Latin letters and the usual punctuation only, the standard library finds the same words several times
# faster: these characters are of no other kind.
_NOT_PLAIN = re.compile("[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_MAX_REMEMBERED = 1_000  # characters of a passage
_PLAIN_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TOKEN = regex.compile(r"(?V1)[\p{L}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[\p{L}\p{M}]+")


def tokens(text: str) -> list[str]:
    return list(_short_tokens(text)) if len(text) <= _MAX_REMEMBERED else _found_tokens(text)


def _found_tokens(text: str) -> list[str]:
    found: list[str] = (_PLAIN_TOKEN if is_plain(text) else _TOKEN).findall(text)
    return found


# Of the passages of an edit, which are read for each kind of fact.
_short_tokens = lru_cache(maxsize=256)(_found_tokens)


def is_plain(text: str) -> bool:
    """Return whether a text has Latin letters and the usual punctuation only."""
    return text.isascii() or _NOT_PLAIN.search(text) is None


def without_common(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    before, after = Counter(old), Counter(new)
    return list((before - after).elements()), list((after - before).elements())
