"""Mass changes: many articles of a source change at once, likelier by a new layout than by their editors (promise P8).

All decisions are about a window of checks. Being unchanged says something about an edit only if the article was last
recorded before that edit: after a redesign, articles that are read wrongly are read wrongly again, and unchanged.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newscrawl.items import CheckWindow, WindowCheck

# About a fifth of all articles is edited within a day (GDELT 2020: 21 % of bodies in 24 h), far fewer in two hours.
MIN_EDITS = 3
MIN_EDITED_SHARE = 0.6  # of the articles whose texts were read
# A 304 reads no text. But where a server answers so for whatever did not change, nearly all texts are edits.
MIN_EDITED_SHARE_OF_ALL = 1 / 3
# Within a long window, a redesign begins as a short stretch of edits after many unchanged texts. Three edits in a row
# are ordinary there: the articles that are edited most are checked together.
MIN_EDITS_OF_STRETCH = 6
# After an edit so many other articles must read unchanged before the end of the run: more than a mass change of
# MIN_EDITS can have among its first checks.
MIN_UNCHANGED = 3


@dataclass(slots=True)
class Counts:
    """Articles by what their checks say about the edits since a moment."""

    edits: int = 0
    unchanged: int = 0
    not_modified: int = 0

    @classmethod
    def since(cls, checks: Sequence[WindowCheck], moment: datetime) -> Counts:
        """Count the checks of a window: of those that found no edit only what was recorded before that moment."""
        counts = cls()
        for check in checks:
            counts.add(check, moment)
        return counts

    def add(self, check: WindowCheck, moment: datetime) -> None:
        if check.is_edit:
            self.edits += 1
        elif check.compared_with < moment:
            self.unchanged += check.has_text
            self.not_modified += not check.has_text

    @property
    def is_most_of_texts(self) -> bool:
        """Whether most of the articles that were read have changed."""
        return self.edits > 0 and self.edits >= MIN_EDITED_SHARE * (self.edits + self.unchanged)

    @property
    def is_mass(self) -> bool:
        articles = self.edits + self.unchanged + self.not_modified
        return self.is_most_of_texts and self.edits >= MIN_EDITED_SHARE_OF_ALL * articles


def mass_change_since(checks: Sequence[WindowCheck]) -> datetime | None:
    """Return when the first edit of a mass change was seen; None if the checks, oldest first, show none."""
    edits = [check for check in checks if check.is_edit]
    if len(edits) < MIN_EDITS:
        return None
    first = edits[0].at
    if Counts.since(checks, first).is_mass:
        return first
    # The longest stretch up to the newest check that is a mass change by itself.
    stretches = _counts_from_each_edit(checks)[: 1 - MIN_EDITS_OF_STRETCH]
    return next((edit.at for edit, counts in stretches if counts.is_mass), None)


def _counts_from_each_edit(checks: Sequence[WindowCheck]) -> list[tuple[WindowCheck, Counts]]:
    """Return each edit, oldest first, with the counts of itself and the checks after it.

    In one pass from the newest check: while a source is redesigned, this is asked at each of its edits, and counting
    after each of 200 edits takes milliseconds.
    """
    found = []
    edits = 0
    texts: list[datetime] = []  # sorted: when what was read unchanged after the edit had been recorded
    not_modified: list[datetime] = []
    for check in reversed(checks):
        if not check.is_edit:
            insort(texts if check.has_text else not_modified, check.compared_with)
            continue
        edits += 1
        counts = Counts(edits, bisect_left(texts, check.at), bisect_left(not_modified, check.at))
        found.append((check, counts))
    return found[::-1]


def later_counts(checks: Sequence[WindowCheck], since: datetime) -> Counts:
    """Count the checks since a moment."""
    return Counts.since([check for check in checks if check.at >= since], since)


def is_disproved(checks: Sequence[WindowCheck], since: datetime) -> bool:
    """Return whether the texts read since a held edit show no mass change: enough other articles read unchanged."""
    counts = later_counts(checks, since)
    return counts.unchanged > 0 and not counts.is_most_of_texts


def is_proven(checks: Sequence[WindowCheck], stamp: str) -> bool:
    """Return whether enough texts that were read under a stamp are unchanged."""
    counts = Counts()
    for check in checks:
        if check.stamp == stamp:
            counts.add(check, check.at)
    return counts.unchanged > 0 and not counts.is_most_of_texts


def cleared(checks: Sequence[WindowCheck]) -> list[WindowCheck]:
    """Return the edits that can become public before their run ends, by the texts read after each."""
    return [edit for edit, counts in _counts_from_each_edit(checks) if _is_cleared(counts)]


def _is_cleared(counts: Counts) -> bool:
    return counts.unchanged >= MIN_UNCHANGED and not counts.is_most_of_texts


def must_wait(window: CheckWindow) -> bool:
    """Return whether edits stay pending when a run ends: there are too few checks to tell them from a mass change.

    A single edit never waits.
    """
    edits = len(window.edits)
    return edits > 1 and edits >= MIN_EDITED_SHARE * len(window.checks)
