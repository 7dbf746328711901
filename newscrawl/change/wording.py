"""What an edit says in other words: those that no word of the same meaning answers in the other version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from newscrawl.change.edits import Edit, Span
from newscrawl.change.moments import moment_spans
from newscrawl.change.numerals import numbers
from newscrawl.change.synonyms import Meanings
from newscrawl.change.tokens import is_plain
from newscrawl.change.wordnet import is_word, named_by

# Of unspaced scripts the signs of content: endings and particles of Japanese are in kana.
_WORD = regex.compile(
    r"(?V1)[\p{Han}\p{Katakana}ー]+|[\p{L}--[\p{Han}\p{Hiragana}\p{Katakana}]][[\p{L}\p{M}'’]--[\p{Han}\p{Hiragana}\p{Katakana}]]*"
)
_PLAIN_WORD = re.compile(r"[^\W\d_²³¹¼½¾](?:[^\W\d_²³¹¼½¾]|['’])*")
_MIN_LETTERS = 3  # of a word of content; in a language without a dictionary one more
_ROOT = 6  # letters that two English words share which are of one root: "fortunate", "fortune"
_MAX_COMPARED = 3000  # pairs of words
_LONG = 7
_POLISHED = 4  # replaced passages
_STEM = 5  # letters that two forms of a word share, where no dictionary knows them
_UNSPACED = frozenset({"ja", "zh"})
# Auxiliaries and words of time that WordNet has as nouns or adverbs too: "will", "may", "was".
_FUNCTION = frozenset(
    [
        "the",
        "and",
        "for",
        "are",
        "was",
        "were",
        "been",
        "being",
        "has",
        "had",
        "have",
        "having",
        "does",
        "did",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "not",
        "who",
        "whom",
        "whose",
        "which",
        "that",
        "this",
        "these",
        "those",
        "they",
        "them",
        "their",
        "his",
        "her",
        "hers",
        "its",
        "our",
        "your",
        "out",
        "off",
        "down",
        "away",
        "back",
        "over",
        "under",
        "after",
        "before",
        "while",
        "when",
        "where",
        "what",
        "how",
        "why",
        "than",
        "then",
        "there",
        "here",
        "with",
        "from",
        "into",
        "onto",
        "upon",
        "about",
        "against",
        "between",
        "through",
        "during",
        "also",
        "still",
        "just",
        "only",
        "even",
        "ever",
        "very",
        "some",
        "any",
        "all",
        "both",
        "each",
        "one",
        "ones",
        "now",
        "actually",
        "currently",
        "example",
        "furthermore",
        "moreover",
        "additionally",
        "besides",
        "instead",
        "indeed",
        "meanwhile",
        "thus",
        "hence",
        "though",
        "although",
        "whether",
        "however",
        "therefore",
        "because",
        "since",
        "per",
        "more",
        "most",
        "much",
        "many",
        "such",
        "own",
        "same",
        "other",
        "another",
    ]
)


_COMPARED = frozenset(["better", "best", "well", "less", "least", "worse", "worst", "like"])
# Who is meant: a name in their place may be another one.
_PERSONS = frozenset(["he", "she", "they", "it", "we", "his", "her", "its", "their", "our", "him", "them"])


@dataclass(frozen=True, slots=True)
class OtherWords:
    """The words of an edit that nothing on the other side answers."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    places: int = 1  # passages of the paragraph that the edit replaced

    @property
    def pair(self) -> tuple[str, str]:
        return " ".join(self.old), " ".join(self.new)

    @property
    def are_replaced(self) -> bool:
        """Return whether words gave way to others; in a paragraph polished throughout, more than one."""
        fewest = 2 if self.places >= _POLISHED else 1
        return bool(self.old and self.new) and max(len(self.old), len(self.new)) >= fewest


