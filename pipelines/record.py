"""Stage 700: store what follows from the verdict, and log the decision once."""

from __future__ import annotations

import logging

from newscrawl.items import JudgedItem, Outcome, RecordedItem

from .crawl import CrawlStage

NOTEWORTHY = {Outcome.ERROR, Outcome.BLOCKED, Outcome.SUPERSEDED}

logger = logging.getLogger(__name__)


class Record(CrawlStage):
    async def process_item(self, item: JudgedItem) -> RecordedItem:
        recorded = await (await self.history()).append(item)
        self._report(recorded)
        return recorded

    def _report(self, recorded: RecordedItem) -> None:
        """Write the decision once to the log and once to the stats, with the same word."""
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"newscrawl/decision/{recorded.outcome.value}")
        logger.log(
            logging.WARNING if recorded.outcome in NOTEWORTHY else logging.INFO,
            "decision=%s source=%s article=%s version=%s url=%s reason=%r next_check=%s%s",
            recorded.outcome.value,
            recorded.source,
            recorded.article_id or "-",
            recorded.number or "-",
            recorded.url,
            recorded.reason,
            f"{recorded.next_check_at:%Y-%m-%dT%H:%M:%SZ}" if recorded.next_check_at else "-",
            f" detail={recorded.detail!r}" if recorded.detail else "",
        )
