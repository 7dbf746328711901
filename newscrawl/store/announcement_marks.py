"""The mark on what is to be announced: written with what it marks, see `announcements`."""

from __future__ import annotations

from datetime import datetime, timedelta

from bson import ObjectId

from newscrawl.store.documents import Document

MARK = "announce"  # field of the mark
LATE = "late"  # field of versions that were recorded long after they were seen
LATE_AFTER = timedelta(hours=6)  # an import, a replay; a crawl records what it sees within seconds


def mark() -> Document:
    """Return the fields of a new mark; each is unique."""
    return {MARK: ObjectId()}


def is_late(seen_at: datetime, written_at: datetime) -> bool:
    """Return whether a version is written long after it was seen."""
    return written_at - seen_at > LATE_AFTER
