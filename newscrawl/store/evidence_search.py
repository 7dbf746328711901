"""The texts in a page as fetched: in its own encoding, and with escapes and markup resolved. Pure."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import regex
from lxml import etree
from lxml.html import HTMLParser, document_fromstring
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

import newscrawl.legacy_encodings  # noqa: F401  it makes further labels known

ROUNDS = 3  # of escapes within escapes
MAX_BYTES = 4 * 2**20  # of a page that is searched: a second or two
_LIKELY = ("utf-8", "cp1252")
_LIKELY_WITH_NUL = ("utf-16-le", "utf-16-be")
_TAG = regex.compile(r"<[^<>]*>")
_ESCAPE = regex.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))")
_SURROGATES = regex.compile(r"[\ud800-\udbff][\udc00-\udfff]")
# Normalising takes the square of the length of a run of combining marks; no script needs so many.
_MARKS = regex.compile(r"(\p{M}{8})\p{M}+")
_NO_LETTER = regex.compile(r"[^\p{L}\p{N}]+")
_NO_MARKUP = regex.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, without case and marks: what no layout can part."""
    return str(_NO_LETTER.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())))


def page_texts(body: bytes, content_type: str | None) -> Iterator[str] | None:
    """Return everything that can be read from a page; None if it is too large or its encoding is in doubt."""
    decoded = _decoded(body, content_type) if len(body) <= MAX_BYTES else None
    return None if decoded is None else (reading for text in decoded for reading in _readings(text))


def _decoded(body: bytes, content_type: str | None) -> list[str] | None:
    """Return a page in every encoding that is declared for it, UTF-8 if none is, and in those that are likely."""
    declared = {
        read_bom(body)[0],
        http_content_type_encoding(content_type),
        html_body_declared_encoding(body),
    } - {None}
    texts = []
    for encoding in declared or {"utf-8"}:
        try:
            texts.append(body.decode(str(encoding)))
        except (UnicodeError, LookupError):  # some codecs raise the former for whatever bytes
            return None
    likely = _LIKELY + (_LIKELY_WITH_NUL if b"\0" in body else ())
    return texts + [body.decode(encoding, "replace") for encoding in likely if encoding not in declared]


def _readings(text: str) -> Iterator[str]:
    for unescaped in _unescaped(text):
        plain = _MARKS.sub(r"\1", unescaped)
        yield plain
        yield _TAG.sub("", plain)
        yield _text_nodes(plain)


def _unescaped(text: str) -> Iterator[str]:
    """Yield a text, and what it is when entities, percent-escapes and those of JSON and scripts are resolved."""
    yield text
    for _ in range(ROUNDS):
        resolved = unquote(_without_escapes(html.unescape(text)), errors="replace")
        if resolved == text:
            return
        yield resolved
        text = resolved


def _without_escapes(text: str) -> str:
    plain = _ESCAPE.sub(lambda match: _character(match[1] or match[2] or match[3]), text)
    return str(_SURROGATES.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), plain))


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else ""


def _text_nodes(page: str) -> str:
    """Return the text of a page as a browser has it: without comments, whatever its attributes contain."""
    markup = _NO_MARKUP.sub(" ", page)
    if "<" not in markup:
        return ""  # read already
    try:
        tree = document_fromstring(markup.encode(), parser=HTMLParser(encoding="utf-8", remove_comments=True))
    except etree.ParserError:
        return ""  # nothing but comments and white space
    return " ".join(tree.itertext())
