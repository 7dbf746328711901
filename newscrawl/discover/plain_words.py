"""Headlines as plain words: without markup, references, control characters and superfluous white space."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from lxml import etree, html

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)(?:\s[^<>]*+|/)?>")
# As browsers read them: a number may lack its semicolon.
_REFERENCE = re.compile(
    r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});|#(?:[0-9]{2,7}|[xX][0-9A-Fa-f]{2,6})\b)"
)
# What a headline may be marked up with; `<title>` or `<your name>` in one are its words.
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blockquote", "br", "center", "cite", "code", "del", "dfn",
     "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "nobr", "p",
     "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "ul", "var", "wbr"}
)  # fmt: skip
_NEVER_CLOSED = frozenset({"br", "hr", "img", "wbr"})
BLOCKS = ("br", "hr", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "center", "pre", "ul")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# C1 controls in a text are windows-1252 whose numbers were taken for Unicode's: `&#146;`.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
MAX_HTML = 20_000  # characters of a headline that are parsed as HTML


def plain(text: str | None) -> str | None:
    """Return words as they are, in one line; None if there are none."""
    if not text:
        return None
    return " ".join(_CONTROLS.sub("", text.translate(_C1)).split()) or None


def of_html(text: str | None) -> str | None:
    """Return the words that a browser would show of an HTML fragment."""
    if not text or ("<" not in text and "&" not in text):
        return plain(text)
    if "<" not in text:
        return _without_references(text)
    try:
        root = html.fragment_fromstring(text[:MAX_HTML], create_parent="div")
    except (etree.ParserError, ValueError):
        return _without_references(_TAG.sub("", text))
    etree.strip_elements(root, "script", "style", etree.Comment, with_tail=False)
    for node in root.iter(*BLOCKS):
        node.text, node.tail = f" {node.text or ''}", f" {node.tail or ''}"
    return plain(root.text_content())


def _without_references(text: str) -> str | None:
    """Return the words of HTML without tags; a reference that remains was escaped once more than it had to be."""
    once = unescape(text)
    return plain(unescape(once) if _REFERENCE.search(once) else once)


def of_either(text: str | None) -> str | None:
    """Return the words of a text of which its format does not say whether it is HTML: an RSS title.

    It is HTML if it has references, or tags that headlines are marked up with, of which each that needs it is closed.
    """
    if not text or not is_html(text):
        return plain(text)
    words = of_html(text)
    return of_html(words) if words and "</" in words and is_html(words) else words  # markup that was escaped twice


def is_html(text: str) -> bool:
    """Return whether all that resembles markup in a text is markup of headlines, and there is any."""
    references = list(_REFERENCE.finditer(text))
    if any(found[1] and f"{found[1]};" not in html5 for found in references):
        return False
    tags = [(found[1] == "/", found[2].lower()) for found in _TAG.finditer(text)]
    if any(name not in _INLINE for _, name in tags):
        return False
    closed = {name for is_end, name in tags if is_end}
    return bool(references) or any(name in closed or name in _NEVER_CLOSED for _, name in tags)
