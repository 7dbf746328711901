"""The characters of a listing: its encoding is what the bytes are, whatever the header and the document declare."""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

from newscrawl import legacy_encodings

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Beginnings without a mark: `<` or a blank in units of two or four bytes, and `<?xm` in EBCDIC (XML 1.0, appendix F).
_BEGINNINGS = (
    (re.compile(rb"\0\0\0[<\s{h]"), "utf-32-be"),
    (re.compile(rb"[<\s{h]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0[<\s{h]\0[^\0]"), "utf-16-be"),
    (re.compile(rb"[<\s{h]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)""")
# Labels whose bytes are all ASCII although their characters are not.
_SEVEN_BIT = ("iso2022", "iso-2022", "hz")
# No encodings of documents: they would turn escapes into characters that no browser sees.
_REFUSED = ("utf_7", "utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "charmap")
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257")
_NOT_LATIN = (
    "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "euc_jp", "shift_jis", "euc_kr", "gb18030", "big5"
)  # fmt: skip
DETECTED_BYTES = 1 << 16
_LANGUAGE = re.compile(
    rb"<language>\s{0,99}(?:<!\[CDATA\[)?\s{0,99}([a-z]{2})\b|\blang\s{0,9}=\s{0,9}[\"']?([a-z]{2})\b|"
    rb"<(?:dc:|news:)language>\s{0,99}([a-z]{2})\b",
    re.IGNORECASE,
)
# Signs of ISO-8859-2 and -1 read as windows-1250, and where a word begins with one: "©ibenik".
_SIGNS = "\ufffd¯±³¶¹¼¾"
_SIGN_OF_WORD = re.compile(r"[©®](?=[^\W\d_])")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Words of accented letters alone: another script in an encoding of the Latin one.
_FOREIGN_WORD = re.compile(r"[\xc0-\xff\u0152-\u017e]{3,}")
_LATIN_LABELS = ("cp1252", "latin", "iso8859-1", "iso8859-15", "iso-8859-1", "iso-8859-15", "ascii", "mac")
_TWO_BYTE = ("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949")
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
# Characters of UTF-8 after which a declared encoding of two-byte characters is not believed.
_ENOUGH = 3


def decoded(body: bytes, content_type: str = "") -> str:
    """Return a listing's text without its byte order mark; never raises.

    A mark decides, then units of several bytes, then UTF-8 if the bytes are it; then the header and the document; then
    detection. Single bytes that are not the declared UTF-8 are read as windows-1252: editors paste them.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], encoding)
    for beginning, encoding in _BEGINNINGS:
        if beginning.match(body):
            return _of_beginning(body, encoding)
    declared = _declared(body, content_type)
    if body.isascii():
        return body.decode(declared if declared and declared.startswith(_SEVEN_BIT) else "ascii", "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _read(body, _detected(body) if declared in {None, "utf-8"} else _unless_contradicted(body, declared))
    return _read_as_declared(body, declared, text)


def _read_as_declared(body: bytes, declared: str | None, text: str) -> str:
    """Return valid UTF-8 in an encoding of two-byte characters if it is declared and there are few characters."""
    if declared is None or not _is_two_byte(declared) or len(text) - sum(map(str.isascii, text)) > _ENOUGH:
        return text
    try:
        return body.decode(declared)
    except (UnicodeDecodeError, LookupError):
        return text


def _is_two_byte(encoding: str) -> bool:
    return encoding.startswith(("gb", "big5", "cp93", "cp94", "cp95", "euc", "shift", "johab"))


def _of_beginning(body: bytes, encoding: str) -> str:
    text = _read(body, encoding)
    if encoding != "cp037":
        return text
    stated = _DECLARED.match(text)  # EBCDIC comes in code pages
    return _read(body, (stated and _known(stated[1])) or encoding)


def _declared(body: bytes, content_type: str) -> str | None:
    """Return the first known encoding that header or document declare, none of several bytes a unit."""
    in_header = http_content_type_encoding(content_type)
    labels = (in_header, html_body_declared_encoding(body[:4096]))
    return next((known for label in labels if label and (known := _known(label))), None)


def _known(label: str) -> str | None:
    """Return Python's name for a label; None for one that is unknown, or cannot be what these bytes are."""
    name = resolve_encoding(label)
    if name is None or name.replace("-", "_") in {refused.replace("-", "_") for refused in _REFUSED}:
        return None
    if name.startswith(_WIDE):  # their bytes would have begun otherwise: .NET declares utf-16 and sends UTF-8
        return None
    try:
        b"<".decode(name)
    except (LookupError, ValueError):
        return None
    return name


def _detected(body: bytes) -> str:
    """Return the encoding of bytes that are not UTF-8 and declare no other.

    Only scripts other than Latin are distinguished by their bytes; of Latin ones the usual encoding is taken. Text that
    is UTF-8 for the greater part is UTF-8 with single bytes of another.
    """
    valid = sum(byte > 0x7F for byte in body.decode("utf-8", "ignore").encode())
    if 2 * valid > sum(byte > 0x7F for byte in body):
        return "utf-8"
    if of_language := _of_language(body):
        return of_language
    import charset_normalizer  # its import takes .05 s, and few listings need it

    found = charset_normalizer.from_bytes(body[:DETECTED_BYTES], cp_isolation=[*_LATIN, *_NOT_LATIN]).best()
    return found.encoding if found is not None and found.encoding in _NOT_LATIN else "utf-8"


def _of_language(body: bytes) -> str | None:
    """Return the encoding of the language that a listing states, if its Latin letters are beyond windows-1252.

    Of several encodings the one in which most of the text is letters of that language.
    """
    sample = body[:DETECTED_BYTES]
    found = _LANGUAGE.search(sample)
    language = next(filter(None, found.groups()), b"").decode().lower() if found else ""
    encodings = legacy_encodings.ENCODINGS.get(language, ())
    letters = legacy_encodings.letters_of((language,))
    if letters is None or encodings[0] == "cp1252" or not legacy_encodings.is_latin((language,)):
        return None

    def strange(encoding: str) -> int:
        text = sample.decode(encoding, "replace")
        others = (char for char in _BEYOND_ASCII.findall(text) if char.isalpha() or char in _SIGNS)
        return sum(letters.match(char) is None for char in others) + len(_SIGN_OF_WORD.findall(text))

    return min(encodings, key=strange)


def _unless_contradicted(body: bytes, declared: str) -> str:
    """Return the declared encoding, unless its text has the signs of another script, or of other letters."""
    if declared.startswith(("cp1251", "koi8")):  # one has capitals for the other's small letters
        other = "koi8_r" if declared.startswith("cp1251") else "cp1251"
        return other if _capitals(body, declared) > 0.6 and _capitals(body, other) < 0.3 else declared
    if not declared.startswith(_LATIN_LABELS):
        return _unless_impossible(body, declared)
    text = body[:DETECTED_BYTES].decode(declared, "replace")
    foreign = sum(map(len, _FOREIGN_WORD.findall(text)))
    if 2 * foreign > len(_BEYOND_ASCII.findall(text)):
        detected = _detected(body)
        return detected if detected in _NOT_LATIN else declared
    return _of_language(body) or declared


def _capitals(body: bytes, encoding: str) -> float:
    letters = [
        char for char in _BEYOND_ASCII.findall(body[:DETECTED_BYTES].decode(encoding, "replace")) if char.isalpha()
    ]
    return sum(map(str.isupper, letters)) / max(len(letters), 1)


def _unless_impossible(body: bytes, declared: str) -> str:
    """Return the declared encoding, unless characters of two bytes break in it that another one reads whole."""
    if not _is_two_byte(declared):
        return declared
    sample = body[:DETECTED_BYTES]
    broken = sample.decode(declared, "replace").count("\ufffd")
    if broken <= _ENOUGH:
        return declared
    whole = (other for other in _TWO_BYTE if 10 * sample.decode(other, "replace").count("\ufffd") < broken)
    return next(whole, declared)


def _read(body: bytes, encoding: str | None) -> str:
    errors = "windows-1252" if encoding in {None, "utf-8"} else "replace"
    try:
        return body.decode(encoding or "utf-8", errors)
    except (LookupError, ValueError):
        return body.decode("utf-8", "windows-1252")


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return broken.decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _one_by_one)
