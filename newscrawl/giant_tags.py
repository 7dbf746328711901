"""Tags with thousands of attributes, made small for libxml2, which compares each attribute with all others."""

from __future__ import annotations

import re

MAX_ATTRIBUTES = 1_000  # of one tag; real ones have a few dozen
MIN_SIZE = 4_000  # characters of a tag that is examined
_VALUE = r"=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))"
# A tag with its name; quoted values may hold `<` and `>`. Scripts and comments are passed over: their text is no tag.
_TAG = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|<(?:script|style)\b[^>]*+>(?:[^<]++|<(?!/s(?:cript|tyle)))*+"
    rf"|<([a-z][^\s/>]*+)(?:[^>=]++|{_VALUE}|=)*+>?",
    re.IGNORECASE,
)
_QUOTED = re.compile(_VALUE)
_ATTRIBUTE = re.compile(r"[^\s/]++")
_NAME = re.compile("<[a-z]", re.IGNORECASE)
# The rest of a quoted value after its `>`, and what follows it in a tag of many attributes.
_WITHIN_TAG = re.compile(rf">[^\"']{{0,{MIN_SIZE}}}+[\"'](?:[\s/]++[^\s/=<>\"']++(?:{_VALUE}|=[^\s\"'>]++)?){{20}}")


def without_giant_tags(text: str) -> str:
    """Return HTML in which tags with more than MAX_ATTRIBUTES attributes have none; the same text if there is none.

    One that is laid out to hide from `_may_have_one` is left to the bound on the time of reading.
    """
    if not _may_have_one(text) or not any(map(_is_giant, _TAG.finditer(text))):
        return text
    return _TAG.sub(lambda tag: f"<{tag[1]}>" if _is_giant(tag) else tag[0], text)


def _may_have_one(text: str) -> bool:
    """Return whether a tag may be giant, from one `>` in MIN_SIZE characters: there is none, or a value holds it."""
    at = 0
    while at < len(text) - MIN_SIZE:
        if (found := text.rfind(">", at, at + MIN_SIZE)) >= 0:
            if _WITHIN_TAG.match(text, found):
                return True
        else:
            found = text.find(">", at + MIN_SIZE)
            found = len(text) if found < 0 else found
            if (tag := _NAME.search(text, at, found)) and _has_many(text[tag.start() : found]):
                return True
        at = found + 1
    return False


def _is_giant(tag: re.Match[str]) -> bool:
    return tag[1] is not None and tag.end() - tag.start() >= MIN_SIZE and _has_many(tag[0])


def _has_many(tag: str) -> bool:
    return len(tag) >= MIN_SIZE and len(_ATTRIBUTE.findall(_QUOTED.sub("= ", tag))) > MAX_ATTRIBUTES
