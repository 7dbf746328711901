"""The character encoding of a page, by the labels of the WHATWG Encoding Standard."""

from __future__ import annotations

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def decode(body: bytes, content_type: str | None) -> tuple[str, bytes]:
    """Return the text of a page, and the same text encoded as UTF-8. Never fails: undecodable bytes become U+FFFD.

    Order: byte order mark, bytes that are valid UTF-8 beyond ASCII, the header's charset, the page's own declaration,
    windows-1252. Bytes win over labels because a legacy text is practically never valid UTF-8 by chance, while servers
    and archives often keep an outdated label on converted pages.
    """
    encoding, bom = read_bom(body)
    if encoding and bom:
        return _text_and_utf8(body[len(bom) :].decode(encoding, "replace"))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _text_and_utf8(_decode_labelled(body, content_type, default="cp1252"))
    if text.isascii() and "\x1b" in text:
        # Only the 7-bit encodings of East Asia (ISO-2022-JP, HZ) use these bytes for anything but ASCII.
        return _text_and_utf8(_decode_labelled(body, content_type, default="utf-8"))
    return _text_and_utf8(text) if "\0" in text else (text, body)


def _text_and_utf8(text: str) -> tuple[str, bytes]:
    text = text.replace("\0", _REPLACEMENT)  # libxml2 ends a text at NUL
    return text, text.encode(errors="replace")


def _decode_labelled(body: bytes, content_type: str | None, *, default: str) -> str:
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body[:8192])
    if declared is None or declared.startswith("utf-16"):
        # The standard reads such a label as UTF-8: one that was found in ASCII bytes cannot be UTF-16.
        declared = default if declared is None else "utf-8"
    if declared == "utf-8" and default == "cp1252":
        return _decode_mostly_utf8(body)
    return body.decode(declared, "replace")


def _decode_mostly_utf8(body: bytes) -> str:
    """Decode bytes labelled UTF-8 that are not valid UTF-8.

    With more broken sequences than valid characters beyond ASCII the label is wrong: windows-1252.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    valid = sum(1 for char in text if char > "\x7f") - broken if broken < 10_000 else 0
    return text if broken <= valid else body.decode("cp1252", "replace")
