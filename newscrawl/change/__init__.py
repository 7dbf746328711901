"""Decide what a look at a page means, and say what a change between two versions means."""

from newscrawl.change.description import describe
from newscrawl.change.excerpt import excerpt
from newscrawl.change.headlines import HeadlineSpell, spells
from newscrawl.change.judge import judge

__all__ = ["HeadlineSpell", "describe", "excerpt", "judge", "spells"]
