"""Tags with thousands of attributes, made small for libxml2, which compares each attribute with all others."""

from __future__ import annotations

import re

MIN_SIZE = 4_000  # characters of a tag that is examined
MAX_ATTRIBUTES = 1_000  # of one tag; real ones have a few dozen
_GIANT_TAG = re.compile(rf"<([A-Za-z][A-Za-z0-9]*+)\s[^<>]{{{MIN_SIZE},}}+>")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")


def without_giant_tags(text: str) -> str:
    """Return HTML in which tags with more than MAX_ATTRIBUTES attributes have none."""
    return _GIANT_TAG.sub(_small, text) if has_giant_tag(text) else text


def has_giant_gap(utf8: bytes) -> bool:
    """Return whether MIN_SIZE bytes follow each other without a `<`: a tag of as many characters has no fewer bytes."""
    at = 0
    while at < len(utf8) - MIN_SIZE:
        if (found := utf8.rfind(b"<", at, at + MIN_SIZE)) < 0:
            return True
        at = found + 1
    return False


def has_giant_tag(text: str) -> bool:
    """Return whether a tag is long enough; tries only `<` with no other `<` in the next MIN_SIZE characters."""
    at = text.find("<")
    while 0 <= at < len(text) - MIN_SIZE:
        if (later_tag := text.rfind("<", at + 1, at + MIN_SIZE)) > 0:
            at = later_tag
        elif _GIANT_TAG.match(text, at):
            return True
        else:
            at = text.find("<", at + 1)
    return False


def _small(tag: re.Match[str]) -> str:
    attributes = _QUOTED.sub("", tag[0])
    return f"<{tag[1]}>" if len(attributes.split()) > MAX_ATTRIBUTES else tag[0]
