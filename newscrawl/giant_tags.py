"""Tags with thousands of attributes, made small for libxml2, which compares each attribute with all others."""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_SIZE = 4_000  # characters of a tag that is examined
MAX_ATTRIBUTES = 1_000  # of one tag; real ones have a few dozen
_TAG = re.compile(rf"<([A-Za-z][A-Za-z0-9]*+)\s[^<>]{{{MIN_SIZE},}}+>")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")


def without_giant_tags(text: str) -> str:
    """Return HTML in which tags with more than MAX_ATTRIBUTES attributes have none; the same text if there is none.

    One that hides behind `<` or `>` in its values is left to the bound on the time of reading.
    """
    parts, at = [], 0
    for tag in _long_tags(text):
        if len(_QUOTED.sub("", tag[0]).split()) > MAX_ATTRIBUTES:
            parts += [text[at : tag.start()], f"<{tag[1]}>"]
            at = tag.end()
    return "".join((*parts, text[at:])) if parts else text


def _long_tags(text: str) -> Iterator[re.Match[str]]:
    """Yield the tags of MIN_SIZE and more; tries only `<` with no other `<` in the next MIN_SIZE characters."""
    at = text.find("<")
    while 0 <= at < len(text) - MIN_SIZE:
        if (later_tag := text.rfind("<", at + 1, at + MIN_SIZE)) > 0:
            at = later_tag
            continue
        if tag := _TAG.match(text, at):
            yield tag
        at = text.find("<", at + 1)
