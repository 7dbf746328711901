"""Stage 500: compare a check's result with the article's head and attach the verdict."""

from __future__ import annotations

from newscrawl.items import CheckResult, JudgedItem
from pipelines.crawl import CrawlStage


class Detect(CrawlStage):
    async def process_item(self, item: CheckResult) -> JudgedItem:
        return await (await self.history()).judge(item)
