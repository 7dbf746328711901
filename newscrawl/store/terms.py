"""The terms under which searches find a text: content of `versions.terms`, `added.terms` and `removed.terms`.

An ordinary array with an index by time. MongoDB's text index would not do: it cannot return matches newest first
without sorting all of them, and it finds nothing in scripts without spaces between words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

from newscrawl.languages import UNSPACED_SCRIPTS

MAX_TERMS = 6000  # per version; the largest live blogs seen have about 5,000 distinct words
MAX_TERM_LENGTH = 40  # characters
_MARKS = regex.compile(r"\p{Mn}+")
# One character class per word, by set difference: a group with a look-ahead takes gigabytes on a word of 16 million
# letters.
_WORDS = regex.compile(rf"(?V1)[{UNSPACED_SCRIPTS}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED_SCRIPTS}]]+")
_IS_UNSPACED = regex.compile(rf"[{UNSPACED_SCRIPTS}]")


def folded(text: str) -> str:
    """Return `text` without case and accents: for searching, not for display."""
    return str(_MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def terms(texts: Iterable[str], *, maximum: int = MAX_TERMS) -> list[str]:
    """Return the distinct terms of texts: words; in scripts without spaces, pairs of characters."""
    distinct: dict[str, None] = {}
    for text in texts:
        for word in _WORDS.findall(folded(text)):
            for term in _pairs(word) if _IS_UNSPACED.match(word) else (word[:MAX_TERM_LENGTH],):
                distinct[term] = None
        if len(distinct) >= maximum:
            break
    return list(distinct)[:maximum]


def _pairs(characters: str) -> list[str]:
    return [characters[i : i + 2] for i in range(len(characters) - 1)] or [characters]
