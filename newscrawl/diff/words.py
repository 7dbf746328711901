"""Cut text into tokens, words and sentences by Unicode's rules, losing nothing.

A token is a word, a number with its separators, a run of white space or one grapheme cluster (a quote, a dash, an emoji
with all its joiners). Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) give a token per cluster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

UNSPACED = r"\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"

# Numbers keep their separators ("1,234.5", "14:05"), abbreviations their inner dots ("U.S"), words their apostrophes.
_PLAIN_WORD = r"\w+(?:['’.,:]\w+)*"
_LETTERS = rf"[\p{{L}}\p{{M}}\p{{N}}\p{{Pc}}\u200c\u200d\u00ad--[{UNSPACED}]]+"
_ANY_WORD = rf"(?=[\p{{L}}\p{{M}}\p{{N}}\p{{Pc}}]) {_LETTERS} (?: ['’·.,:٫٬] {_LETTERS} )*"
_PLAIN_WORDS = re.compile(_PLAIN_WORD)
_PLAIN = re.compile(rf" |{_PLAIN_WORD}|\s+|.")
_ANY_WORDS = regex.compile(rf"(?xV1) {_ANY_WORD} | (?=[{UNSPACED}]) \X")
_ANY = regex.compile(rf"(?xV1) [ ] | {_ANY_WORD} | \s+ | \X")
# What the standard library's re cuts just as well, several times faster: Latin letters and the usual punctuation.
_BEYOND_PLAIN = re.compile("[^\x00-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_WORD_START = regex.compile(r"[\p{L}\p{N}\p{M}]")
_UNSPACED = regex.compile(rf"[{UNSPACED}]")


def tokens(text: str) -> list[str]:
    """Return the tokens of `text`; joined they are the text again, to the letter."""
    if _BEYOND_PLAIN.search(text) is None:
        return _PLAIN.findall(text)
    found: list[str] = _ANY.findall(text)
    return found


def words(text: str) -> list[str]:
    """Return what the text is about, folded for comparison: its words and numbers, without case and punctuation.

    Clusters of unspaced scripts come as pairs of neighbours, since one alone says little.
    """
    if _BEYOND_PLAIN.search(text) is None:
        return _PLAIN_WORDS.findall(text.casefold())
    found: list[str] = _ANY_WORDS.findall(text.casefold())
    if _UNSPACED.search(text) is None:
        return found
    return [
        token + after if _both_unspaced(token, after) else token
        for token, after in zip(found, [*found[1:], ""], strict=True)
    ]


def word_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words and numbers of `text`, folded, and where they stand."""
    pattern = _PLAIN_WORDS if _BEYOND_PLAIN.search(text) is None else _ANY_WORDS
    for found in pattern.finditer(text):
        yield found.group().casefold(), found.start(), found.end()


def _both_unspaced(token: str, after: str) -> bool:
    return bool(after) and _UNSPACED.match(token) is not None and _UNSPACED.match(after) is not None


def is_word(token: str) -> bool:
    """Tell words and numbers from punctuation, symbols and white space."""
    first = token[0]
    return first.isalnum() or (first > "\x7f" and _WORD_START.match(token) is not None)


# A sentence ends at its mark and the closing quotes and brackets behind it: before a space, or at once in CJK.
_END = regex.compile(
    r"""(?xV1)
      (?: [.!?…؟۔।॥]+ ["'”’»“)\]]* (?= \s ) | [。！？｡]+ [」』”’）)]* )
    """
)
_NEXT_LOWER = regex.compile(r"\s+[\"'“‘«„(\[]*\p{Ll}")
_DOTTED = regex.compile(
    r"""(?xV1)
    (?: \b(?: Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Capt|Sgt|Maj|Brig|Adm|Gov|Sen|Rep|Rev|Hon|Pres|St|Mt|Ft|Nos?|vs|Jr|Sr
             | Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec | Inc|Ltd|Co|Corp|Bros
             | Nr|Str|Hr|Fr|bzw|ca|usw | Mme|Mlle|Sra | art|approx|est )
      | (?<! \p{L} ) \p{Lu}
      | (?: \p{L} \. )+ \p{L}
    ) \. $""",
)
# "am 3. Oktober", "im 19. Jahrhundert": a German or Scandinavian ordinal ends no sentence.
_ORDINAL = regex.compile(
    r"(?i)\s(?:jan|feb|mär|märz|apr|ma[ij]|jun|jul|aug|sep|okt|nov|dez|des|jahrhundert|århundre|klasse|liga|platz)\w*"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of one paragraph, without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if end.group()[0] in ".!?…" and not _ends_sentence(text, start, end.start(), end.end()):
            continue
        _keep(spans, text, start, end.end())
        start = end.end()
    _keep(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, dot: int, end: int) -> bool:
    if _NEXT_LOWER.match(text, end) is not None:
        return False  # “Why now?” he asked
    if text[dot] != "." or end - dot > 1:
        return True
    before = text[max(start, dot - 12) : dot + 1]
    if _DOTTED.search(before) is not None:
        return False
    return not (before[-2:-1].isdigit() and _ORDINAL.match(text, end) is not None)


def _keep(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if stripped:
        first = start + part.index(stripped[0])
        spans.append((first, first + len(stripped)))
