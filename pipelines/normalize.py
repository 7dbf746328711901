"""Stage 300: turn an extraction into typed, normalised values; count which fields the pages of a crawl have."""

from __future__ import annotations

from newscrawl.items import Article, Capture, CheckResult, ParsedPage, ScrapedArticle
from newscrawl.rights_signals import PAGES, STAT, rights_signals
from newscrawl.stages import normalized

from .crawl import CrawlStage

# Optional fields: a layout whose selectors no longer match finds fewer of them.
FIELDS = ("byline", "author", "date_published", "date_modified", "article_section", "description")


class Normalize(CrawlStage):
    """Identical pages, revisits, tombstones and failures pass unchanged: they bring no text."""

    async def process_item(self, item: ScrapedArticle | CheckResult) -> CheckResult:
        page = normalized(item, self.spider.reader)
        if not isinstance(item, ScrapedArticle) or not isinstance(page, ParsedPage):
            return page
        if page.article is not None:
            self._count_rights(page.capture)
        if page.article is not None and not page.is_backfilled:
            self._count_fields(page.article)
        return page

    def _count_rights(self, capture: Capture) -> None:
        """Count what the publisher states on this page about keeping and mining it."""
        if self.crawler.stats is not None:
            for name in (PAGES, *rights_signals(capture.headers, capture.body)):
                self.crawler.stats.inc_value(STAT + name)

    def _count_fields(self, article: Article) -> None:
        """Count which fields the article has; an alarm is raised if a run finds far fewer than usual."""
        if self.crawler.stats is not None:
            for name in FIELDS:
                self.crawler.stats.inc_value(f"newscrawl/field/{name}", 1 if getattr(article, name) else 0)
                if not getattr(article, name):
                    self.crawler.stats.set_value(f"newscrawl/lacking/{name}", article.url)
