"""The newest checks of a source: by them its edits become public, or are held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newscrawl.items.change import Hold


@dataclass(frozen=True, slots=True)
class WindowCheck:
    """One check that compared an article with a version: by its text, or a 304 by its validators."""

    article_id: str
    at: datetime
    compared_with: datetime  # when that version was recorded
    stamp: str
    is_edit: bool
    has_text: bool = True  # False for a 304


@dataclass(frozen=True, slots=True)
class HeldState:
    """Edits of a source are held as they come, until a person or later checks decide."""

    since: datetime  # the first edit that is held
    hold: Hold
    reason: str


@dataclass(frozen=True, slots=True)
class CheckWindow:
    """The stored window of one source: of each article only the check that says most."""

    source: str
    checks: tuple[WindowCheck, ...] = ()  # oldest first
    stamps: tuple[str, ...] = ()  # under which edits need no proof: the first ones, and those proven since
    held: HeldState | None = None

    @property
    def edits(self) -> tuple[WindowCheck, ...]:
        return tuple(check for check in self.checks if check.is_edit)

    def says_more(self, check: WindowCheck) -> bool:
        """Return whether a check of the same article says more: an edit than anything else, a text than a 304."""
        mine = next((other for other in self.checks if other.article_id == check.article_id), None)
        return mine is not None and (mine.is_edit, mine.has_text) > (check.is_edit, check.has_text)
