"""Whether a changed word is a spelling mended, or one that slipped in, or another word."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import regex
from rapidfuzz.distance import OSA

from newscrawl.change import cues
from newscrawl.change.lexicon import NEVER_TYPOS
from newscrawl.change.tokens import is_plain
from newscrawl.change.wordnet import is_spelt_right, lemmas


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
_PLAIN_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_²³¹¼½¾]+)?")
_ARTICLES = frozenset(["a", "an", "the", "that", "which", "of", "to"])
_BASES = {
    "be": "is are am be being was were been", "have": "has have having", "do": "does do", "this": "this these",
    "many": "many much",
}  # fmt: skip
_UNINFLECTED = {form: base for base, forms in _BASES.items() for form in forms.split()}
_MAX_INFLECTED = 3
_MIN_SLIP = 6  # letters
# Marks that make another letter, not an accented one: "schon" and "schön".
_LETTER_MARKS = {
    "de": "\u0308", "sv": "\u0308\u030a", "fi": "\u0308\u030a", "hu": "\u0308\u030b", "et": "\u0308",
    "tr": "\u0308\u0327\u0306", "da": "\u030a", "no": "\u030a", "ru": "\u0306", "uk": "\u0306\u0308",
}  # fmt: skip
# Both spellings of British and American, of the German reform and before, of the Portuguese agreement and before.
_VARIANTS = {
    language: tuple((regex.compile(pattern), replacement) for pattern, replacement in rules)
    for language, rules in {
        "en": (
            (r"our(?=s|ed|ing|al|able|ite|ful|less|ist|er|ly|$)", "or"), (r"is(?=e|ed|es|ing|ation|er)", "iz"),
            (r"ys(?=e|ed|es|ing)", "yz"), (r"(?<=[bt])re(?=s|d|$)", "er"), (r"ll(?=ed|ing|er|or|ous)", "l"),
            (r"ogue(?=s|d|$)", "og"), (r"(?<=[cdflpt]e)nce(?=s|d|$)", "nse"), (r"ae|oe", "e"), (r"mme(?=s|$)", "m"),
            (r"gre?y", "gray"), (r"yre", "ire"), (r"cheque", "check"), (r"lly?l(?=ment|s|$)", "ll"),
            (r"ou(?=gh$)", "o"), (r"whilst$", "while"), (r"(?<=among|amid)st$", ""),
        ),
        "de": (
            ("ae", "ä"), ("oe", "ö"), ("(?<!e|a|q)ue", "ü"), ("ß", "ss"), (r"(\p{L})\1\1", r"\1\1"), ("ph", "f"),
            ("(?<=[rt])h", ""), ("ti(?=al|ell)", "zi"), ("aufwend", "aufwänd"),
        ),
        "pt": (("(?<=[aeiouáéíóú])[cp](?=[cçt])", ""),),
        "es": (("^ps", "s"), ("^setiembre", "septiembre"), ("(?<=tra)n(?=s)", "")),
        "ar": (("ـ", ""), ("ى", "ي"), ("ة", "ه")),
        "fa": (("ك", "ک"), ("ي", "ی")),
    }.items()
}  # fmt: skip


def is_spelt_otherwise(old: str, new: str, language: str) -> bool:
    """Return whether two words are one in two spellings: accents, compounds, and what rules of spelling let choose."""
    a, b = old.casefold(), new.casefold()
    if a == b or _unaccented(a, language) == _unaccented(b, language) or _without_signs(a) == _without_signs(b):
        return True
    if any(character.isdecimal() for character in a + b):
        return False
    return _variant(a, language) == _variant(b, language)


def respelled(old: str, new: str, language: str) -> Spelling | None:
    """Return how the spelling of one word changed; None if the two are different words."""
    a, b = old.casefold(), new.casefold()
    if is_spelt_otherwise(old, new, language):
        return Spelling.OTHER
    if any(character.isdecimal() for character in a + b):
        return None
    if b in _TOGETHER.get(a, ()):
        return Spelling.OTHER
    length = min(len(a), len(b))
    is_exchanged = sorted(a) == sorted(b)  # "teh"
    if length < (3 if is_exchanged else 4) or (NEVER_TYPOS.fullmatch(old) and NEVER_TYPOS.fullmatch(new)):
        return None
    # Short names that differ by a letter are different names, longer ones by the first: Iran, Iraq; Jansen, Hansen.
    if old[0].isupper() and new[0].isupper() and (length < 6 or a[0] != b[0]):
        return None
    if OSA.distance(a, b, score_cutoff=2) > (1 if length < 8 else 2):
        return None
    return _direction(old, new) if language == "en" else _slip(a, b)


def is_grammar(old: str, new: str) -> bool:
    """Return whether two English sentences differ in articles, agreement and the writing of compounds alone."""
    first, second = (_without_grammar(text) for text in (old, new))
    if "".join(first) == "".join(second):
        return True
    if len(first) != len(second):
        return False
    changed = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(changed) > _MAX_INFLECTED:
        return False
    # "car is" and "cars are": a noun alone in the plural is another statement.
    has_agreed = _forms(old) != _forms(new)
    return all(
        _UNINFLECTED.get(a, a) == _UNINFLECTED.get(b, b) or (has_agreed and _is_inflected(a, b)) for a, b in changed
    )


def _without_grammar(text: str) -> list[str]:
    words = (word.strip("'’") for word in map(str.casefold, _words(text.replace("’", "'"))))
    return [word for word in words if word not in _ARTICLES]


def _words(text: str) -> list[str]:
    found: list[str] = (_PLAIN_WORD if is_plain(text) else _WORD).findall(text)
    return found


def _forms(text: str) -> list[str]:
    """Return the articles and verb forms of a sentence that agree with a noun."""
    return [word for word in map(str.casefold, _words(text)) if word in _ARTICLES or word in _UNINFLECTED]


def _is_inflected(one: str, other: str) -> bool:
    return bool(lemmas(one) & lemmas(other)) and abs(len(one) - len(other)) <= 3


def _slip(one: str, other: str) -> Spelling | None:
    """Return whether letters within a longer word were exchanged, doubled or left out, where no dictionary says more.

    Another letter, or one at the beginning or end, makes another word or another form of it.
    """
    is_within = one[:2] == other[:2] and one[-2:] == other[-2:] and min(len(one), len(other)) >= _MIN_SLIP
    is_slip = sorted(one) == sorted(other) or len(one) != len(other)
    return Spelling.OTHER if is_within and is_slip else None


def _direction(old: str, new: str) -> Spelling | None:
    """Return which of two similar English words is one; None if both are, and so state different things."""
    function_words = cues.words("function", "en")
    was, is_ = (is_spelt_right(word) or word.casefold() in function_words for word in (old, new))
    if was and is_:
        return None
    if was != is_ and not (old[0].isupper() and new[0].isupper()):
        return Spelling.CORRECTED if is_ else Spelling.SLIPPED_IN
    return Spelling.OTHER


def _unaccented(word: str, language: str) -> str:
    if word.isascii():
        return word
    letters = _LETTER_MARKS.get(language, "")
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if c in letters or not unicodedata.combining(c)).replace("ß", "ss")


def _without_signs(word: str) -> str:
    return word if word.isalnum() else "".join(filter(str.isalnum, word))


def _variant(word: str, language: str) -> str:
    for pattern, replacement in _VARIANTS.get(language, ()):
        word = pattern.sub(replacement, word)
    return _unaccented(word, language)
