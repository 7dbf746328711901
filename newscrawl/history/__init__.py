"""Appending to articles' histories: baseline, verdict, races between runs, next head.

The pipelines, re-extraction and import all use it; nothing else writes versions.
"""

from newscrawl.history.history import History, Recheck
from newscrawl.history.identical import known_page
from newscrawl.history.mass_changes import MassChanges
from newscrawl.history.reextract import (
    ReextractedArticle,
    ReextractionResult,
    UnfoundedEdit,
    rebase,
    reextract_all,
    unfounded_edits,
)

__all__ = [
    "History",
    "MassChanges",
    "Recheck",
    "ReextractedArticle",
    "ReextractionResult",
    "UnfoundedEdit",
    "known_page",
    "rebase",
    "reextract_all",
    "unfounded_edits",
]
