"""The character encoding of a page: what it states, by the WHATWG Encoding Standard, unless its bytes contradict it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from newscrawl.extract.mojibake import REPLACEMENT, signs
from newscrawl.legacy_encodings import (
    SUPERSETS,
    encodings_of,
    is_ideographic,
    is_known,
    is_latin,
    languages_of,
    letters_of,
)

_PRESCAN_BYTES = 8192  # the standard reads 1024; old templates put styles before the declaration
_SAMPLE_BYTES = 200_000
# Shares of the characters beyond ASCII: what is stated is right, unless it reads that much worse than another encoding.
_TRUST_IN_LABEL = 0.1
_TRUST_IN_DETECTION = 0.05
# Of all bytes of UTF-16; the text of a page is in another script at most, its markup is not.
_MIN_SHARE_OF_ZEROS, _MAX_SHARE_OF_ZEROS = 0.1, 0.005
_LANGUAGE = re.compile(rb"<html\b[^>]{0,400}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(script|style)\b.*?(?:</\1\s*+>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_MIN_SHARE_OF_SCRIPT = 0.4  # of the letters of a text; the Latin script has less than a tenth beyond ASCII
_ASCII_MARKUP = re.compile(rb"<[A-Za-z/!][^<>\x80-\xff]*+>")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def decode(body: bytes, content_type: str | None, languages: Sequence[str] = ()) -> tuple[str, bytes]:
    """Return the text of a page, and the same text encoded as UTF-8. Never fails: undecodable bytes become U+FFFD.

    Order: byte order mark, bytes of UTF-16 without one, bytes that are valid UTF-8 beyond ASCII, the header's charset,
    the page's own declaration, what a detector finds among the encodings of the source's languages (of the page's if it
    has none). Bytes win over labels because a legacy text is practically never valid UTF-8 by chance, while servers and
    archives often keep an outdated label on converted pages. A label whose text has the signs of a wrong encoding gives
    way to one whose text has not.
    """
    encoding, bom = read_bom(body)
    if encoding and bom:
        return _text_and_utf8(body[len(bom) :].decode(encoding, "replace"))
    if (wide := _unmarked_utf_16(body)) is not None:
        return _text_and_utf8(body.decode(wide, "replace"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _text_and_utf8(_decode_legacy(body, content_type, languages))
    if text.isascii() and ("\x1b" in text or "~{" in text):
        # Only the 7-bit encodings of East Asia (ISO-2022-JP, HZ) use these bytes for anything but ASCII.
        return _text_and_utf8(body.decode(_seven_bit_encoding(body, content_type) or "utf-8", "replace"))
    # In the bytes: a text beyond Latin-1 has a zero byte in each of its characters of ASCII.
    return _text_and_utf8(text) if b"\0" in body else (text, body)


def _unmarked_utf_16(body: bytes) -> str | None:
    """Return the UTF-16 that a body is in: of two bytes of each character of markup the same one is zero."""
    sample = body[:_PRESCAN_BYTES]
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if min(low, high) > _MAX_SHARE_OF_ZEROS * len(sample) or max(low, high) < _MIN_SHARE_OF_ZEROS * len(sample):
        return None
    return "utf-16-be" if low > high else "utf-16-le"


def _seven_bit_encoding(body: bytes, content_type: str | None) -> str | None:
    stated = next((label for label in _declared(body, content_type) if label.startswith(("iso2022", "hz"))), None)
    return stated or ("iso2022_jp" if b"\x1b$" in body else None)


def _text_and_utf8(text: str) -> tuple[str, bytes]:
    text = text.replace("\0", REPLACEMENT)  # libxml2 ends a text at NUL
    return text, text.encode(errors="replace")


def _decode_legacy(body: bytes, content_type: str | None, languages: Sequence[str]) -> str:
    """Decode by the stated encoding, unless the text that another one gives is clearly better in these languages."""
    sample = _sample(body)
    languages = languages or [match[1].decode() for match in _LANGUAGE.finditer(body[:_PRESCAN_BYTES])][:1]
    detected, language = _detected(sample, languages)
    declared = list(_declared(body, content_type))
    languages = languages or [language]
    trust = dict.fromkeys(encodings_of(languages), 0.0) | {detected: _TRUST_IN_DETECTION}
    for label in reversed(declared):
        trust[label] = max(trust.get(label, 0.0), _TRUST_IN_LABEL if label == declared[0] else _TRUST_IN_DETECTION)
    if is_ideographic(languages):
        trust[detected] = 2 * _TRUST_IN_LABEL  # the wrong encoding of two-byte scripts gives their letters, too
    return body.decode(
        max(trust, key=lambda encoding: trust[encoding] + _worth(sample, encoding, languages)), "replace"
    )


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    """Yield the known encodings that header and page state; a label of UTF-16 in bytes of ASCII cannot be true."""
    for label in (http_content_type_encoding(content_type), html_body_declared_encoding(body[:_PRESCAN_BYTES])):
        if label is not None and is_known(label):
            yield "utf-8" if label.startswith("utf-16") else label


def _sample(body: bytes) -> bytes:
    """Return the part of the body that has the first bytes beyond ASCII: menus and scripts may be long."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", body)), 0)
    return body[max(0, first - 1000) : first + _SAMPLE_BYTES]


def _worth(sample: bytes, encoding: str, languages: Sequence[str]) -> float:
    """Return which share of the characters beyond ASCII the languages have, and are no sign of a wrong encoding."""
    text = _MARKUP.sub(" ", sample.decode(encoding, "replace"))
    beyond = _NOT_ASCII.findall(text)
    if not beyond:
        return 1.0
    strange = float(_without_letters(beyond, languages))
    if languages and sum(map(str.isalpha, beyond)) > _MIN_SHARE_OF_SCRIPT * sum(map(str.isalpha, text)):
        # Not of the Latin script; perhaps a page in another one than the source's usual.
        strange = len(beyond) if is_latin(languages) else strange
        strange = min(strange, max(_without_letters(beyond, languages_of(encoding)), len(beyond) / 2))
    capitals = sum(map(str.isupper, beyond))  # KOI8 has capitals where windows-1251 has small letters
    return 1 - max(strange, signs(text), capitals if capitals > 0.6 * len(beyond) else 0) / len(beyond)


def _without_letters(beyond: Sequence[str], languages: Sequence[str]) -> int:
    letters = letters_of(languages)
    return sum(1 for char in beyond if not letters.match(char)) if letters else 0


def _detected(sample: bytes, languages: Sequence[str]) -> tuple[str, str]:
    """Return the encoding and language that are detected, among the encodings of the languages if there are any."""
    from chardet import detect  # its import takes 30 ms, and nearly all pages are UTF-8

    candidates = ("utf-8", *encodings_of(languages))
    text = _ASCII_MARKUP.sub(b" ", sample)
    found = detect(text, include_encodings=candidates, no_match_encoding=candidates[1])
    encoding = str(found["encoding"] or candidates[1]).lower()
    return SUPERSETS.get(encoding, encoding), found["language"] or ""
