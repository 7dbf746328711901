"""The one room that appends to histories: baseline, judge, races, next head.

The pipelines, re-extraction and import all go through `History`; nothing else writes versions.
"""

from newscrawl.history.history import History, Recheck
from newscrawl.history.reextract import ReextractedArticle, ReextractionResult, rebase, reextract_all

__all__ = ["History", "Recheck", "ReextractedArticle", "ReextractionResult", "rebase", "reextract_all"]
