"""Bulk changes: edits of most of a source at once are held for review (promise P8).

The likelier cause is that our extraction rules no longer fit a redesigned page.
"""

from __future__ import annotations

import logging
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from newscrawl.items import Outcome, RecordedItem
from newscrawl.store.session import Store

logger = logging.getLogger(__name__)

# About a fifth of all articles is edited within a day (GDELT 2020: 21 % of bodies in 24 h), far fewer in one crawl.
MIN_EDITS = 10
MIN_EDITED_SHARE = 0.5
# After a longer gap (an outage, a replay of editions that lie months apart) many true edits have piled up.
MAX_GAP = timedelta(days=1)
UNEDITED = {Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.TRIVIAL, Outcome.MOVED}


@dataclass(slots=True)
class BulkChanges:
    """Counts of one crawl: checks that found an edit, and checks that found none."""

    edits: list[datetime] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)  # seconds since the article's previous check, one per edit
    unedited: int = 0

    def add(self, recorded: RecordedItem) -> None:
        if recorded.outcome.is_edit:
            self.edits.append(recorded.at)
            if recorded.gap_seconds is not None:
                self.gaps.append(recorded.gap_seconds)
        elif recorded.outcome in UNEDITED:
            self.unedited += 1

    @property
    def suspicion(self) -> str | None:
        """Return why a person should review the edits of this crawl, or None if their number is ordinary."""
        count = len(self.edits)
        if count < MIN_EDITS or count < MIN_EDITED_SHARE * (count + self.unedited) or _median(self.gaps) > MAX_GAP:
            return None
        return (
            f"{count} of {count + self.unedited} articles changed in one crawl: "
            "check whether the extraction rules still fit this source"
        )

    @property
    def since(self) -> datetime:
        """Return when the first edit of this crawl was seen."""
        return min(self.edits)


class BulkChangeGuard:
    """Scrapy extension: keeps the edits of a crawl from publication if their number is suspicious."""

    def __init__(self) -> None:
        self._changes = BulkChanges()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        guard = cls()
        crawler.signals.connect(guard.item_scraped, signal=signals.item_scraped)
        return guard

    def item_scraped(self, item: Any) -> None:
        if isinstance(item, RecordedItem):
            self._changes.add(item)

    async def hold(self, store: Store, source: str, at: datetime) -> str | None:
        """Hold the crawl's edits if their number is suspicious; return a message, or None if nothing was held."""
        reason = self._changes.suspicion
        if reason is None:
            return None
        count = await store.hold(source, self._changes.since, reason=reason, at=at)
        logger.warning("decision=held source=%s versions=%d reason=%r", source, count, reason)
        return f"{reason}; {count} versions are held until `newscrawl release {source}`"


def _median(gaps: Sequence[float]) -> timedelta:
    return timedelta(seconds=statistics.median(gaps)) if gaps else timedelta(0)
