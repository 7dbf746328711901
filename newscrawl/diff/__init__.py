"""Align two versions of an article and return what became of every paragraph, sentence and word."""

from newscrawl.diff.blame import Blame, blame
from newscrawl.diff.compare import compare, compare_texts, readable
from newscrawl.diff.patch import Text, apply, apply_rows, invert, invert_rows

__all__ = [
    "Blame",
    "Text",
    "apply",
    "apply_rows",
    "blame",
    "compare",
    "compare_texts",
    "invert",
    "invert_rows",
    "readable",
]
