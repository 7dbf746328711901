"""Text as displayed and text as compared: typography may change without an edit by the newspaper."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from newscrawl.combining_marks import ASTRAL, BASIC_MARKS, without_excess_marks

_SURROGATE = re.compile("[\ud800-\udfff]")
# Noncharacters, C0 without white space, DEL; bidirectional embeddings, overrides and isolates (they reorder the text
# around them); soft hyphen, zero width space, word joiner, byte order mark, interlinear annotation, tags.
_BASIC_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f\xad\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff"
)
_ASTRAL_INVISIBLE = "\U000e0000-\U000e007f" + "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17)
)
_INVISIBLE = re.compile(f"[{_BASIC_INVISIBLE}{_ASTRAL_INVISIBLE}]")
# Without the astral planes: a class with them is compared range by range with each character, 110 ns instead of 3.
_BASIC_UNCLEAN = re.compile(f"[\ud800-\udfff\x80-\x9f{_BASIC_INVISIBLE}{BASIC_MARKS}]")  # rare in news
# Pages in windows-1252 labelled ISO-8859-1 leave these; the HTML standard (13.2.3) decodes them the same way.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}

# Signs that look the same to a reader, each group with the sign that replaces it for comparison.
_EQUIVALENT_SIGNS = (
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
_PLAIN_SIGNS = _VARIATIONS | _FULL_WIDTH | {sign: plain for plain, signs in _EQUIVALENT_SIGNS for sign in signs}
_REPLACEABLE = re.compile(f"[{''.join(map(re.escape, _PLAIN_SIGNS))}]")
_GUILLEMETS = re.compile(r"(?<=[«‹])\s++|(?<!\s)\s++(?=[»›])")
_DASH = re.compile(r"(?:—|(?<!-)-{2,3}(?!-)|(?<= )-(?= )) ?")  # ten times as fast as one that begins with " ?"
_SPACE_BEFORE_SIGN = re.compile(r" (?=[!?:;%](?:\W|$))")
_ELLIPSIS = re.compile(r"\.(?: ?\.){2,}")


def display(text: str) -> str:
    """Return text as it is shown and stored: NFC, one line, single spaces, no invisible or ill-formed characters."""
    if text.isascii() and text.isprintable():  # the only white space is the space
        return " ".join(text.split()) if "  " in text else text.strip()
    # Not printable: controls, surrogates, noncharacters, format characters, white space other than the space.
    is_printable = text.isprintable()
    if not is_printable:
        if _BASIC_UNCLEAN.search(text) or ASTRAL.search(text):
            text = _INVISIBLE.sub("", _SURROGATE.sub("\ufffd", text).translate(_C1))
            text = without_excess_marks(text)
    else:
        text = without_excess_marks(text)
    if not unicodedata.is_normalized("NFC", text):
        return " ".join(unicodedata.normalize("NFC", text).split())
    return text.strip() if is_printable and "  " not in text else " ".join(text.split())


def fold(text: str) -> str:
    """Return text without typographic differences, for comparison only.

    All kinds of quotes become one, and so do dashes, spaces and ellipses. Signs with a meaning stay: digits, points and
    commas within numbers, %, currency, minus, superscripts, accents, letter case.
    """
    return _folded(display(text))


def _folded(text: str) -> str:
    """Return a displayed text as `fold` does."""
    if not text.isascii():
        if "«" in text or "»" in text or "‹" in text or "›" in text:
            text = _GUILLEMETS.sub("", text)
        # The usual ones: ten times as fast as the regex.
        text = text.replace("’", "'").replace("“", '"').replace("”", '"')
        if not text.isascii():
            replaced = _REPLACEABLE.sub(lambda sign: _PLAIN_SIGNS[sign[0]], text)
            # A joiner that went kept an accent from its letter, and a sign of full width has none of its own.
            text = replaced if replaced == text else unicodedata.normalize("NFC", replaced)
    text = text.replace("''", '"')
    if "—" in text or "--" in text or " - " in text:
        text = _DASH.sub("\0", text).replace(" \0", "\0").replace("\0", " - ")  # no displayed text has NUL
    if ".." in text or ". ." in text:
        text = _ELLIPSIS.sub("...", text)
    if " !" in text or " ?" in text or " :" in text or " ;" in text or " %" in text:
        text = _SPACE_BEFORE_SIGN.sub("", text)
    return " ".join(text.split()) if "  " in text else text.strip()  # a displayed text has no other white space


# "(Reuters) -" came and went with templates, not with edits (reuters.com 2016 and 2022); the place before it is text.
_AGENCY_CREDIT = re.compile(
    r"^(?P<place>[^()\"]{0,60}?)\s*[\[(](?:Reuters|Thomson Reuters Foundation|AP|AFP|CNN|CNN Business|UPI|dpa|ANSA|EFE)"
    r"[\])]\s*(?:[-:]\s*)?(?=\S)"
)
# "[L1N1E90Z2]" and similar: an agency's own number after a paragraph.
_WIRE_NUMBER = re.compile(r"(?:(?<!\s)\s++)?[\[(][A-Z](?:[A-Z]{0,3}:)?[A-Z]*+\d[A-Z0-9]{3,}+[\])]\s*+$")


def _without_agency_marks(paragraph: str) -> str:
    if ("(" in paragraph or "[" in paragraph) and (credit := _AGENCY_CREDIT.match(paragraph)):
        place = credit["place"]
        paragraph = f"{place} {paragraph[credit.end() :]}" if place else paragraph[credit.end() :]
    return _WIRE_NUMBER.sub("", paragraph) if paragraph.endswith((")", "]")) else paragraph


def wording_digest(headline: str, paragraphs: Sequence[str]) -> str:
    """Return the digest that decides whether two texts differ; it ignores typography and paragraph breaks."""
    return wording_digest_of_displayed(display(headline), map(display, paragraphs))


def wording_digest_of_displayed(headline: str, paragraphs: Iterable[str]) -> str:
    """Return the wording digest of texts that `display` returned."""
    body = " ".join(_without_agency_marks(folded) for paragraph in paragraphs if (folded := _folded(paragraph)))
    return _digest(_folded(headline) + "\n" + body)


def display_digest(headline: str, paragraphs: Sequence[str]) -> str:
    """Return the digest of a text as displayed; it differs even if only typography changed."""
    return _digest("\n".join((headline, *paragraphs)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
