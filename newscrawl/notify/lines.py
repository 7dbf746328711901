"""Lines of messages in the current language: values of strangers made harmless, and apart from words of ours. Pure.

Where the language is written from right to left, each value has a direction of its own, by its first letter, as on
pages. Text says so by characters that isolate it, which no value has; markup by an element.
"""

from __future__ import annotations

from html import escape

from newscrawl.harmless_text import ELLIPSIS, one_line
from newscrawl.humanize import Said, current, gettext, recognised
from newscrawl.languages import text_direction

MAX_VALUE = 1000
ISOLATE, POP = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE


def isolated(value: str) -> str:
    """Return a value as a part of a line."""
    return apart(one_line(value, MAX_VALUE))


def apart(text: str) -> str:
    """Return harmless text as a part of a line that may run the other way."""
    return f"{ISOLATE}{text}{POP}" if text and text_direction(current().language) == "rtl" else text


def line(text: str, maximum: int) -> str:
    """Return text of ours on one line, cut to a length; its values are harmless already."""
    text = " ".join(text.split())
    text = text if len(text) <= maximum else text[: maximum - 1].rstrip() + ELLIPSIS
    return text + POP * (text.count(ISOLATE) - text.count(POP))


def markup(text: str) -> str:
    """Return a line as markup."""
    return escape(text).replace(ISOLATE, "<bdi>").replace(POP, "</bdi>")


def stored(text: str) -> str:
    """Return English text of ours that was stored: translated where it is recognised, its values apart."""
    said = None if current().language == "en" else recognised(text)
    if said is None:
        return isolated(text)
    found = gettext("; ").join(_filled(each) for each in said)
    return found[:1].upper() + found[1:] if text[:1].isupper() else found


def _filled(said: Said) -> str:
    values = {}
    for name, value in said.filling().items():
        given = said.values.get(name)
        if isinstance(given, Said):
            values[name] = _filled(given)
        else:
            values[name] = isolated(value) if said.is_apart(name) else value
    return said.form() % values
