"""Roles in credits: whether a text is one, has one in it, or ends in one behind a name."""

from __future__ import annotations

import re

from newscrawl.normalize.credit_words import QUALIFIERS, WRITERS

_NOUN = WRITERS.replace(r"\w{0,20}", "")  # a compound's beginning costs most of the time of what tries it often
_ROLE = re.compile(rf"(?<!\w)(?:{WRITERS}|\w*redaktion\w*|staff|bureau|chief|desk|team|host)s?(?!\w)", re.IGNORECASE)
_NOUN_BEHIND = re.compile(rf"(?<=\s)(?:{_NOUN})s?\b", re.IGNORECASE)
_QUALIFIER = re.compile(rf"{QUALIFIERS}|bbc|cnn", re.IGNORECASE)
_MAX_QUALIFIERS = 8
_ONLY = re.compile(rf"(?:(?:{QUALIFIERS}|ap|afp|bbc|cnn|pa)\s++)*(?:{_NOUN})s?", re.IGNORECASE)
_PHRASE = re.compile(
    rf"(?:(?:{QUALIFIERS})\s++){{0,4}}(?:{_NOUN})s?\s++"
    r"(?:covering|who|focus\w*|based|reporting|for|at|in|on|für|bei|beim|des|der)\b.*"
    r"|special (?:to|for|from)\b.*|for (?:the )?[A-Z].*|(?:covering|based in)\b.*",
    re.IGNORECASE,
)


def is_role(name: str) -> bool:
    """Return whether a text is a role and no name: "Political editor"."""
    return bool(_ONLY.fullmatch(name) or _PHRASE.fullmatch(name))


def has_role(name: str) -> bool:
    """Return whether a text contains the noun of a role or of a group, as no person's name does."""
    return bool(_ROLE.search(name))


def begins_with_role(name: str) -> bool:
    return bool(_ROLE.match(name))


def before_role(line: str) -> str | None:
    """Return the name of two words or more that a role follows: "Ada Lind" of "Ada Lind senior health editor"."""
    words = line.split(maxsplit=2)
    noun = _NOUN_BEHIND.search(line, len(line) - len(words[2])) if len(words) == 3 else None
    if noun is None:
        return None
    before = line[: noun.start()].split()
    count = len(before)
    # Backwards from the noun: tried forwards from every word, a row of qualifiers costs eight times as much.
    while count > 2 and len(before) - count < _MAX_QUALIFIERS and _QUALIFIER.fullmatch(before[count - 1]):
        count -= 1
    return " ".join(before[:count])
