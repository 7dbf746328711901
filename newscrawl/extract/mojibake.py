"""Signs that bytes were decoded by another encoding than they were written in."""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MIN_SIGNS = 3  # a paper's own text has one or two of them now and then
_MIN_SHARE = 0.1  # of the characters beyond ASCII

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# The bytes 0x80 to 0xBF as windows-1252 or ISO-8859-1 has them: they continue a character of UTF-8.
_CONTINUATIONS = "".join(
    dict.fromkeys(bytes([code]).decode(of, "ignore") for code in range(0x80, 0xC0) for of in ("cp1252", "latin-1"))
)
_CONTINUATION = f"[{re.escape(_CONTINUATIONS)}]"
_UTF8_AS_LATIN = re.compile(rf"[\xc2-\xdf]{_CONTINUATION}|[\xe0-\xef]{_CONTINUATION}{{2}}|\xf0{_CONTINUATION}{{3}}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_FOREIGN_WORD = re.compile(r"[\xc0-\xff]{3,}")
_SWAPPED_CASE = re.compile(r"[^\W\d_a-zA-Z]{3,}")
# Signs that encodings have where others have letters. Quotation marks, the middle dot (Catalan) and ª, º are in words.
_LETTER = "[A-Za-z\xc0-\u024f\u0370-\u04ff]"
_INSIDE_WORD = re.compile(
    rf"(?<={_LETTER})[\xa1-\xa9\xac\xae-\xb6\xb8\xb9\xbc-\xbf\xd7\xf7\u2020-\u2022\u2030\u02c6\u02dc\u2122\u2500-\u25a0]"
    rf"(?={_LETTER})"
)
# "nŠchste", "NobodyÕs": a capital within a word; Irish has some behind one small letter ("hÉireann").
_CAPITAL_INSIDE = re.compile(r"(?:(?<=[A-Z])|(?<=[a-z]{2}))[\xc0-\xde\u0152\u0160\u0178\u017d](?=[a-z])")


def signs(text: str) -> int:
    """Return the number of characters beyond ASCII that show a wrong encoding.

    Replacement characters and controls; UTF-8 read as windows-1252 ("fÃ¤hrt", "donâ€™t"); words of accented letters
    alone ("Ïàðîì"); words with the case exchanged ("оБТПН"); signs and capitals within words ("F‰hre", "nŠchste").
    """
    broken = sum(1 for char in text if char == REPLACEMENT or "\x80" <= char <= "\x9f")
    double = sum(len(match.group()) for match in _UTF8_AS_LATIN.finditer(text))
    foreign = sum(len(match.group()) for match in _FOREIGN_WORD.finditer(text))
    swapped = sum(len(word) for word in _SWAPPED_CASE.findall(text) if word[0].islower() and word[1:].isupper())
    inside = len(_INSIDE_WORD.findall(text)) + len(_CAPITAL_INSIDE.findall(text))
    return broken + max(double, foreign) + swapped + inside


def is_rubbish(text: str) -> bool:
    """Return whether so much of a text is decoded wrongly that it is not what was published."""
    beyond = len(_BEYOND_ASCII.findall(text))
    if beyond < _MIN_SIGNS:
        return False
    found = signs(text)
    return found >= _MIN_SIGNS and found >= _MIN_SHARE * beyond
