"""Text as displayed and text as compared: what typography may change without the newspaper having edited anything."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

# More marks than any script stacks on one letter are an attack on whoever sorts them: NFC is quadratic in their number.
MARKS_PER_LETTER = 8

_SURROGATE = re.compile("[\ud800-\udfff]")
# Noncharacters, C0 without white space, DEL; bidirectional embeddings, overrides and isolates (they reorder what stands
# around them); soft hyphen, zero width space, word joiner, byte order mark, interlinear annotation, tags.
_UNSEEN_CLASS = (
    "\x00-\x08\x0e-\x1f\x7f\xad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"
) + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
_UNSEEN = re.compile(f"[{_UNSEEN_CLASS}]")
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_MARKS = re.compile(f"([{_COMBINING}]{{{MARKS_PER_LETTER}}})[{_COMBINING}]+")
# Pages in windows-1252 that call themselves ISO-8859-1 leave these; the HTML standard (13.2.3) reads them so too.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}
_ODD = re.compile(f"[\ud800-\udfff\x80-\x9f{_UNSEEN_CLASS}{_COMBINING}]")  # any of the above: rare in news

# Signs that are one to a reader, and what stands for them.
_SAME = (
    ("'", "‘’‚‛′‵´`ʼʹ‹›＇"),
    ('"', "“”„‟″‶«»〝〞〟＂"),
    ("-", "‐‑‒–−﹣－"),
    ("—", "―⸺⸻"),
    ("...", "…"),
    ("/", "⁄"),
    ("", "\u200c\u200d\u200e\u200f\u061c"),
    ("ff", "ﬀ"),
    ("fi", "ﬁ"),
    ("fl", "ﬂ"),
    ("ffi", "ﬃ"),
    ("ffl", "ﬄ"),
    ("st", "ﬅﬆ"),
)
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # East Asian typesetting
_VARIATIONS = {chr(code): "" for code in range(0xFE00, 0xFE10)}
_PLAIN = _VARIATIONS | _FULL_WIDTH | {sign: plain for plain, signs in _SAME for sign in signs}
_FANCY = re.compile(f"[{''.join(map(re.escape, _PLAIN))}]")
_GUILLEMETS = re.compile(r"(?<=[«‹])\s+|\s+(?=[»›])")
_DASH = re.compile(r" ?(?:—|(?<!-)-{2,3}(?!-)|(?<= )-(?= )) ?")
_BEFORE_SIGN = re.compile(r" (?=[!?:;%](?:\W|$))")
_ELLIPSIS = re.compile(r"\.(?: ?\.){2,}")


def display(text: str) -> str:
    """Return text as it may be shown and stored: NFC, one line, single spaces, nothing invisible or ill-formed."""
    if text.isascii() and text.isprintable():  # the only white space is the space
        return " ".join(text.split()) if "  " in text else text.strip()
    if not text.isprintable():  # neither are controls, surrogates, noncharacters, format characters, other white space
        if _ODD.search(text):
            text = _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text).translate(_C1))
            text = _MARKS.sub(r"\1", text)
    elif _MARKS.search(text):
        text = _MARKS.sub(r"\1", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return text reduced to what an editor writes, for comparison only.

    Kinds of quotes, dashes, spaces and ellipses are one; signs that carry meaning stay: digits, points and commas
    within numbers, %, currency, minus, superscripts, accents, letter case.
    """
    text = display(text)
    if not text.isascii():
        if "«" in text or "»" in text or "‹" in text or "›" in text:
            text = _GUILLEMETS.sub("", text)
        text = text.replace("’", "'").replace("“", '"').replace("”", '"')  # the usual ones, ten times as fast
        if not text.isascii():
            text = _FANCY.sub(lambda sign: _PLAIN[sign[0]], text)
    text = text.replace("''", '"')
    if "—" in text or "--" in text or " - " in text:
        text = _DASH.sub(" - ", text)
    if ".." in text or ". ." in text:
        text = _ELLIPSIS.sub("...", text)
    if " !" in text or " ?" in text or " :" in text or " ;" in text or " %" in text:
        text = _BEFORE_SIGN.sub("", text)
    return " ".join(text.split())


# "(Reuters) -" came and went with templates over one text (reuters.com 2016 and 2022); the place before it stays.
_AGENCY = re.compile(
    r"^(?P<place>[^()\"]{0,60}?)\s*[\[(](?:Reuters|Thomson Reuters Foundation|AP|AFP|CNN|CNN Business|UPI|dpa|ANSA|EFE)"
    r"[\])]\s*(?:[-:]\s*)?(?=\S)"
)
# "[L1N1E90Z2]" and the like: a wire's own number behind a paragraph.
_WIRE_NUMBER = re.compile(r"\s*[\[(][A-Z]{1,4}:?[A-Z0-9]*\d[A-Z0-9]{3,}[\])]\s*$")


def _without_wire(paragraph: str) -> str:
    if credit := _AGENCY.match(paragraph):
        place = credit["place"]
        paragraph = f"{place} {paragraph[credit.end() :]}" if place else paragraph[credit.end() :]
    return _WIRE_NUMBER.sub("", paragraph) if paragraph.endswith((")", "]")) else paragraph


def wording_digest(headline: str, paragraphs: Sequence[str]) -> str:
    """Return the fingerprint that decides whether two texts differ: blind to typography and breaks."""
    body = " ".join(_without_wire(one) for paragraph in paragraphs if (one := fold(paragraph)))
    return _digest(fold(headline) + "\n" + body)


def display_digest(headline: str, paragraphs: Sequence[str]) -> str:
    """Return the fingerprint of a text as displayed: differs alone where only typography changed."""
    return _digest("\n".join((headline, *paragraphs)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
