"""Whether a changed word is a spelling mended, or one that slipped in, or another word."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

import regex
from rapidfuzz.distance import OSA

from newscrawl.change.lexicon import NEVER_TYPOS
from newscrawl.change.wordnet import is_word, lemmas


class Spelling(StrEnum):
    """Which way the spelling of a word changed."""

    CORRECTED = "corrected"
    SLIPPED_IN = "slipped in"
    OTHER = "spelling"  # another spelling of the same word, or nobody knows which one is right


# Real words that are written for one another by mistake; otherwise two real words are two things.
_CONFUSED = (
    "lead led", "its it's", "their there they're", "then than", "loose lose", "affect effect", "to too", "your you're",
    "whose who's", "principle principal", "complement compliment", "advice advise", "breath breathe", "brake break",
    "peace piece", "discreet discrete", "passed past", "weather whether", "were where we're", "a an", "whom who",
    "stationary stationery", "lets let's", "everyday every", "alright all", "of off", "form from", "quiet quite",
    "role roll", "cite site sight", "council counsel", "bare bear", "born borne", "elicit illicit", "heroin heroine",
    "hoard horde", "forth fourth", "through threw", "thorough through", "wander wonder", "ware wear where", "the then",
)  # fmt: skip
_TOGETHER = {word: group for group in map(str.split, _CONFUSED) for word in group}
_WORD = regex.compile(r"(?V1)[\p{L}\p{N}]+(?:'\p{L}+)?")
_ARTICLES = frozenset(["a", "an", "the", "that", "which", "of", "to"])
_BASES = {
    "be": "is are am be being was were been", "have": "has have having", "do": "does do", "this": "this these",
    "many": "many much",
}  # fmt: skip
_UNINFLECTED = {form: base for base, forms in _BASES.items() for form in forms.split()}
_MAX_INFLECTED = 3
# British and American spellings, by the endings and middles that differ.
_VARIANTS = tuple(
    (regex.compile(pattern), replacement)
    for pattern, replacement in (
        (r"our(?=s|ed|ing|al|able|ite|ful|less|ist|er|ly|$)", "or"), (r"is(?=e|ed|es|ing|ation|er)", "iz"),
        (r"ys(?=e|ed|es|ing)", "yz"), (r"(?<=[bt])re(?=s|d|$)", "er"), (r"ll(?=ed|ing|er|or|ous)", "l"),
        (r"ogue(?=s|d|$)", "og"), (r"(?<=[dlp]e)nce(?=s|d|$)", "nse"), (r"ae|oe", "e"), (r"mme(?=s|$)", "m"),
        (r"gre?y", "gray"), (r"yre", "ire"), (r"cheque", "check"), (r"lly?l(?=ment|s|$)", "ll"), (r"ou(?=gh$)", "o"),
        (r"whilst$", "while"), (r"(?<=among|amid)st$", ""),
    )
)  # fmt: skip


def respelled(old: str, new: str, language: str) -> Spelling | None:
    """Return how the spelling of one word changed; None if the two are different words."""
    a, b = old.casefold(), new.casefold()
    if a == b or _unaccented(a) == _unaccented(b) or _without_signs(a) == _without_signs(b):
        return Spelling.OTHER
    if any(character.isdecimal() for character in a + b):
        return None
    if language == "en" and _variant(a) == _variant(b):
        return Spelling.OTHER
    if b in _TOGETHER.get(a, ()):
        return Spelling.OTHER
    length = min(len(a), len(b))
    if length < 4 or NEVER_TYPOS.fullmatch(old) or NEVER_TYPOS.fullmatch(new):
        return None
    # Short names that differ by a letter are different names: Iran, Iraq.
    if old[0].isupper() and new[0].isupper() and length < 6:
        return None
    if OSA.distance(a, b) > (1 if length < 8 else 2):
        return None
    return _direction(old, new) if language == "en" else Spelling.OTHER


def is_grammar(old: str, new: str) -> bool:
    """Return whether two English sentences differ in articles, agreement and the writing of compounds alone."""
    first, second = (_without_grammar(text) for text in (old, new))
    if "".join(first) == "".join(second):
        return True
    if len(first) != len(second):
        return False
    changed = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    # "car is" and "cars are": a noun alone in the plural is another statement.
    has_agreed = _forms(old) != _forms(new)
    return len(changed) <= _MAX_INFLECTED and all(
        _UNINFLECTED.get(a, a) == _UNINFLECTED.get(b, b) or (has_agreed and _is_inflected(a, b)) for a, b in changed
    )


def _without_grammar(text: str) -> list[str]:
    words = (word.casefold().strip("'’") for word in _WORD.findall(text.replace("’", "'")))
    return [word for word in words if word not in _ARTICLES]


def _forms(text: str) -> list[str]:
    """Return the articles and verb forms of a sentence that agree with a noun."""
    return [word for word in map(str.casefold, _WORD.findall(text)) if word in _ARTICLES or word in _UNINFLECTED]


def _is_inflected(one: str, other: str) -> bool:
    return bool(lemmas(one) & lemmas(other)) and abs(len(one) - len(other)) <= 3


def _direction(old: str, new: str) -> Spelling | None:
    """Return which of two similar English words is one; None if both are, and so state different things."""
    was, is_ = is_word(old), is_word(new)
    if was and is_:
        return Spelling.OTHER if lemmas(old) & lemmas(new) else None
    if was != is_ and not (old[0].isupper() and new[0].isupper()):
        return Spelling.CORRECTED if is_ else Spelling.SLIPPED_IN
    return Spelling.OTHER


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).replace("ß", "ss")


def _without_signs(word: str) -> str:
    return "".join(character for character in word if character.isalnum())


def _variant(word: str) -> str:
    for pattern, replacement in _VARIANTS:
        word = pattern.sub(replacement, word)
    return word
