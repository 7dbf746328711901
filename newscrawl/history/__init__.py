"""Appending to articles' histories: baseline, verdict, races between runs, next head.

The pipelines, re-extraction and import all use it; nothing else writes versions.
"""

from newscrawl.history.history import EditReview, History, ImportedHistory, Recheck
from newscrawl.history.identical import containers_to_expect, is_identical
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
    "EditReview",
    "History",
    "ImportedHistory",
    "MassChanges",
    "Recheck",
    "ReextractedArticle",
    "ReextractionResult",
    "UnfoundedEdit",
    "containers_to_expect",
    "is_identical",
    "rebase",
    "reextract_all",
    "unfounded_edits",
]
