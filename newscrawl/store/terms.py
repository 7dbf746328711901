"""The terms under which searches find a text: content of `versions.terms`, `added.terms` and `removed.terms`.

An ordinary array with an index by time. MongoDB's text index would not do: it cannot return matches newest first
without sorting all of them, and it finds nothing in scripts without spaces between words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import regex

from newscrawl.languages import UNSPACED_SCRIPTS

MAX_TERMS = 6000  # per version; the largest live blogs seen have about 5,000 distinct words
MAX_TERM_LENGTH = 40  # characters
_MARKS = regex.compile(r"\p{Mn}+")
# One character class per word, by set difference: a group with a look-ahead takes gigabytes on a word of 16 million
# letters.
_WORDS = regex.compile(rf"(?V1)[{UNSPACED_SCRIPTS}]+|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED_SCRIPTS}]]+")
_SPACED_WORDS = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_ASCII_WORDS = re.compile(r"[A-Za-z0-9]+")
_IS_UNSPACED = regex.compile(rf"[{UNSPACED_SCRIPTS}]")
_HAN = regex.compile(r"\p{Han}")


def folded(text: str) -> str:
    """Return `text` without case and accents: for searching, not for display."""
    if text.isascii():
        return text.lower()
    return str(_MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def terms(texts: Iterable[str], *, maximum: int = MAX_TERMS) -> list[str]:
    """Return the distinct terms of texts: words; in scripts without spaces, pairs of characters, and single Han ones.

    Words of one letter are usual in Han alone; single kana or Thai letters would be found in every text.
    """
    distinct: dict[str, None] = {}
    single: dict[str, None] = {}
    for text in texts:
        content = folded(text)
        if (spaced := _spaced_words(content)) is not None:
            distinct.update((word[:MAX_TERM_LENGTH], None) for word in spaced)
        else:
            for word in _WORDS.findall(content):
                if is_unspaced(word):
                    distinct.update(dict.fromkeys(_pairs(word)))
                    single.update(dict.fromkeys(_HAN.findall(word)))
                else:
                    distinct[word[:MAX_TERM_LENGTH]] = None
        if len(distinct) >= maximum:
            break
    return list(distinct | single)[:maximum]


def _spaced_words(content: str) -> list[str] | None:
    """Return the words of a folded text in which none is unspaced, as `_WORDS` has them; None for any other text.

    Most texts are of this kind, and it takes a fifth to a half of the time.
    """
    if content.isascii():
        return _ASCII_WORDS.findall(content)
    return None if _IS_UNSPACED.search(content) else _SPACED_WORDS.findall(content)


def query_terms(text: str) -> list[str]:
    """Return the distinct terms that a text must have to contain these words: without the letters of longer words."""
    words = _WORDS.findall(folded(text))
    found = [term for word in words for term in (_pairs(word) if is_unspaced(word) else (word[:MAX_TERM_LENGTH],))]
    return list(dict.fromkeys(found))


def is_unspaced(word: str) -> bool:
    """Return whether a word begins in a script that is written without spaces."""
    return _IS_UNSPACED.match(word) is not None


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a text as it is shown begin and end; of an unspaced script, whole runs of letters."""
    for match in _WORDS.finditer(text):
        yield match.span()


def _pairs(characters: str) -> list[str]:
    return [characters[i : i + 2] for i in range(len(characters) - 1)] or [characters]
