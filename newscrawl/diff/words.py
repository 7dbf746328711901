"""Cut text into tokens, words and sentences by Unicode's rules; the tokens keep every character.

A token is a word with its hyphens, a number with its separators, an abbreviation with its dots, an address or handle, a
run of white space, or one grapheme cluster (a quotation mark, a dash, an emoji with all its joiners). In scripts
written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) each cluster is a token.
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
_ANY_WORDS = regex.compile(rf"(?xV1) {_ANY_WORD} | (?=[{UNSPACED}]) \X")
# A mark never cuts an address, a handle, an abbreviation with its dots ("U.S.", "a.m.") or a word at its hyphens.
_ADDRESS = (
    r"(?:https?://|www\.)[!#-;=?-~]*[A-Za-z0-9/#=&%+~_-]|[\w.+-]{0,64}\w@\w[\w-]*(?:\.\w[\w-]*)+|[@#]\w+(?:[.-]\w+)*"
)
_DOTTED_LETTERS = r"[^\W\d_]{1,2}\.(?:[^\W\d_]\.)+(?!\w)"
_BETWEEN_DIGITS = r"(?<=\d)[–/⁄](?=\d)"  # scores, ranges, dates, fractions
_GROUPED_DIGITS = r"\d{1,3}(?:[\u00a0\u202f]\d{3})+(?!\d)"  # "1 500" with the space that does not break
_HYPHENATED = rf"{_GROUPED_DIGITS}|\w+(?:(?:['’.,:&‐‑-]|{_BETWEEN_DIGITS})\w+)*|\s+|."
_PLAIN = re.compile(f" |{_HYPHENATED}")
_PLAIN_WITH_ALL = re.compile(f"{_ADDRESS}| |{_DOTTED_LETTERS}(?:[‐‑-]\\w+)*|{_HYPHENATED}")
_HAS_OTHERS = re.compile(r"[@#]|://|www\.|\.[^\W\d_]\.")  # addresses, or letters with dots
_ANY = regex.compile(
    rf"""(?xV1) [ ] | {_ADDRESS} | {_DOTTED_LETTERS} (?: [‐‑-] {_LETTERS} )* | {_GROUPED_DIGITS}
        | (?=[\p{{L}}\p{{M}}\p{{N}}\p{{Pc}}]) {_LETTERS} (?: (?: ['’·.,:٫٬&‐‑-] | {_BETWEEN_DIGITS} ) {_LETTERS} )*
        | \s+ | \X"""
)
# Text with Latin letters and the usual punctuation only, so without these characters, is cut by the standard library's
# re: the result is the same, several times faster.
_NOT_PLAIN = re.compile("[^\x00-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_WORD_START = regex.compile(r"[\p{L}\p{N}\p{M}]")
_UNSPACED = regex.compile(rf"[{UNSPACED}]")


def tokens(text: str) -> list[str]:
    """Return the tokens of `text`; joined, they are exactly the text again."""
    if _NOT_PLAIN.search(text) is None:
        return (_PLAIN if _HAS_OTHERS.search(text) is None else _PLAIN_WITH_ALL).findall(text)
    text_tokens: list[str] = _ANY.findall(text)
    return text_tokens


def words(text: str) -> list[str]:
    """Return the words and numbers of `text`, folded for comparison: without case and punctuation.

    Clusters of unspaced scripts come as pairs of neighbours, because single ones are too frequent to compare by.
    """
    if _NOT_PLAIN.search(text) is None:
        return _PLAIN_WORDS.findall(text.casefold())
    folded: list[str] = _ANY_WORDS.findall(text.casefold())
    if _UNSPACED.search(text) is None:
        return folded
    return [
        token + after if _are_unspaced(token, after) else token
        for token, after in zip(folded, [*folded[1:], ""], strict=True)
    ]


def word_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words and numbers of `text`, folded, each with its start and end."""
    pattern = _PLAIN_WORDS if _NOT_PLAIN.search(text) is None else _ANY_WORDS
    for match in pattern.finditer(text):
        yield match.group().casefold(), match.start(), match.end()


def folded_words(text: str) -> list[str]:
    """Return the words and numbers of `text`, each folded: those of `word_spans`."""
    pattern = _PLAIN_WORDS if _NOT_PLAIN.search(text) is None else _ANY_WORDS
    return list(map(str.casefold, pattern.findall(text)))


def _are_unspaced(token: str, after: str) -> bool:
    return bool(after) and is_unspaced(token) and is_unspaced(after)


def is_word(token: str) -> bool:
    """Return whether a token is a word or number, not punctuation, a symbol or white space."""
    first = token[0]
    if first in "@#":
        return len(token) > 1
    return first.isalnum() or (first > "\x7f" and _WORD_START.match(token) is not None)


def is_unspaced(token: str) -> bool:
    """Return whether a token is of a script that is written without spaces."""
    return _UNSPACED.match(token) is not None


# A sentence ends after its mark and the closing quotes and brackets that follow: before a space, in CJK also without.
_END = regex.compile(
    r"""(?xV1)
      (?: (?<! [.!?…؟۔।॥] ) [.!?…؟۔।॥]++ ["'”’»“)\]]*+ (?= \s ) | [。！？｡]+ [」』”’）)]* )
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
# "am 3. Oktober", "im 19. Jahrhundert": a German or Scandinavian ordinal does not end a sentence.
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
        _append_stripped(spans, text, start, end.end())
        start = end.end()
    _append_stripped(spans, text, start, len(text))
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


def _append_stripped(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if stripped:
        first = start + part.index(stripped[0])
        spans.append((first, first + len(stripped)))
