"""Dates and times that an edit says in another way: "9 p.m. on Saturday", "nine o'clock on Saturday evening"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newscrawl.change.fact import Fact
from newscrawl.change.moment_values import moment
from newscrawl.change.moments import may_be_one

_MORNING, _AFTERNOON, _EVENING = range(12 * 60), range(12 * 60, 19 * 60), range(16 * 60, 24 * 60)
_PARTS_OF_DAY = {
    word: minutes
    for minutes, words in (
        (_MORNING, "morning vormittag matin matinée manhã mattina ochtend утром صباح"),
        (_AFTERNOON, "afternoon nachmittag après-midi tarde pomeriggio middag днём"),
        (_EVENING, "evening tonight abend soir soirée noche noite sera avond вечером مساء"),
    )
    for word in words.split()
}


def without_equal_times(removed: Sequence[Fact], added: Sequence[Fact], language: str) -> tuple[list[Fact], list[Fact]]:
    """Return the removed and added times of an edit without those that may be one, and without parts of the day of one.

    The same ones come first, so that "in May" takes no "3 May" from another "3 May".
    """
    old, new = list(removed), list(added)
    for is_exact in (True, False):
        for one in list(old):
            other = next((each for each in new if _is_one(one, each, language, is_exact=is_exact)), None)
            if other is not None:
                old.remove(one)
                new.remove(other)
    return _without_parts(old, added, language), _without_parts(new, removed, language)


def _is_one(one: Fact, other: Fact, language: str, *, is_exact: bool) -> bool:
    return one.key == other.key if is_exact else may_be_one(one.text, other.text, language)


def _without_parts(facts: Iterable[Fact], others: Sequence[Fact], language: str) -> list[Fact]:
    """Return the times but for parts of the day that a clock time of the other side lies in."""
    minutes = [minute for other in others if (minute := moment(other.text, language).minute) is not None]
    return [
        fact for fact in facts if not any(minute in _PARTS_OF_DAY.get(fact.text.casefold(), ()) for minute in minutes)
    ]
