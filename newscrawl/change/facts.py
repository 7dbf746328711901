"""Find names and quotations in a text, its words, and its form without what readers ignore."""

from __future__ import annotations

import re
import unicodedata

import regex

from newscrawl.change.fact import Fact
from newscrawl.change.lexicon import CAPITALS_EVERYWHERE
from newscrawl.change.remembered import Remembered
from newscrawl.change.tokens import is_plain

_QUOTE = regex.compile(
    r"""(?xV1) “ [^“”]+ [”“] | „ [^“”„]+ [“”] | « [^«»]+ » | » [^«»]+ « | 「 [^「」]+ 」 | 『 [^『』]+ 』 | " [^"]+ "
    | “ [^“”]+ $ """
)
_CAPITAL = r"(?: (?:\p{Lu}\.){1,4} | \p{Lu}[\p{L}\p{M}'’]*(?:-\p{Lu}?[\p{L}\p{M}'’]+)* )"
_PARTICLE = r"(?: (?:al|el|bin|ibn|von|van|de|der|den|da|di|du|la|le|dos|del|of\ the|y|zu) )"
_NAME = regex.compile(rf"(?xV1) \b {_CAPITAL} (?: (?: \s {_PARTICLE} )* \s {_CAPITAL} )*")
# Where nouns have capitals, "der" and "den" stand between two things.
_NAME_AMONG_NOUNS = regex.compile(rf"(?xV1) \b {_CAPITAL} (?: (?: \s (?:von|zu|van|de|bin) )* \s {_CAPITAL} )*")
_WORD = regex.compile(r"(?V1)[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’]+[^\W_]*)*")
_SENTENCE_START = regex.compile(r"(?V1)[.!?…:—–]['\"”’»)\]]*\s+[\"“‘«„(\[]*$")
_QUOTE_STARTS = '“„«»「『"'
_OPENING = ' "“‘«„(['

MIN_QUOTE_WORDS = 3  # shorter ones are terms in quotation marks ("a “mistake”")

_QUOTE_MARKS = dict.fromkeys("‘’‛`´", "'") | dict.fromkeys("“”„«»‟", '"')
_DASHES = dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\u00ad\u200b\ufeff", "")
_PLAIN_SIGNS = tuple((_QUOTE_MARKS | _DASHES).items())


def plain(text: str) -> str:
    """Return the text without differences that readers ignore: quotation marks, dashes, spaces, compatibility forms."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for sign, plain_sign in _PLAIN_SIGNS if not folded.isascii() else (("`", "'"),):
        folded = folded.replace(sign, plain_sign)
    return " ".join(folded.replace("...", "…").split())


def words(text: str) -> list[str]:
    """Return words and numbers; each cluster of an unspaced script counts as one."""
    words_of_text: list[str] = (_PLAIN_WORD if is_plain(text) else _WORD).findall(text)
    return words_of_text


def names(text: str, language: str | None) -> list[Fact]:
    """Return capitalised words in the middle of a sentence, and series of capitalised words anywhere."""
    has_capitalised_nouns = (language or "").lower()[:2] in CAPITALS_EVERYWHERE
    if _is_title_case(text):
        return []  # in a headline Where Every Word Is Capitalised names cannot be recognised
    name_facts = []
    for match in (_NAME_AMONG_NOUNS if has_capitalised_nouns else _NAME).finditer(text):
        name = match.group().strip()
        parts = name.split()
        if len(parts) == 1 and (has_capitalised_nouns or len(name) < 3 or _starts_sentence(text, match.start())):
            continue
        if len(parts) > 1 and _starts_sentence(text, match.start()):
            # Where nouns have capitals, the word that begins a sentence and a noun are no name: "Zwei Menschen".
            if _OPENERS.fullmatch(parts[0]) or has_capitalised_nouns:
                parts = parts[1:]
                name = " ".join(parts)
            if has_capitalised_nouns and len(parts) == 1:
                continue
        if _CALENDAR.fullmatch(parts[-1]) or name.upper() == "I" or (len(parts) == 1 and len(name) < 3):
            continue
        name_facts.append(Fact(name, _name_key(parts[-1]), match.end() - len(name), match.end()))
    return name_facts


def _starts_sentence(text: str, position: int) -> bool:
    before = text[max(0, position - 12) : position]
    if len(before) == position and not before.strip(_OPENING):
        return True
    return _SENTENCE_START.search(before) is not None


def _is_title_case(text: str) -> bool:
    """Return whether Every Longer Word Is Capitalised, as in headlines: only small words are not."""
    count = 0
    for match in (_PLAIN_WORD if is_plain(text) else _WORD).finditer(text):
        word = match[0]
        if len(word) > 2 and word.lower() not in _SMALL_WORDS:
            if not (word[0].isupper() or word[0].isdigit()):
                return False
            count += 1
    return count > 3


def _name_key(last: str) -> str:
    return last.casefold().removesuffix("'s").removesuffix("’s").strip("'’")


_SMALL_WORDS = frozenset(
    [
        "the",
        "and",
        "but",
        "for",
        "nor",
        "yet",
        "with",
        "from",
        "into",
        "onto",
        "over",
        "upon",
        "after",
        "about",
        "amid",
        "than",
        "that",
        "which",
        "who",
        "its",
        "his",
        "her",
        "are",
        "was",
        "were",
        "as",
        "at",
        "by",
        "in",
        "of",
        "on",
        "to",
        "up",
        "or",
        "an",
        "is",
        "it",
        "be",
        "not",
        "may",
        "how",
        "why",
        "what",
        "when",
        "where",
        "der",
        "die",
        "das",
        "und",
        "von",
        "mit",
        "für",
        "aus",
        "des",
        "den",
        "dem",
        "les",
        "aux",
        "une",
        "dans",
        "sur",
        "par",
        "pour",
        "avec",
        "los",
        "las",
        "del",
        "con",
        "por",
        "para",
        "una",
        "que",
    ]
)
_OPENERS = regex.compile(
    r"""(?xi) the|an?|in|on|at|by|for|from|to|of|but|and|or|as|if|when|while|after|before|with|since|although|because|it
    |he|she|they|we|this|that|these|those|his|her|their|our|its|not?|one|some|many|most|all|more|new|former|president"""
)
_CALENDAR = regex.compile(
    r"""(?xi) (?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august
    |(?:sept|nov|dec)ember|october|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|märz|mai|juni|juli|oktober
    |dezember"""
)


def quotes(text: str, min_words: int = MIN_QUOTE_WORDS) -> list[Fact]:
    """Return quotations of so many words; the key is their words without punctuation, apostrophes folded."""
    if not any(mark in text for mark in _QUOTE_STARTS):
        return []
    return [quote for count, quote in _counted_quotes(text) if count >= min_words]


@Remembered
def _counted_quotes(text: str) -> tuple[tuple[int, Fact], ...]:
    found = [(match, words(plain(match[0]))) for match in _QUOTE.finditer(text)]
    return tuple(
        (len(quoted), Fact(match[0], " ".join(quoted).casefold(), match.start(), match.end()))
        for match, quoted in found
    )
