"""Search a pattern only where it can begin: at a digit, or at a word with one of certain beginnings.

A pattern of hundreds of alternatives that is tried at each character takes most of the time of reading a paragraph. The
standard library finds the few places where it may match many times faster; what is found is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import regex

# In lower case, and letters beyond doubt: a word does not begin behind one, and one of others begins anywhere.
_LETTERS = "a-zß-öø-ɏα-ωа-џؠ-ي"
_WORD = re.compile(f"[{_LETTERS}]")
_DIGIT = re.compile(r"\d")
_LENGTH = 4  # of the beginnings that are compared
_BEGINNING = re.compile(f"(?<![{_LETTERS}])(?=([{_LETTERS}].{{0,{_LENGTH - 1}}}))", re.DOTALL)
_MAX_REMEMBERED = 4_000  # characters of a text
_MAX_KNOWN = 10_000  # beginnings that a pattern remembers
_PART = regex.compile(
    r"(?V1)(?P<flags>\(\?[a-zA-Z1]+\))|(?P<around>\(\?<?[!=](?P<inner>[^()]*(?:\((?&inner)\)[^()]*)*)\))|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)"
    r"|(?P<start>\^)|(?P<boundary>\\b)|(?P<count>[?*+]|\{\d*,?\d*\})|(?P<class>\[[^\]]*\]|\\[a-zA-Z](?:\{\w+\})?|\.)"
    r"|(?P<space>\s)|\\?(?P<letter>.)"
)


class _Places:
    """The text in lower case, letter by letter, the beginnings of its words, and where these and its digits stand."""

    __slots__ = ("_found", "beginnings", "digits", "lower")

    def __init__(self, lower: str) -> None:
        self.lower = lower
        self.beginnings: frozenset[str] = frozenset(_BEGINNING.findall(lower))
        self.digits = [digit.start() for digit in _DIGIT.finditer(lower)]
        self._found: dict[str, list[int]] = {}

    def of(self, beginning: str) -> Sequence[int]:
        """Return where words with this beginning stand."""
        found = self._found.get(beginning)
        if found is None:
            found = self._found[beginning] = list(self._search(beginning))
        return found

    def _search(self, beginning: str) -> Iterator[int]:
        at = self.lower.find(beginning)
        while at >= 0:
            if not at or not _WORD.match(self.lower, at - 1):
                yield at
            at = self.lower.find(beginning, at + 1)


class Beginnings:
    """Where the matches of a pattern may begin: words at their beginning, `signs` anywhere, digits if `has_digits`.

    `before_digits` are signs that begin a match only before a digit.
    """

    def __init__(
        self,
        words: Iterable[str],
        signs: Iterable[str] = (),
        *,
        has_digits: bool = True,
        before_digits: str = "",
        at_start: bool = False,
    ) -> None:
        self._has_digits = has_digits
        self._before_digits = before_digits
        self._at_start = at_start
        known = [_lower(word) for word in words]
        self._known = _Known(sorted({begun for word in known if _WORD.match(word) for begun in _begun(word)}))
        firsts = {sign[0].lower() for sign in (*signs, *(word for word in known if not _WORD.match(word)))}
        self._signs = re.compile(f"[{re.escape(''.join(sorted(firsts)))}]") if firsts else None

    def matches(self, pattern: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
        """Yield what `pattern.finditer(text)` yields; `pattern` ignores case."""
        places = _places(text)
        if places is None:
            yield from pattern.finditer(text)
            return
        end = -1
        for at in self._candidates(places):
            match = pattern.match(text, at) if at >= end else None
            if match is not None:
                yield match
                end = match.end()

    def _candidates(self, places: _Places) -> Sequence[int]:
        found = [at for beginning in self._known.of(places.beginnings) for at in places.of(beginning)]
        if self._has_digits:
            found += places.digits
        if self._before_digits:
            found += [at - 1 for at in places.digits if at and places.lower[at - 1] in self._before_digits]
        if self._signs is not None:
            found += [sign.start() for sign in self._signs.finditer(places.lower)]
        if self._at_start:
            found.append(0)
        return sorted(found)


@cache
def beginnings_of(pattern: regex.Pattern[str]) -> Beginnings:
    """Read the beginnings off a verbose pattern. Raises ValueError if an alternative begins with a class."""
    return _Reading([part for part in _PART.finditer(pattern.pattern) if part.lastgroup != "space"]).beginnings()


def matches(pattern: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
    """Yield what `pattern.finditer(text)` yields, for a verbose pattern that ignores case."""
    return beginnings_of(pattern).matches(pattern, text)


def has_match(pattern: regex.Pattern[str], text: str) -> bool:
    return next(matches(pattern, text), None) is not None


class _Known:
    """Which beginnings of words may begin a match; those of texts read before are remembered."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._read: set[str] = set()
        self._known: set[str] = set()

    def of(self, beginnings: frozenset[str]) -> Set[str]:
        """Return those of `beginnings` that may begin a match."""
        if not beginnings <= self._read:
            self._read_also(beginnings)
        return beginnings & self._known

    def _read_also(self, beginnings: frozenset[str]) -> None:
        if len(self._read) >= _MAX_KNOWN:
            self._read.clear()
            self._known.clear()
        self._known.update([each for each in beginnings - self._read if each.startswith(self._words)])
        self._read |= beginnings


