"""Align two versions of an article and say what became of every paragraph, sentence and word."""

from newscrawl.diff.compare import compare, compare_texts
from newscrawl.diff.patch import Text, apply, apply_rows, invert, invert_rows

__all__ = ["Text", "apply", "apply_rows", "compare", "compare_texts", "invert", "invert_rows"]