def other_words(edit: Edit, language: str) -> OtherWords:
    """Return the words of content that one side of an edited paragraph has and the other says in no other way.

    Numbers, dates and times are compared as facts, so they are left out here.
    """
    old = content([gap.old_span for gap in edit.replaced], edit.old, language)
    new = content([gap.new_span for gap in edit.replaced], edit.new, language)
    # In a single replaced passage a word stands for what stood there; in a rewritten paragraph that may be anywhere.
    is_single = len(edit.replaced) == 1
    beside_old = _words(edit.replaced[0].new, language) if is_single else None
    beside_new = _words(edit.replaced[0].old, language) if is_single else None
    if is_single and language == "en":
        old = old or [word for word in beside_new or () if word.casefold() in _PERSONS]
        new = new or [word for word in beside_old or () if word.casefold() in _PERSONS]
    return OtherWords(
        tuple(unanswered(old, _words(edit.new, language), language, beside_old)),
        tuple(unanswered(new, _words(edit.old, language), language, beside_new)),
        len(edit.replaced),
    )


def say_otherwise(old: str, new: str, language: str) -> bool:
    """Return whether two wordings of a passage have words of content that the other one does not answer."""
    sides = ((old, new), (new, old))
    return any(unanswered(content([(0, len(a))], a, language), _words(b, language), language) for a, b in sides)


def unanswered(
    words: Sequence[str], others: Iterable[str], language: str, beside: Sequence[str] | None = None
) -> list[str]:
    """Return the words that no other one repeats or may stand for, each once; those `beside` may, else all others."""
    if not words:
        return []
    if language != "en":
        stems = {_stem(word, language) for word in others}
        return [word for word in dict.fromkeys(words) if _stem(word, language) not in stems]
    folded = {word.casefold() for word in others}
    substitutes = folded if beside is None else {word.casefold() for word in beside}
    roots = {word[:_ROOT] for word in folded if len(word) >= _ROOT}
    left = [w for w in dict.fromkeys(words) if not (w.casefold() in folded or w.casefold()[:_ROOT] in roots)]
    if not left:
        return []
    known = Meanings(substitutes)
    left = [word for word in left if not known.have(word)]
    if not left or len(words) * len(substitutes) > _MAX_COMPARED:
        return left
    named, long = named_by(substitutes), [word for word in substitutes if len(word) >= _LONG]
    return [word for word in left if not (named.may_have(word) or any(_are_alike(word, other) for other in long))]


def _are_alike(word: str, other: str) -> bool:
    """Return whether two long words, `other` is one, differ by a letter: more likely a slip than another word."""
    return (
        len(word) >= _LONG
        and abs(len(word) - len(other)) <= 1
        and OSA.distance(word.casefold(), other, score_cutoff=1) <= 1
    )


def _stem(word: str, language: str) -> str:
    return word if language in _UNSPACED else word.casefold()[:_STEM]


def _words(text: str, language: str) -> list[str]:
    found: list[str] = (_PLAIN_WORD if is_plain(text) else _WORD).findall(text)
    return found


def content(spans: Sequence[Span], text: str, language: str) -> list[str]:
    """Return the words of content that begin within one of the spans."""
    if not spans:
        return []
    found = [match for match in _words_in(spans, text) if is_content(match[0], language)]
    if not found:
        return []
    apart = [*moment_spans(text, language), *((fact.start, fact.end) for fact in numbers(text, language))]
    return [match[0] for match in found if not any(start < match.end() and match.start() < end for start, end in apart)]


def _words_in(spans: Sequence[Span], text: str) -> Iterator[re.Match[str] | regex.Match[str]]:
    """Yield the words of a text that overlap one of the spans, which are in order."""
    at = 0
    for match in (_PLAIN_WORD if is_plain(text) else _WORD).finditer(text):
        start, end = match.span()
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at == len(spans):
            return
        if spans[at][0] < end:
            yield match


def has_content(text: str, language: str) -> bool:
    """Return whether a passage has a word of content."""
    return any(is_content(word, language) for word in _words(text, language))


def is_thing(word: str) -> bool:
    """Return whether an English word may name a thing; "in" is an inch, "can" a tin and "better" a gambler too."""
    return len(word) >= _MIN_LETTERS and word.casefold() not in _FUNCTION | _COMPARED


def is_content(word: str, language: str) -> bool:
    if language in _UNSPACED:
        return True
    if language != "en":
        return len(word) > _MIN_LETTERS
    return len(word) >= _MIN_LETTERS and word.casefold() not in _FUNCTION and (is_word(word) or word[0].isupper())
