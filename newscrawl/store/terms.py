"""The words under which a text is found: what `versions.terms`, `added.terms` and `removed.terms` hold.

An ordinary array with an index by time, not MongoDB's text index: that one cannot return matches newest first without
sorting all of them, and finds nothing in scripts that do not put spaces between words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

from newscrawl.languages import UNSPACED_SCRIPTS

MAX_TERMS = 6000  # terms of one version; the largest live blogs seen hold about 5,000 distinct words
MAX_TERM_LENGTH = 40  # characters of one term
_MARKS = regex.compile(r"\p{Mn}+")
# One class a word, by set difference: a group with a look-ahead takes gigabytes on a word of 16 million letters.
_WORDS = regex.compile(rf"(?V1)[{UNSPACED_SCRIPTS}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED_SCRIPTS}]]+")
_IS_UNSPACED = regex.compile(rf"[{UNSPACED_SCRIPTS}]")


def folded(text: str) -> str:
    """Return `text` without case and accents, for finding only."""
    return str(_MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def terms(texts: Iterable[str], *, most: int = MAX_TERMS) -> list[str]:
    """Return the distinct terms of texts: words; pairs of characters where a script puts no spaces."""
    found: dict[str, None] = {}
    for text in texts:
        for run in _WORDS.findall(folded(text)):
            for term in _pairs(run) if _IS_UNSPACED.match(run) else (run[:MAX_TERM_LENGTH],):
                found[term] = None
        if len(found) >= most:
            break
    return list(found)[:most]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
