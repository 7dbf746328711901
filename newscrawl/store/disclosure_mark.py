"""The mark of versions whose changes of facts no note of the page names, by which lists find them."""

from __future__ import annotations

from newscrawl.items import Change
from newscrawl.store.documents import Document

FIELD = "unnoted"
MARKED = {FIELD: True}


def mark(change: Change) -> Document:
    """Return the fields that mark a version; none for a change that is noted, or is no change of facts."""
    return dict(MARKED) if change.silent or change.unnoted else {}
