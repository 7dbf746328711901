"""Stage 500: judge a check's result against the article's head."""

from __future__ import annotations

from newscrawl.items import CheckResult, JudgedItem

from .crawl import CrawlStage


class Detect(CrawlStage):
    async def process_item(self, item: CheckResult) -> JudgedItem:
        return await (await self.history()).judge(item)
