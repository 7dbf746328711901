"""Decide what a look at a page means, and say what a change between two versions means."""

from newscrawl.change.headlines import HeadlineSpell, spells
from newscrawl.change.judge import judge
from newscrawl.change.meaning import describe

__all__ = ["HeadlineSpell", "describe", "judge", "spells"]
