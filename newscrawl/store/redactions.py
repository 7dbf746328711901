"""Passages withheld for legal reasons: how their words are found in texts and pages, and what stands in their place.

Pure: the words and reasons are kept with the article, the versions themselves stay as they were recorded.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from newscrawl.languages import UNSPACED_SCRIPTS

# What the newspaper wrote, in an article's and in a version's document. Addresses and keys stay: where one of those
# tells too much, the version is to be hidden.
TEXTS = ("headline", "alternative_headlines", "byline", "author", "description", "section", "paragraphs")
_QUOTES = "'\"‘’‚‛“”„‟‹›«»`´"
_DASHES = "-‐‑‒–—―−"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060\ufeff]*"
# Scripts without spaces have no word's end to look for.
_UNSPACED = regex.compile(f"[{UNSPACED_SCRIPTS}]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
_TAG = regex.compile(r"<[^<>]*>")
_ESCAPE = regex.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Redaction:
    words: str
    reason: str

    @property
    def mark(self) -> str:
        return f"[passage withheld: {self.reason}]"


class Redactor:
    """The withheld passages of one article, laid over whatever is told of it."""

    def __init__(self, passages: Sequence[Redaction]) -> None:
        self.reasons = "; ".join(dict.fromkeys(passage.reason for passage in passages))
        self._passages = tuple((passage.mark, _pattern(passage.words)) for passage in passages)

    @classmethod
    def of(cls, article: Mapping[str, Any] | None) -> Redactor | None:
        """Return the redactor of an article's document; None, as nearly always, if nothing of it is withheld."""
        kept = ((article or {}).get("withheld") or {}).get("passages")
        return cls([Redaction(p["words"], p["reason"]) for p in kept]) if kept else None

    def covers(self, text: str) -> bool:
        """Tell whether any of the words stand in a text."""
        text = unicodedata.normalize("NFC", text)
        return any(pattern.search(text) for _, pattern in self._passages)

    def text(self, text: str) -> str:
        """Return a text with a neutral mark in the place of the words; passages that overlap get one."""
        whole = unicodedata.normalize("NFC", text)
        spans = sorted((m.start(), m.end(), mark) for mark, pattern in self._passages for m in pattern.finditer(whole))
        if not spans:
            return text
        shown, at = [], 0
        for start, end, mark in spans:
            if start >= at:
                shown += [whole[at:start], mark]
            at = max(at, end)
        return "".join(shown) + whole[at:]

    def value(self, value: Any) -> Any:
        """Return a value of a document with all its texts so."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value

    def is_in_page(self, body: bytes) -> bool:
        """Tell whether a page as fetched holds the words: as text, across markup, or escaped in its data."""
        return any(self.covers(extraction) for extraction in _readings(body))


def _pattern(words: str) -> regex.Pattern[str]:
    """Return what finds words as newspapers vary them: any case, spaces, quotes, dashes, invisible characters."""
    words = " ".join(unicodedata.normalize("NFC", words).split())
    pattern = _INVISIBLE.join(_character(c) for c in words)
    before = r"(?<![\p{L}\p{M}\p{N}])" if _has_end(words[:1]) else ""
    after = r"(?![\p{L}\p{M}\p{N}])" if _has_end(words[-1:]) else ""
    return regex.compile(before + pattern + after, regex.IGNORECASE)


def _character(c: str) -> str:
    if c == " ":
        return r"\s+"
    variants = next((variants for variants in (_QUOTES, _DASHES) if c in variants), c)
    return f"[{regex.escape(variants)}]"


def _has_end(c: str) -> bool:
    return bool(_WORD.match(c)) and not _UNSPACED.match(c)


def _readings(body: bytes) -> Iterator[str]:
    """Return a page as each of the texts that somebody could read from it."""
    for charset in ("utf-8", "cp1252"):
        plain = html.unescape(body.decode(charset, "replace"))
        yield plain
        yield _ESCAPE.sub(_unescaped, plain)
        yield _TAG.sub("", plain)
        yield _TAG.sub(" ", plain)


def _unescaped(match: regex.Match[str]) -> str:
    return str(json.loads(f'"{match[0]}"'))