def _places(text: str) -> _Places | None:
    """Return the places of a text; those of short texts, which many patterns are searched in, are remembered."""
    return _short_places(text) if len(text) <= _MAX_REMEMBERED else _found_places(text)


def _found_places(text: str) -> _Places | None:
    """Return the places of a text; None if it has letters whose other case is no single letter, or another one."""
    lower = text.lower()
    if len(lower) != len(text) or (lower if text.isascii() else lower.replace("ß", "ss")) != text.casefold():
        return None
    return _Places(_lower(text))


def _lower(text: str) -> str:
    """Return a text in lower case; patterns that ignore case take "ı" for "i"."""
    return text.lower().replace("ı", "i")


_short_places = lru_cache(maxsize=64)(_found_places)


def _begun(word: str) -> tuple[str, str]:
    """Return the beginnings of a word that are compared: "ss" and "ß" are equal in any case, as "ΐ" and its parts."""
    long = word.replace("ß", "ss")
    single = next((at for at, letter in enumerate(long) if len(letter.casefold()) > 1), len(long))
    long = long[:single]
    return long[:_LENGTH], long.replace("ss", "ß")[:_LENGTH]


@dataclass(frozen=True, slots=True)
class _Begun:
    """How an alternative may begin, as far as it is read: in so many letters; `is_open` if the next ones follow."""

    letters: str = ""
    is_word: bool = False  # behind a boundary
    is_anchored: bool = False
    is_open: bool = True


class _Reading:
    """What the alternatives of a pattern begin with, read part by part."""

    def __init__(self, parts: Sequence[regex.Match[str]]) -> None:
        self._parts = parts
        self._at = 0

    def beginnings(self) -> Beginnings:
        ways = self._alternatives([_Begun()])
        if any(not way.letters and not way.is_anchored for way in ways):
            raise ValueError("an alternative begins with any letter")
        found = [way for way in ways if not way.is_anchored]
        words, signs = ([way.letters for way in found if way.is_word is is_word] for is_word in (True, False))
        return Beginnings(words, signs, has_digits=False, at_start=len(found) < len(ways))

    def _alternatives(self, before: Sequence[_Begun]) -> list[_Begun]:
        """Return how each alternative up to the end of the group goes on with what was read before the group."""
        ways: list[_Begun] = []
        current = list(before)
        while self._at < len(self._parts) and self._parts[self._at].lastgroup != "close":
            part = self._parts[self._at]
            self._at += 1
            if part.lastgroup == "or":
                ways += current
                current = list(before)
            else:
                current = self._with_part(current, part)
        self._at += 1
        return [*ways, *current]

    def _with_part(self, current: list[_Begun], part: regex.Match[str]) -> list[_Begun]:
        kind = part.lastgroup
        if kind == "open":
            longer = self._alternatives(current)
        elif kind == "letter":
            longer = [_with_letter(way, part["letter"]) for way in current]
        elif kind == "class":
            longer = [replace(way, is_open=False) for way in current]
        elif kind in ("start", "boundary"):
            longer = [_behind(way, is_anchored=kind == "start") for way in current]
        else:
            longer = current  # flags, and what must stand around
        following = self._parts[self._at] if self._at < len(self._parts) else None
        if following is not None and following.lastgroup == "count":
            self._at += 1
            is_optional = following[0][:2] in ("?", "*", "{0", "{,")
            longer = [replace(way, is_open=False) for way in longer] + (current if is_optional else [])
        return longer


def _with_letter(way: _Begun, letter: str) -> _Begun:
    return replace(way, letters=way.letters + letter) if way.is_open else way


def _behind(way: _Begun, *, is_anchored: bool) -> _Begun:
    if way.letters or not way.is_open:
        return way
    return replace(way, is_word=way.is_word or not is_anchored, is_anchored=way.is_anchored or is_anchored)
