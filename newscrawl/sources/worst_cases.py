"""Strings that make a backtracking matcher work hardest: made from a pattern's own repetitions, and some for all."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants
    import sre_parse

REPEATS = {sre_constants.MAX_REPEAT, sre_constants.MIN_REPEAT, sre_constants.POSSESSIVE_REPEAT}
CATEGORIES = {
    sre_constants.CATEGORY_DIGIT: "1",
    sre_constants.CATEGORY_NOT_DIGIT: "x",
    sre_constants.CATEGORY_SPACE: " ",
    sre_constants.CATEGORY_NOT_SPACE: "x",
    sre_constants.CATEGORY_WORD: "a",
    sre_constants.CATEGORY_NOT_WORD: " ",
}
# Tried for classes that are stated by what is not in them.
CANDIDATES = "a1 A-.,;:'\"()[]<>/&?#=%_\n\t\u00e9\u2019\u2014\u0301\u4e00"
PROPERTIES = {"L": "A", "Lu": "A", "Ll": "a", "N": "1", "Nd": "1", "M": "\u0301", "Mn": "\u0301", "Pc": "_"}
PROPERTIES |= dict.fromkeys(("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"), "\u4e00")
FLAGS_OF_BOTH = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.UNICODE
MISMATCHES = ("", "\0", "x\0")  # after the repetition, so that the whole does not match
# Whatever the pattern: runs of what news and its mark-up are full of; each unit ends at "¦".
COMMON = (
    *" aA1-/.()[<&'=#\n\"\u2019\u201c\u0301\u4e00\0",
    *(" \n", "1 ", "a ", "A ", "Aa ", "a. ", "a, ", "A. ", "1.", "1,", "- ", "//", "<a ", "&a;", "%20", "a\u0301"),
    *("a=1&", "@a", "a@", "A-", "a-a", "1:", "1/", "and ", "of the ", "\\u"),
)


def worst_cases(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Yield strings of about `length` characters: each repetition of the pattern, pumped, and the common runs.

    What comes before a repetition is repeated too: a search begins at each of its places, and runs to the end.
    """
    for prefix, unit in _parts(pattern, flags):
        run = unit * (length // len(unit))
        yield from (prefix + run + mismatch for mismatch in MISMATCHES)


@lru_cache(maxsize=1)  # a pattern that is slow on a text is tried on shorter and longer ones at once
def _parts(pattern: str, flags: int) -> tuple[tuple[str, str], ...]:
    """Return (beginning, what follows it again and again) for each string."""
    try:
        tree: Any = sre_parse.parse(_as_re(pattern), flags & FLAGS_OF_BOTH)
    except (re.error, ValueError, OverflowError):
        tree = ()  # syntax that only the regex module has
    own = dict.fromkeys(_pumps(tree, ""))
    units = dict.fromkeys(each for prefix, unit in own for each in (unit, prefix, prefix + unit) if each)
    return (*own, *(("", unit) for unit in (*units, *COMMON)))


def _as_re(pattern: str) -> str:
    """Return a pattern of the regex module in the syntax of `re`, each property of Unicode as one sign that has it."""
    for name, sign in PROPERTIES.items():
        pattern = pattern.replace(f"\\p{{{name}}}", sign)
    return re.sub(r"--\[[^\[\]]*\]|V1", "", pattern).replace("(?)", "").replace("\\X", ".")


def _pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield (what matches before, what matches once) for each repetition without a low bound on its length."""
    prefix = before
    for operation, argument in tree:
        for part in _inner(operation, argument):
            yield from _pumps(part, prefix)
        if operation in REPEATS and argument[1] > 20 and (unit := _sample(argument[2])):
            yield prefix, unit
        prefix += _sample([(operation, argument)])


def _inner(operation: Any, argument: Any) -> list[Any]:
    if operation in REPEATS:
        return [argument[2]]
    if operation is sre_constants.SUBPATTERN:
        return [argument[3]]
    if operation is sre_constants.BRANCH:
        return list(argument[1])
    if operation in (sre_constants.ASSERT, sre_constants.ASSERT_NOT):
        return [argument[1]]
    return [argument] if operation is sre_constants.ATOMIC_GROUP else []


def _sample(tree: Any) -> str:
    """Return one string that a part of a pattern matches, as far as that can be said simply."""
    return "".join(_sample_of(operation, argument) for operation, argument in tree)


def _sample_of(operation: Any, argument: Any) -> str:
    if operation is sre_constants.LITERAL:
        return chr(argument)
    if operation is sre_constants.NOT_LITERAL:
        return next(sign for sign in CANDIDATES if ord(sign) != argument)
    if operation is sre_constants.ANY:
        return "a"
    if operation is sre_constants.IN:
        return _sample_of_class(argument)
    if operation is sre_constants.BRANCH:
        return _sample(argument[1][0])
    inner = _inner(operation, argument)
    if operation is sre_constants.ASSERT and argument[0] < 0:  # what must stand before
        return _sample(argument[1])
    if operation in (sre_constants.ASSERT, sre_constants.ASSERT_NOT) or not inner:
        return ""
    return _sample(inner[0]) * (max(argument[0], 1) if operation in REPEATS else 1)


def _sample_of_class(members: Any) -> str:
    if members[0][0] is not sre_constants.NEGATE:
        kind, value = members[0]
        if kind is sre_constants.RANGE:
            return chr(value[0])
        return CATEGORIES.get(value, "a") if kind is sre_constants.CATEGORY else chr(value)
    excluded = re.compile("|".join(map(_as_class, members[1:])) or "(?!)")
    return next((sign for sign in CANDIDATES if not excluded.match(sign)), "\u0416")


def _as_class(member: Any) -> str:
    kind, value = member
    if kind is sre_constants.RANGE:
        return f"[{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}]"
    if kind is sre_constants.LITERAL:
        return re.escape(chr(value))
    names = {
        sre_constants.CATEGORY_DIGIT: r"\d",
        sre_constants.CATEGORY_NOT_DIGIT: r"\D",
        sre_constants.CATEGORY_SPACE: r"\s",
        sre_constants.CATEGORY_NOT_SPACE: r"\S",
        sre_constants.CATEGORY_WORD: r"\w",
        sre_constants.CATEGORY_NOT_WORD: r"\W",
    }
    return names[value]
