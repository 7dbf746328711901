"""Tags with thousands of attributes, made small for libxml2, which compares each attribute with all others."""

from __future__ import annotations

import re

MAX_ATTRIBUTES = 1_000  # of one tag; real ones have a few dozen
MIN_SIZE = 4_000  # characters of a tag that is examined
# Characters of a page that is examined closely. In a smaller one tags are found that long text without `<` betrays;
# one that hides behind quoted `<` costs four seconds at most.
MIN_PAGE = 100_000
_VALUE = r"=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))"
# A tag with its name; quoted values may hold `<` and `>`. Scripts and comments are passed over: their text is no tag.
_TAG = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|<(?:script|style)\b[^>]*+>(?:[^<]++|<(?!/s))*+|<([a-z][^\s/>]*+)(?:[^>=]++|{_VALUE}|=)*+>?",
    re.IGNORECASE,
)
_QUOTED = re.compile(_VALUE)
_ATTRIBUTE = re.compile(r"[^\s/]++")


def without_giant_tags(text: str) -> str:
    """Return HTML in which tags with more than MAX_ATTRIBUTES attributes have none; the same text if there is none."""
    if len(text) < MIN_PAGE and not _has_gap(text):
        return text
    if not any(map(_is_giant, _TAG.finditer(text))):
        return text
    return _TAG.sub(lambda tag: f"<{tag[1]}>" if _is_giant(tag) else tag[0], text)


def _has_gap(text: str) -> bool:
    """Return whether MIN_SIZE characters follow each other without a `<`."""
    at = 0
    while at < len(text) - MIN_SIZE:
        if (found := text.rfind("<", at, at + MIN_SIZE)) < 0:
            return True
        at = found + 1
    return False


def _is_giant(tag: re.Match[str]) -> bool:
    if tag.end() - tag.start() < MIN_SIZE or tag[1] is None:
        return False
    return len(_ATTRIBUTE.findall(_QUOTED.sub("= ", tag[0]))) > MAX_ATTRIBUTES
