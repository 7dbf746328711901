"""Numbers that an edit writes in another way, and that say the same: "5-2", "five votes to two"; "a third", "33 %"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import regex

from newscrawl.change.amounts import amount, is_rounded
from newscrawl.change.edits import Edit
from newscrawl.change.fact import Fact
from newscrawl.change.measures import durations
from newscrawl.change.number_units import BASIS_POINTS

_KEY = regex.compile(r"(?P<value>\d+(?:\.\d+)?)(?:-(?P<end>\d+(?:\.\d+)?))?(?P<unit>.*)", regex.DOTALL)
_OF = regex.compile(
    r"\s?(?:in|out of|of|von|sur|de cada|em cada|su|op de|из|(?:\p{L}+\s)?(?:in|out of)\s(?:every|each))\s",
    regex.IGNORECASE,
)
_METRE, _CENTIMETRES = "length-meter", regex.compile(r"\d\d")
_PART = regex.compile(r"(?:\ba|\ban|\bone)[\s-]$", regex.IGNORECASE)
_CLOCK = regex.compile(r"(?P<hour>\d{1,2})[.:h](?P<minute>\d\d)")
_METRES = regex.compile(r"\d\s?m")
_ROUNDED = 1.0  # percentage points: "a third" is 33 %
_SHARES = frozenset(round(100 * part / whole, 1) for whole in range(3, 12) for part in range(1, whole))
_NO_UNIT = frozenset(["", " ordinal"])


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with the readings that it may have, each a unit and a value."""

    readings: tuple[tuple[str, float], ...]
    facts: tuple[Fact, ...]

    def is_same(self, other: _Amount) -> bool:
        return any(_are_same(one, two) or _is_converted(one, two) for one in self.readings for two in other.readings)

    def is_rounded(self, other: _Amount, texts: tuple[str, str], language: str) -> bool:
        """Return whether this one is said to be the other one rounded; `texts` are its own and the other's."""
        if not self.readings or not other.readings or self.readings[0][0] != other.readings[0][0]:
            return False
        said = texts[1][: other.facts[0].start], texts[0][: self.facts[0].start]
        return is_rounded(other.readings[0][1], self.readings[0][1], said, language)


def without_equal(
    removed: Sequence[Fact], added: Sequence[Fact], edit: Edit, language: str
) -> tuple[list[Fact], list[Fact]]:
    """Return the removed and added numbers of an edit without those that the other side says in another way."""
    old, new = list(_amounts(removed, edit.old, language)), list(_amounts(added, edit.new, language))
    for one in list(old):
        same = (each for each in new if one.is_same(each))
        rounded = (each for each in new if _is_one_rounded(one, each, edit, language))
        if (other := next(chain(same, rounded), None)) is not None:
            old.remove(one)
            new.remove(other)
    left = {id(fact) for amount in (*old, *new) for fact in amount.facts}
    return (
        [fact for fact in removed if id(fact) in left and not _is_clock(fact, edit.new)],
        [fact for fact in added if id(fact) in left and not _is_clock(fact, edit.old)],
    )


def _is_one_rounded(old: _Amount, new: _Amount, edit: Edit, language: str) -> bool:
    return old.is_rounded(new, (edit.old, edit.new), language) or new.is_rounded(old, (edit.new, edit.old), language)


def _are_same(one: tuple[str, float], other: tuple[str, float]) -> bool:
    unit, value = one
    if unit == other[0] == "%":
        is_rounded = not (value.is_integer() and other[1].is_integer())
        return value == other[1] or bool(
            is_rounded and abs(value - other[1]) < _ROUNDED and {value, other[1]} & _SHARES
        )
    has_unit = "%" in (unit, other[0]) or not {unit, other[0]} & _NO_UNIT
    return value == other[1] and (unit == other[0] or not has_unit)


def _is_converted(one: tuple[str, float], other: tuple[str, float]) -> bool:
    first, second = amount(one[1], one[0]), amount(other[1], other[0])
    return first is not None and second is not None and first.is_about(second)


def _is_clock(fact: Fact, other: str) -> bool:
    """Return whether the other side has the number as a clock time with another sign."""
    match = _CLOCK.fullmatch(fact.text)
    return match is not None and any(f"{match['hour']}{sign}{match['minute']}" in other for sign in ":.h")


def _amounts(facts: Sequence[Fact], text: str, language: str) -> Iterator[_Amount]:
    at = 0
    while at < len(facts):
        fact, following = facts[at], facts[at + 1] if at + 1 < len(facts) else None
        pair = [_KEY.fullmatch(each.key) for each in (fact, following) if each is not None]
        between = text[fact.end : following.start] if following else ""
        if following and _OF.fullmatch(between) and all(match and not match["unit"] for match in pair):
            part, whole = (float(match["value"]) for match in pair if match)
            yield _Amount((("%", round(100 * part / whole, 1)),) if part < whole else (), (fact, following))
            at += 2
            continue
        if (
            following
            and between == " "
            and pair[0]
            and pair[0]["unit"] == _METRE
            and _CENTIMETRES.fullmatch(following.text)
        ):
            yield _Amount(((_METRE, float(f"{pair[0]['value']}.{following.text}")),), (fact, following))  # "2 m 84"
            at += 2
            continue
        yield from _single(fact, text, language)
        at += 1


def _single(fact: Fact, text: str, language: str) -> Iterator[_Amount]:
    match = _KEY.fullmatch(fact.key)
    if match is None:
        return
    for value in filter(None, (match["value"], match["end"])):
        yield _Amount(tuple(_readings(float(value), match["unit"], fact, text, language)), (fact,))


def _readings(value: float, unit: str, fact: Fact, text: str, language: str) -> Iterator[tuple[str, float]]:
    yield unit, value
    if unit == BASIS_POINTS:
        yield "points", value / 100
    if unit == "%" and not any(map(str.isdecimal, fact.text)):
        yield "", value / 100
    if unit == " ordinal" and value and _PART.search(text[: fact.start]):
        yield "%", round(100 / value, 1)
    if _METRES.fullmatch(fact.text[-2:]) or _METRES.fullmatch(fact.text[-3:]):
        yield "length-meter", value / 10**6
    pattern, minutes, months = durations(language)
    if behind := pattern.match(text, fact.end):
        word = behind["unit"].casefold()
        if word in minutes:
            yield "minutes", value * minutes[word]
        if word in months:
            yield "months", value * months[word]
