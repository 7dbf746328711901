"""Passages redacted for legal reasons: how their words are found in texts and pages, and the mark in their place.

Pure. Words and reasons are stored with the article; the versions stay as they were recorded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from newscrawl.languages import UNSPACED_SCRIPTS
from newscrawl.store.evidence_search import letters, page_texts

# Fields of an article's and a version's document that the newspaper wrote. URLs and ids are not redacted: if one of
# them reveals too much, the version must be hidden.
TEXT_FIELDS = (
    "headline", "alternative_headlines", "byline", "author", "description", "section", "paragraphs", "optional",
)  # fmt: skip
_QUOTES = "'\"‘’‚‛“”„‟‹›«»`´"
_DASHES = "-‐‑‒–—―−"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060\ufeff]*"
# In scripts without spaces a match need not end at the end of a word.
_UNSPACED = regex.compile(f"[{UNSPACED_SCRIPTS}]")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
MIN_LETTERS = 4  # fewer are found inside of other words of nearly every page


@dataclass(frozen=True, slots=True)
class Redaction:
    """Words of an article that are not shown, and the reason that is shown in their place."""

    words: str
    reason: str

    @property
    def mark(self) -> str:
        return f"[passage withheld: {self.reason}]"


class Redactor:
    """The redactions of one article, applied to everything that is shown of it."""

    def __init__(self, passages: Sequence[Redaction]) -> None:
        self.reasons = "; ".join(dict.fromkeys(passage.reason for passage in passages))
        self._passages = tuple((passage.mark, _pattern(passage.words)) for passage in passages)
        self._letters = [text for text in (letters(p.words) for p in passages) if _is_enough(text)]

    @classmethod
    def of(cls, article: Mapping[str, Any] | None) -> Redactor | None:
        """Return the redactor of an article's document; None, as nearly always, if nothing in it is redacted."""
        passages = ((article or {}).get("withheld") or {}).get("passages")
        return cls([Redaction(p["words"], p["reason"]) for p in passages]) if passages else None

    def covers(self, text: str) -> bool:
        """Return whether a text contains any of the redacted words."""
        text = unicodedata.normalize("NFC", text)
        return any(pattern.search(text) for _, pattern in self._passages)

    def text(self, text: str) -> str:
        """Return a text with a neutral mark in the place of redacted words; passages that overlap get one mark."""
        normalised = unicodedata.normalize("NFC", text)
        spans = sorted(
            (match.start(), match.end(), mark)
            for mark, pattern in self._passages
            for match in pattern.finditer(normalised)
        )
        if not spans:
            return text
        pieces, position = [], 0
        for start, end, mark in spans:
            if start >= position:
                pieces += [normalised[position:start], mark]
            position = max(position, end)
        return "".join(pieces) + normalised[position:]

    def value(self, value: Any) -> Any:
        """Return a value of a document with all its texts redacted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.value(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value

    def is_in_page(self, body: bytes, content_type: str | None = None) -> bool:
        """Return whether a page as fetched contains the words: as text, across markup, or escaped in its data.

        Also where it may: where their letters follow each other, and in a page that cannot be read. Evidence that is
        withheld can be shown later.
        """
        texts = page_texts(body, content_type)
        return texts is None or any(self._may_cover(text) for text in texts)

    def _may_cover(self, text: str) -> bool:
        plain = letters(text)
        return any(each in plain for each in self._letters) or self.covers(text)


def _pattern(words: str) -> regex.Pattern[str]:
    """Return a pattern that matches any case, spaces, quotes and dashes, and ignores invisible characters."""
    words = " ".join(unicodedata.normalize("NFC", words).split())
    pattern = _INVISIBLE.join(_character(character) for character in words)
    before = r"(?<![\p{L}\p{M}\p{N}])" if _is_delimited(words[:1]) else ""
    after = r"(?![\p{L}\p{M}\p{N}])" if _is_delimited(words[-1:]) else ""
    return regex.compile(before + pattern + after, regex.IGNORECASE)


def _character(character: str) -> str:
    if character == " ":
        return r"\s+"
    variants = next((variants for variants in (_QUOTES, _DASHES) if character in variants), character)
    return f"[{regex.escape(variants)}]"


def _is_delimited(character: str) -> bool:
    """Return whether words of the character's script end where a space or a mark follows."""
    return bool(_WORD.match(character)) and not _UNSPACED.match(character)


def _is_enough(text: str) -> bool:
    return len(text) >= MIN_LETTERS or bool(_UNSPACED.search(text) and len(text) > 1)
